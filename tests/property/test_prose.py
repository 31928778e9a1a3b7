"""Prose that refers to nothing comes out as it went in, whatever it holds."""

from pathlib import Path, PurePosixPath

from hypothesis import example, given
from hypothesis import strategies as st

from marpweave.read.parse import parse_deck
from marpweave.read.tokens import marp_tokens, slide_starts
from marpweave.weave.references.mentions import mentions
from marpweave.weave.weave import weave_deck

FRONT = "---\nexecute: true\nlang: ja\n---\n"
SIGNS = st.sampled_from([
    "@", "@x", "@fig", "@fig-", "fig-x", "-@", "[@", "]", "[", "(", ")", ";", "`", "``", "$", "$$", "\\", "\\@fig-x", "user@fig-x.org",
    "https://a.org/@fig-x", "<", ">", "<b title='@fig-x'>", "</b>", "<!--", "-->", "`@fig-x`", "$@fig-x$", "[a](@fig-x)", "![", "*", "_", "{", "}",
    " ", "  ", "\n", "\n\n", "\r\n", "\t", "- ", "> ", "# ", "|", "|-|", "図", "é", "\u2028", "\f", "a", "1", ".", "/", ":", "+", "~", "www.", "{#", "<!-- #"])
TEXTS = st.lists(SIGNS, max_size=30).map("".join)

PARTS = st.sampled_from([
    "![](a.png)", "![w:300 b](img/b.png)", "![bg](c.png)", "\n*cap*", "*cap* ", "{#fig-x}", " {#tbl-x}", "<!-- #sec-x -->", "{#fig-", ": Sizes", "|a|\n|-|\n|1|\n",
    "\n$$\nx \\label{eq-a}\n$$\n", "$$ {#eq-a}", "\n---\n", "\n# A", "\n```sql {#lst-a lst-cap='c'}\n1\n```\n", "@fig-a", "[@fig-a; @eq-a]", "@sec-a",
    "[@tbl-x のように]", "-@lst-a", "[a](b)", "<div>\n", "</div>\n"])
DECKS = st.lists(st.one_of(SIGNS, PARTS, PARTS), max_size=30).map("".join)


def woven(text):
    deck = parse_deck(FRONT + text, Path("deck.md"))
    return weave_deck(deck, (), (), PurePosixPath("figures/deck")).text.removeprefix(FRONT)


@given(TEXTS)
@example("@fig-x\n\n[@fig-x]: a\n")
@example("[@fig-x][a]\n\n[a]: b\n")
def test_prose_without_anything_to_refer_to_is_unchanged(text):
    assert woven(text) == text


@given(TEXTS, TEXTS)
def test_only_what_is_a_mention_changes(before, behind):
    text = f"{before}@fig-x{behind}"
    whole = f"{text}\n\n---\n\n![](x.png)\n"
    found = [mention for mention in mentions(FRONT + whole) if mention.is_reference]
    kept, at = [], len(FRONT)
    for mention in found:
        kept.append((FRONT + whole)[at:mention.start])
        at = mention.end
        assert "@" in (FRONT + whole)[mention.start:mention.end]
    shown, start = woven(whole), 0
    for piece in [*kept, (FRONT + text)[at:]]:
        assert piece in shown[start:]
        start = shown.index(piece, start) + len(piece)


@given(DECKS)
def test_numbers_and_links_open_no_slide_and_close_none(text):
    def slides(deck):
        return len(slide_starts(marp_tokens(deck)))

    assert slides(FRONT + woven(text)) == slides(FRONT + text)


@given(DECKS)
def test_a_deck_that_wants_no_references_is_unchanged(text):
    front = FRONT.replace("execute", "crossref: false\nexecute")
    deck = parse_deck(front + text, Path("deck.md"))
    assert weave_deck(deck, (), (), PurePosixPath("figures/deck")).text == front + text
