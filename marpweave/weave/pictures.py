"""Markdown images: address, alternative text and size keywords. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

DIAGRAMS = "diagrams"
"""Subfolder of a deck's figure folder, so that no figure of a cell has the same path."""


def address(path: PurePosixPath) -> str:
    """A figure's path as an image source."""
    return quote(str(path), errors="surrogateescape")


def normal(source: str) -> str:
    """An image source in normal form: ``./a/../b.svg`` is ``b.svg``."""
    parts: list[str] = []
    for part in PurePosixPath(source).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return quote(str(PurePosixPath(*parts)), errors="surrogateescape")


def in_brackets(text: str) -> str:
    """Text escaped for the brackets of an image."""
    return text.replace("[", "").replace("]", "").replace("\n", " ")


def width_words(out_width: str | None, room: int) -> str:
    """``out-width`` as Marp keywords; percentages refer to ``room``, the text width."""
    if not out_width:
        return ""
    percent = re.fullmatch(r"([\d.]+)\s*%", out_width)
    return f"w:{float(percent[1]) / 100 * room:.0f}px" if percent else f"w:{out_width}"
