"""The kernel's matplotlib backend: collects all figures that a cell shows or leaves open.

Output is deterministic: without dates, and with ids salted by the label.
"""

from __future__ import annotations

import base64
import io
import logging
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib._pylab_helpers import Gcf
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from marpweave.probe.cell.header import FigureSettings
from marpweave.probe.posters import side_by_side

if TYPE_CHECKING:
    from matplotlib.animation import AbstractMovieWriter, Animation

FigureCanvas = FigureCanvasAgg
FigureManager = FigureManagerBase
METADATA: Mapping[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}
PLAIN = frozenset({Annotation, Legend, Line2D, Rectangle, Spine, Text, XAxis, YAxis})
"""Artists that stand where they do before they are drawn."""
SVG_DPI = 72
GLYPH = re.compile(r"Glyph (\d+)|glyph for '(.+?)'")


class Drawn(NamedTuple):
    """The figures of a cell."""

    figures: list[dict[str, str]]
    """``name``, ``content`` (the figure or an animation's poster) and ``animation`` (an APNG or "") of each.

    Contents are base64.
    """
    missing_glyphs: list[str]
    """``NAME: CHARACTERS`` for characters that no font contains."""


class Figures:
    """Collects the figures that a cell shows or leaves open."""

    def __init__(self) -> None:
        self._shown: list[Figure] = []
        self._before: dict[Any, Any] = {}
        """What matplotlib's parameters were before the cell."""

    def begin(self, settings: FigureSettings) -> None:
        """Reset for a new cell, and set its default figure size."""
        self._shown.clear()
        self._before.clear()
        if settings.width or settings.height or settings.dpi:
            size = mpl.rcParams["figure.figsize"]
            chosen: dict[Any, Any] = {
                "figure.figsize": _size(settings, size), "figure.dpi": settings.dpi or mpl.rcParams["figure.dpi"]}
            self._before.update({name: mpl.rcParams[name] for name in chosen})
            mpl.rcParams.update(chosen)

    def show(self, *_args: object, **_kwargs: object) -> None:
        """``plt.show()``: close every open figure and keep it for the end of the cell."""
        for manager in Gcf.get_all_fig_managers():
            if manager.canvas.figure.axes or manager.canvas.figure.get_children()[1:]:
                self._shown.append(manager.canvas.figure)
        Gcf.destroy_all()

    def drop(self) -> None:
        """Discard figures shown so far or left open."""
        self._shown.clear()
        Gcf.destroy_all()

    def end(self, label: str, settings: FigureSettings) -> Drawn:
        """Draw the figures collected since `begin`; their names are derived from ``label``."""
        self.show()
        mpl.rcParams.update(self._before)
        drawn = Drawn([], [])
        for number, figure in enumerate(self._shown, start=1):
            name = f"{label}.{settings.format}" if number == 1 else f"{label}-{number}.{settings.format}"
            figure.set_size_inches(*_size(settings, list(figure.get_size_inches())))
            animation = _animation_of(figure)
            with _glyphs_watched() as absent:
                (*posed, last), moving = _played(animation, figure, name, settings) if animation else (
                    [_saved(figure, name, settings.format)], b"")
            if moving and len(posed) < len(settings.poster):
                warnings.warn(f"fig-poster: {name} has fewer frames than {max(settings.poster)}", stacklevel=1)
            still = side_by_side(posed or [last])
            drawn.missing_glyphs.extend(f"{name}: {character}" for character in dict.fromkeys(absent))
            drawn.figures.append({"name": name, "content": base64.b64encode(still).decode("ascii"),
                                  "animation": base64.b64encode(moving).decode("ascii")})
        self._shown.clear()
        self._before.clear()
        return drawn


FIGURES = Figures()
"""The single instance: a matplotlib backend is a module."""
show = FIGURES.show


def _size(settings: FigureSettings, size: Sequence[float]) -> tuple[float, float]:
    return settings.width or size[0], settings.height or size[1]


def _saved(figure: Figure, name: str, extension: str, **options: Any) -> bytes:  # noqa: ANN401
    content = io.BytesIO()
    if extension == "svg" and "bbox_inches" not in options and _is_plain(figure):
        options["bbox_inches"] = _cropped(figure)
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(content, format=extension, metadata=METADATA.get(extension), **options)
    return content.getvalue()


