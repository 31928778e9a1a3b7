"""The page of all decks with a picture of each first slide, ``index.html``: one file, no network.

What it shows is kept beside it, so that it goes on to show decks that a later build left alone.
"""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
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
class Labels:
    """The page's own words in one language."""

    title: str
    slide: str
    """The unit behind the number 1."""
    slides: str


LABELS = {"en": Labels("Slides", "slide", "slides"), "ja": Labels("スライド", "枚", "枚")}


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One deck on the index page."""

    name: str
    title: str
    slides: int
    picture: str
    """A data URI, or "" where there is none."""
    files: tuple[str, ...]
    """Names of its files beside the page; the first is what the picture links to."""
    lang: str = ""
    """As its front matter says."""


def page_name(decks: Collection[str]) -> str:
    """``index.html``, or ``decks.html`` (``decks-.html`` …) where a deck has that name."""
    taken = set(map(str.casefold, decks))
    names = chain(["index"], ("decks" + "-" * n for n in count()))
    return next(f"{name}.html" for name in names if name not in taken)


def kept_entries(folder: Path) -> dict[str, IndexEntry]:
    """The decks of earlier builds whose HTML still stands, by name; none where they cannot be read."""
    try:
        kept = msgspec.json.decode((folder / KEPT).read_bytes(), type=tuple[IndexEntry, ...])
    except (OSError, msgspec.DecodeError):
        return {}
    return {entry.name: entry for entry in kept if (folder / f"{entry.name}.html").is_file()}


def keep_entries(entries: Sequence[IndexEntry], folder: Path) -> Used:
    """Write down what is on the page."""
    content = msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n"
    write_bytes(folder / KEPT, content)
    return "file", folder / KEPT, digest(content)


def language_of(entries: Iterable[IndexEntry]) -> str:
    """The language of most decks, as far as the page knows it; English where none says."""
    said = Counter(entry.lang.partition("-")[0].lower() for entry in entries)
    return next((lang for lang, _ in said.most_common() if lang in LABELS), "en")


def page_words(entries: Sequence[IndexEntry]) -> str:
    """All text of the page that can need a font."""
    labels = LABELS[language_of(entries)]
    return "".join([labels.title, labels.slide, labels.slides, *(entry.title for entry in entries)])


def index_page(entries: Sequence[IndexEntry], *, font_css: str) -> str:
    """The whole page as HTML."""
    environment = Environment(loader=PackageLoader("marpweave.render"), undefined=StrictUndefined, autoescape=True,
                              trim_blocks=True, lstrip_blocks=True)
    lang = language_of(entries)
    return environment.get_template("index.html.j2").render(
        entries=entries, lang=lang, labels=LABELS[lang], font_css=font_css)


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
