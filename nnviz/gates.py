"""Logic gates as perceptrons, and XOR, which needs two layers of them.

Source: M. Minsky, S. Papert, "Perceptrons", MIT Press, 1969.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

from numpy.typing import ArrayLike

from nnviz.perceptron import Perceptron, together

AND = Perceptron((0.5, 0.5), -0.7)
OR = Perceptron((0.5, 0.5), -0.2)
NAND = Perceptron((-0.5, -0.5), 0.7)
NOT = Perceptron((-1.0,), 0.5)


def XOR(*x: ArrayLike) -> Any:  # noqa: ANN401  an int for numbers, an array for arrays
    """y = AND(NAND(x), OR(x)): 1 where the inputs differ.      x: two numbers, or (…, 2)

    >>> XOR(0, 1), XOR(1, 1)
    (1, 0)
    """
    inputs = together(*x)
    return AND(NAND(inputs), OR(inputs))


@dataclass(frozen=True, slots=True)
class TruthTable:
    """All inputs of a gate with its outputs; printed, or displayed in a notebook, as a table."""

    rows: tuple[tuple[int, ...], ...]
    outputs: tuple[int, ...]
    sums: tuple[float, ...] = ()
    """w · x + b of each row; empty unless the gate is a single perceptron."""

    def _cells(self) -> list[list[str]]:
        cells = [[*map(str, row)] for row in self.rows]
        if self.sums:
            decimals = max(len(f"{a:z.6g}".partition(".")[2]) for a in self.sums)
            cells = [[*row, f"{a:z.{decimals}f}"] for row, a in zip(cells, self.sums, strict=True)]
        return [[*row, str(y)] for row, y in zip(cells, self.outputs, strict=True)]

    def _heads(self, inputs: str) -> list[str]:
        names = [inputs.format(n + 1) for n in range(len(self.rows[0]))]
        return [*names, *(["sum"] if self.sums else []), "y"]

    def __str__(self) -> str:
        table = [self._heads("x{}"), *self._cells()]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in table)

    def _repr_markdown_(self) -> str:
        """A table with formulas in its header, for Jupyter and slides."""
        heads = [f"${head}$" if head != "sum" else r"$\boldsymbol{w} \cdot \boldsymbol{x} + b$"
                 for head in self._heads("x_{}")]
        lines = [heads, ["--:"] * len(heads), *self._cells()]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def truth_table(gate: Callable[..., Any], *, inputs: int = 2) -> TruthTable:
    """All 0-1 inputs of ``gate`` in counting order; a Perceptron also gives its sums.

    >>> print(truth_table(AND))
    x1  x2   sum  y
     0   0  -0.7  0
     0   1  -0.2  0
     1   0  -0.2  0
     1   1   0.3  1
    """
    inputs = len(gate.weights) if isinstance(gate, Perceptron) else inputs
    rows = tuple(product((0, 1), repeat=inputs))
    sums = tuple(float(gate.weighted_sum(row)) for row in rows) if isinstance(gate, Perceptron) else ()
    return TruthTable(rows, tuple(int(gate(*row)) for row in rows), sums)
