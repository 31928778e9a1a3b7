"""A deck as its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from marpweave.model.bibliography import Bibliography
from marpweave.model.diagram import Diagram
from marpweave.model.environment import NATIVE
from marpweave.model.finding import Finding
from marpweave.model.location import Location
from marpweave.model.options import Options
from marpweave.model.origins import Origins, SourceFile
from marpweave.model.variant import Region, Variant

TEXT_WIDTH = 1140
"""CSS pixels between the margins of Gaia on a slide of 1280 x 720."""
TEXT_WIDTH_4_3 = 820
"""On one of 960 x 720."""


class Notation(StrEnum):
    """The notations in which an expected output can be written (docs/OUTPUTS.md)."""

    COMMENT = "comment"  # print(x)  # 10
    LINES = "lines"      # comment lines under the statement
    FENCE = "fence"      # an output fence behind the cell
    SESSION = "session"  # >>> x, doctest
    ARROW = "arrow"      # print(x) -> 10
    PROMPT = "prompt"    # >>> 10 holds the output


@dataclass(frozen=True, slots=True)
class ExpectedOutput:
    """The output that the author states for a statement (or the whole cell)."""

    notation: Notation
    want: str
    """The text without comment signs, markers, prompts and remarks; no newline at the end."""
    first: int
    """0-based source line of the cell where ``want`` begins (for FENCE: line of the fence's content)."""
    last: int
    statement: tuple[int, int]
    """0-based first and last source line of the statement that produces the output."""
    since: int | None = None
    """0-based source line of the first statement that a block of lines below several statements may cover; None: only
    ``statement``."""
    marked: bool = True
    """False: a bare trailing comment or fence, which is an expectation only if it looks like a value."""
    column: int = 0
    """Column of ``want`` in source line ``first``."""
    width: int = 0
    """Number of characters of ``want`` in line ``first``."""
    prefix: str = ""
    """The text before each line of ``want``: ``#> ``, ``>>> `` …; for a comment, its marker: ``=>``, ``Output:``."""


@dataclass(frozen=True, slots=True)
class Script:
    """The executable code of a cell, and its expected outputs."""

    code: str
    """Python code without expected outputs that are not comments; line numbers are those of the cell's source."""
    expected: tuple[ExpectedOutput, ...] = ()
    session: bool = False
    """True: a doctest session, executed example by example."""
    blanks: tuple[int, ...] = ()
    """0-based source lines whose student blanks raise when executed."""
    strays: tuple[ExpectedOutput, ...] = ()
    """Marked comments beside code that has no output of its own: ``return x  # => 1``."""

    @property
    def watch(self) -> tuple[int, ...]:
        """0-based source lines of the expressions whose values the kernel must record."""
        claimed = (e.statement[e.notation is Notation.PROMPT] for e in self.expected
                   if e.notation not in (Notation.FENCE, Notation.SESSION))
        return tuple(sorted({*claimed, *self.blanks}))


@dataclass(frozen=True, slots=True)
class OutputFence:
    """The fence below a cell that holds its expected output."""

    source: str
    info: str
    location: Location
    """Line of the opening fence."""
    prefix: str
    """The prefix of its lines in the file: indentation in a list item, ``> `` in a quote."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A Python fence; ``text`` is its part of the file, including its output fence."""

    text: str
    source: str
    """Content of the fence, including options; lines end in ``\\n``."""
    info: str
    """Info string as written: ``python eval=false``."""
    options: Options
    location: Location
    """Line of the opening fence; source line i is line ``location.line + 1 + i`` of the file."""
    number: int
    """1-based position among the cells of the deck."""
    slide: int
    """Number of the slide that contains it."""
    script: Script
    """The executable part of ``source``, and its expected outputs."""
    prefix: str = ""
    """The prefix of its lines in the file: indentation in a list item, ``> `` in a quote."""
    option_lines: int = 0
    """Number of leading source lines that are ``#|`` options."""
    output_fence: OutputFence | None = None
    plain_fence: OutputFence | None = None
    """A fence below that remains prose but may contain the output: without a language, or after ``Output:``."""
    regions: tuple[Region, ...] = ()
    """Solutions and hidden tests, which students do not get."""
    hidden: frozenset[int] = frozenset()
    """0-based source lines that no slide shows: region markers, and lines that a variant leaves out."""

    @property
    def label(self) -> str:
        """The label set by the author, or ``cell-3``."""
        return self.options.label or f"cell-{self.number}"

    @property
    def tags(self) -> tuple[str, ...]:
        """Cell tags in the sense of Jupyter."""
        return self.options.tags

    @property
    def first_row(self) -> int:
        """0-based source line of the first line of code after options and blank lines."""
        rows = self.source.split("\n")
        return next((row for row in range(self.option_lines, len(rows)) if rows[row].strip()), self.option_lines)

    @property
    def shown_rows(self) -> tuple[int, ...]:
        """0-based source lines that a slide shows: no options and no hidden lines."""
        start = self.first_row if self.option_lines else 0
        return tuple(row for row in range(start, self.source.count("\n") + 1) if row not in self.hidden)

    def without_label(self) -> Cell:
        """The cell without the label set by its author."""
        return replace(self, options=replace(self.options, label=None))


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between cells, as written."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide, numbered as in Marp; its text includes the ``---`` before it."""

    number: int
    blocks: tuple[Prose | Cell, ...]
    location: Location

    @property
    def first_line(self) -> Location:
        """Location of the first line of content after the ruler and blank lines."""
        for block in self.blocks:
            for line, text in enumerate(block.text.split("\n"), block.location.line):
                if text.strip() and not set(text.strip()) <= set("-*_ "):
                    return Location(self.location.path, line)
        return self.location


@dataclass(frozen=True, slots=True)
class Image:
    """An image that the author inserted: ``![alt](source)``, ``<img src>`` or ``url(…)``."""

    source: str
    """As written, but percent-decoded."""
    alt: str | None
    """Alternative text; "": decorative; None: missing."""
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
    """A theme that a deck names, or a slide size of a theme."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML block at the start of a deck; ``text`` includes its ``---`` lines and a byte order mark, or is ""."""

    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deck:
    """A parsed file: ``front_matter.text`` followed by the text of all blocks is the text that was parsed."""

    path: Path
    front_matter: FrontMatter
    slides: tuple[Slide, ...]
    images: tuple[Image, ...] = ()
    inlines: tuple[Inline, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    themes: tuple[ThemeName, ...] = ()
    """Themes that the deck names; the last one that exists applies."""
    sizes: tuple[ThemeName, ...] = ()
    """Slide sizes that the deck names; the last one that its theme defines applies."""
    adopted: bool = False
    """True: the front matter has ``execute:``, so outputs are woven into the slides."""
    prelude: str = ""
    """Python code that runs before the first cell."""
    findings: tuple[Finding, ...] = ()
    """Faults in the text that do not prevent execution."""
    refused: tuple[Finding, ...] = ()
    """HTML tags that Marp escapes unless its configuration allows them."""
    env: tuple[str, ...] = ()
    """Names of environment variables that cells may read."""
    sandbox: bool = False
    """True: cells run in a sandbox."""
    kernel: str = NATIVE
    """Name of the Jupyter kernel."""
    kernel_line: int = 0
    """Line that names the kernel; 0 if none does."""
    text: str = ""
    """The file as read, with included files; for a deck in classic syntax, before conversion."""
    origins: Origins = field(default_factory=Origins)
    """The source file of each line; locations refer to lines of ``text``."""
    lang: str = "en"
    """Language of the slides without region: ``ja``."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    called: str = ""
    """The name assigned by the project; "": the file's stem."""
    variant: Variant = Variant.FULL
    full: Deck | None = None
    """The full deck of which this is a variant; None for a full deck."""
    others: Mapping[str, Deck] = field(default_factory=dict)
    """Decks that the prose refers to, by the name used there."""

    @property
    def name(self) -> str:
        """Name of its figures, and of its outputs if it is full; unique in a project: ``week1/intro``."""
        return self.called or self.path.stem

    @property
    def size(self) -> str:
        """Name of the slide size."""
        return self.sizes[-1].name if self.sizes else "16:9"

    @property
    def output_name(self) -> str:
        """Name of its output files without suffix: ``week1/intro``, ``week1/intro.student``."""
        return self.variant.named(self.name)

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The deck's own file and all included files."""
        return self.origins.files or (SourceFile(self.path, self.text, self.path),)

    @property
    def draws(self) -> bool:
        """Whether its figures are written to ``figures/``; those of a variant are only embedded in its outputs."""
        return self.adopted and self.full is None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, in order."""
        return tuple(b for s in self.slides for b in s.blocks if isinstance(b, Cell))

    @property
    def values(self) -> tuple[Inline, ...]:
        """Inline values to evaluate; those of a foreign deck are left as they are."""
        return self.inlines if self.adopted else ()


def text_width(size: str | None) -> int:
    """Text width in CSS pixels for a value of the ``size`` directive."""
    return TEXT_WIDTH_4_3 if size == "4:3" else TEXT_WIDTH
