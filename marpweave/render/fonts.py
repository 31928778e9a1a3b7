"""The fonts of a deck: the @fontsource packages' static files, cut down to the deck's characters."""

from __future__ import annotations

import base64
import html
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from marpweave.errors import ToolError
from marpweave.files import write_bytes

ALWAYS = "".join(map(chr, range(0x20, 0x7f))) + "　、。「」（）…–—•·×"
"""What the browser adds to the deck's own characters."""
TEXT, CODE, FILL = "Noto Sans JP", "M PLUS 1 Code", "Noto Fill"
"""The families. The last holds what the text font lacks: Greek, mathematics, symbols, emoji in one colour."""
PACKAGES = {
    TEXT: ("noto-sans-jp",),
    CODE: ("m-plus-1-code",),
    FILL: ("noto-sans", "noto-sans-math", "noto-sans-symbols-2", "noto-emoji"),
}
"""Static files: from variable ones a PDF gets Type 3 fonts three times the size."""
FIRST = "japanese"
"""The slice with nearly everything; arrows and circled digits are in the numbered ones."""
EVERYTHING = (range(0x110000),)
Character = Annotated[str, Meta(min_length=1, max_length=1)]


@dataclass(frozen=True, slots=True)
class Face:
    """One font file (woff2) that draws ``characters``."""

    family: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9 ]+\Z")]
    weight: Annotated[int, Meta(ge=1, le=1000)]
    content: bytes
    characters: frozenset[Character]

    def __post_init__(self) -> None:
        if not self.content.startswith(b"wOF2"):
            raise ValueError("the font is no woff2 file")

    @property
    def rule(self) -> str:
        """The ``@font-face`` rule that holds the file."""
        address = f"data:font/woff2;base64,{base64.b64encode(self.content).decode('ascii')}"
        return (f"@font-face {{ font-family: '{self.family}'; font-weight: {self.weight}; font-style: normal; "
                f"src: url({address}) format('woff2'); unicode-range: {_unicode_range(self.characters)}; }}")


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces of a deck, and the characters that none of them has."""

    faces: tuple[Face, ...]
    missing: tuple[Character, ...] = ()

    @property
    def css(self) -> str:
        """The faces as CSS."""
        return "\n".join(face.rule for face in self.faces)


def alphabet(text: str) -> str:
    """All of a text that its faces depend on: its characters; with combining marks, which follows which."""
    composed = _composed(text)
    return text if any(map(unicodedata.combining, composed)) else "".join(sorted({*text, *composed}))


def subset_faces(text: str, *, modules: Path, store: Path) -> Fonts:
    """Faces with just the characters of ``text``, as ``@font-face`` rules with data URIs.

    ``text`` is Markdown: the characters that its entities stand for are held too. Unpacked fonts are kept
    in ``store``. The same text gives the same bytes. Raises ToolError where the packages are not installed.
    """
    composed = _composed(text)
    wanted = frozenset(filter(_has_glyph, text + composed + ALWAYS))
    faces = [*_faces(TEXT, 400, wanted, (modules, store)), *_faces(TEXT, 700, wanted, (modules, store)),
             *_faces(CODE, 400, wanted, (modules, store))]
    lacking = wanted - _held(face for face in faces if face.family == TEXT)
    marks = frozenset(filter(unicodedata.combining, lacking))
    faces += _faces(FILL, 400, lacking - marks, (modules, store))
    faces += _last_face(lacking - _held(faces) | marks | _bases(composed, marks))
    missing = (wanted & set(composed)) - _held(faces)
    return Fonts(tuple(faces), tuple(sorted(missing)))


def _composed(text: str) -> str:
    """A text as it is drawn: entities as what they stand for, letters with their marks in one."""
    return unicodedata.normalize("NFC", html.unescape(text))


def _held(faces: Iterable[Face]) -> frozenset[str]:
    return frozenset[str]().union(*(face.characters for face in faces))


def _bases(text: str, marks: frozenset[str]) -> frozenset[str]:
    """The letters under ``marks``: a browser takes a letter and its mark from one face or not at all."""
    return frozenset(base for base, mark in pairwise(text) if mark in marks and _has_glyph(base))


def _faces(family: str, weight: int, wanted: frozenset[str], places: tuple[Path, Path]) -> Iterator[Face]:
    """Disjoint faces with the characters of ``wanted``, as far as the packages of the family go."""
    modules, store = places
    for package in PACKAGES[family]:
        folder = modules / "@fontsource" / package
        for name, spans in _slices(folder).items():
            if any(ord(character) in span for character in wanted for span in spans):
                font = _unpacked(folder, f"{package}-{name}-{weight}-normal.woff2", store)
                held = wanted & _characters(font)
                if held:
                    yield Face(family, weight, _subset(font, held), held)
                    wanted -= held


def _last_face(wanted: frozenset[str]) -> Iterator[Face]:
    """What no package has, from the font that comes with matplotlib: superscripts, Roman numerals, marks."""
    if wanted:
        font = Path(str(distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf")))
        held = wanted & _characters(font)
        if held:
            yield Face(FILL, 400, _subset(font, held), held)


def _has_glyph(character: str) -> bool:
    """Controls, line ends, joiners and variation selectors are not drawn."""
    return (unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
            and "VARIATION SELECTOR" not in unicodedata.name(character, ""))


def _told(path: Path) -> dict[str, str]:
    """What a package says of itself."""
    try:
        told: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        package = f"@fontsource/{path.parent.name}"
        raise ToolError(f"the font package {package} is not installed; run `make setup`") from error
    return told


@cache
def _slices(folder: Path) -> Mapping[str, tuple[range, ...]]:
    """What ``unicode.json`` says is in each file (``{"[7]": "U+2190-2193,U+2200", …}``), the fullest first."""
    told = _told(folder / "unicode.json")
    first = {FIRST: EVERYTHING} if any(folder.glob(f"files/*-{FIRST}-*")) else {}
    if len(told) == 1 and not first:
        return dict.fromkeys(told, EVERYTHING)  # the only file holds all that the font has, whatever is told
    return first | {name.strip("[]"): tuple(map(_range, spans.split(","))) for name, spans in told.items()}


def _range(span: str) -> range:
    first, _, last = span.strip().upper().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def _unpacked(folder: Path, name: str, store: Path) -> Path:
    """A woff2 file as TrueType, unpacked once for each version of its package."""
    path = store / f"{Path(name).stem}-{_told(folder / 'package.json')['version']}.ttf"
    if not path.is_file():
        from fontTools.ttLib import TTFont

        font, content = TTFont(folder / "files" / name, recalcTimestamp=False), io.BytesIO()
        font.flavor = None
        font.save(content)
        write_bytes(path, content.getvalue())
    return path


@cache
def _characters(path: Path) -> frozenset[str]:
    import uharfbuzz as hb

    return frozenset(map(chr, hb.Face(hb.Blob.from_file_path(str(path))).unicodes))


def _subset(path: Path, characters: frozenset[str]) -> bytes:
    """A woff2 file with the outlines of ``characters`` alone."""
    import uharfbuzz as hb
    from fontTools.ttLib import TTFont

    wish = hb.SubsetInput()
    wish.unicode_set.update(map(ord, characters))
    small = hb.subset(hb.Face(hb.Blob.from_file_path(str(path))), wish)
    font, content = TTFont(io.BytesIO(small.blob.data), recalcTimestamp=False), io.BytesIO()
    font.flavor = "woff2"
    font.save(content)
    return content.getvalue()


def _unicode_range(characters: frozenset[str]) -> str:
    """``U+20-7E,U+3042``."""
    spans: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)
