"""The matplotlib backend of the kernel: every figure a cell leaves open or shows is caught.

Runs inside the kernel. The same source gives the same bytes: no date, ids salted by the label.
"""

from __future__ import annotations

import base64
import io
import logging
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.animation import Animation

FigureCanvas = FigureCanvasAgg
FigureManager = FigureManagerBase
METADATA: Mapping[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}
GLYPH = re.compile(r"Glyph (\d+)|glyph for '(.+?)'")

_shown: list[Figure] = []
_restore: dict[Any, Any] = {}


def show(*_args: object, **_kwargs: object) -> None:
    """``plt.show()``: keep every open figure for the end of the cell and close it."""
    for manager in Gcf.get_all_fig_managers():
        if manager.canvas.figure.axes or manager.canvas.figure.get_children()[1:]:
            _shown.append(manager.canvas.figure)
    Gcf.destroy_all()


def begin_cell(options: Mapping[str, Any]) -> None:
    """Forget figures and apply ``fig-width``, ``fig-height``, ``fig-dpi`` until the cell's end."""
    _shown.clear()
    width, height = mpl.rcParams["figure.figsize"]
    settings: dict[Any, Any] = {
        "figure.figsize": (options.get("fig_width") or width, options.get("fig_height") or height),
        "figure.dpi": options.get("fig_dpi") or mpl.rcParams["figure.dpi"],
    }
    _restore.clear()
    if any(options.get(name) for name in ("fig_width", "fig_height", "fig_dpi")):
        _restore.update({name: mpl.rcParams[name] for name in settings}, options=dict(options))
        mpl.rcParams.update(settings)


def end_cell(label: str, extension: str) -> tuple[list[dict[str, str]], list[str]]:
    """Save the figures caught since ``begin_cell`` -> ([{name, content, animation}], characters without a glyph).

    ``content`` is the figure, of an animation its last frame; ``animation`` is an APNG or "". Both are base64.
    """
    options = _restore.pop("options", {})
    mpl.rcParams.update(_restore)
    figures: list[dict[str, str]] = []
    missing: list[str] = []
    for number, figure in enumerate(_shown, start=1):
        name = f"{label}.{extension}" if number == 1 else f"{label}-{number}.{extension}"
        width, height = figure.get_size_inches()
        figure.set_size_inches(options.get("fig_width") or width, options.get("fig_height") or height)
        animation = _animation_of(figure)
        with _glyphs_watched() as absent:
            moving = _played(animation, figure) if animation else b""
            still = _saved(figure, name, extension, bbox_inches=Bbox.from_bounds(0, 0, *figure.get_size_inches())
                           if moving else None)
        missing += [f"{name}: {character}" for character in dict.fromkeys(absent)]
        figures.append({"name": name, "content": base64.b64encode(still).decode("ascii"),
                        "animation": base64.b64encode(moving).decode("ascii")})
    _shown.clear()
    return figures, missing


def _saved(figure: Figure, name: str, extension: str, **options: Any) -> bytes:  # noqa: ANN401
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(content, format=extension, metadata=METADATA.get(extension), **options)
    return content.getvalue()


def _animation_of(figure: Figure) -> Animation | None:
    """The animation that would stop if the figure were closed."""
    if "matplotlib.animation" not in sys.modules:
        return None
    from matplotlib.animation import Animation

    stopped = (reference() for reference in figure.canvas.callbacks.callbacks.get("close_event", {}).values())
    owners = (getattr(method, "__self__", None) for method in stopped)
    return next((owner for owner in owners if isinstance(owner, Animation)), None)


def _played(animation: Animation, figure: Figure) -> bytes:
    """All frames as an APNG; the figure stays at the last one.

    Frames are saved whole, not cropped to what they hold: so labels get their room before.
    """
    if figure.get_layout_engine() is None:
        figure.tight_layout()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "animation.apng"
        animation.save(path, writer="pillow", dpi=figure.dpi, savefig_kwargs={"facecolor": "none"})
        return path.read_bytes()


@contextmanager
def _glyphs_watched() -> Iterator[list[str]]:
    """Collect the characters that no font of the figure holds."""
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
    for folder in spec.submodule_search_locations or () if spec else ():
        for path in font_manager.findSystemFonts([folder], fontext="ttf"):
            font_manager.fontManager.addfont(path)


_register_japanese_font()
