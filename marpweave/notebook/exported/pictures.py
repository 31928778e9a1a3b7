"""Converts images to what every notebook program can show: PNG data URIs, no SVG, no attachments. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from marpweave.check.verdicts import CellCheck
from marpweave.model.media import SVG, data_uri
from marpweave.model.outcome import Display
from marpweave.read.images import decoded, words_of
from marpweave.weave.embed import Picture

DENSITY = 2.0
"""Pixels of a drawn PNG per CSS pixel."""
VECTOR = data_uri(b"", SVG)
"""The prefix of SVG data URIs."""
IMAGE = re.compile(r"!\[(?P<words>[^\]]*)\]\(\s*<?(?P<source>[^\s)>]+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
TAG = re.compile(r"(?P<start><img\b[^>]*?\ssrc=)(?P<mark>[\"'])(?P<source>[^\"'>]*)(?P=mark)", re.IGNORECASE)
SIZE = re.compile(r"(?:w|width):(\d+)(?:px)?")

Shown = Callable[[str], tuple[str, int | None] | None]
"""Maps an image source to the address and width to show, or None."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The images of a deck."""

    placed: Mapping[str, Picture]
    """By source, as in the Markdown."""
    drawn: Mapping[str, bytes]
    """SVG data URI -> PNG."""

    def still(self, uri: str) -> tuple[str, int | None]:
        """An image as a data URI that every program can show, and its width in CSS pixels (None: natural width)."""
        png = self.drawn.get(uri)
        return (data_uri(png, "image/png"), size_of(png)[0]) if png else (uri, None)


def vectors_of(placed: Mapping[str, Picture], checks: Sequence[CellCheck]) -> Iterator[str]:
    """All SVG images of a notebook, as data URIs."""
    yield from (picture.still for picture in placed.values() if picture.still.startswith(VECTOR))
    for check in checks:
        yield from (uri_of(figure.content) for figure in check.outcome.figures if figure.name.endswith(".svg"))
        yield from (uri_of(output.data[SVG].encode()) for output in check.outcome.outputs
                    if isinstance(output, Display) and SVG in output.data)


def uri_of(svg: bytes) -> str:
    """An SVG as a data URI."""
    return data_uri(svg, SVG)


def size_of(png: bytes) -> tuple[int, int]:
    """The intended width and height of a drawn PNG in CSS pixels."""
    width, height = (round(int.from_bytes(png[at:at + 4], "big") / DENSITY) for at in (16, 20))
    return width, height


def with_pictures(text: str, pictures: Pictures) -> str:
    """Markdown with embedded images; network images are kept."""
    placed = {decoded(source): picture for source, picture in pictures.placed.items()}

    def shown(source: str) -> tuple[str, int | None] | None:
        picture = placed.get(decoded(source))
        return pictures.still(picture.moving or picture.still) if picture else None

    return TAG.sub(lambda tag: _tag(tag, shown), IMAGE.sub(lambda image: _image(image, shown), text))


def _image(image: re.Match[str], shown: Shown) -> str:
    picture = shown(image["source"])
    if picture is None:
        return image[0]
    uri, width = picture
    size = SIZE.search(image["words"])
    wide = size[1] if size else width
    return f'<img alt="{escape(words_of(image["words"]))}"' + (f' width="{wide}"' if wide else "") + f' src="{uri}">'


def _tag(tag: re.Match[str], shown: Shown) -> str:
    picture = shown(tag["source"])
    return f"{tag['start']}{tag['mark']}{picture[0]}{tag['mark']}" if picture else tag[0]
