"""Data URIs, and checks that media match their MIME types. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from xml.parsers import expat

SVG = "image/svg+xml"
SIGNATURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",), "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a")}
"""How the bytes of a picture begin."""
LIVE_ELEMENTS = frozenset({"script", "foreignobject", "iframe", "object", "embed", "handler", "animate", "set"})
"""Elements that can run or animate in an SVG file that is opened by itself."""


def data_uri(content: bytes, mime: str) -> str:
    """A file as a ``data:`` URI."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def fits(mime: str, value: str) -> bool:
    """Whether a value of a MIME bundle matches its type; only images are checked."""
    if mime == SVG:
        return is_svg(value.encode("utf-8", "replace"))
    if mime not in SIGNATURES:
        return True
    try:
        return base64.b64decode(value.replace("\n", ""), validate=True).startswith(SIGNATURES[mime])
    except (binascii.Error, ValueError):
        return False


@lru_cache(128)
def is_figure(content: bytes, suffix: str) -> bool:
    """Whether a figure file is a PNG, or an SVG without active content."""
    return is_svg(content, still=True) if suffix == ".svg" else content.startswith(SIGNATURES["image/png"])


def is_svg(content: bytes, *, still: bool = False) -> bool:
    """Whether ``content`` is an SVG; ``still``: one without active content, even if opened on its own."""
    root, live = "", False

    def element(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal root, live
        name = tag.rpartition(":")[2]
        root = root or name
        live = live or name.lower() in LIVE_ELEMENTS or any(map(_runs, attributes, attributes.values()))

    def declared(*_: object) -> None:
        nonlocal live
        live = True

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    parser.EntityDeclHandler = parser.ProcessingInstructionHandler = declared
    try:
        parser.Parse(content, True)  # noqa: FBT003
    except expat.ExpatError:
        return False
    return root == "svg" and not (still and live)


def _runs(name: str, value: str) -> bool:
    return name.lower().startswith("on") or "".join(value.split()).lower().startswith(("javascript:", "data:text/"))
