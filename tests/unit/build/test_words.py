import pytest

from marpweave.build.stats.words import unit_of, words_in, words_shown
from marpweave.read.tokens import marp_tokens


@pytest.mark.parametrize(("text", "count"), [
    ("", 0), ("two words", 2), ("don't re-count 3.14", 3), ("日本語です。", 5), ("ニューラルネット network", 9), ("行列Wの積", 5),
    ("…、。！ — -", 0), ("naïve Größe", 2), ("a_b", 2),
])
def test_words_are_counted_and_characters_of_japanese(text, count):
    assert words_in(text) == count


def test_code_formulas_notes_and_tags_are_no_words_of_a_slide():
    text = "---\nmarp: true\n---\n\n# One two\n\n`code` $x y$ three\n\n```\na b c\n```\n\n$$\na b\n$$\n\n<!-- a note -->\n\n<div class=\"a b\">\nfour\n</div>\n\n" \
           "| five | six |\n|--|--|\n| seven | ![a b](c.png) |\n"
    assert words_shown(marp_tokens(text)) == 7


@pytest.mark.parametrize(("lang", "unit"), [("ja", "characters"), ("zh", "characters"), ("en", "words"), ("ko", "words")])
def test_japanese_and_chinese_are_measured_in_characters(lang, unit):
    assert unit_of(lang) == unit
