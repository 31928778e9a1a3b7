"""A deck as its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from marpweave.model.bibliography import Bibliography
from marpweave.model.diagram import Diagram
from marpweave.model.finding import Finding
from marpweave.model.location import Location
from marpweave.model.options import Options
from marpweave.model.origins import Origins, SourceFile
from marpweave.model.variant import Region, Variant

NATIVE = "python3"
"""The kernel that every environment with ipykernel has."""
TEXT_WIDTH = 1140
"""CSS pixels between the margins of Gaia on a slide of 1280 x 720."""
TEXT_WIDTH_4_3 = 820
"""On one of 960 x 720."""


class Notation(StrEnum):
    """The notations in which authors write an expected output (docs/OUTPUTS.md)."""

    COMMENT = "comment"  # print(x)  # 10
    LINES = "lines"      # comment lines under the statement
    FENCE = "fence"      # an output fence behind the cell
    SESSION = "session"  # >>> x, doctest
    ARROW = "arrow"      # print(x) -> 10
    PROMPT = "prompt"    # >>> 10 holds the output


@dataclass(frozen=True, slots=True)
class ExpectedOutput:
    """What the author says a statement (or the whole cell) gives."""

    notation: Notation
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
    blanks: tuple[int, ...] = ()
    """0-based source lines on which blanks for students raise."""

    @property
    def watch(self) -> tuple[int, ...]:
        """0-based source lines whose expressions the kernel must observe."""
        claimed = (e.statement[e.notation is Notation.PROMPT] for e in self.expected
                   if e.notation not in (Notation.FENCE, Notation.SESSION))
        return tuple(sorted({*claimed, *self.blanks}))


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
    regions: tuple[Region, ...] = ()
    """What of it students do not get."""
    hidden: frozenset[int] = frozenset()
    """0-based source lines that no slide shows: markers of regions, and what a variant leaves out."""

    @property
    def label(self) -> str:
        """The author's label, or ``cell-3``."""
        return self.options.label or f"cell-{self.number}"

    @property
    def tags(self) -> tuple[str, ...]:
        """What Jupyter calls so."""
        return self.options.tags

    @property
    def first_row(self) -> int:
        """0-based source line on which the code begins, behind options and blank lines."""
        rows = self.source.split("\n")
        return next((row for row in range(self.option_lines, len(rows)) if rows[row].strip()), self.option_lines)

    @property
    def shown_rows(self) -> tuple[int, ...]:
        """0-based source lines that a slide shows: neither options nor what is hidden."""
        start = self.first_row if self.option_lines else 0
        return tuple(row for row in range(start, self.source.count("\n") + 1) if row not in self.hidden)

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
        for block in self.blocks:
            for line, text in enumerate(block.text.split("\n"), block.location.line):
                if text.strip() and not set(text.strip()) <= set("-*_ "):
                    return Location(self.location.path, line)
        return self.location


@dataclass(frozen=True, slots=True)
class Image:
    """A picture the author put in: ``![alt](source)``, ``<img src>`` or ``url(…)``."""

    source: str
    """As written, percent-decoded."""
    alt: str | None
    """The words that stand for it; "": it needs none; None: it lacks them."""
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
    """A theme that a deck names, or a slide size of one."""

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
    diagrams: tuple[Diagram, ...] = ()
    themes: tuple[ThemeName, ...] = ()
    """The themes that it names; the last one that exists applies."""
    sizes: tuple[ThemeName, ...] = ()
    """The slide sizes that it names; the last one that its theme has applies."""
    adopted: bool = False
    """True: the front matter says ``execute:``; real outputs are woven in."""
    prelude: str = ""
    """Python that runs before the first cell."""
    findings: tuple[Finding, ...] = ()
    """Faults in the text that do not keep cells from running."""
    refused: tuple[Finding, ...] = ()
    """Tags that Marp shows as text, unless its configuration lets them through."""
    env: tuple[str, ...] = ()
    """Names of environment variables that its cells see."""
    sandbox: bool = False
    """True: its cells run where they can reach nothing."""
    kernel: str = NATIVE
    """Name of the Jupyter kernel that runs its cells."""
    kernel_line: int = 0
    """Where it names the kernel; 0: nowhere."""
    text: str = ""
    """The file as it was read, with those that it includes; for a deck in classic syntax, before it was modernised."""
    origins: Origins = field(default_factory=Origins)
    """Where its lines come from: locations count the lines of ``text``."""
    lang: str = "en"
    """Language of its slides, without region: ``ja``."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    called: str = ""
    """The name that it is given; "": that of its file."""
    variant: Variant = Variant.FULL
    full: Deck | None = None
    """The deck that this is a variant of; None: it is none."""
    others: Mapping[str, Deck] = field(default_factory=dict)
    """The decks that its prose refers to, by the name that it gives them."""

    @property
    def name(self) -> str:
        """Of its figures, and of its outputs if it is full; no other deck of the project has it: ``week1/intro``."""
        return self.called or self.path.stem

    @property
    def size(self) -> str:
        """Name of the slide size in the theme."""
        return self.sizes[-1].name if self.sizes else "16:9"

    @property
    def output_name(self) -> str:
        """Of its outputs, without suffix: ``week1/intro``, ``week1/intro.student``."""
        return self.variant.named(self.name)

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """Its own file and those that it includes."""
        return self.origins.files or (SourceFile(self.path, self.text, self.path),)

    @property
    def draws(self) -> bool:
        """Whether ``figures/`` shows what its cells draw; what those of a variant draw stands in its outputs alone."""
        return self.adopted and self.full is None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of all slides, in order."""
        return tuple(b for s in self.slides for b in s.blocks if isinstance(b, Cell))

    @property
    def values(self) -> tuple[Inline, ...]:
        """The values in prose that are evaluated; a foreign deck's stay as they are."""
        return self.inlines if self.adopted else ()


def text_width(size: str | None) -> int:
    """Width between the margins for what the ``size`` directive says."""
    return TEXT_WIDTH_4_3 if size == "4:3" else TEXT_WIDTH
