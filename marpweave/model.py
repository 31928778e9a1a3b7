"""The words of the project as frozen values; imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in an author's file; ``str()`` is ``path:line``."""

    path: Path
    line: int
    """1-based, as editors count."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


# -- options ----------------------------------------------------------------


class Compare(StrEnum):
    """How an expected output is compared with what the cell gave."""

    NUMERIC = "numeric"
    EXACT = "exact"
    ELLIPSIS = "ellipsis"
    REGEX = "regex"
    OFF = "off"


class Output(StrEnum):
    """What of a cell's output stands on the slide."""

    SHOW = "true"
    HIDE = "false"
    ASIS = "asis"


class OutputLocation(StrEnum):
    """Where a cell's output stands."""

    DEFAULT = "default"
    COLUMN = "column"
    SLIDE = "slide"


@dataclass(frozen=True, slots=True)
class ExecutionOptions:
    """What changes the run; all of it belongs into a cache key."""

    eval: bool = True
    error: bool | str = False
    """False: must not raise. True: must raise. A name: must raise that exception."""
    timeout: float | None = None
    """Seconds; None: the build's default."""
    deps: tuple[str, ...] = ()
    """Inputs that cannot be observed."""
    cache: bool | None = None
    """False: run in every build. True: keep the result of a cell that starts programs or uses the network, too."""
    isolate: bool = False
    """Run in a throw-away copy of the state."""
    source: str | None = None
    """The object of a package whose code this is; the cell is shown, not run."""


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """What changes the cell's own figures and nothing else."""

    fig_width: float | None = None
    """Inches; None: as the code made it."""
    fig_height: float | None = None
    fig_dpi: float | None = None
    fig_format: str = "svg"


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """What is shown of a cell; changes no run."""

    echo: bool = True
    output: Output = Output.SHOW
    include: bool = True
    warning: bool = True
    output_location: OutputLocation = OutputLocation.DEFAULT
    fig_cap: str | None = None
    fig_alt: str | None = None
    out_width: str | None = None
    code_line_numbers: str | None = None


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How expected outputs are compared; changes no run."""

    check: Compare | None = None
    """None: what the notation implies (doctest sessions exact, all others numeric)."""
    rtol: float | None = None
    atol: float | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """All options of one cell, one value per duty."""

    label: str | None = None
    execution: ExecutionOptions = ExecutionOptions()
    figure: FigureOptions = FigureOptions()
    display: DisplayOptions = DisplayOptions()
    check: CheckOptions = CheckOptions()


# -- a deck as its author wrote it -------------------------------------------


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
    """0-based source line from which on the output may be meant, where a block of lines stands
    under several statements; None: the statement alone."""
    marked: bool = True
    """False: a bare trailing comment, an expectation only if it reads as a value."""
    column: int = 0
    """Column of ``want`` in source line ``first``."""
    width: int = 0
    """How many characters of line ``first`` it takes there."""
    prefix: str = ""
    """What stands before each line of ``want``: ``#> ``, ``>>> `` …; the mark of a comment: ``=>``, ``出力:``."""


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
    """A fence of Python; ``text`` is its stretch of the file, output fence included."""

    text: str
    source: str
    """The fence's content, options included, lines ended by ``\\n``."""
    info: str
    """The info string as it stands: ``python eval=false``."""
    options: Options
    location: Location
    """The opening line of the fence; source line i stands at ``location.line + 1 + i``."""
    number: int
    """1-based position among the deck's cells."""
    slide: int
    """Number of the slide it stands on."""
    prefix: str = ""
    """What stands before its lines in the file: blanks of a list item, ``> `` of a quote."""
    option_lines: int = 0
    """How many leading source lines are ``#|`` options."""
    output_fence: OutputFence | None = None

    @property
    def label(self) -> str:
        """The author's label, or ``cell-3``."""
        return self.options.label or f"cell-{self.number}"


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between cells, as it stands."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide as Marp counts them; the ``---`` before it opens its text."""

    number: int
    blocks: tuple[Prose | Cell, ...]
    location: Location

    @property
    def first_line(self) -> Location:
        """Where its content begins, behind the ruler and blank lines."""
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
class FrontMatter:
    """The YAML block that opens a deck; ``text`` includes its rulers and a byte order mark before it, or is ""."""

    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deck:
    """A whole file: ``front_matter.text`` and the slides' blocks in order are its text again."""

    path: Path
    front_matter: FrontMatter
    slides: tuple[Slide, ...]
    images: tuple[Image, ...] = ()
    inlines: tuple[Inline, ...] = ()
    adopted: bool = False
    """True: the front matter says ``execute:``; real outputs are woven in."""
    prelude: str = ""
    """Python that runs before the first cell."""

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
        """Names its files: ``slides/01-perceptron.md`` -> ``01-perceptron``."""
        return self.path.stem


# -- what running gave (nbformat's words) --------------------------------------