def _is_plain(figure: Figure) -> bool:
    """Whether ``savefig`` would draw a figure twice, first for its bounding box, although that is known before.

    Not so if an engine lays it out, or anything in it is not known to stand where it will.
    """
    if mpl.rcParams["savefig.bbox"] != "tight" or figure.get_layout_engine() or type(figure) is not Figure:
        return False
    artists = {artist for part in (figure, *figure.axes) for artist in part.get_children()} - {*figure.axes}
    tickers = (ticker for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for ticker in (
        axis.get_major_locator(), axis.get_major_formatter(), axis.get_minor_locator(), axis.get_minor_formatter()))
    return ({type(artist) for artist in artists} <= PLAIN and "draw_event" not in figure.canvas.callbacks.callbacks
            and all(type(ticker).__module__.startswith("matplotlib.") for ticker in tickers)
            and all(type(axes) is Axes and axes.get_aspect() == "auto" and axes.get_axes_locator() is None
                    for axes in figure.axes))


def _cropped(figure: Figure) -> Bbox:
    """The bounding box of an SVG's content in inches, padded as by ``savefig``."""
    for axes in figure.axes:
        axes.get_xlim()  # applies pending limits
    dpi, figure.dpi = figure.dpi, SVG_DPI
    try:
        renderer = RendererSVG(*figure.bbox.size, io.StringIO(), metadata=METADATA["svg"])  # type: ignore[no-untyped-call]
        return figure.get_tightbbox(renderer).padded(mpl.rcParams["savefig.pad_inches"])
    finally:
        figure.dpi = dpi


def _animation_of(figure: Figure) -> Animation | None:
    """The animation of a figure, if any."""
    if "matplotlib.animation" not in sys.modules:
        return None
    from matplotlib.animation import Animation

    stopped = (reference() for reference in figure.canvas.callbacks.callbacks.get("close_event", {}).values())
    owners = (getattr(method, "__self__", None) for method in stopped)
    return next((owner for owner in owners if isinstance(owner, Animation)), None)


def _played(animation: Animation, figure: Figure, name: str, settings: FigureSettings) -> tuple[list[bytes], bytes]:
    """The frames of its poster, its last frame, and all frames as an APNG.

    Frames are not cropped to their content, so the layout must make room for labels first.
    """
    if figure.get_layout_engine() is None:
        figure.tight_layout()
    whole, stills = Bbox.from_bounds(0, 0, *figure.get_size_inches()), dict[int, bytes]()

    def keep(number: int, _count: int) -> None:
        if number + 1 in settings.poster:
            stills[number + 1] = _saved(figure, name, settings.format, bbox_inches=whole)

    moving = io.BytesIO()
    writer = _in_memory(1000 / getattr(animation, "_interval", 200))
    animation.save(moving, writer=writer, dpi=figure.dpi, savefig_kwargs={"facecolor": "none"},  # type: ignore[arg-type]
                   progress_callback=keep)
    last = _saved(figure, name, settings.format, bbox_inches=whole)
    return [*(stills[number] for number in settings.poster if number in stills), last], moving.getvalue()


def _in_memory(fps: float) -> AbstractMovieWriter:
    """A writer of APNGs to a stream: a file would count as used by the cell."""
    from matplotlib.animation import PillowWriter

    class InMemory(PillowWriter):
        def setup(self, fig: Figure, outfile: Any, dpi: float | None = None) -> None:  # noqa: ANN401
            self.fig, self.outfile, self.dpi = fig, outfile, dpi or fig.dpi
            self._frames: list[Any] = []

        def finish(self) -> None:
            first, *others = self._frames
            first.save(self.outfile, format="PNG", save_all=True, append_images=others, duration=int(1000 / self.fps),
                       loop=0)

    return InMemory(fps)  # type: ignore[arg-type]


@contextmanager
def _glyphs_watched() -> Iterator[list[str]]:
    """Collect the characters that no font of the figure contains."""
    absent: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            absent.extend(_characters(record.getMessage()))

    logger, handler = logging.getLogger("matplotlib"), Handler()
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield absent
        absent.extend(c for w in caught for c in _characters(str(w.message)))
    finally:
        logger.removeHandler(handler)


def _characters(message: str) -> list[str]:
    found = GLYPH.search(message)
    if not found:
        return []
    return [chr(int(found[1])) if found[1] else found[2]]


def _register_japanese_font() -> None:
    from importlib.util import find_spec

    spec = find_spec("matplotlib_fontja")
    brought = Path(__file__).with_name("fonts")  # copied into environments that have none
    for folder in spec.submodule_search_locations or () if spec else (brought,):
        for path in font_manager.findSystemFonts([folder], fontext="ttf"):
            font_manager.fontManager.addfont(path)


_register_japanese_font()
