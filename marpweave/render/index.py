"""The index page of all decks, ``index.html``, with pictures of their first slides; self-contained.

Its content is stored beside it, so that later builds of some decks keep the others listed.
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
"""Maximum difference (of 255) of pixels in equal pictures."""
KEPT = "decks.json"
"""The file beside the page that stores its entries."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of the page in one language."""

    title: str
    slide: str
    """The singular of the unit of length."""
    slides: str
    variants: Mapping[Variant, str]
    """Names of variants."""
    forms: Mapping[str, str]
    """Names of file types, by suffix."""


PLAIN = {"html": "HTML", "pdf": "PDF", "pptx": "PPTX"}
LABELS = {
    "en": Labels("Slides", "slide", "slides", {Variant.STUDENT: "Exercises", Variant.SOLUTION: "Solutions"},
                 {**PLAIN, "handout.pdf": "Handout", "notes.html": "Notes", "ipynb": "Notebook"}),
    "ja": Labels("スライド", "枚", "枚", {Variant.STUDENT: "演習", Variant.SOLUTION: "解答"},
                 {**PLAIN, "handout.pdf": "配布資料", "notes.html": "発表者ノート", "ipynb": "ノートブック"})}


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A deck on the index page."""

    name: str
    title: str
    slides: int
    picture: str
    """A data URI, or ""."""
    files: tuple[str, ...]
    """Names of its files beside the page; the picture links to the first."""
    lang: str = ""
    """As in the front matter."""
    description: str = ""
    """As in the front matter."""
    variant: Variant = Variant.FULL

    @property
    def links(self) -> list[tuple[str, str]]:
        """Its files with their suffixes."""
        return [(file, file.removeprefix(f"{self.name}.")) for file in self.files]

    @property
    def deck(self) -> str:
        """The name of the full deck."""
        return self.name if self.variant is Variant.FULL else self.name.removesuffix(f".{self.variant}")


def page_name(decks: Collection[str]) -> str:
    """``index.html``, or ``decks.html`` (``decks-.html`` …) if a deck has that name."""
    taken = set(map(str.casefold, decks))
    names = chain(["index"], ("decks" + "-" * n for n in count()))
    return next(f"{name}.html" for name in names if name not in taken)


def kept_entries(folder: Path) -> dict[str, IndexEntry]:
    """Entries of earlier builds whose HTML files still exist, by name; empty if unreadable."""
    try:
        kept = msgspec.json.decode((folder / KEPT).read_bytes(), type=tuple[IndexEntry, ...])
    except (OSError, msgspec.DecodeError):
        return {}
    return {entry.name: entry for entry in kept if entry.files and (folder / f"{entry.name}.html").is_file()}


def keep_entries(entries: Sequence[IndexEntry], folder: Path) -> BuildInput:
    """Store the entries of the page."""
    content = msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n"
    write_bytes(folder / KEPT, content)
    return "file", folder / KEPT, digest(content)


def page_language(entries: Iterable[IndexEntry]) -> str:
    """The most frequent language of the decks that the page supports; default: English."""
    languages = Counter(entry.lang.partition("-")[0].lower() for entry in entries)
    return next((lang for lang, _ in languages.most_common() if lang in LABELS), "en")


def page_words(entries: Sequence[IndexEntry], title: str = "") -> str:
    """All text of the page that needs fonts."""
    labels = LABELS[page_language(entries)]
    texts = (entry.title + entry.description for entry in entries)
    return "".join([title or labels.title, labels.slide, labels.slides, *labels.variants.values(),
                    *labels.forms.values(), *texts])


def index_page(entries: Sequence[IndexEntry], *, font_css: str, title: str = "") -> str:
    """The HTML of the page."""
    lang = page_language(entries)
    decks: dict[str, list[IndexEntry]] = {}
    for entry in sorted(entries, key=lambda each: [*Variant].index(each.variant)):
        decks.setdefault(entry.deck, []).append(entry)
    return _template().render(
        decks=[decks[name] for name in sorted(decks)], lang=lang, labels=LABELS[lang],
        title=title or LABELS[lang].title, font_css=font_css)


def steady(new: str, old: str) -> str:
    """The old picture if it looks the same as the new one, because browsers do not render deterministically."""
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


def get_ready() -> None:
    """Import what the page needs and compile its template, since both are slow."""
    from PIL import PngImagePlugin  # noqa: F401  for its picture

    _template()


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("marpweave.render"), undefined=StrictUndefined, autoescape=True,
                              trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index.html.j2")


def picture_uri(path: Path | None) -> str:
    """A thumbnail of a slide as a data URI."""
    if path is None:
        return ""
    from PIL import Image

    with Image.open(path) as image:
        height = round(image.height * PICTURE_WIDTH / image.width)
        small = image.convert("RGB").resize((PICTURE_WIDTH, height), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    small.save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode('ascii')}"
