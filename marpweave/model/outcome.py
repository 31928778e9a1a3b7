"""The outcome of a cell, in nbformat's terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, NamedTuple

from msgspec import Meta

from marpweave.model.finding import Finding
from marpweave.model.origins import Origins

PLAIN = "text/plain"
HTML = "text/html"
RICH = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "text/markdown", "text/latex", HTML)
"""MIME types that a slide prefers to plain text, best first."""
DRAWN = ("application/vnd.vegalite.", "application/vnd.plotly.")
"""How MIME types of data begin that a build draws."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Text written to stdout or stderr."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Display:
    """A MIME bundle; ``is_result`` if it is the value of the cell's last expression."""

    data: Mapping[str, str]
    is_result: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether a slide can show it as plain text."""
        return PLAIN in self.data and not self.drawn() and not any(mime in self.data for mime in RICH)

    def drawn(self, *, live: bool = False) -> str:
        """The MIME type that the build must draw, or ""; if ``live``, HTML counts, too."""
        plot = next((mime for mime in self.data if mime.startswith(DRAWN)), "")
        return plot or (HTML if live and HTML in self.data else "")


@dataclass(frozen=True, slots=True)
class Error:
    """An uncaught exception."""

    name: str
    message: str
    line: int | None
    """Line of the author's file that raised; None if it was raised elsewhere."""
    traceback: str = ""

    @property
    def summary(self) -> str:
        """The last line of the traceback: ``ValueError: …``."""
        return f"{self.name}: {self.message}" if self.message else self.name


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure left open by a cell."""

    name: str
    """File name: ``sigmoid.svg``, ``sigmoid-2.svg``."""
    content: bytes
    missing_glyphs: tuple[str, ...] = ()
    animation: bytes = b""
    """The animation as APNG, with ``content`` as its poster; empty for a still figure."""


@dataclass(frozen=True, slots=True)
class Write:
    """Text printed or displayed by one statement; ``lines`` are the 1-based lines of the deck on the call stack."""

    text: str
    lines: tuple[int, ...]
    stream: str = "stdout"
    """``stdout``, ``stderr``, or ``display`` for what a slide shows of a display as plain text."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of an expression statement."""

    line: int
    """1-based line of the file where the expression begins."""
    repr: str
    str: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The output of one example of a doctest session, as doctest captures it."""

    line: int
    """1-based line of the prompt."""
    got: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A Python warning or a note from the kernel, and where it was raised."""

    category: str
    """Name of the warning class; "" for a note."""
    message: str
    line: int | None


