"""Cell options, one type per duty."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Compare(StrEnum):
    """How an expected output is compared with the actual one."""

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
    """Like ``true``; interactive outputs stay interactive in HTML slides."""


class OutputLocation(StrEnum):
    """Where the slide shows the output of a cell."""

    DEFAULT = "default"
    COLUMN = "column"
    SLIDE = "slide"
    FRAGMENT = "fragment"
    """Below the code, revealed one step later."""
    COLUMN_FRAGMENT = "column-fragment"


@dataclass(frozen=True, slots=True)
class ExecutionOptions:
    """Options that affect execution; all of them are part of the cache key."""

    eval: bool = True
    error: bool | str = False
    """False: must not raise. True: must raise. A name: must raise that exception."""
    timeout: float | None = None
    """Seconds; None: the default of the build."""
    deps: tuple[str, ...] = ()
    """Inputs that cannot be observed."""
    cache: bool | None = None
    """False: run in every build. True: cache the result even if the cell starts programs or uses the network."""
    isolate: bool = False
    """Run in a disposable copy of the kernel's state."""
    source: str | None = None
    """Name of the package object whose source the cell shows; such a cell is not run."""


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """Options that affect only the cell's own figures."""

    fig_width: float | None = None
    """Inches; None: as set by the code."""
    fig_height: float | None = None
    fig_dpi: float | None = None
    fig_format: str = "svg"
    fig_poster: tuple[int, ...] = ()
    """1-based animation frames to show in static outputs; (): the last one."""


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """Options that affect what the slide shows, but not execution."""

    echo: bool = True
    output: Output = Output.SHOW
    include: bool = True
    warning: bool = True
    output_location: OutputLocation = OutputLocation.DEFAULT
    fig_cap: str | None = None
    tbl_cap: str | None = None
    lst_cap: str | None = None
    lst_label: str | None = None
    """Label by which prose refers to the code; None: the cell's label."""
    fig_alt: str | None = None
    fig_build: str | None = None
    """``stack``: show several figures one after the other in the same place; None: all at once."""
    out_width: str | None = None
    code_line_numbers: str | None = None
    """Lines to highlight, with ``|`` between steps; an empty step highlights all lines."""

    @property
    def is_live(self) -> bool:
        """Whether outputs of the cell stay interactive on the slide."""
        return self.output is Output.LIVE


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Options that affect how expected outputs are compared, but not execution."""

    check: Compare | None = None
    """None: the default of the notation (exact for doctest sessions, otherwise numeric)."""
    rtol: float | None = None
    atol: float | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """All options of a cell, one value per duty."""

    label: str | None = None
    tags: tuple[str, ...] = ()
    """Jupyter tags; ``solution`` cells are left out for students, ``test`` cells check their answers."""
    execution: ExecutionOptions = ExecutionOptions()
    figure: FigureOptions = FigureOptions()
    display: DisplayOptions = DisplayOptions()
    check: CheckOptions = CheckOptions()
