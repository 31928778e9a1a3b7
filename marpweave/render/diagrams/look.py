"""The colours of diagrams: those that the slide's theme names. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marpweave.render.themes import Theme

SIZE = 24
"""Font size in CSS pixels; diagrams larger than the slide are scaled down."""
COLOR = re.compile(r"--color-([\w-]+):\s*light-dark\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)")
IMPORTED = re.compile(r"@import\s+[\"']([^\"':/.]+)[\"']")
SERIES = ("mark-soft", "in-soft", "w-soft", "out-soft", "caution-soft", "rule")
"""Theme names of the colours that distinguish parts of a diagram."""
NEUTRAL = {
    "background": ("#ffffff", "#2b3238"), "foreground": ("#24292f", "#f3f4f5"), "dimmed": ("#5f6870", "#b9c0c6"),
    "background-stripe": ("#f2f3f4", "#3a434b"), "rule": ("#d5d8db", "#56616a"), "mark-soft": ("#fff3c4", "#5c522a"),
    "in-soft": ("#dcefe7", "#2b4a41"), "w-soft": ("#dfeaf6", "#2d4a60"), "out-soft": ("#fae6d6", "#574433"),
    "caution-soft": ("#f8e3ea", "#4f323d")}
"""Default colours in light and dark, for themes that name none."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and fonts of a diagram."""

    dark: bool
    background: str
    foreground: str
    line: str
    fill: str
    soft: str
    note: str
    series: tuple[str, ...]
    size: int = SIZE


def look_of(theme: str, themes: Sequence[Theme], *, dark: bool) -> Look:
    """The look of diagrams on the light or dark slides of a theme."""
    colors = {name: pair[dark] for name, pair in {**NEUTRAL, **_colors(theme, themes, ())}.items()}
    return Look(dark, colors["background"], colors["foreground"], line=colors["dimmed"],
                fill=colors["background-stripe"], soft=colors["rule"], note=colors["mark-soft"],
                series=tuple(colors[name] for name in SERIES))


def _colors(name: str, themes: Sequence[Theme], within: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    """The named colours of a theme and of the themes that it extends."""
    css = next((theme.css for theme in reversed(themes) if theme.name == name), "")
    found: dict[str, tuple[str, str]] = {}
    for imported in IMPORTED.findall(css) if name not in within else ():
        found |= _colors(imported, themes, (*within, name))
    return found | {color: (light, dark) for color, light, dark in COLOR.findall(css)}
