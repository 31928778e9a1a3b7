"""What running a cell gave, in nbformat's words."""

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
    """A MIME bundle; ``is_result`` when it is the value of the cell's last expression."""

    data: Mapping[str, str]
    is_result: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether a slide can show it as text alone."""
        return PLAIN in self.data and not self.drawn() and not any(mime in self.data for mime in RICH)

    def drawn(self, *, live: bool = False) -> str:
        """The MIME type of what a build draws of it, where it is ``live`` of HTML, too; "": it draws nothing."""
        plot = next((mime for mime in self.data if mime.startswith(DRAWN)), "")
        return plot or (HTML if live and HTML in self.data else "")


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
    """APNG of the moving picture whose poster ``content`` is; empty for a still."""


@dataclass(frozen=True, slots=True)
class Write:
    """Text that one statement printed or displayed; ``lines`` are the deck's lines on the call stack, 1-based."""

    text: str
    lines: tuple[int, ...]
    stream: str = "stdout"
    """``stdout``, ``stderr``, or ``display`` for what a slide shows of a display as plain text."""


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
    """A Python warning or a note from the kernel side, and where it was raised."""

    category: str
    """The warning's class; "" for a note."""
    message: str
    line: int | None


class Input(NamedTuple):
    """Something that a cell read, and its digest at that time; a tuple, as records keep it."""

    kind: Annotated[str, Meta(pattern=r"\A[a-z][a-z_-]*\Z")]
    """``file``, ``listing``, ``presence``, ``time``, ``mode``, ``status``, ``module``, ``code``, ``importable``,
    ``distributions``, ``environment``, ``outside`` (a variable that cells do not see), ``place`` (of the project),
    ``text``, ``lines`` or ``deps``."""
    name: str
    """A path relative to the project's folder, or absolute outside of it; a variable; a pattern. For ``code``: a
    module's path, ``::`` and the functions that ran."""
    digest: str
    """For ``code``: digests of the file, of the module without function bodies, and of each function's body."""


ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-f]{6,}")
UNCACHED = "`cache: false`"
"""Why a cell runs in every build, if its author says so."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How an outcome came about, and what it depends on."""

    seconds: float = 0.0
    inputs: tuple[Input, ...] = ()
    written: tuple[Input, ...] = ()
    """The files that the cell left behind."""
    volatile: str = ""
    """Why not everything that it read could be seen; "": it could."""
    unseen: tuple[str, ...] = ()
    """Files that only system calls show it read; without a witness they are missed."""
    watched: str = ""
    """What showed its inputs: ``system calls`` or ``audit hooks``; "": it did not run."""
    worker: str = ""
    """Where it ran; "": in this process."""
    cached: bool = False
    """True: from an earlier build, not run in this one."""
    nondeterministic: bool = False
    """True: it differed in an earlier build, with the same code and inputs."""
    stale: str = ""
    """What has changed since a frozen outcome was kept; "": nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that running one cell gave; comparing two ignores their provenance."""

    outputs: tuple[Stream | Display | Error, ...] = ()
    figures: tuple[Figure, ...] = ()
    writes: tuple[Write, ...] = ()
    values: tuple[Value, ...] = ()
    answers: tuple[Answer, ...] = ()
    warnings: tuple[Warned, ...] = ()
    ran: bool = True
    trouble: Finding | None = None
    """Set when the cell did not end by itself: timeout, dead kernel."""
    provenance: Provenance = field(default=Provenance(), compare=False)

    def with_provenance(self, **changes: Any) -> Outcome:  # noqa: ANN401
        """The same outcome with some of its provenance changed."""
        return replace(self, provenance=replace(self.provenance, **changes))

    def resembles(self, other: Outcome) -> bool:
        """Whether two runs gave the same, addresses of objects aside."""
        one, two = (ADDRESS.sub("0x", repr(replace(each, provenance=Provenance()))) for each in (self, other))
        return self == other or one == two

    def in_files(self, origins: Origins) -> Outcome:
        """The same outcome; what it printed names the files of the deck."""
        outputs = tuple(replace(each, text=origins.in_tracebacks(each.text)) if isinstance(each, Stream) else each
                        for each in self.outputs)
        writes = tuple(replace(write, text=origins.in_tracebacks(write.text)) for write in self.writes)
        return replace(self, outputs=outputs, writes=writes)

    @property
    def error(self) -> Error | None:
        """The exception that left the cell, if any."""
        return next((o for o in self.outputs if isinstance(o, Error)), None)

    @property
    def results(self) -> list[str]:
        """What a notebook shows for the last expression: ``int`` for the type that Python spells ``<class 'int'>``."""
        return [o.data[PLAIN] for o in self.outputs if isinstance(o, Display) and o.is_result and PLAIN in o.data]

    def written(self, first: int, last: int, *streams: str) -> list[str]:
        """What lines ``first`` to ``last`` of the deck wrote to ``streams``, or to all."""
        return [write.text for write in self.writes if (not streams or write.stream in streams)
                and any(first <= line <= last for line in write.lines)]

    def text(self, *, stderr: bool) -> str:
        """The cell's output as text, as a slide shows it: streams, results, the error."""
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

    @property
    def steps(self) -> tuple[Outcome, ...]:
        """Of its cells, then of its values."""
        return *self.cells, *self.inlines

    def in_files(self, origins: Origins) -> DeckOutcome:
        """The same outcome; what it printed names the files of the deck."""
        cells, inlines = (tuple(each.in_files(origins) for each in some) for some in (self.cells, self.inlines))
        return DeckOutcome(cells, inlines) if origins else self
