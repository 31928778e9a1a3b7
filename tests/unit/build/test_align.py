"""Slides of two decks are paired by what stands on them."""

import pytest

from marpweave.build.compare.align import Match, aligned, brief, heading_of, normalised, substance, text_of


def slide(title, text=""):
    return f'<svg><foreignObject><section id="1"><h2 id="{title}">{title}</h2>\n<p>{text}</p></section></foreignObject></svg>'


A, B, C, D = (slide(title, words) for title, words in (("A", "first of all"), ("B", "something else"), ("C", "勾配降下法"), ("D", "誤差逆伝播法")))


def pairs(before, after):
    return [(pair.before, pair.after, pair.moved) for pair in aligned(before, after)]


def test_a_slide_that_is_put_in_between_changes_no_other():
    assert pairs([A, B, C], [A, D, B, C]) == [(0, 0, False), (None, 1, False), (1, 2, False), (2, 3, False)]


def test_a_slide_that_is_gone_stands_where_it_stood():
    assert pairs([A, B, C], [A, C]) == [(0, 0, False), (1, None, False), (2, 1, False)]
    assert pairs([A, B], [A]) == [(0, 0, False), (1, None, False)]
    assert pairs([A], []) == [(0, None, False)]


def test_of_slides_that_changed_places_the_fewest_have_moved():
    assert pairs([A, B, C, D], [D, A, B, C]) == [(3, 0, True), (0, 1, False), (1, 2, False), (2, 3, False)]


def test_a_slide_with_the_same_heading_is_the_same_slide_whatever_was_rewritten():
    assert pairs([A, C], [A, slide("C", "nothing that stood here before")]) == [(0, 0, False), (1, 1, False)]
    assert pairs([A, C], [A, slide("E", "nothing that stood here before")]) == [(0, 0, False), (None, 1, False), (1, None, False)]


def test_japanese_is_compared_without_blanks_between_words():
    old, new = slide("", "重みを少しずつ動かして、損失を小さくします。"), slide("", "重みを少しずつ動かし、損失を小さくします。")
    assert pairs([slide("", "学習率は、一歩の大きさを決めます。"), old], [new]) == [(0, None, False), (1, 0, False)]


def test_equal_slides_are_paired_in_order():
    assert pairs([A, A, B], [A, A, A, B]) == [(0, 0, False), (1, 1, False), (None, 2, False), (2, 3, False)]
    assert aligned([], []) == ()
    assert aligned([], [A]) == (Match(None, 0),)


def test_names_that_slides_before_it_decide_are_no_part_of_a_slide():
    assert normalised('<h2 id="a-2" aria-level="2">A</h2><a href="#a-2">x</a><path clip-path="url(#c-7)" data-marpit-scope-ab12="">') == \
        '<h2>A</h2><a href="">x</a><path clip-path="url()">'


def test_pictures_are_told_apart_by_short_digests():
    one, other = (brief(f'<img src="data:image/png;base64,{letter * 200}" alt="a">') for letter in "AB")
    assert one != other
    assert len(one) < 80


@pytest.mark.parametrize(("kind", "tells"), [("image/gif", True), ("video/mp4", True), ("audio/x-wav", True), ("image/png", False)])
def test_what_moves_or_sounds_tells_more_than_its_picture(kind, tells):
    one, other = (substance(brief(f'<img src="data:{kind};base64,{letter * 200}" alt="a">')) for letter in "AB")
    assert (one != other) == tells


def test_words_links_and_what_pictures_stand_for_are_said():
    assert substance('<p>a <b>b</b> &amp; c</p><a href="x.html">d</a><img alt="e" src="f">') == ("a b & c d", "x.html", "e")
    assert substance('<li data-marpit-fragment="1">a</li>') == ("a", "1")
    assert heading_of("<p>x</p><h3>A <em>b</em></h3><h1>C</h1>") == "A b"
    assert text_of("<td>1</td><td>2</td>") == "1 2"
