"""Cells, what they print, and what is said of them."""

from pathlib import Path

from marpweave.check.findings import findings_of
from marpweave.check.verdicts import check_cell
from marpweave.model.deck import Cell, Deck, FrontMatter, OutputFence, Slide
from marpweave.model.location import Location
from marpweave.model.options import ExecutionOptions, Options
from marpweave.model.outcome import Error, Outcome, Stream, Write
from marpweave.read.notations import read_script
from marpweave.read.parse import parse_deck

PATH = Path("deck.md")


def cell(source, fence=None, number=1, line=1, **execution):
    behind = OutputFence(fence, "output", Location(PATH, line + 20), "") if fence is not None else None
    options = Options(execution=ExecutionOptions(**execution))
    return Cell(f"```python\n{source}\n```\n", source, "python", options, Location(PATH, line), number, 1,
                read_script(source, output=fence), output_fence=behind)


def plainly(source, fence):
    """The cell of a deck, above a fence that names no language."""
    (one,) = parse_deck(f"```python\n{source}\n```\n\n```\n{fence}\n```\n", PATH).cells
    return one


def printing(*lines):
    """An outcome in which 0-based source line n printed a text: ``printing((0, "1\\n"))``."""
    writes = tuple(Write(text, (line + 2,)) for line, text in lines)
    return Outcome(outputs=(Stream("stdout", "".join(w.text for w in writes)),), writes=writes)


def states(one, outcome):
    return [v.state for v in check_cell(one, outcome).verdicts]


ZERO = Error("ZeroDivisionError", "division by zero", 3)
FAILING = "x = 0\n1 / x"


def deck_of(*cells):
    return Deck(PATH, FrontMatter("", {}), (Slide(1, cells, Location(PATH, 1)),))


def told(text, *outcomes, remedy=lambda error: ""):
    """Findings of a deck's text whose cells, then values, gave this."""
    deck = parse_deck(f"---\nexecute: true\n---\n{text}", PATH)
    count = len(deck.cells)
    checks = [check_cell(c, o) for c, o in zip(deck.cells, outcomes[:count], strict=True)]
    return [(f.kind, f.location.line, f.message) for f in findings_of(checks, deck, outcomes[count:], remedy=remedy)]


def failing(name, message, line):
    return Outcome(outputs=(Error(name, message, line),))


def cells_of(*sources):
    return "\n\n".join(f"```python\n{source}\n```" for source in sources)
