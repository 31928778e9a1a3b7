"""A deck as its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from marpweave.model.finding import Finding
from marpweave.model.location import Location
from marpweave.model.options import Options

NATIVE = "python3"
"""The kernel that every environment with ipykernel has."""


class Form(StrEnum):
    """The notations in which authors write an expected output (README, "Expected outputs")."""

    COMMENT = "comment"  # print(x)  # 10
    LINES = "lines"      # comment lines under the statement
    FENCE = "fence"      # an output fence behind the cell
    SESSION = "session"  # >>> x, doctest
    ARROW = "arrow"      # print(x) -> 10
    PROMPT = "prompt"    # >>> 10 holds the output


@dataclass(frozen=True, slots=True)
class ExpectedOutput:
    """What the author says a statement (or the whole cell) gives."""

    form: Form
    want: str
    """Without comment signs, markers, prompts and remarks; lines end in a newline only between them."""
    first: int
    """0-based line of the cell's source where ``want`` stands (for FENCE: of the fence's content)."""
    last: int
    statement: tuple[int, int]
    """0-based first and last source line of the statement whose output this is."""
    since: int | None = None
    """0-based source line of the first statement that a block of lines below several may mean; None: it means
    ``statement`` alone."""
    marked: bool = True
    """False: a bare trailing comment, an expectation only if it reads as a value."""
    column: int = 0
    """Column of ``want`` in source line ``first``."""
    width: int = 0
    """How many characters of line ``first`` it takes there."""
    prefix: str = ""
    """What precedes each line of ``want``: ``#> ``, ``>>> `` …; the mark of a comment: ``=>``, ``Output:``."""


@dataclass(frozen=True, slots=True)
class Script:
    """The code of a cell that runs, and the outputs that its author expects."""

    code: str
    """Python without the expected outputs that are not comments; line i is still line i of the cell."""
    expected: tuple[ExpectedOutput, ...] = ()
    session: bool = False
    """True: a doctest session, run example by example."""

    @property
    def watch(self) -> tuple[int, ...]:
        """0-based source lines whose expressions the kernel must observe."""
        return tuple(sorted({e.statement[e.form is Form.PROMPT] for e in self.expected
                             if e.form not in (Form.FENCE, Form.SESSION)}))


@dataclass(frozen=True, slots=True)
class OutputFence:
    """The fence behind a cell that holds its expected output."""

    source: str
    info: str
    location: Location
    """Its opening line."""
    prefix: str
    """What stands before its lines in the file: blanks of a list item, ``> `` of a quote."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A Python fence; ``text`` is its part of the file, including its output fence."""

    text: str
    source: str
    """The fence's content, including options; lines end in ``\\n``."""
    info: str
    """The info string as written: ``python eval=false``."""
    options: Options
    location: Location
    """The opening line of the fence; source line i is line ``location.line + 1 + i`` of the file."""
    number: int
    """1-based position among the deck's cells."""
    slide: int
    """Number of the slide it is on."""
    script: Script
    """What to run of ``source``, and the outputs that its author expects."""
    prefix: str = ""
    """What stands before its lines in the file: blanks of a list item, ``> `` of a quote."""
    option_lines: int = 0
    """How many leading source lines are ``#|`` options."""
    output_fence: OutputFence | None = None

    @property
    def label(self) -> str:
        """The author's label, or ``cell-3``."""
        return self.options.label or f"cell-{self.number}"

    @property
    def first_row(self) -> int:
        """0-based source line on which the code begins, behind options and blank lines."""
        rows = self.source.split("\n")
        return next((row for row in range(self.option_lines, len(rows)) if rows[row].strip()), self.option_lines)

    def without_label(self) -> Cell:
        """The cell as if its author had not named it."""
        return replace(self, options=replace(self.options, label=None))


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between cells, as written."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide, counted as Marp counts; its text begins with the ``---`` before it."""

    number: int
    blocks: tuple[Prose | Cell, ...]
    location: Location

    @property
    def first_line(self) -> Location:
        """Where its content begins, after the ruler and blank lines."""
        line = self.location.line
        for block in self.blocks:
            for text in block.text.split("\n"):
                if text.strip() and not set(text.strip()) <= set("-*_ "):
                    return Location(self.location.path, line)
                line += 1
            line -= 1
        return self.location


@dataclass(frozen=True, slots=True)
class Image:
    """A picture the author put in: ``![alt](source)``, ``<img src>`` or ``url(…)``."""

    source: str
    """As written, percent-decoded."""
    alt: str
    location: Location
    slide: int


@dataclass(frozen=True, slots=True)
class Inline:
    """A value in prose: `` `{python} expr` ``."""

    source: str
    location: Location
    slide: int


@dataclass(frozen=True, slots=True)
class ThemeName:
    """A theme that a deck names."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML block that opens a deck; ``text`` includes its rulers and a byte order mark before it, or is ""."""

    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deck:
    """A whole file: ``front_matter.text`` and the slides' blocks in order are the text that was parsed."""

    path: Path
    front_matter: FrontMatter
    slides: tuple[Slide, ...]
    images: tuple[Image, ...] = ()
    inlines: tuple[Inline, ...] = ()
    themes: tuple[ThemeName, ...] = ()
    """The themes that it names; the last one that exists applies."""
    adopted: bool = False
    """True: the front matter says ``execute:``; real outputs are woven in."""
    prelude: str = ""
    """Python that runs before the first cell."""
    findings: tuple[Finding, ...] = ()
    """Faults in the text that do not keep cells from running."""
    env: tuple[str, ...] = ()
    """Names of environment variables that its cells see."""
    sandbox: bool = False
    """True: its cells run where they can reach nothing."""
    kernel: str = NATIVE
    """Name of the Jupyter kernel that runs its cells."""
    kernel_line: int = 0
    """Where it names the kernel; 0: nowhere."""
    text: str = ""
    """The file as it was read; for a deck in classic syntax, before it was modernised."""
    lang: str = "en"
    """Language of its slides, without region: ``ja``."""
    size: str = "16:9"
    """Name of the slide size in the theme."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of all slides, in order."""
        return tuple(b for s in self.slides for b in s.blocks if isinstance(b, Cell))

    @property
    def values(self) -> tuple[Inline, ...]:
        """The values in prose that are evaluated; a foreign deck's stay as they are."""
        return self.inlines if self.adopted else ()

    @property
    def name(self) -> str:
        """The stem of its output files: ``slides/01-perceptron.md`` -> ``01-perceptron``."""
        return self.path.stem
