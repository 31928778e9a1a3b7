"""The page of all decks with a picture of each first slide, ``index.html``: one file, no network.

What it shows is kept beside it, so that it goes on to show decks that a later build left alone.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from marpweave.files import write_bytes
from marpweave.inputs.digests import digest
from marpweave.inputs.used import Used

PICTURE_WIDTH = 640
KEPT = "decks.json"
"""What is on the page, in the same folder."""


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


def page_name(decks: Collection[str]) -> str:
    """``index.html``, or ``decks.html`` (``decks-.html`` …) where a deck has that name."""
    taken = set(map(str.casefold, decks))
    names = chain(["index"], ("decks" + "-" * n for n in count()))
    return next(f"{name}.html" for name in names if name not in taken)


def kept_entries(folder: Path) -> dict[str, Entry]:
    """The decks of earlier builds whose HTML still stands, by name; none where they cannot be read."""
    try:
        kept = msgspec.json.decode((folder / KEPT).read_bytes(), type=tuple[Entry, ...])
    except (OSError, msgspec.DecodeError):
        return {}
    return {entry.name: entry for entry in kept if (folder / f"{entry.name}.html").is_file()}


def keep_entries(entries: Sequence[Entry], folder: Path) -> Used:
    """Write down what is on the page."""
    content = msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n"
    write_bytes(folder / KEPT, content)
    return "file", folder / KEPT, digest(content)


def index_page(entries: Sequence[Entry], *, title: str, font_css: str) -> str:
    """The whole page as HTML."""
    environment = Environment(loader=PackageLoader("marpweave.render"), undefined=StrictUndefined, autoescape=True,
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
