"""Checks that an SVG is self-contained and passive. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from marpweave.model.media import is_svg
from marpweave.read.css import references

OWN = ("#", "data:image/")
"""Prefixes of addresses that refer to no other file."""
TEXTS = ("aria-", "data-")
"""Prefixes of attributes that contain text."""
OTHER_ADDRESS = re.compile(r"\\[0-9a-f]|\b(?:image-set|image|cross-fade|src)\(", re.IGNORECASE)
"""CSS functions other than ``url(…)`` that load files, and escapes that could hide them."""


def is_sealed(svg: str) -> bool:
    """Whether an SVG can be embedded safely; links are allowed."""
    return is_svg(svg.encode(), still=True) and not _reaches_out(svg)


def _reaches_out(svg: str) -> bool:
    css: list[str] = []
    addresses: list[str] = []
    inside: list[str] = []

    def begins(tag: str, attributes: Mapping[str, str]) -> None:
        inside.append(tag.rpartition(":")[2].lower())
        css.extend(value for name, value in attributes.items() if "(" in value and not name.startswith(TEXTS))
        if inside[-1] != "a":
            addresses.extend(value for name, value in attributes.items() if name.rpartition(":")[2] in ("href", "src"))

    def says(text: str) -> None:
        if inside[-1] == "style":
            css.append(text)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begins, lambda _: inside.pop()
    parser.CharacterDataHandler = says
    parser.Parse(svg, True)  # noqa: FBT003
    return any(not address.strip().lower().startswith(OWN) for address in addresses) or any(map(_names_files, css))


def _names_files(css: str) -> bool:
    return next(references(css), None) is not None or OTHER_ADDRESS.search(css) is not None
