r"""The style of all figures: sizes for a lecture hall, colours for colour-blind readers.

``with style.context():`` changes matplotlib's settings inside the block, ``style.use()`` globally; importing this
module changes nothing. Japanese comes from IPAex Gothic, the font file of the matplotlib-fontja
package. Text with a formula ($…$) uses only that font, which lacks a few signs: write ``$\leq$``,
``$\vdots$``, ``$\odot$`` inside the formula.
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
import numpy as np
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb

from nnviz.language import spoken

FONTS = ("IPAexGothic", "DejaVu Sans")
SIZE = (6.4, 4.0)
"""Default figure size in inches, for a figure beside text on a slide."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role."""

    ink: str
    """Text, axes, outlines."""
    muted: str
    """Grids, secondary text, plain edges."""
    ground: str
    """Fill of nodes and boxes."""
    input: str
    """Role: inputs, data."""
    weight: str
    """Role: weights, biases and other parameters."""
    output: str
    """Role: outputs."""
    gradient: str
    """Role: gradients, derivatives, and steps along them."""
    loss: str
    """Role: losses, errors, mistakes."""
    zero: str
    """Class 0, negative numbers."""
    one: str
    """Class 1, positive numbers, sizes that must agree."""
    mark: str
    """Highlight behind the current element."""
    paper: str
    """Background of the figure."""
    lines: tuple[str, ...]
    """For curves and further classes, in order."""

    def soft(self, colour: str) -> str:
        """A pale version of ``colour`` for use behind text."""
        (r, g, b), (red, green, blue) = to_rgb(colour), to_rgb(self.ground)
        return to_hex((0.14 * r + 0.86 * red, 0.14 * g + 0.86 * green, 0.14 * b + 0.86 * blue))


LIGHT = Palette(
    ink="#26343c", muted="#5a6a72", ground="#ffffff", input="#00755a", weight="#0b55a3", output="#b04500",
    gradient="#b04500", loss="#a8174f", zero="#0b55a3", one="#b04500", mark="#ffd54f", paper="none",
    lines=("#0b55a3", "#b04500", "#00755a", "#8b2f9e", "#856000", "#5a6a72"))
DARK = Palette(
    ink="#f4f0e4", muted="#b4c1c7", ground="#2d3d47", input="#5fd6ae", weight="#9fd0ff", output="#ffb36b",
    gradient="#ffb36b", loss="#ff9dbb", zero="#9fd0ff", one="#ffb36b", mark="#ffd54f", paper="#1f2c35",
    lines=("#9fd0ff", "#ffb36b", "#5fd6ae", "#e3aef2", "#e8c45a", "#b4c1c7"))
"""The colours of the roles are those of the slides: all have enough contrast for text (WCAG AA) on the light and the
dark background, and blue, orange and green are colour-blind safe. Dark figures have an opaque background."""


def palette() -> Palette:
    """The palette of the current matplotlib style: the dark one if text is light, as with ``dark_background``."""
    return DARK if np.mean(to_rgb(mpl.rcParams["text.color"])) > 0.5 else LIGHT


@contextmanager
def context(*, dark: bool = False, lang: str | None = None) -> Iterator[Palette]:
    """Use the style, and optionally a language ("ja" or "en"), inside the block; yields the palette."""
    _register_font()
    colours = DARK if dark else LIGHT
    with spoken(lang), mpl.rc_context(_settings(colours)):
        yield colours
        interactive = mpl.is_interactive()
    mpl.interactive(interactive)  # restore what the first figure of a notebook enables, or later ones would not appear


def use(*, dark: bool = False) -> None:
    """Use the style globally: for the first cell of a notebook or of a dark deck."""
    _register_font()
    mpl.rcParams.update(_settings(DARK if dark else LIGHT))


def _settings(colours: Palette) -> dict[Any, Any]:
    return {
        "figure.figsize": SIZE, "figure.dpi": 144, "figure.facecolor": colours.paper,
        "savefig.facecolor": colours.paper, "savefig.transparent": colours.paper == "none", "svg.fonttype": "path",
        "font.family": list(FONTS), "font.size": 16, "mathtext.fontset": "cm", "axes.unicode_minus": False,
        "axes.facecolor": "none", "axes.edgecolor": colours.ink, "axes.labelcolor": colours.ink, "axes.linewidth": 1.2,
        "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 17, "axes.labelsize": 17,
        "axes.prop_cycle": cycler(color=colours.lines), "xtick.color": colours.ink, "ytick.color": colours.ink,
        "xtick.labelsize": 14, "ytick.labelsize": 14, "text.color": colours.ink, "lines.linewidth": 2.6,
        "lines.solid_capstyle": "round", "legend.frameon": False, "legend.fontsize": 15, "grid.color": colours.muted,
        "grid.alpha": 0.35,
    }


@cache
def _register_font() -> None:
    """Register the Japanese font without importing its package, which would change settings globally."""
    spec = find_spec("matplotlib_fontja")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("nnviz takes its Japanese font from the package matplotlib-fontja, which is missing")
    for path in sorted(Path(spec.submodule_search_locations[0]).rglob("*.ttf")):
        font_manager.fontManager.addfont(path)
