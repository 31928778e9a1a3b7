"""Converts images and figures to data URIs, so that outputs are self-contained."""

from __future__ import annotations

import io
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from marpweave.files import real_path
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck, Image
from marpweave.model.finding import Finding, Kind
from marpweave.model.media import SVG, data_uri
from marpweave.model.outcome import Figure
from marpweave.read.css import Reference, readdressed
from marpweave.read.images import REMOTE, decoded
from marpweave.weave.labels import placeholder_text
from marpweave.weave.pictures import DIAGRAMS

PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""CSS pixels per unit of length."""
NOTHING = "data:,"
OUTSIDE = "is outside the project"
ALLOW = "allow it with `--allow PATH`"
Trouble = tuple[Kind, str]
PLACEHOLDER_WIDTH = 480.0
PLACEHOLDER = """<svg xmlns="http://www.w3.org/2000/svg" width="480" height="270" viewBox="0 0 480 270">\
<rect x="2" y="2" width="476" height="266" rx="8" fill="#fdeeec" stroke="#b3261e" stroke-width="3" \
stroke-dasharray="10 7"/><path d="M200 75h80v60h-80zM200 135l28-30 20 18 14-12 18 24" fill="none" stroke="#b3261e" \
stroke-width="3"/><text x="240" y="180" text-anchor="middle" font-family="Noto Sans JP,sans-serif" font-size="20" \
fill="#b3261e">{what}</text><text x="240" y="212" text-anchor="middle" font-family="M PLUS 1 Code,monospace" \
font-size="16" fill="#b3261e">{source}</text></svg>"""


@dataclass(frozen=True, slots=True)
class Picture:
    """The data URIs for an image source."""

    still: str
    moving: str = ""
    """APNG shown in HTML instead; "" for a still image."""
    density: float = 1.0
    """Pixels of ``still`` per CSS pixel."""
    diagram: bool = False
    """True: drawn with the colours of its slide, and unsuitable for other backgrounds."""


def embed(
    deck: Deck, drawn: Mapping[str, Figure], folder: Path, files: Files, within: Sequence[Path],
) -> tuple[dict[str, Picture], list[Finding]]:
    """Map every image source of a deck to a picture, or to a placeholder if it cannot be shown.

    ``drawn``: figures of this build by source; ``folder``: their folder on disk. The author's images must be in, or be,
    one of ``within``.
    """
    allowed = [each.resolve() for each in within]
    images = {source: _drawn(figure) for source, figure in drawn.items()}
    by_path: dict[Path, Figure | None] = {}
    if deck.full:  # figures on disk are those of the full deck, and may show a solution
        by_path = {path: None for path in files_of(deck, files) if path.is_relative_to(folder.resolve())}
    by_path |= {real_path(folder / figure.name): figure for figure in drawn.values()}
    findings: list[Finding] = []
    for image in deck.images:
        images[image.source], finding = _resolved(image, deck, by_path, files, allowed)
        if finding:
            findings.append(finding)
    return images, findings


def _drawn(figure: Figure) -> Picture:
    still = _uri(figure.content, figure.name)
    if not figure.animation:
        return Picture(still, diagram=figure.name.startswith(f"{DIAGRAMS}/"))
    pixels = int.from_bytes(figure.animation[20:24], "big")  # height of the PNG; animation frames may be side by side
    height = svg_side(figure.content.decode(), "height") if figure.name.endswith(".svg") else pixels
    return Picture(still, _uri(figure.animation, "animation.png"), pixels / height if height else 1.0)


def _resolved(
    image: Image, deck: Deck, drawn: Mapping[Path, Figure | None], files: Files, allowed: Sequence[Path],
) -> tuple[Picture, Finding | None]:
    if image.source.lower().startswith(REMOTE):
        return _refused(image, deck.lang, Kind.REMOTE_IMAGE, "is on the network, and builds download nothing; store it "
                        "beside the deck")
    for path in _paths(image.source, deck.path.parent, files):
        if figure := drawn.get(path):
            return _drawn(figure), None
        content = None if path in drawn else files.read(path)
        outside = content is not None and not any(map(path.is_relative_to, allowed))
        if outside:
            return _refused(image, deck.lang, Kind.OUTSIDE_IMAGE, f"{OUTSIDE}, at {path}; {ALLOW}")
        if content is not None and path.suffix.lower() == ".css":
            css, faults = bundled(content.decode("utf-8", "replace"), path, files, allowed)
            first = next((Finding(kind, image.location, message, image.slide) for kind, message in faults), None)
            return Picture(_uri(css.encode(), path.name)), first
        if content is not None:
            return Picture(_uri(content, path.name)), None
    slashed = image.source.replace("\\", "/")
    right = f"; write {slashed}" if slashed != image.source else ""
    return _refused(image, deck.lang, Kind.MISSING_IMAGE, f"is missing{right}")


def _refused(image: Image, lang: str, kind: Kind, message: str) -> tuple[Picture, Finding]:
    """A placeholder with an explanation in the deck's language, and the finding."""
    source = image.source if len(image.source) <= 44 else f"…{image.source[-43:]}"
    drawn = PLACEHOLDER.format(what=escape(placeholder_text(kind, lang)), source=escape(source))
    return Picture(data_uri(drawn.encode(), SVG)), \
        Finding(kind, image.location, f"image {image.source} {message}", image.slide, image=image.source)


