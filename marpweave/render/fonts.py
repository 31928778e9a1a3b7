"""Subsets the fonts of a deck, static files of the @fontsource packages, to its characters."""

from __future__ import annotations

import base64
import html
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from marpweave.errors import ToolError, reinstall
from marpweave.files import sweep, write_bytes
from marpweave.render.programs.places import writing_at_home

ALWAYS = "".join(map(chr, range(0x20, 0x7f))) + "　、。「」（）…–—•·×"
"""Characters that the browser may add."""
TEXT, CODE, FILL = "Noto Sans JP", "M PLUS 1 Code", "Noto Fill"
"""Font families. The last one contains what the text font lacks: Greek, mathematics, symbols, monochrome emoji."""
PACKAGES = {
    TEXT: ("noto-sans-jp",),
    CODE: ("m-plus-1-code",),
    FILL: ("noto-sans", "noto-sans-math", "noto-sans-symbols-2", "noto-emoji"),
}
"""Static fonts: variable ones become Type 3 fonts in a PDF, which are three times as large."""
FIRST = "japanese"
"""The file with almost all characters; arrows and circled digits are in numbered files."""
EVERYTHING = (range(0x110000),)
EMOJI = "@iconify-json/twemoji/chars.json"
"""Emoji that Marp replaces by pictures: code points joined by dashes -> name of the picture."""
Character = Annotated[str, Meta(min_length=1, max_length=1)]


@dataclass(frozen=True, slots=True)
class Face:
    """A font file (woff2) that contains ``characters``."""

    family: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9 ]+\Z")]
    weight: Annotated[int, Meta(ge=1, le=1000)]
    content: bytes
    characters: frozenset[Character]

    def __post_init__(self) -> None:
        if not self.content.startswith(b"wOF2"):
            raise ValueError("the font is not a woff2 file")

    @property
    def rule(self) -> str:
        """The ``@font-face`` rule with the embedded file."""
        address = f"data:font/woff2;base64,{base64.b64encode(self.content).decode('ascii')}"
        return (f"@font-face {{ font-family: '{self.family}'; font-weight: {self.weight}; font-style: normal; "
                f"src: url({address}) format('woff2'); unicode-range: {unicode_range(self.characters)}; }}")


@dataclass(frozen=True, slots=True)
class Fonts:
    """The font faces of a deck, and characters that no face contains."""

    faces: tuple[Face, ...]
    missing: tuple[Character, ...] = ()

    @property
    def css(self) -> str:
        """The faces as CSS."""
        return "\n".join(face.rule for face in self.faces)


def alphabet(text: str) -> str:
    """The part of a text that determines its faces: its characters and, for combining marks, their bases."""
    composed = _composed(text)
    return text if any(map(unicodedata.combining, composed)) else "".join(sorted({*text, *composed}))


def subset_faces(text: str, *, modules: Path, store: Path) -> Fonts:
    """Faces with exactly the characters of ``text``, as ``@font-face`` rules with data URIs.

    ``text`` is Markdown: characters of its entities are included. Unpacked fonts are cached in ``store``. The result is
    deterministic. Raises ToolError if the packages are not installed.
    """
    cuts = _cuts(text, modules, store)
    faces = (Face(cut.family, cut.weight, _subset(cut.font, cut.characters), cut.characters) for cut in cuts)
    return Fonts(tuple(faces), _missing(text, cuts))


def missing_characters(text: str, *, modules: Path, store: Path) -> tuple[Character, ...]:
    """The characters of ``text`` that no face contains."""
    return _missing(text, _cuts(text, modules, store))


@dataclass(frozen=True, slots=True)
class Cut:
    """A font file and the characters to keep."""

    family: str
    weight: int
    font: Path
    characters: frozenset[str]


def _cuts(text: str, modules: Path, store: Path) -> list[Cut]:
    composed = _composed(text)
    wanted = _wanted(text)
    cuts = [cut for family, weight in ((TEXT, 400), (TEXT, 700), (CODE, 400))
            for cut in _taken(family, weight, wanted, modules, store)]
    lacking = wanted - _held(cut for cut in cuts if cut.family == TEXT)
    marks = frozenset(filter(unicodedata.combining, lacking))
    cuts += _taken(FILL, 400, lacking - marks, modules, store)
    return [*cuts, *_last(lacking - _held(cuts) | marks | _bases(composed, marks))]


def _wanted(text: str) -> frozenset[str]:
    return frozenset(filter(_has_glyph, {*text, *_composed(text), *ALWAYS}))


def _missing(text: str, cuts: Iterable[Cut]) -> tuple[str, ...]:
    return tuple(sorted((_wanted(text) & set(_composed(text))) - _held(cuts)))


