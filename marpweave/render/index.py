"""The page of all decks with a picture of each first slide, ``index.html``: one file, no network.

What it shows is kept beside it, so that it goes on to show decks that a later build left alone.
"""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from marpweave.files import write_bytes
from marpweave.inputs.digests import digest
from marpweave.inputs.used import BuildInput
from marpweave.model.variant import Variant

if TYPE_CHECKING:
    from jinja2 import Template
    from PIL import Image

PICTURE_WIDTH = 640
UNSEEN = 2
"""Differences of 255 that are no other picture."""
KEPT = "decks.json"
"""What is on the page, in the same folder."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The page's own words in one language."""

    title: str
    slide: str
    """The unit behind the number 1."""
    slides: str
    variants: Mapping[Variant, str]
    """What the files of a variant are called."""
    forms: Mapping[str, str]
    """What files are called, by their suffixes."""


PLAIN = {"html": "HTML", "pdf": "PDF", "pptx": "PPTX"}
LABELS = {
    "en": Labels("Slides", "slide", "slides", {Variant.STUDENT: "Exercises", Variant.SOLUTION: "Solutions"},
                 {**PLAIN, "handout.pdf": "Handout", "notes.html": "Notes", "ipynb": "Notebook"}),
    "ja": Labels("スライド", "枚", "枚", {Variant.STUDENT: "演習", Variant.SOLUTION: "解答"},
                 {**PLAIN, "handout.pdf": "配布資料", "notes.html": "発表者ノート", "ipynb": "ノートブック"})}


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
    description: str = ""
    """As its front matter says."""
    variant: Variant = Variant.FULL

    @property
    def links(self) -> list[tuple[str, str]]:
        """Its files, each with its suffix."""
        return [(file, file.removeprefix(f"{self.name}.")) for file in self.files]

    @property
    def deck(self) -> str:
        """The name of the deck that it is a variant of; its own if it is full."""
        return self.name if self.variant is Variant.FULL else self.name.removesuffix(f".{self.variant}")


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
    return {entry.name: entry for entry in kept if entry.files and (folder / f"{entry.name}.html").is_file()}


def keep_entries(entries: Sequence[IndexEntry], folder: Path) -> BuildInput:
    """Write down what is on the page."""
    content = msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n"
    write_bytes(folder / KEPT, content)
    return "file", folder / KEPT, digest(content)


def page_language(entries: Iterable[IndexEntry]) -> str:
    """The language of most decks, as far as the page knows it; English where none says."""
    said = Counter(entry.lang.partition("-")[0].lower() for entry in entries)
    return next((lang for lang, _ in said.most_common() if lang in LABELS), "en")


def page_words(entries: Sequence[IndexEntry], title: str = "") -> str:
    """All text of the page that can need a font."""
    labels = LABELS[page_language(entries)]
    said = (entry.title + entry.description for entry in entries)
    return "".join([title or labels.title, labels.slide, labels.slides, *labels.variants.values(),
                    *labels.forms.values(), *said])


def index_page(entries: Sequence[IndexEntry], *, font_css: str, title: str = "") -> str:
    """The whole page as HTML, with a title of its own if none is given."""
    lang = page_language(entries)
    decks: dict[str, list[IndexEntry]] = {}
    for entry in sorted(entries, key=lambda each: [*Variant].index(each.variant)):
        decks.setdefault(entry.deck, []).append(entry)
    return page_template().render(
        decks=[decks[name] for name in sorted(decks)], lang=lang, labels=LABELS[lang],
        title=title or LABELS[lang].title, font_css=font_css)


def steady(new: str, old: str) -> str:
    """The old of two pictures that nobody can tell apart: browsers draw equal slides almost equally."""
    if not (new and old) or new == old:
        return new
    from PIL import ImageChops

    with _opened(new) as one, _opened(old) as other:
        if (one.size, one.mode) != (other.size, other.mode):
            return new
        differs = max(ImageChops.difference(one, other).tobytes())
    return old if differs <= UNSEEN else new


def _opened(uri: str) -> Image.Image:
    from PIL import Image

    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@cache
def page_template() -> Template:
    """What the page is made with; it takes long, and only once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("marpweave.render"), undefined=StrictUndefined, autoescape=True,
                              trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index.html.j2")


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
