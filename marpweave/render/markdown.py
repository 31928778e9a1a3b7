"""Embeds into woven Markdown the images that exist in no file. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from marpweave.weave.drawings.plots import FOLDER as PLOTS
from marpweave.weave.embed import Picture
from marpweave.weave.figures import FIGURES
from marpweave.weave.pictures import DIAGRAMS

IMAGE = re.compile(r"!\[(?:w:([\d.]+)px ?)?([^\[\]]*)\]\(([^()\s]+)\)")
BEHIND = "&#8203;"
"""Added after an image: a tag alone on its line would make the caption below it plain text."""


def with_pictures(text: str, images: Mapping[str, Picture], name: str, *, full: bool) -> str:
    """The Markdown of a deck with embedded images; ``full`` decks refer to figure files instead.

    SVG is embedded in HTML tags, because Markdown does not allow SVG data URIs.
    """
    own = f"{FIGURES}/{name}/"
    inside = tuple(f"{own}{folder}/" for folder in (DIAGRAMS, PLOTS)) if full else (own,)

    def tag(image: re.Match[str]) -> str:
        width, alt, source = image.groups()
        if source not in images or not any(folder in source for folder in inside):
            return image[0]
        size = f' width="{width}"' if width else ""
        return f'<img src="{images[source].still}" alt="{escape(alt)}"{size}>{BEHIND}'

    return IMAGE.sub(tag, text)
