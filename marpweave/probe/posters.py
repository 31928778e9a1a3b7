"""Combines frames of an animation into one image."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

OPENING = re.compile(r'<svg [^>]*?width="([\d.]+)pt" height="([\d.]+)pt" viewBox="[^"]*"[^>]*>')


def side_by_side(stills: Sequence[bytes]) -> bytes:
    """Frames of the same size, all SVG or all PNG, from left to right."""
    if len(stills) == 1:
        return stills[0]
    return _pngs(stills) if stills[0].startswith(b"\x89PNG") else _svgs([still.decode() for still in stills])


def _svgs(texts: Sequence[str]) -> bytes:
    """Combine SVGs; their ids have the same salt, so equal ids refer to equal elements."""
    openings = [OPENING.search(text) for text in texts]
    first = openings[0]
    assert first is not None
    width, height = float(first[1]), float(first[2])
    whole = re.sub(r'width=.* viewBox="[^"]*"', f'width="{len(texts) * width:g}pt" height="{height:g}pt" '
                   f'viewBox="0 0 {len(texts) * width:g} {height:g}"', first[0])
    inner = [f'<svg x="{number * width:g}" width="{width:g}" height="{height:g}">{text[opening.end():].rstrip()}\n'
             for number, (text, opening) in enumerate(zip(texts, openings, strict=True)) if opening]
    return f"{texts[0][:first.start()]}{whole}\n{''.join(inner)}</svg>\n".encode()


def _pngs(stills: Sequence[bytes]) -> bytes:
    from PIL import Image

    pictures = [Image.open(io.BytesIO(still)) for still in stills]
    strip = Image.new("RGBA", (sum(picture.width for picture in pictures), pictures[0].height))
    for number, picture in enumerate(pictures):
        strip.paste(picture, (number * picture.width, 0))
    content = io.BytesIO()
    strip.save(content, "PNG")
    return content.getvalue()
