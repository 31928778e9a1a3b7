"""The fonts of a deck: the @fontsource packages' static files, cut down to the deck's characters."""

from __future__ import annotations

import base64
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marpweave.errors import ToolError
from marpweave.files import write_bytes

ALWAYS = "".join(map(chr, range(0x20, 0x7f))) + "出力エラー確認テストまとめ解答枚　、。「」（）…–—•·×"
"""What themes and the browser add to the deck's own characters."""
FACES = (("Noto Sans JP", "noto-sans-jp", 400), ("Noto Sans JP", "noto-sans-jp", 700),
         ("M PLUS 1 Code", "m-plus-1-code", 400))
"""Family, package, weight. Static files: from variable ones a PDF gets Type 3 fonts three times the size."""
MAIN = "japanese"
"""The slice with nearly everything; arrows, Greek and circled digits are in the numbered ones."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces of a deck as CSS, and the characters that none of them has."""

    css: str
    missing: tuple[str, ...] = ()


def subset_faces(text: str, *, modules: Path, store: Path) -> Fonts:
    """Faces with just the characters of ``text``, as ``@font-face`` rules with data URIs.

    Unpacked fonts are kept in ``store``. The same text gives the same bytes. Raises ToolError where the
    packages are not installed.
    """
    wanted = frozenset(filter(_has_glyph, text + ALWAYS))
    rules: list[str] = []
    missing = wanted
    for family, package, weight in FACES:
        folder = modules / "@fontsource" / package
        if not folder.is_dir():
            raise ToolError(f"the font package {package} is not installed; run `make setup`")
        left = wanted
        for name in _slices(folder, wanted):
            font = _unpacked(folder, f"{package}-{name}-{weight}-normal.woff2", store)
            held = left & _characters(font)
            if held:
                rules.append(_rule(family, weight, held, _subset(font, held)))
                left -= held
        missing &= left
    return Fonts("\n".join(rules), tuple(sorted(missing)))


def _has_glyph(character: str) -> bool:
    """Controls, line ends, joiners and variation selectors are not drawn."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn")


def _slices(folder: Path, wanted: frozenset[str]) -> Iterator[str]:
    """Names of the files that may hold some of ``wanted``, the main one first."""
    yield MAIN
    for name, ranges in _ranges(folder).items():
        if name != MAIN and any(ord(character) in span for character in wanted for span in ranges):
            yield name


@cache
def _ranges(folder: Path) -> Mapping[str, tuple[range, ...]]:
    """What ``unicode.json`` says is in each slice: ``{"[7]": "U+2190-2193,U+2200", …}``."""
    told = json.loads((folder / "unicode.json").read_text(encoding="utf-8"))
    return {name.strip("[]"): tuple(_range(each) for each in spans.split(",")) for name, spans in told.items()}


def _range(span: str) -> range:
    first, _, last = span.strip().upper().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def _unpacked(folder: Path, name: str, store: Path) -> Path:
    """A woff2 file as TrueType, unpacked once for each version of its package."""
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    path = store / f"{Path(name).stem}-{version}.ttf"
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


def _rule(family: str, weight: int, characters: frozenset[str], content: bytes) -> str:
    data = base64.b64encode(content).decode("ascii")
    return (f"@font-face {{ font-family: '{family}'; font-weight: {weight}; font-style: normal; "
            f"src: url(data:font/woff2;base64,{data}) format('woff2'); unicode-range: {_unicode_range(characters)}; }}")


def _unicode_range(characters: frozenset[str]) -> str:
    """``U+20-7E,U+3042``."""
    spans: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)
