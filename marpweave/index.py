"""``index.html``: the decks of a build with a picture of each first slide; one file, no network."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

PICTURE_WIDTH = 640


@dataclass(frozen=True, slots=True)
class Entry:
    """One deck on the index page."""

    title: str
    slides: int
    picture: str
    """A data URI, or "" where there is none."""
    files: tuple[str, ...]
    """Names of its files beside the page; the first is what the picture links to."""


def index_page(entries: Sequence[Entry], *, title: str, font_css: str) -> str:
    """The whole page as HTML."""
    environment = Environment(loader=PackageLoader("marpweave"), undefined=StrictUndefined, autoescape=True,
                              trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index.html.j2").render(entries=entries, title=title, font_css=font_css)


def picture_uri(path: Path | None) -> str:
    """A picture of a slide, small enough for a page of many."""
    if path is None:
        return ""
    from PIL import Image

    with Image.open(path) as image:
        height = round(image.height * PICTURE_WIDTH / image.width)
        small = image.convert("RGB").resize((PICTURE_WIDTH, height), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    small.save(content, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode('ascii')}"
