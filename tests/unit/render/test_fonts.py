"""Fonts cut down to a deck: from packages of a few letters made here, and from the real ones."""

import base64
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from marpweave.cache.store import Store
from marpweave.errors import ToolError
from marpweave.render.fonts import ALWAYS, subset_faces, without_picture
from marpweave.render.prepare import fonts_for
from marpweave.render.programs import places

RULE = re.compile(r"@font-face \{ font-family: '(.+?)'; font-weight: (\d+); font-style: normal; "
                  r"src: url\(data:font/woff2;base64,(.+?)\) format\('woff2'\); unicode-range: (.+?); \}")


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """Packages with what themes need; 日 and が in the text font, an arrow in its slice 7, σ in others, ℝ in mathematics."""
    folder = tmp_path_factory.mktemp("node_modules")
    package(folder, "noto-sans-jp", {"japanese": ALWAYS + "日が", "[7]": "日→"}, weights=(400, 700))
    package(folder, "m-plus-1-code", {"japanese": ALWAYS + "日", "greek": "σ"})
    package(folder, "noto-sans", {"latin": ALWAYS, "greek": "σ"})
    package(folder, "noto-sans-math", {"latin": ALWAYS + "ℝ"})
    package(folder, "noto-sans-symbols-2", {"latin": ALWAYS, "symbols": "★"})
    package(folder, "noto-emoji", {"[0]": "😀", "[1]": "🎉"})
    return folder


def package(modules, name, slices, *, weights=(400,), version="1.0.0"):
    folder = modules / "@fontsource" / name
    (folder / "files").mkdir(parents=True)
    for key, characters in slices.items():
        for weight in weights:
            font(characters).save(folder / "files" / f"{name}-{key.strip('[]')}-{weight}-normal.woff2")
    told = {key: ",".join(f"U+{ord(c):X}" for c in characters if c != "ℝ")
            for key, characters in slices.items() if key != "japanese"}
    (folder / "unicode.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")