def bundled(
    css: str, path: Path, files: Files, allowed: Sequence[Path], importers: tuple[Path, ...] = (),
) -> tuple[str, tuple[Trouble, ...]]:
    """The CSS of ``path`` with all references replaced by data URIs, and messages about those that cannot be.

    Referenced files must be in one of the ``allowed`` folders. ``importers``: the stylesheets that import this one, to
    detect circular imports.
    """
    faults: list[Trouble] = []

    def address(reference: Reference) -> str:
        source = decoded(reference.source)
        place = f"{path.name}:{css[:reference.start].count(chr(10)) + 1}: {source}"
        if source.lower().startswith(REMOTE):
            faults.append((Kind.REMOTE_IMAGE, f"{place} is on the network, and builds download nothing; store it "
                                              "beside the stylesheet"))
            return NOTHING
        contents = ((file, files.read(file)) for file in _paths(source, path.parent, files))
        file, content = next(((file, data) for file, data in contents if data is not None), (None, b""))
        if file is None:
            faults.append((Kind.MISSING_IMAGE, f"{place} is missing"))
        outside = file is not None and not any(map(file.is_relative_to, allowed))
        if outside:
            faults.append((Kind.OUTSIDE_IMAGE, f"{place} {OUTSIDE}; {ALLOW}"))
        if file is None or outside or file in importers:
            return NOTHING
        if reference.imported:
            inside, inner_faults = bundled(content.decode("utf-8", "replace"), file, files, allowed, (*importers, file))
            faults.extend(inner_faults)
            content = inside.encode()
        return _uri(content, file.name)

    return readdressed(css, address), tuple(faults)


def files_of(deck: Deck, files: Files) -> Iterator[Path]:
    """All paths where images of a deck may be, existing or not."""
    for image in deck.images:
        if not image.source.lower().startswith(REMOTE):
            yield from _paths(image.source, deck.path.parent, files)


def natural_width(source: str, folder: Path, files: Files) -> float | None:
    """The natural width of an image in CSS pixels; None if it does not exist or is not an image."""
    readable = ((path, content) for path in _paths(source, folder, files) if (content := files.read(path)) is not None)
    path, content = next(readable, (folder, b""))
    if path.suffix.lower() == ".svg":
        return svg_side(content.decode("utf-8", "replace"), "width")
    from PIL import Image as Picture
    from PIL import UnidentifiedImageError

    try:
        with Picture.open(io.BytesIO(content)) as picture:
            return float(picture.width)
    except (UnidentifiedImageError, OSError):
        return None


def svg_side(svg: str, side: Literal["width", "height"]) -> float | None:
    """The width or height of an SVG in CSS pixels; None if not specified."""
    opening = re.search(r"<svg\b[^>]*>", svg)
    length = re.search(rf'\s{side}="([\d.]+)([a-z]*)"', opening[0]) if opening else None
    if length and length[2] in PIXELS:
        return float(length[1]) * PIXELS[length[2]]
    box = re.search(r'\sviewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)', opening[0]) if opening else None
    return float(box[1 if side == "width" else 2]) if box else None


def _paths(source: str, folder: Path, files: Files) -> list[Path]:
    """The files that a source may refer to: as written, and percent-decoded."""
    names = [name for name in dict.fromkeys([source, unquote(source, errors="surrogateescape")]) if "\0" not in name]
    return [files.place(folder.resolve() / name.partition("?")[0].partition("#")[0]) for name in names]


def _uri(content: bytes, name: str) -> str:
    return data_uri(content, mimetypes.guess_type(name)[0] or "application/octet-stream")