def _composed(text: str) -> str:
    """A text with entities decoded and combining marks composed."""
    return unicodedata.normalize("NFC", html.unescape(text))


def _held(cuts: Iterable[Cut]) -> frozenset[str]:
    return frozenset[str]().union(*(cut.characters for cut in cuts))


def _bases(text: str, marks: frozenset[str]) -> frozenset[str]:
    """The letters under ``marks``: browsers take a letter and its mark from the same face or not at all."""
    return frozenset(base for base, mark in pairwise(text) if mark in marks and _has_glyph(base))


def _taken(family: str, weight: int, wanted: frozenset[str], modules: Path, store: Path) -> Iterator[Cut]:
    """Disjoint subsets with the characters of ``wanted``, as far as the family contains them."""
    for package in PACKAGES[family]:
        folder = modules / "@fontsource" / package
        for name, spans in slices(folder).items():
            if any(ord(character) in span for character in wanted for span in spans):
                font = unpacked(folder, f"{package}-{name}-{weight}-normal.woff2", store)
                held = wanted & characters_of(font)
                if held:
                    yield Cut(family, weight, font, held)
                    wanted -= held


def _last(wanted: frozenset[str]) -> Iterator[Cut]:
    """Characters in no package, from matplotlib's font: superscripts, Roman numerals, marks."""
    if wanted:
        font = last_font()
        held = wanted & characters_of(font)
        if held:
            yield Cut(FILL, 400, font, held)


def last_font() -> Path:
    """The font included in matplotlib, as the last fallback."""
    from importlib.metadata import distribution  # rarely needed

    return Path(str(distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf")))


def _has_glyph(character: str) -> bool:
    """False for characters that are not drawn: controls, line ends, joiners, variation selectors."""
    return (unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
            and "VARIATION SELECTOR" not in unicodedata.name(character, ""))


def _read_json(path: Path) -> dict[str, str]:
    """A JSON file of a font package; raises ToolError if the package is not installed."""
    try:
        content: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        package = f"@fontsource/{path.parent.name}"
        raise ToolError(f"the font package {package} is not installed; run {reinstall()}") from error
    return content


@cache
def slices(folder: Path) -> Mapping[str, tuple[range, ...]]:
    """The ranges of each file in ``unicode.json`` (``{"[7]": "U+2190-2193,U+2200", …}``), the fullest file first."""
    spans_of = _read_json(folder / "unicode.json")
    first = {FIRST: EVERYTHING} if any(folder.glob(f"files/*-{FIRST}-*")) else {}
    if len(spans_of) == 1 and not first:
        return dict.fromkeys(spans_of, EVERYTHING)  # a single file contains the whole font, whatever the ranges
    return first | {name.strip("[]"): tuple(map(_range, spans.split(","))) for name, spans in spans_of.items()}


def _range(span: str) -> range:
    first, _, last = span.strip().upper().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def unpacked(folder: Path, name: str, store: Path) -> Path:
    """A woff2 file converted to TrueType, once per version of its package."""
    path = store / f"{Path(name).stem}-{_read_json(folder / 'package.json')['version']}.ttf"
    if not path.is_file():
        from fontTools.ttLib import TTFont

        font, content = TTFont(folder / "files" / name, recalcTimestamp=False), io.BytesIO()
        font.flavor = None
        font.save(content)
        with writing_at_home():
            sweep(store)
            write_bytes(path, content.getvalue())
    return path


@cache
def characters_of(path: Path) -> frozenset[str]:
    """The characters that a font file contains."""
    import uharfbuzz as hb

    return frozenset(map(chr, hb.Face(hb.Blob.from_file_path(str(path))).unicodes))


def _subset(path: Path, characters: frozenset[str]) -> bytes:
    """A woff2 file with only the glyphs of ``characters``."""
    import uharfbuzz as hb
    from fontTools.ttLib import TTFont

    wish = hb.SubsetInput()
    wish.unicode_set.update(map(ord, characters))
    small = hb.subset(hb.Face(hb.Blob.from_file_path(str(path))), wish)
    font, content = TTFont(io.BytesIO(small.blob.data), recalcTimestamp=False), io.BytesIO()
    font.flavor = "woff2"
    font.save(content)
    return content.getvalue()


def without_picture(characters: Iterable[str], modules: Path) -> list[str]:
    """Those characters that are not part of an emoji with a picture, and so need a font."""
    wanted, file = list(characters), modules / EMOJI
    if not wanted or not file.is_file():
        return wanted
    drawn = {code for codes in json.loads(file.read_text(encoding="utf-8")) for code in codes.split("-")}
    return [character for character in wanted if f"{ord(character):04x}" not in drawn]


def unicode_range(characters: Iterable[str]) -> str:
    """``U+20-7E,U+3042``."""
    spans: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)
