"""The words of the index page follow the language of its decks."""

import re

import pytest
from PIL import Image

from marpweave.model.variant import Variant
from marpweave.render.index import IndexEntry, index_page, page_language, page_words, picture_uri, steady


def decks(*languages):
    return [IndexEntry(f"deck-{n}", f"Deck {n}", n, "", (f"deck-{n}.html",), lang) for n, lang in enumerate(languages, start=1)]


@pytest.mark.parametrize(("languages", "page"), [
    ((), "en"), (("",), "en"), (("fr",), "en"), (("ja",), "ja"), (("ja-JP",), "ja"), (("EN-gb",), "en"),
    (("en", "ja", "ja"), "ja"), (("fr", "fr", "ja"), "ja"), (("", "", "ja"), "ja")])
def test_the_page_is_in_the_language_of_most_decks_that_it_knows(languages, page):
    assert page_language(decks(*languages)) == page


@pytest.mark.parametrize(("lang", "title", "counts"), [
    ("ja", "スライド", ["1 枚", "2 枚"]), ("en", "Slides", ["1 slide", "2 slides"])])
def test_title_and_numbers_of_slides_are_in_the_page_s_language(lang, title, counts):
    page = index_page(decks(lang, lang), font_css="")
    assert re.findall(r'<html lang="(.*?)">|<title>(.*?)</title>|<h1>(.*?)</h1>', page) == [(lang, "", ""), ("", title, ""), ("", "", title)]
    assert re.findall(r"<p>(.*?) <a", page) == counts
    assert set(title + "".join(counts)) <= set(page_words(decks(lang, lang)) + " 12")


def test_the_page_has_the_title_that_is_given_and_what_each_deck_says_of_itself():
    about = IndexEntry("a", "A", 3, "", ("a.html",), "ja", "点 < 線")
    page = index_page([about, *decks("ja")], font_css="", title="入門 & 演習")
    assert re.findall(r"<title>(.*?)</title>", page) == re.findall(r"<h1>(.*?)</h1>", page) == ["入門 &amp; 演習"]
    assert re.findall(r'<p class="about">(.*?)</p>', page) == ["点 &lt; 線"]
    assert set("点 < 線入門 & 演習") <= set(page_words([about], "入門 & 演習"))


def drawn(tmp_path, level, size=(640, 360)):
    path = tmp_path / "slide.png"
    Image.new("RGB", size, (level, 200, 100)).save(path)
    return picture_uri(path)


def test_a_picture_that_looks_as_before_stays(tmp_path):
    old = drawn(tmp_path, 100)
    others = [drawn(tmp_path, 101), drawn(tmp_path, 110), drawn(tmp_path, 100, (640, 480)), ""]
    assert [steady(new, old) == old for new in others] == [True, False, False, False]
    assert (steady(old, ""), steady(others[1], old)) == (old, others[1])


def test_variants_are_linked_where_their_deck_is():
    names = {"a.student": Variant.STUDENT, "a": Variant.FULL, "a-b": Variant.FULL, "c.solution": Variant.SOLUTION}
    entries = [IndexEntry(name, "T", 1, "", (f"{name}.html", f"{name}.pdf"), "en", variant=variant) for name, variant in names.items()]
    links = re.findall(r'<li|<p>(\w+)|<a href="([^"]*)" aria-label="[^"]*">(.*?)</a>', index_page(entries, font_css=""))
    deck, count, exercises, solutions = ((word, "", "") for word in ("", "1", "Exercises", "Solutions"))
    assert links == [
        deck, count, ("", "a.html", "HTML"), ("", "a.pdf", "PDF"), exercises, ("", "a.student.html", "HTML"), ("", "a.student.pdf", "PDF"),
        deck, count, ("", "a-b.html", "HTML"), ("", "a-b.pdf", "PDF"),
        deck, count, solutions, ("", "c.solution.html", "HTML"), ("", "c.solution.pdf", "PDF")]
    assert set("ExercisesSolutions") <= set(page_words(entries))


@pytest.mark.parametrize(("lang", "audience", "words"), [
    ("en", "Exercises", ["HTML", "PDF", "Handout", "Notes", "PPTX", "Notebook"]), ("ja", "演習", ["HTML", "PDF", "配布資料", "発表者ノート", "PPTX", "ノートブック"])])
def test_a_file_has_a_name_in_the_page_s_language_that_says_whose_it_is(lang, audience, words):
    files = tuple(f"b/a.student.{suffix}" for suffix in ("html", "pdf", "handout.pdf", "notes.html", "pptx", "ipynb"))
    entry = IndexEntry("b/a.student", "T & U", 1, "", files, lang, variant=Variant.STUDENT)
    page = index_page([entry], font_css="")
    assert re.findall(r'aria-label="([^"]*)">(.*?)</a>', page) == [(f"T &amp; U, {audience}, {word}", word) for word in words]
    assert set("".join([audience, *words])) <= set(page_words([entry]))
