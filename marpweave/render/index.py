"""``index.html``: the decks of a build with a picture of each first slide; one file, no network."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

PICTURE_WIDTH = 640
ITEM = re.compile(r'<li id="([^"]*)">.*?</li>\n?', re.DOTALL)
"""A deck on the page, as ``index-item.html.j2`` writes it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One deck on the index page."""

    name: str
    title: str
    slides: int
    picture: str
    """A data URI, or "" where there is none."""
    files: tuple[str, ...]
    """Names of its files beside the page; the first is what the picture links to."""


def items_of(page: str) -> dict[str, str]:
    """The decks on a page that an earlier build wrote: name -> item, as HTML."""
    return {html.unescape(item[1]): item[0] for item in ITEM.finditer(page)}


def index_page(entries: Sequence[Entry], *, title: str, font_css: str, others: Mapping[str, str] | None = None) -> str:
    """The whole page as HTML, decks by name; ``others`` are items of decks that were not built now."""
    environment = Environment(loader=PackageLoader("marpweave.render"), undefined=StrictUndefined, autoescape=True,
                              trim_blocks=True, lstrip_blocks=True)
    item = environment.get_template("index-item.html.j2")
    items = {**(others or {}), **{entry.name: item.render(entry=entry) for entry in entries}}
    page = environment.get_template("index.html.j2")
    return page.render(items=[Markup(items[name]) for name in sorted(items)], title=title, font_css=font_css)


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
