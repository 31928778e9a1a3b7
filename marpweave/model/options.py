"""The options of a cell, one type per duty."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Compare(StrEnum):
    """How an expected output is compared with what the cell gave."""

    NUMERIC = "numeric"
    EXACT = "exact"
    ELLIPSIS = "ellipsis"
    REGEX = "regex"
    OFF = "off"


class Output(StrEnum):
    """How much of a cell's output the slide shows."""

    SHOW = "true"
    HIDE = "false"
    ASIS = "asis"
    LIVE = "live"
    """As a true one; what runs in a browser does so on the slides of an HTML file."""


class OutputLocation(StrEnum):
    """Where the slide shows a cell's output."""

    DEFAULT = "default"
    COLUMN = "column"
    SLIDE = "slide"
    FRAGMENT = "fragment"
    """Under the code, a step later."""
    COLUMN_FRAGMENT = "column-fragment"


@dataclass(frozen=True, slots=True)
class ExecutionOptions:
    """Options that change the run; all of them are in the cache key."""

    eval: bool = True
    error: bool | str = False
    """False: must not raise. True: must raise. A name: must raise that exception."""
    timeout: float | None = None
    """Seconds; None: the build's default."""
    deps: tuple[str, ...] = ()
    """Inputs that cannot be observed."""
    cache: bool | None = None
    """False: run in every build. True: keep the result even if the cell starts programs or uses the network."""
    isolate: bool = False
    """Run in a throw-away copy of the state."""
    source: str | None = None
    """The object of a package whose code this is; the cell is shown, not run."""


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """Options that change the cell's own figures and nothing else."""

    fig_width: float | None = None
    """Inches; None: as the code made it."""
    fig_height: float | None = None
    fig_dpi: float | None = None
    fig_format: str = "svg"
    fig_poster: tuple[int, ...] = ()
    """Frames of an animation, from 1, that stand for it where nothing moves; none: the last."""


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """Options that change what the slide shows of a cell, but not the run."""

    echo: bool = True
    output: Output = Output.SHOW
    include: bool = True
    warning: bool = True
    output_location: OutputLocation = OutputLocation.DEFAULT
    fig_cap: str | None = None
    tbl_cap: str | None = None
    lst_cap: str | None = None
    lst_label: str | None = None
    """By which prose refers to the code; None: by the cell's label."""
    fig_alt: str | None = None
    fig_build: str | None = None
    """``stack``: several figures come one after the other in one place; None: they stand there together."""
    out_width: str | None = None
    code_line_numbers: str | None = None
    """Lines to highlight; ``|`` between those of each step, where an empty step means all."""

    @property
    def is_live(self) -> bool:
        """Whether what the cell displays runs on its slide."""
        return self.output is Output.LIVE


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Options that change how expected outputs are compared, but not the run."""

    check: Compare | None = None
    """None: what the notation implies (doctest sessions exact, all others numeric)."""
    rtol: float | None = None
    atol: float | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """All options of one cell, one value per duty."""

    label: str | None = None
    tags: tuple[str, ...] = ()
    """Jupyter's: ``solution`` cells are not for students, ``test`` cells prove theirs."""
    execution: ExecutionOptions = ExecutionOptions()
    figure: FigureOptions = FigureOptions()
    display: DisplayOptions = DisplayOptions()
    check: CheckOptions = CheckOptions()
