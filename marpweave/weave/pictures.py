"""How Markdown shows a picture: by its address, with words and a width in brackets. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

DIAGRAMS = "diagrams"
"""Their folder within that of a deck's figures, so that no cell draws a file of the same name."""


def address(path: PurePosixPath) -> str:
    """A figure's path as an image's source."""
    return quote(str(path), errors="surrogateescape")


def normal(source: str) -> str:
    """An image's source as a figure's address: ``./a/../b.svg`` is ``b.svg``."""
    parts: list[str] = []
    for part in PurePosixPath(source).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return quote(str(PurePosixPath(*parts)), errors="surrogateescape")


def in_brackets(text: str) -> str:
    """Words that stand for a picture."""
    return text.replace("[", "").replace("]", "").replace("\n", " ")


def width_words(out_width: str | None, room: int) -> str:
    """``out-width`` in Marp's words; a percentage is of the ``room`` between the margins."""
    if not out_width:
        return ""
    percent = re.fullmatch(r"([\d.]+)\s*%", out_width)
    return f"w:{float(percent[1]) / 100 * room:.0f}px" if percent else f"w:{out_width}"
