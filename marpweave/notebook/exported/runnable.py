"""The code of a cell for any kernel: without options, and without claims that are not valid Python. Pure."""

from __future__ import annotations

import io
import tokenize

from marpweave.check.verdicts import CellCheck
from marpweave.inputs.spelling import tree_of
from marpweave.model.deck import Cell
from marpweave.model.outcome import Display
from marpweave.notebook.exported.sessions import gives, session_code
from marpweave.read.syntax import end_of


def runnable(check: CellCheck) -> str:
    """The code of a cell; if it draws, it ends in ``;`` so that no ``<Axes: >`` is shown beside the figure.

    Animations are kept alive until they are drawn.
    """
    cell, outcome = check.cell, check.outcome
    if cell.script.session:
        return session_code(cell, outcome)
    code = shown_code(cell, cell.script.code)
    shown = any(isinstance(output, Display) and output.is_result for output in outcome.outputs)
    moves = any(figure.animation for figure in outcome.figures)
    return _quiet(code, moves=moves) if outcome.figures and not shown else code


def shown_code(cell: Cell, code: str) -> str:
    """The lines of a cell's source, or of its executable code, that a slide shows."""
    lines = code.split("\n")
    return "\n".join(lines[row] for row in cell.shown_rows if row >= cell.first_row).rstrip()


def _quiet(code: str, *, moves: bool) -> str:
    """Code whose last expression is not displayed; its value is kept in a variable if it ``moves``."""
    tree = tree_of(code)
    if not tree or not gives(code) or _ends_quietly(code):
        return code
    last = tree.body[-1]
    start, end = (last.lineno, last.col_offset), (end_of(last), last.end_col_offset)
    (row, column), mark = (start, b"_ = ") if moves else (end, b";")
    lines = code.encode().split(b"\n")
    lines[row - 1] = lines[row - 1][:column] + mark + lines[row - 1][column:]
    return b"\n".join(lines).decode()


def _ends_quietly(code: str) -> bool:
    passed = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.type not in passed]
    return bool(tokens) and tokens[-1].string == ";"
