"""Outputs, what truly differs from them, and the notations in which they are claimed."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from hypothesis import assume
from hypothesis import strategies as st

from marpweave.check.verdicts import check_cell
from marpweave.model.deck import Cell, OutputFence
from marpweave.model.location import Location
from marpweave.model.options import CheckOptions, Compare, Options
from marpweave.model.outcome import Answer, Outcome, Stream, Value, Write
from marpweave.read.notations import read_script

PATH = Path("deck.md")
# -- outputs, and what truly differs from them ---------------------------------------------------------------

JOINTS = re.compile(r"[\s,、/]+")
WORDS = ("loss", "合計", "abc", "Hello", "train", "東京", "True", "None", "False")
whole = st.integers(-999, 999).map(str)
broken = st.builds(lambda n, d: str(Decimal(n).scaleb(-d)), st.integers(1, 9999), st.integers(1, 4))
words = st.sampled_from(WORDS)
items = st.lists(whole, min_size=2, max_size=4, unique=True)


@dataclass(frozen=True)
class Atom:
    """One value of an output."""

    kind: str
    parts: tuple[str, ...]

    def __str__(self):
        opening, closing = {"list": "[]", "tuple": "()", "set": "{}"}.get(self.kind, ("", ""))
        return f"{opening}{', '.join(self.parts)}{closing}" if self.kind != "text" else f"['{self.parts[0]} x']"


atoms = st.one_of(
    st.builds(lambda text: Atom("whole", (text,)), whole), st.builds(lambda text: Atom("broken", (text,)), broken),
    st.builds(lambda text: Atom("word", (text,)), words), st.builds(lambda text: Atom("text", (text,)), words),
    *(st.builds(lambda parts, kind=kind: Atom(kind, tuple(parts)), items) for kind in ("list", "tuple", "set")))
outputs = st.lists(st.lists(atoms, min_size=1, max_size=4), min_size=1, max_size=4)


def shown(output):
    return "\n".join(" ".join(map(str, line)) for line in output)


@st.composite
def wrong_atoms(draw, atom):
    """What an author may have written for an atom, and what is not it."""
    text = atom.parts[0]
    if atom.kind == "whole":
        other = draw(st.sampled_from((str(int(text) + 1), str(int(text) - 10), f"{text}.0", f"{text}0", str(-int(text)), f"{text}.4")))
        assume(int(text) or other not in ("0", "00", "-0"))
        return replace(atom, parts=(other,))
    if atom.kind == "broken":
        digits = len(text.partition(".")[2])
        unit = Decimal(1).scaleb(-draw(st.integers(1, max(digits, 1))))
        value = (Decimal(text) + unit * draw(st.sampled_from((Decimal("1.5"), -2, 10)))).quantize(unit)
        assume(abs(value - Decimal(text)) > unit)
        return replace(atom, parts=(draw(st.sampled_from((str(value), f"-{text}"))),))
    if atom.kind in ("word", "text"):
        return replace(atom, parts=(draw(st.sampled_from(sorted({*WORDS, text + "x", text.swapcase()} - {text}))),))
    at = draw(st.integers(0, len(atom.parts) - 1))
    changed = draw(st.sampled_from(("item", "missing", "kind", *(["order"] if atom.kind != "set" else []))))
    if changed == "item":
        parts = (*atom.parts[:at], str(int(atom.parts[at]) + 1000), *atom.parts[at + 1:])
    elif changed == "missing":
        parts = (*atom.parts[:at], *atom.parts[at + 1:])
    elif changed == "order":
        parts = (*atom.parts[1:], atom.parts[0])
    else:
        return Atom({"list": "tuple", "tuple": "list", "set": "list"}[atom.kind], atom.parts)
    return replace(atom, parts=parts)


@st.composite
def wrong_outputs(draw, output):
    """An output with another value, another order, a line or a value too many or too few."""
    row = draw(st.integers(0, len(output) - 1))
    at = draw(st.integers(0, len(output[row]) - 1))
    line = output[row]
    how = draw(st.sampled_from(("value", "value", "drop line", "double line", "swap lines", "drop value", "swap values", "word more")))
    if how == "value":
        changed = [[*line[:at], draw(wrong_atoms(line[at])), *line[at + 1:]]]
    elif how == "drop line":
        changed = []
    elif how == "double line":
        changed = [line, line]
    elif how == "drop value":
        changed = [[*line[:at], *line[at + 1:]]]
    elif how == "word more":
        changed = [[*line, Atom("word", ("more",))]]
    elif how == "swap values":
        changed = [[*line[:at], *reversed(line[at:])]]
        assume(all(atom.kind not in ("broken", "set") for atom in line) and changed != [line])
    else:
        other = [*output[:row], *reversed(output[row:])]
        assume(all(atom.kind not in ("broken", "set") for each in output for atom in each) and shown(other) != shown(output))
        return other
    result = [each for each in (*output[:row], *changed, *output[row + 1:]) if each]
    assume(result)
    return result


# -- notations ----------------------------------------------------------------------------------------------


def cell(source, fence=None, mode=None):
    behind = OutputFence(fence, "output", Location(PATH, 50), "") if fence is not None else None
    return Cell(source, source, "python", Options(check=CheckOptions(check=mode)), Location(PATH, 1), 1, 1,
                read_script(source, output=fence), output_fence=behind)


def printing(got, row=0):
    writes = tuple(Write(f"{line}\n", (row + 2,)) for line in got.split("\n"))
    return Outcome(outputs=(Stream("stdout", f"{got}\n"),), writes=writes)


def commented(want, mark):
    return "".join(f"\n{mark}{line}" for line in want.split("\n"))


NOTATIONS = {
    "marked": lambda want, got, mode: (cell(f"print(x)  # => {want}", mode=mode), printing(got)),
    "worded": lambda want, got, mode: (cell(f"print(x)  # 出力: {want}", mode=mode), printing(got)),
    "bare": lambda want, got, mode: (cell(f"print(x)  # {want}", mode=mode), printing(got)),
    "value": lambda want, got, mode: (cell(f"x  # => {want}", mode=mode), Outcome(values=(Value(2, got, got),))),
    "lines": lambda want, got, mode: (cell("print(x)" + commented(want, "#> "), mode=mode), printing(got)),
    "headed": lambda want, got, mode: (cell("print(x)\n# 出力:" + commented(want, "# "), mode=mode), printing(got)),
    "fence": lambda want, got, mode: (cell("print(x)", f"{want}\n", mode=mode), printing(got)),
    "session": lambda want, got, mode: (cell(f">>> print(x)\n{want}", mode=mode), Outcome(answers=(Answer(2, f"{got}\n"),))),
    "arrow": lambda want, got, mode: (cell(f"print(x) -> {want}", mode=mode), printing(got)),
    "prompt": lambda want, got, mode: (cell("print(x)" + commented(want, ">>> "), mode=mode), printing(got)),
}
ONE_LINE = ("marked", "worded", "bare", "value", "arrow")
MODES = (None, None, Compare.NUMERIC, Compare.EXACT, Compare.ELLIPSIS)


def judged(notation, want, got, mode=None):
    one, outcome = NOTATIONS[notation](want, got, mode)
    return [verdict.state for verdict in check_cell(one, outcome).verdicts]
