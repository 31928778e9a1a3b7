"""What a deck cites is understood as Pandoc does, and lists are where the author wants them."""

from pathlib import Path

import pytest

from marpweave.model.bibliography import Bibliography
from marpweave.model.finding import Finding, Kind
from marpweave.model.given import Given
from marpweave.model.location import Location
from marpweave.read.parse import parse_deck
from marpweave.weave.citations.citations import Citation, Cited, Listing, citations_of, findings_in
from marpweave.weave.citations.sources import sources_in

PATH = Path("deck.md")
SOURCES = sources_in((("refs.bib", b"@misc{a, x=1}@misc{b, x=1}@misc{c, x=1}@misc{fig-own, x=1}@misc{\xe6\x96\x8e2016, x=1}"),))


def deck_of(text):
    return parse_deck(f"---\nexecute: true\n---\n{text}", PATH, Given(bibliography=Bibliography((Path("refs.bib"),))))


def cited(text):
    return [place.content for place in citations_of(deck_of(text), SOURCES).places]


@pytest.mark.parametrize(("text", "citation"), [
    ("[@a]", Citation((Cited("a"),))), ("[-@a]", Citation((Cited("a", less=True),))),
    ("@a says", Citation((Cited("a"),), narrative=True)), ("図は@aを見る", Citation((Cited("a"),), narrative=True)),
    ("-@a", Citation((Cited("a", less=True),))),
    ("[@{斎2016}]", Citation((Cited("斎2016"),))), ("[@斎2016, p. 3; @aの図]", Citation((Cited("斎2016", label="page", locator="3"), Cited("a", suffix="の図")))), ("@{斎2016}は", Citation((Cited("斎2016"),), narrative=True)),
    ("[see @a, pp. 33-35 and more; also -@b]", Citation((
        Cited("a", "see ", " and more", "page", "33-35"), Cited("b", "also ", less=True)))),
    ("[@a, 3]", Citation((Cited("a", label="page", locator="3"),))),
    ("[@a, chap. 2, note]", Citation((Cited("a", "", ", note", "chapter", "2"),))),
    ("[@a, § 4.1]", Citation((Cited("a", label="section", locator="4.1"),))),
    ("[@a, pp. 1, 3 & 5–7]", Citation((Cited("a", label="page", locator="1, 3 & 5–7"),))),
    ("[@a, 第3章]", Citation((Cited("a", suffix=", 第3章"),))), ("[@a, nn. 3]", Citation((Cited("a", suffix=", nn. 3"),))),
    ("@a [p. 3] says", Citation((Cited("a", label="page", locator="3"),), narrative=True)),
    ("@a [33-35, note]", Citation((Cited("a", suffix=", note", label="page", locator="33-35"),), narrative=True)),
    ("@a [see below]", Citation((Cited("a"),), narrative=True)), ("@a [3](x.html)", Citation((Cited("a"),), narrative=True)),
    ("[@nobody]", Citation((Cited("nobody"),))), ("[@fig-own]", Citation((Cited("fig-own"),)))])
def test_a_citation_is_understood(text, citation):
    assert cited(text) == [citation]


@pytest.mark.parametrize("text", [
    "@nobody says", "me@a.example", "`[@a]`", "$[@a]$", "[@a](x.html)", "[@a]: x.html\n\n[@a]", r"\@a and \[\@b\]",
    "<!-- [@a] -->", "<span title='@a'>x</span>", "```text\n[@a]\n```", "https://a.example/@a", "[@fig-x; @tbl-y]", "@fig-x",
    "<!-- references of mine -->", "- <!-- references -->", "```\n<!-- references -->\n```"])
def test_what_is_no_citation_stays(text):
    assert cited(text) == []


@pytest.mark.parametrize(("comment", "listing"), [
    ("references", Listing()), ("references: 2-8", Listing(2, 8)), ("references:9-", Listing(9)),
    ("references: -3", Listing(1, 3)), ("references: 4", Listing(4, 4)), ("references: 0-2", Listing(1, 2))])
def test_a_list_says_which_sources_it_shows(comment, listing):
    assert cited(f"# A\n\n<!--{comment} -->\n\n<!-- {comment}\n-->\n") == [listing, listing]


def found(text):
    deck = deck_of(text)
    return list(findings_in(citations_of(deck, SOURCES), citations_of(deck, SOURCES), SOURCES, deck))


def test_an_unknown_key_is_told_at_its_line_with_the_nearest():
    assert found("x\n\n---\n\n- [@a; @fig-ow]\n\n<!-- references -->") == [
        Finding(Kind.CITATION, Location(PATH, 8), "no bibliography has @fig-ow; did you mean @fig-own?", 2)]


def test_sources_that_no_list_shows_are_told_once():
    assert found("[@a]\n[@b]\n\n---\n\n[@c]\n\n<!-- references: 1 -->") == [Finding(
        Kind.WARNING, Location(PATH, 5), "@b (and 1 more) is cited but not listed; put `<!-- references -->` on a slide", 1)]


def test_a_list_of_sources_that_are_not_there_is_told():
    assert found("[@a]\n\n<!-- references -->\n\n---\n\n<!-- references: 2- -->") == [
        Finding(Kind.CITATION, Location(PATH, 10), "the deck cites 1 source: there is no 2", 2)]


def test_a_list_of_a_deck_that_cites_nothing_is_told():
    assert found("<!-- references -->") == [
        Finding(Kind.CITATION, Location(PATH, 4), "there is nothing to list: the deck cites no source", 1)]


def test_a_deck_that_cites_nothing_has_nothing_wrong():
    assert found("# A") == []


def listed(nocite, text="[@b]\n\n<!-- references -->\n"):
    deck = parse_deck(f"---\nexecute: true\nbibliography: refs.bib\nnocite: {nocite}\n---\n{text}", PATH)
    citations = citations_of(deck, SOURCES)
    return citations.keys, [(found.location.line, found.message) for found in (*deck.findings, *findings_in(citations, citations, SOURCES, deck))]


@pytest.mark.parametrize(("nocite", "keys"), [
    ("'@a, @c'", ("b", "a", "c")), ("['@c', '@{斎2016}']", ("b", "c", "斎2016")), ("|\n  @a\n  @b", ("b", "a")), ("'@*'", ("b", "a", "c", "fig-own", "斎2016"))])
def test_what_nobody_cites_can_be_listed(nocite, keys):
    assert listed(nocite) == (keys, [])


@pytest.mark.parametrize(("nocite", "text", "message"), [
    ("'@aa'", "<!-- references -->\n", "no bibliography has @aa; did you mean @a?"),
    ("'@a'", "x\n", "@a is cited but not listed; put `<!-- references -->` on a slide"),
    ("a", "x\n", "'nocite' must be keys such as '@a, @b', or '@*', not 'a'")])
def test_what_is_wrong_with_it_is_told_at_its_line(nocite, text, message):
    assert (4, message) in listed(nocite, text)[1]
