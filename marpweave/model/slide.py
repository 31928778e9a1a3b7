"""How much room a slide has, in CSS pixels."""

from __future__ import annotations

TEXT_WIDTH = 1140
"""Between the margins of Gaia on a slide of 1280 x 720."""
TEXT_WIDTH_4_3 = 820
"""On one of 960 x 720."""


def text_width(size: str | None) -> int:
    """Width between the margins for what the ``size`` directive says."""
    return TEXT_WIDTH_4_3 if size == "4:3" else TEXT_WIDTH
