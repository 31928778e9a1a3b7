r"""One look for all figures: sizes for a lecture hall, colours that the colour-blind can tell apart.

``with style.context():`` changes matplotlib's settings inside of the block alone; importing this module
changes nothing. Japanese comes from IPAex Gothic, the font file of the matplotlib-fontja package. A text
with a formula ($…$) is set in that font alone, and it lacks a few signs: write ``$\leq$``, ``$\vdots$``,
``$\odot$`` inside the formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb

FONTS = ("IPAexGothic", "DejaVu Sans")
SIZE = (6.4, 4.0)
"""Inches of a figure beside text on a slide."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by their duty."""

    ink: str
    """Text, axes, outlines."""
    muted: str
    """What stands back: grids, secondary text, plain edges."""
    ground: str
    """Fill of nodes and boxes."""
    zero: str
    """Class 0, negative weights."""
    one: str
    """Class 1, positive weights, outputs, what is highlighted."""
    source: str
    """Inputs."""
    lines: tuple[str, ...]
    """For curves and further classes, in order."""

    def soft(self, colour: str) -> str:
        """``colour`` as a fill behind text: a little of it, mixed with the ground."""
        (r, g, b), (red, green, blue) = to_rgb(colour), to_rgb(self.ground)
        return to_hex((0.14 * r + 0.86 * red, 0.14 * g + 0.86 * green, 0.14 * b + 0.86 * blue))


LIGHT = Palette(ink="#2b3a42", muted="#8a979d", ground="#ffffff", zero="#0072b2", one="#d55e00",
                source="#009e73", lines=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6a00", "#56b4e9"))
DARK = Palette(ink="#f3efe2", muted="#93a3aa", ground="#2d3d48", zero="#56b4e9", one="#f0a04b",
               source="#4dc9a2", lines=("#56b4e9", "#f0a04b", "#4dc9a2", "#e29ac4", "#f0e442", "#9fd3f2"))
"""After Okabe and Ito, "Color Universal Design" (2008)."""


def palette() -> Palette:
    """The colours of the context we are in."""
    return DARK if mpl.rcParams["text.color"] == DARK.ink else LIGHT


@contextmanager
def context(*, dark: bool = False) -> Iterator[Palette]:
    """Matplotlib's settings for slides inside of the block -> its colours."""
    _register_font()
    colours = DARK if dark else LIGHT
    with mpl.rc_context(_settings(colours)):
        yield colours


def _settings(colours: Palette) -> dict[Any, Any]:
    return {
        "figure.figsize": SIZE, "figure.dpi": 144, "figure.facecolor": "none", "savefig.facecolor": "none",
        "savefig.transparent": True, "svg.fonttype": "path", "font.family": list(FONTS), "font.size": 16,
        "mathtext.fontset": "cm", "axes.unicode_minus": False, "axes.facecolor": "none",
        "axes.edgecolor": colours.ink, "axes.labelcolor": colours.ink, "axes.linewidth": 1.2,
        "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 17, "axes.labelsize": 17,
        "axes.prop_cycle": cycler(color=colours.lines), "xtick.color": colours.ink, "ytick.color": colours.ink,
        "xtick.labelsize": 14, "ytick.labelsize": 14, "text.color": colours.ink, "lines.linewidth": 2.6,
        "lines.solid_capstyle": "round", "legend.frameon": False, "legend.fontsize": 15, "grid.color": colours.muted,
        "grid.alpha": 0.35,
    }


@cache
def _register_font() -> None:
    """Make the Japanese font known, without importing its package, which would change settings globally."""
    spec = find_spec("matplotlib_fontja")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("nnviz takes its Japanese font from the package matplotlib-fontja, which is missing")
    for path in sorted(Path(spec.submodule_search_locations[0]).rglob("*.ttf")):
        font_manager.fontManager.addfont(path)
