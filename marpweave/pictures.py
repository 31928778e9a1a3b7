"""Author's images and drawn figures -> data URIs, so that a deck is one file and asks no network."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import unquote

from marpweave.model import Deck, Figure, Finding, Image, Kind

REMOTE = ("http://", "https://", "//", "ftp://")
PLACEHOLDER = """<svg xmlns="http://www.w3.org/2000/svg" width="480" height="270" viewBox="0 0 480 270">\
<rect x="2" y="2" width="476" height="266" rx="8" fill="#fdeeec" stroke="#b3261e" stroke-width="3" \
stroke-dasharray="10 7"/><path d="M200 75h80v60h-80zM200 135l28-30 20 18 14-12 18 24" fill="none" stroke="#b3261e" \
stroke-width="3"/><text x="240" y="180" text-anchor="middle" font-family="Noto Sans JP,sans-serif" font-size="20" \
fill="#b3261e">{what}</text><text x="240" y="212" text-anchor="middle" font-family="M PLUS 1 Code,monospace" \
font-size="16" fill="#b3261e">{source}</text></svg>"""


def embed(deck: Deck, drawn: Mapping[str, Figure], folder: Path) -> tuple[dict[str, str], list[Finding]]:
    """Map every image source of a deck to a data URI; missing and remote ones to a placeholder.

    ``drawn`` are this build's figures by source; ``folder`` is where they stand on disk.
    """
    images = {source: _uri(figure.content, figure.name) for source, figure in drawn.items()}
    by_path = {(folder / figure.name).resolve(): figure for figure in drawn.values()}
    findings: list[Finding] = []
    for image in deck.images:
        uri, finding = _resolved(image, deck, by_path)
        images[image.source] = uri
        if finding:
            findings.append(finding)
    return images, findings


def _resolved(image: Image, deck: Deck, drawn: Mapping[Path, Figure]) -> tuple[str, Finding | None]:
    if image.source.lower().startswith(REMOTE):
        message = f"{image.source} is on the network, which a lecture room may not have; store the picture beside " \
                  "the deck"
        return _placeholder("remote image", image.source), \
            Finding(Kind.REMOTE_IMAGE, image.location, message, image.slide)
    for name in dict.fromkeys([image.source, unquote(image.source)]):
        path = (deck.path.resolve().parent / name.partition("?")[0].partition("#")[0]).resolve()
        if path in drawn:
            return _uri(drawn[path].content, path.name), None
        if path.is_file():
            return _uri(path.read_bytes(), path.name), None
    message = f"image {image.source} is not there"
    return _placeholder("missing image", image.source), \
        Finding(Kind.MISSING_IMAGE, image.location, message, image.slide)


def _uri(content: bytes, name: str) -> str:
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def _placeholder(what: str, source: str) -> str:
    shown = source if len(source) <= 44 else f"…{source[-43:]}"
    return _uri(PLACEHOLDER.format(what=escape(what), source=escape(shown)).encode(), "placeholder.svg")
