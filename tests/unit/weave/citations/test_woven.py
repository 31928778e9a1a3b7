"""Formatted citations stand in the places of what the author wrote, as text that can do nothing else."""

from marpweave.read.parse import plain_text
from marpweave.weave.citations.citations import citations_of
from marpweave.weave.citations.woven import Formatted, Written, with_citations
from marpweave.weave.references.mentions import page_of
from tests.unit.weave.citations.test_citations import SOURCES, deck_of

ENTRIES = {"a": '<div class="csl-entry">A. <i>Book</i>.</div>', "b": '<div class="csl-entry">B & "b".</div>', "c": "C."}
A, B = (f'<a class="citation" title="{told}" href="#ref-{number}">' for number, told in ((1, "A. Book."), (2, "B &amp; &quot;b&quot;.")))


def woven(text, *written, entries=ENTRIES):
    """The blocks of a deck without its front matter, each with its line."""
    deck = deck_of(text)
    citations = citations_of(deck, SOURCES)
    formatted = Formatted(dict(zip(citations.distinct, written, strict=True)), entries)
    return [(block.location.line - 3, block.text) for slide in with_citations(deck, citations, formatted).slides for block in slide.blocks]


def test_a_citation_links_to_its_source_in_the_list():
    assert woven("x [@a] y\n\n<!-- references: 1 -->\nend\n", Written("(A, <i>1986</i>)")) == [
        (1, f"x {A}(A, <i>1986</i>)</a> y\n\n"),
        (3, '<div class="references">\n<p><a name="ref-1"></a><span class="csl-entry">A. <i>Book</i>.</span></p>\n</div>\n\n'),
        (4, "end\n")]


def test_without_a_list_it_tells_its_source_where_the_pointer_rests():
    assert woven("[@a]", Written("(A)")) == [(1, '<span class="citation" title="A. Book.">(A)</span>')]


def test_each_of_several_sources_is_a_link():
    assert woven("[@b; @a]\n\n<!-- references -->", Written("\\[1, 11; 2\\]".replace("\\", ""), ("2", "1")))[0] == (1, rf"\[{A}1</a>, 11; {B}2</a>\]" + "\n\n")


def test_sources_that_cannot_be_told_apart_are_one_link():
    assert woven("[@a; @b]\n\n<!-- references -->", Written("[1–2]", ("x", "y")))[0] == (1, rf"{A}\[1–2\]</a>" + "\n\n")
    assert woven("[@a; @b]\n\n<!-- references -->", Written("(A 1, A 2)", ("A 1, A", "A 1")))[0] == (1, f"{A}(A 1, A 2)</a>\n\n")


def test_a_caption_cites_too_and_what_stands_for_the_picture_has_its_words():
    deck = deck_of("[@a]\n\n```python\n#| fig-cap: \"From [@b], @nobody\"\n#| lst-cap: 〈@a〉\nx = 1\n```\n")
    citations = citations_of(deck, SOURCES)
    (cell,) = with_citations(deck, citations, Formatted({each: Written("(X)") for each in citations.distinct}, ENTRIES)).cells
    display, b = cell.options.display, B.replace("<a", "<span").replace(' href="#ref-2"', "")
    assert (display.fig_cap, display.fig_alt) == (f"From {b}(X)</span>, @nobody", "From (X), @nobody")
    assert display.lst_cap == '〈<span class="citation" title="A. Book.">(X)</span>〉'
    line = page_of(plain_text(deck)).line
    assert [(line(place.start), place.option) for place in citations.places] == [(3, ""), (5, "fig_cap"), (5, "lst_cap")]


def test_lines_below_a_citation_keep_their_numbers():
    assert woven("[@a;\r\n@b]\r\n\r\n<!-- references: 2 -->\r\nend", Written("(A; B)"), entries={**ENTRIES, "b": "B."}) == [
        (1, '<span class="citation" title="A. Book.">(A; B)</span>\n\r\n\r\n'),
        (4, '<div class="references">\n<p><a name="ref-2"></a>B.</p>\n</div>\n\n'), (5, "end")]


def test_what_is_formatted_cannot_do_anything():
    evil = '*x* $1$ `c` &#60;script&#62; &#38;lt; <script>alert(1)</script><img src=x onerror=alert(1)>@mail [y](z) | <a href="javascript:x">l</a>'
    (line,) = woven("[@a]", Written(evil), entries={"a": f'"<b>{evil}</b>" $ | ` @'})
    told = "&quot;&#42;x&#42; &#36;1&#36; &#96;c&#96; &lt;script&gt; &amp;lt; &#64;mail &#91;y&#93;(z) &#124; l&quot; &#36; &#124; &#96; &#64;"
    assert line == (1, f'<span class="citation" title="{told}">' r"\*x\* \$1\$ \`c\` \<script\> &amp;lt; <img>&#64;mail \[y\](z) \| l</span>")


def test_a_source_in_a_list_cannot_do_anything():
    evil = '<div class="csl-entry"><div class="csl-left-margin">[1]</div>\n\n<script>x</script><a href="javascript:x" onclick="y">a@b</a> <form>z</div>'
    assert woven("[@a]\n<!-- references -->", Written(""), entries={"a": evil})[1:] == [(2, '<div class="references">\n<p><a name="ref-1"></a><span class="csl-entry">'
        '<span class="csl-left-margin">[1]</span> <a>a&#64;b</a> z</span></p>\n</div>\n\n')]


def test_what_could_not_be_formatted_stays():
    assert woven("[@a] and [@b]\n\n<!-- references -->\n", Written(""), Written("(B)"), entries={}) == [(1, "[@a] and [@b]\n\n")]