def font(characters):
    names = {ord(character): f"u{ord(character):04X}" for character in characters}
    pen = TTGlyphPen(None)
    for point, draw in (((0, 0), pen.moveTo), ((500, 0), pen.lineTo), ((0, 500), pen.lineTo)):
        draw(point)
    pen.closePath()
    outline = pen.glyph()
    order = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(order, outline))
    builder.setupHorizontalMetrics(dict.fromkeys(order, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    builder.font.flavor = "woff2"
    return builder.font


def faces(fonts):
    """(family, weight, characters of the file beyond what themes need) of every rule, checked against its unicode-range."""
    found = []
    for family, weight, content, spans in RULE.findall(fonts.css):
        held = {chr(code) for code in TTFont(io.BytesIO(base64.b64decode(content))).getBestCmap()}
        assert held == set(characters_of(spans))
        found.append((family, int(weight), "".join(sorted(held - set(ALWAYS)))))
    assert len(found) == fonts.css.count("@font-face")
    return found


def characters_of(spans):
    for span in spans.split(","):
        first, _, last = span.removeprefix("U+").partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def test_each_face_holds_what_themes_need_and_the_characters_of_the_text(modules, tmp_path):
    assert faces(subset_faces("日", modules=modules, store=tmp_path)) == [
        ("Noto Sans JP", 400, "日"), ("Noto Sans JP", 700, "日"), ("M PLUS 1 Code", 400, "日")]


def test_what_the_main_file_lacks_comes_from_the_slice_that_has_it(modules, tmp_path):
    assert faces(subset_faces("→", modules=modules, store=tmp_path)) == [
        ("Noto Sans JP", 400, ""), ("Noto Sans JP", 400, "→"),
        ("Noto Sans JP", 700, ""), ("Noto Sans JP", 700, "→"), ("M PLUS 1 Code", 400, "")]


def test_the_unicode_range_of_a_face_is_written_shortest_and_in_order(modules, tmp_path):
    family, weight, _, spans = RULE.findall(subset_faces("↓日←→↑", modules=modules, store=tmp_path).css)[-1]
    assert (family, weight, spans) == ("Noto Fill", "400", "U+2190-2191,U+2193")


def test_the_fill_family_holds_only_what_the_text_font_lacks(modules, tmp_path):
    fonts = subset_faces("日σ★🎉", modules=modules, store=tmp_path)
    assert faces(fonts)[2:] == [
        ("M PLUS 1 Code", 400, "日"), ("M PLUS 1 Code", 400, "σ"),
        ("Noto Fill", 400, "σ"), ("Noto Fill", 400, "★"), ("Noto Fill", 400, "🎉")]


def test_superscripts_and_roman_numerals_come_from_the_font_of_matplotlib(modules, tmp_path):
    assert faces(subset_faces("ⁿⅢ", modules=modules, store=tmp_path))[-1] == ("Noto Fill", 400, "ⁿⅢ")


def test_a_mark_stands_in_one_face_with_the_letter_under_it(modules, tmp_path):
    fonts = subset_faces("x\u0304 y", modules=modules, store=tmp_path)
    assert faces(fonts)[-1] == ("Noto Fill", 400, "\u0304")
    assert RULE.findall(fonts.css)[-1][3] == "U+78,U+304"


def test_the_only_file_of_a_package_is_read_whatever_its_package_tells(modules, tmp_path):
    assert ("Noto Fill", 400, "ℝ") in faces(subset_faces("ℝ", modules=modules, store=tmp_path))


def test_characters_that_no_font_has_are_named_in_order(modules, tmp_path):
    assert subset_faces("한\ue000日→한", modules=modules, store=tmp_path).missing == ("한", "\ue000")


def test_what_is_not_drawn_is_not_missing(modules, tmp_path):
    undrawn = "\t\r\n\x00\u00ad\u200d\u2009\u2028\u3000\ufe0f\ufeff\U000e0101"
    assert subset_faces(undrawn, modules=modules, store=tmp_path).missing == ()


def test_a_letter_written_with_a_combining_mark_is_found_composed(modules, tmp_path):
    fonts = subset_faces("か\u3099", modules=modules, store=tmp_path)
    assert fonts.missing == ()
    assert ("Noto Sans JP", 400, "が") in faces(fonts)


def test_characters_behind_entities_are_held(modules, tmp_path):
    fonts = subset_faces("&rarr; &#x65e5;", modules=modules, store=tmp_path)
    assert faces(fonts)[:2] == [("Noto Sans JP", 400, "日"), ("Noto Sans JP", 400, "→")]


def test_the_same_text_gives_the_same_css_from_a_cold_and_a_warm_store(modules, tmp_path):
    cold = subset_faces("日→σ", modules=modules, store=tmp_path / "store")
    assert subset_faces("σ→日日", modules=modules, store=tmp_path / "store") == cold
    assert subset_faces("日→σ", modules=modules, store=tmp_path / "other") == cold


def test_characters_that_all_faces_have_ask_for_no_other_faces():
    files = {}
    first, second = (fonts_for(text, Store(files)) for text in ("# 日", "# 日 1: 「a」"))
    assert (first == second, len(files)) == (True, 1)


def test_builds_at_once_share_a_store_of_whole_files(modules, tmp_path):
    store = tmp_path / "store"
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(lambda _: subset_faces("日→", modules=modules, store=store), range(8)))
    assert len(results) == 1
    assert sorted(path.name for path in store.iterdir()) == [
        "m-plus-1-code-japanese-400-normal-1.0.0.ttf", "noto-sans-jp-7-400-normal-1.0.0.ttf",
        "noto-sans-jp-7-700-normal-1.0.0.ttf", "noto-sans-jp-japanese-400-normal-1.0.0.ttf",
        "noto-sans-jp-japanese-700-normal-1.0.0.ttf"]


def test_a_missing_package_is_named_with_the_remedy(tmp_path):
    with pytest.raises(ToolError) as caught:
        subset_faces("日", modules=tmp_path, store=tmp_path)
    assert str(caught.value) == "the font package @fontsource/noto-sans-jp is not installed; run `make setup`"


@pytest.mark.slow
def test_the_installed_fonts_hold_what_lectures_write_and_keep_their_outlines():
    text = "重み×入力→σ≧θ ①② ∂L∕∂w ∑∞≠≤∈ℝⁿ x₁ x̄ Ⅲ ⟨x⟩ 𝒙 ∘ ⊗ ⊙ ─│└ ✓✗★♪ 髙﨑𠮷 ※〜― 😀🎉 Ñå"
    fonts = subset_faces(text, modules=places.modules(), store=places.unpacked_fonts())
    assert fonts.missing == ()
    first = TTFont(io.BytesIO(base64.b64decode(RULE.findall(fonts.css)[0][2])))
    assert "glyf" in first
    assert "CFF " not in first
    assert "halt" in {record.FeatureTag for record in first["GPOS"].table.FeatureList.FeatureRecord}


def test_characters_of_emoji_need_no_font():
    assert without_picture("\U0001f6d8\U0001f1ef\u20e3\u1200→", places.modules()) == ["\u1200", "→"]


def test_without_the_pictures_every_character_needs_a_font(tmp_path):
    assert without_picture("\U0001f6d8a", tmp_path) == ["\U0001f6d8", "a"]
