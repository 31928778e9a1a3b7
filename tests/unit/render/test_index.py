"""The words of the index page follow the language of its decks."""

import re

import pytest

from marpweave.render.index import IndexEntry, index_page, language_of, page_words


def decks(*languages):
    return [IndexEntry(f"deck-{n}", f"Deck {n}", n, "", (f"deck-{n}.html",), lang) for n, lang in enumerate(languages, start=1)]


@pytest.mark.parametrize(("languages", "page"), [
    ((), "en"), (("",), "en"), (("fr",), "en"), (("ja",), "ja"), (("ja-JP",), "ja"), (("EN-gb",), "en"),
    (("en", "ja", "ja"), "ja"), (("fr", "fr", "ja"), "ja"), (("", "", "ja"), "ja")])
def test_the_page_is_in_the_language_of_most_decks_that_it_knows(languages, page):
    assert language_of(decks(*languages)) == page


@pytest.mark.parametrize(("lang", "title", "counts"), [
    ("ja", "スライド", ["1 枚", "2 枚"]), ("en", "Slides", ["1 slide", "2 slides"])])
def test_title_and_numbers_of_slides_are_in_the_page_s_language(lang, title, counts):
    page = index_page(decks(lang, lang), font_css="")
    assert re.findall(r'<html lang="(.*?)">|<title>(.*?)</title>|<h1>(.*?)</h1>', page) == [(lang, "", ""), ("", title, ""), ("", "", title)]
    assert re.findall(r"<p>(.*?)<a", page) == counts
    assert set(title + "".join(counts)) <= set(page_words(decks(lang, lang)) + " 12")
