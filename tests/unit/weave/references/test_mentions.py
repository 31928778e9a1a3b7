"""What prose refers to or cites is found where Marp reads text, and nowhere else."""

import pytest

from marpweave.weave.references.edits import Edit, edited
from marpweave.weave.references.mentions import Item, Mention, mentions


def keys(text):
    return [item.key for mention in mentions(text) for item in mention.items]


def written(text):
    return [text[mention.start:mention.end] for mention in mentions(text)]


@pytest.mark.parametrize(("text", "found"), [
    ("see @fig-x.", ["@fig-x"]),
    ("図は@fig-xを見る", ["@fig-x"]),
    ("@fig-a、@tbl-b と [@lst-c]", ["@fig-a", "@tbl-b", "[@lst-c]"]),
    ("# About @sec-x\n\n> - quoted @fig-a\n>   and @fig-b", ["@sec-x", "@fig-a", "@fig-b"]),
    ("| a | b |\n|---|---|\n| @fig-a | x\\|y @fig-a |\n| `@fig-b` | @fig-b |", ["@fig-a", "@fig-a", "@fig-b"]),
    ("*@fig-x*, **@fig-y**, _@fig-z_", ["@fig-x", "@fig-y", "@fig-z"]),
    ("@fig-03-network/layers, @{fig-層}", ["@fig-03-network/layers", "@{fig-層}"]),
    ("[@fig-a;\n@fig-b] over lines", ["[@fig-a;\n@fig-b]"]),
    ("-@fig-x and (@fig-y)", ["-@fig-x", "@fig-y"]),
    ("text\n    @fig-x", ["@fig-x"]), ("a\r\n\r\nb @fig-x", ["@fig-x"])])
def test_mentions_are_found_with_their_places(text, found):
    assert written(text) == found


@pytest.mark.parametrize(("row", "starts"), [
    ("| `@fig-a` | @fig-a |", [13]), ("| `@fig-a` |  | @fig-a |", [16]), ("| @fig-a | @fig-a |", [2, 11]), ("| [@fig-a](b) | x \\| @fig-a | @fig-a |", [21, 30])])
def test_a_mention_is_found_in_its_own_cell_of_a_table(row, starts):
    table = "| a | b | c |\n|---|---|---|\n"
    assert [mention.start - len(table) for mention in mentions(table + row)] == starts


@pytest.mark.parametrize("text", [
    "`@fig-x`", "```\n@fig-x\n```", "    @fig-x", "$@fig-x$", "$$\n@fig-x\n$$", "<!-- @fig-x -->", "a <!-- @fig-x --> b",
    "<div>\n@fig-x\n</div>", '<b title="@fig-x">a</b>', "user@fig-x.org", "<user@fig-x.org>", "first.last+@fig-x.org",
    "https://example.org/@fig-x/a", "<https://example.org/@fig-x>", "www.example.org/@fig-x", "[a](@fig-x)", "[@fig-x](a)",
    "[see @fig-x here](a)", "[@fig-x]: a\n\n[@fig-x]", "[a]: @fig-x", "![@fig-x](a.png)", "\\@fig-x", "a @ b", "@",
    "", "---\ntitle: '@fig-x'\n---\n", "<style>\n@fig-x\n</style>"])
def test_what_only_looks_like_a_mention_is_none(text):
    assert mentions(text) == ()


def test_brackets_hold_several_keys_with_words_around_them():
    text = "A [see @a99; -@b, p. 3; also @fig-c] B"
    assert mentions(text) == (Mention(
        (Item("a99", before="see"), Item("b", less=True, after=", p. 3"), Item("fig-c", before="also")),
        2, 36, bracketed=True),)


def test_brackets_that_hold_more_than_keys_are_text_around_single_mentions():
    assert mentions("[a; @fig-b]") == (Mention((Item("fig-b"),), 4, 10),)


def test_a_mention_is_a_reference_if_all_its_keys_name_one():
    assert [mention.is_reference for mention in mentions("@fig-a [@fig-a; @eq-b] [@fig-a; @knuth84] @figure")] == [
        True, True, False, False]


@pytest.mark.parametrize(("key", "found"), [
    ("fig-x.", "fig-x"), ("fig-x_", "fig-x"), ("fig-x-", "fig-x"), ("doi:10.1000/xyz.", "doi:10.1000/xyz"),
    ("fig-x's", "fig-x"), ("fig-x/@fig-y", "fig-x")])
def test_a_key_ends_before_the_signs_that_end_a_sentence(key, found):
    assert keys(f"@{key}")[0] == found


def test_edits_are_made_within_the_part_of_the_text_that_is_given():
    edits = (Edit(8, 9, "B"), Edit(1, 2, "-"), Edit(6, 7, ""))
    assert edited("ab c", edits, offset=5) == "a B"


def test_what_is_put_before_a_line_belongs_to_the_part_that_holds_the_line():
    edits = [Edit(2, 2, "X")]
    assert (edited("a\n", edits), edited("b\n", edits, offset=2), edited("ab", edits)) == ("a\n", "Xb\n", "abX")


@pytest.mark.slow
def test_thousands_of_mentions_take_linear_time():
    assert len(mentions("@fig-x " * 5_000)) == 5_000
    assert len(mentions("[@fig-x; " * 5_000)) == 5_000
    assert mentions("[" * 5_000 + "a@b") == ()
    assert len(mentions("[" + "@a " * 5_000)) == 5_000
    assert len(mentions("\n" * 50_000 + "@a")) == 1
