"""Whole font files for a page that is being edited draw a text with the fonts of the delivered files."""

import re

import pytest

from marpweave.render.fonts import CODE, FILL, TEXT, alphabet, characters_of, missing_characters, unpacked
from marpweave.render.live.faces import faces_css, font_files, whole_faces
from marpweave.render.programs.places import modules, unpacked_fonts


def spans(told):
    ends = (span.strip().removeprefix("U+").partition("-") for span in told.split(","))
    return [range(int(first, 16), int(last or first, 16) + 1) for first, _, last in ends]


def drawn_by(character, family, weight=400):
    """The file that a browser takes: of those that may and can draw a character, the last."""
    may = [face.file for face in whole_faces() if (face.family, face.weight) == (family, weight)
           and any(ord(character) in span for span in spans(face.characters))]
    can = [file for file in may if character in characters_of(
        file if file.suffix == ".ttf" else unpacked(file.parents[1], file.name, unpacked_fonts()))]
    return can[-1].name if can else ""


@pytest.mark.parametrize(("character", "family", "file"), [
    ("あ", TEXT, "noto-sans-jp-japanese-400-normal.woff2"), ("a", TEXT, "noto-sans-jp-japanese-400-normal.woff2"),
    ("勾", CODE, "m-plus-1-code-japanese-400-normal.woff2"), ("α", FILL, "noto-sans-greek-400-normal.woff2"),
    ("∇", FILL, "noto-sans-math-latin-400-normal.woff2"), ("Ⅻ", FILL, "DejaVuSans.ttf")])
def test_a_character_is_drawn_by_the_best_font_that_has_it(character, family, file):
    assert drawn_by(character, family) == file


def test_every_rule_names_a_file_that_is_there():
    named = re.findall(r"src: url\(/f/([^)]+)\)", faces_css())
    assert sorted(named) == sorted(name for name, file in font_files().items() if file.is_file())


def test_characters_without_a_glyph_are_those_that_no_file_draws():
    assert missing_characters(alphabet("# あ ሴ &#x1235;\n"), modules=modules(), store=unpacked_fonts()) == ("ሴ", "ስ")
