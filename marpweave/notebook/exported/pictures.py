"""Pictures as every notebook program shows them: PNG in data URIs, no SVG and no attachments. Pure."""

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
"""Pixels of a drawn PNG for a CSS pixel."""
VECTOR = data_uri(b"", SVG)
"""How the data URI of an SVG begins."""
IMAGE = re.compile(r"!\[(?P<words>[^\]]*)\]\(\s*<?(?P<source>[^\s)>]+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
TAG = re.compile(r"(?P<start><img\b[^>]*?\ssrc=)(?P<mark>[\"'])(?P<source>[^\"'>]*)(?P=mark)", re.IGNORECASE)
SIZE = re.compile(r"(?:w|width):(\d+)(?:px)?")

Shown = Callable[[str], tuple[str, int | None] | None]
"""What stands for a picture that the deck has at an address, and its width."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a deck."""

    placed: Mapping[str, Picture]
    """By source, as the Markdown has it."""
    drawn: Mapping[str, bytes]
    """SVG as a data URI -> the same as PNG."""

    def still(self, uri: str) -> tuple[str, int | None]:
        """A picture as a data URI that every program shows, and its width in CSS pixels; None: its own."""
        png = self.drawn.get(uri)
        return (data_uri(png, "image/png"), size_of(png)[0]) if png else (uri, None)


def vectors_of(placed: Mapping[str, Picture], checks: Sequence[CellCheck]) -> Iterator[str]:
    """Every SVG that a notebook shows, as a data URI."""
    yield from (picture.still for picture in placed.values() if picture.still.startswith(VECTOR))
    for check in checks:
        yield from (uri_of(figure.content) for figure in check.outcome.figures if figure.name.endswith(".svg"))
        yield from (uri_of(output.data[SVG].encode()) for output in check.outcome.outputs
                    if isinstance(output, Display) and SVG in output.data)


def uri_of(svg: bytes) -> str:
    """SVG as a data URI."""
    return data_uri(svg, SVG)


def size_of(png: bytes) -> tuple[int, int]:
    """How wide and high a drawn PNG is meant to be, in CSS pixels."""
    width, height = (round(int.from_bytes(png[at:at + 4], "big") / DENSITY) for at in (16, 20))
    return width, height


def with_pictures(text: str, pictures: Pictures) -> str:
    """Markdown whose pictures stand in it; those on the network stay there."""
    placed = {decoded(source): picture for source, picture in pictures.placed.items()}

    def shown(source: str) -> tuple[str, int | None] | None:
        picture = placed.get(decoded(source))
        return pictures.still(picture.moving or picture.still) if picture else None

    return TAG.sub(lambda tag: _tag(tag, shown), IMAGE.sub(lambda image: _image(image, shown), text))


def _image(image: re.Match[str], shown: Shown) -> str:
    found = shown(image["source"])
    if found is None:
        return image[0]
    uri, width = found
    size = SIZE.search(image["words"])
    wide = size[1] if size else width
    return f'<img alt="{escape(words_of(image["words"]))}"' + (f' width="{wide}"' if wide else "") + f' src="{uri}">'


def _tag(tag: re.Match[str], shown: Shown) -> str:
    found = shown(tag["source"])
    return f"{tag['start']}{tag['mark']}{found[0]}{tag['mark']}" if found else tag[0]