PLAIN = "text/plain"
RICH = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "text/markdown", "text/latex", "text/html")
"""MIME types that a slide shows better than plain text, the best first."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Text written to stdout or stderr."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Display:
    """A MIME bundle; ``is_result`` when it is the value of the cell's last expression."""

    data: Mapping[str, str]
    is_result: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether a slide can show it as text alone."""
        return PLAIN in self.data and not any(mime in self.data for mime in RICH)


@dataclass(frozen=True, slots=True)
class Error:
    """An exception that left the cell."""

    name: str
    message: str
    line: int | None
    """Line of the author's file where it happened; None: outside of the file."""
    traceback: str = ""

    @property
    def summary(self) -> str:
        """The last line of its traceback: ``ValueError: …``."""
        return f"{self.name}: {self.message}" if self.message else self.name


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture a cell left open."""

    name: str
    """Its file name: ``sigmoid.svg``, ``sigmoid-2.svg``."""
    content: bytes
    missing_glyphs: tuple[str, ...] = ()
    animation: bytes = b""
    """APNG of the moving picture whose last frame ``content`` is; empty for a still."""


@dataclass(frozen=True, slots=True)
class Write:
    """Text that one statement printed; ``lines`` are the deck's lines on the call stack, 1-based."""

    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """What a bare expression gave."""

    line: int
    """1-based line of the file where the expression begins."""
    repr: str
    str: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one example of a doctest session gave, as doctest sees it."""

    line: int
    """1-based line of its prompt."""
    got: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A Python warning or a note of the kernel side, with the place it was raised at."""

    category: str
    """The warning's class; "" for a note."""
    message: str
    line: int | None


@dataclass(frozen=True, slots=True, order=True)
class Input:
    """What a cell read, and how it stood then."""

    kind: str
    """``file``, ``listing``, ``presence``, ``module``, ``code``, ``importable``, ``environment``, ``text`` or
    ``deps``."""
    name: str
    """A path as seen from the project's folder, or absolute outside of it; a variable; a pattern. Of ``code`` a
    module's path, ``::`` and the functions that ran."""
    digest: str
    """Of ``code``: of the file, of the module without bodies of functions, of each function's body."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that running one cell gave."""

    outputs: tuple[Stream | Display | Error, ...] = ()
    figures: tuple[Figure, ...] = ()
    writes: tuple[Write, ...] = ()
    values: tuple[Value, ...] = ()
    answers: tuple[Answer, ...] = ()
    warnings: tuple[Warned, ...] = ()
    ran: bool = True
    trouble: Finding | None = None
    """Set when the cell did not end by itself: timeout, dead kernel."""
    seconds: float = field(default=0.0, compare=False)
    inputs: tuple[Input, ...] = field(default=(), compare=False)
    volatile: str = field(default="", compare=False)
    """Why what it read could not all be seen; "": it could."""
    cached: bool = field(default=False, compare=False)
    """True: an earlier build's, not run in this one."""
    wavers: bool = field(default=False, compare=False)
    """True: gave something else in an earlier build, with the same code and inputs."""
    stale: str = field(default="", compare=False)
    """What of a frozen outcome is no longer as it was; "": nothing."""

    @property
    def error(self) -> Error | None:
        """The exception that left the cell, if any."""
        return next((o for o in self.outputs if isinstance(o, Error)), None)

    def text(self, *, stderr: bool) -> str:
        """The text a cell gives, as it stands under it on a slide: streams, results, the error."""
        text = ""
        for output in self.outputs:
            match output:
                case Stream() if stderr or output.name != "stderr":
                    text += output.text
                case Display() if PLAIN in output.data:
                    text += "\n" * bool(text and not text.endswith("\n")) + output.data[PLAIN] + "\n"
                case Error():
                    text += "\n" * bool(text and not text.endswith("\n")) + output.summary + "\n"
        return text


@dataclass(frozen=True, slots=True)
class DeckOutcome:
    """What running a deck gave: an outcome for each cell, and for each value in prose."""

    cells: tuple[Outcome, ...]
    inlines: tuple[Outcome, ...] = ()


# -- what is wrong -------------------------------------------------------------


class Kind(StrEnum):
    """Kinds of findings; each has a failure case in tests/golden/failures."""

    MARKDOWN = "markdown"
    OPTION = "option"
    SYNTAX = "syntax"
    ERROR = "error"
    TIMEOUT = "timeout"
    KERNEL_DIED = "kernel-died"
    MISMATCH = "mismatch"
    SUSPECT = "suspect"
    UNCHECKED = "unchecked"
    WARNING = "warning"
    WAVERING = "wavering"
    STALE = "stale"
    MISSING_IMAGE = "missing-image"
    REMOTE_IMAGE = "remote-image"
    MISSING_GLYPH = "missing-glyph"
    STALE_FIGURE = "stale-figure"
    STALE_SOURCE = "stale-source"
    OVERFLOW = "overflow"
    SMALL_TEXT = "small-text"
    RENDER = "render"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in an author's file: the place, what is wrong, what would be right."""

    kind: Kind
    location: Location
    message: str
    slide: int | None = None
    want: str | None = None
    got: str | None = None