class Input(NamedTuple):
    """Something that a cell read, with its digest at that time; a tuple, as in the records."""

    kind: Annotated[str, Meta(pattern=r"\A[a-z][a-z_-]*\Z")]
    """``file``, ``listing``, ``presence``, ``time``, ``mode``, ``status``, ``module``, ``code``, ``importable``,
    ``distributions``, ``environment``, ``outside`` (an environment variable hidden from cells),
    ``place`` (of the project), ``text``, ``lines`` or ``deps``."""
    name: str
    """A path, relative to the project's folder if inside it; a variable; or a pattern. For ``code``: a module's path,
    ``::`` and the functions that ran."""
    digest: str
    """For ``code``: digests of the file, of the module without function bodies, and of each function body."""


ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-f]{6,}")
UNCACHED = "`cache: false`"
"""Why a cell runs in every build, if its author says so."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How an outcome was produced, and what it depends on."""

    seconds: float = 0.0
    inputs: tuple[Input, ...] = ()
    written: tuple[Input, ...] = ()
    """Files written by the cell that still exist."""
    volatile: str = ""
    """Why some of its inputs could not be observed; "" if all were."""
    unseen: tuple[str, ...] = ()
    """Files whose reading only the system-call witness reported; audit hooks miss them."""
    watched: str = ""
    """How inputs were observed: ``system calls`` or ``audit hooks``; "" if the cell did not run."""
    worker: str = ""
    """The worker that ran it; "" for this process."""
    cached: bool = False
    """True: taken from an earlier build."""
    nondeterministic: bool = False
    """True: it differed from an earlier build with the same code and inputs."""
    stale: str = ""
    """What has changed since a frozen outcome was recorded; "" if nothing has."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that running a cell produced; provenance is ignored in comparisons."""

    outputs: tuple[Stream | Display | Error, ...] = ()
    figures: tuple[Figure, ...] = ()
    writes: tuple[Write, ...] = ()
    values: tuple[Value, ...] = ()
    answers: tuple[Answer, ...] = ()
    warnings: tuple[Warned, ...] = ()
    ran: bool = True
    trouble: Finding | None = None
    """Set if the cell did not end normally: timeout, dead kernel."""
    provenance: Provenance = field(default=Provenance(), compare=False)

    def with_provenance(self, **changes: Any) -> Outcome:  # noqa: ANN401
        """A copy with changes to its provenance."""
        return replace(self, provenance=replace(self.provenance, **changes))

    def resembles(self, other: Outcome) -> bool:
        """Whether two runs gave the same result, apart from memory addresses."""
        one, two = (ADDRESS.sub("0x", repr(replace(each, provenance=Provenance()))) for each in (self, other))
        return self == other or one == two

    def in_files(self, origins: Origins) -> Outcome:
        """A copy whose printed tracebacks name the source files."""
        outputs = tuple(replace(each, text=origins.in_tracebacks(each.text)) if isinstance(each, Stream) else each
                        for each in self.outputs)
        writes = tuple(replace(write, text=origins.in_tracebacks(write.text)) for write in self.writes)
        return replace(self, outputs=outputs, writes=writes)

    @property
    def error(self) -> Error | None:
        """The uncaught exception, if any."""
        return next((o for o in self.outputs if isinstance(o, Error)), None)

    @property
    def results(self) -> list[str]:
        """The last expression's value as a notebook shows it: ``int`` rather than ``<class 'int'>`` for a type."""
        return [o.data[PLAIN] for o in self.outputs if isinstance(o, Display) and o.is_result and PLAIN in o.data]

    def values_at(self, first: int, last: int) -> list[Value]:
        """Values of expressions that begin on lines ``first`` to ``last`` of the deck."""
        return [value for value in self.values if first <= value.line <= last]

    def written(self, first: int, last: int, *streams: str) -> list[str]:
        """Texts that lines ``first`` to ``last`` of the deck wrote to ``streams`` (default: all)."""
        return [write.text for write in self.writes if (not streams or write.stream in streams)
                and any(first <= line <= last for line in write.lines)]

    def text(self, *, stderr: bool) -> str:
        """The output as plain text as a slide shows it: streams, results, the error."""
        text = ""
        for output in self.outputs:
            match output:
                case Stream() if stderr or output.name != "stderr":
                    text += output.text
                case Display() if PLAIN in output.data:
                    text = _with_line(text, output.data[PLAIN])
                case Error():
                    text = _with_line(text, output.summary)
        return text


def _with_line(text: str, line: str) -> str:
    separator = "\n" if text and not text.endswith("\n") else ""
    return f"{text}{separator}{line}\n"


@dataclass(frozen=True, slots=True)
class DeckOutcome:
    """The outcomes of a deck: one per cell and one per inline value."""

    cells: tuple[Outcome, ...]
    inlines: tuple[Outcome, ...] = ()

    @property
    def steps(self) -> tuple[Outcome, ...]:
        """Outcomes of the cells, then of the inline values."""
        return *self.cells, *self.inlines

    def in_files(self, origins: Origins) -> DeckOutcome:
        """A copy whose printed tracebacks name the source files."""
        cells, inlines = (tuple(each.in_files(origins) for each in some) for some in (self.cells, self.inlines))
        return DeckOutcome(cells, inlines) if origins else self
