"""Compares pictures of slides."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

EDGE = 16
"""Minimum difference (of 255) of nine adjacent pixels at edges, where renderings of the same page differ by up to 6."""
AREA = 2
"""Minimum difference of each of nine adjacent pixels elsewhere; renderings of the same page never reach it."""
HALO = 4
"""Pixels around a difference, so that even a comma is visible on a small picture."""
MARK = (214, 20, 90)
PALE = 0.72
QUALITY = 86


@dataclass(frozen=True, slots=True)
class Looks:
    """Pictures of a slide before and after."""

    before: bytes | None
    after: bytes | None
    difference: bytes | None = None
    """The new picture, pale, with differences highlighted; None if there are not two different ones."""


def compared(before: bytes | None, after: bytes | None) -> Looks:
    """Compare two pictures."""
    marked = _marked(_opened(before), _opened(after)) if before and after else None
    return Looks(before, after, _saved(marked, "PNG", compress_level=1) if marked else None)


def packed(picture: bytes) -> bytes:
    """A picture as compact WebP."""
    return _saved(_opened(picture), "WEBP", quality=QUALITY, method=0)


def _opened(content: bytes) -> Image:
    from PIL import Image

    return Image.open(io.BytesIO(content)).convert("RGB")


def _saved(picture: Image, form: str, **how: int) -> bytes:
    content = io.BytesIO()
    picture.save(content, form, **how)
    return content.getvalue()


def _marked(old: Image, new: Image) -> Image | None:
    """The new picture with differences highlighted; None if nothing visible differs."""
    from PIL import Image, ImageChops, ImageFilter

    size = max(old.width, new.width), max(old.height, new.height)
    old, new = (_on(each, size) for each in (old, new))
    red, green, blue = ImageChops.difference(old, new).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    differs = ImageChops.lighter(_above(strongest.filter(ImageFilter.BoxBlur(1)), EDGE),
                                 _above(strongest.filter(ImageFilter.MinFilter(3)), AREA))
    if not differs.getbbox():
        return None
    pale = Image.blend(new.convert("L").convert("RGB"), Image.new("RGB", size, "white"), PALE)
    pale.paste(MARK, mask=_above(differs.filter(ImageFilter.BoxBlur(HALO)), 0).point(lambda step: step // 3))
    pale.paste(MARK, mask=ImageChops.multiply(differs, _above(strongest, AREA)))
    return pale


def _above(picture: Image, limit: int) -> Image:
    return picture.point(lambda step: 255 * (step > limit))


def _on(picture: Image, size: tuple[int, int]) -> Image:
    """A picture on a white canvas, in case sizes differ."""
    from PIL import Image

    if picture.size == size:
        return picture
    ground = Image.new("RGB", size, "white")
    ground.paste(picture)
    return ground
