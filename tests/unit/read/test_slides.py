import pytest

from marpweave.read.tokens import marp_tokens, slide_starts


def starts(text):
    """1-based first lines of the second and every later slide."""
    return [line + 1 for line in slide_starts(marp_tokens(text))]


@pytest.mark.parametrize("ruler", ["---", "***", "_ _ _", "-----", "   ---"])
def test_a_ruler_starts_a_slide(ruler):
    assert starts(f"a\n\n{ruler}\n\nb\n") == [3]


@pytest.mark.parametrize("text", [
    "a\n---\n",
    "- a\n  ---\n",
    "> ---\n",
    "```\n---\n```\n",
    "    ---\n",
    "<!--\n---\n-->\n",
    "<style>\n---\n</style>\n",
    "<div>\n---\n</div>\n",
    "$$\n---\n$$\n",
    "| a |\n---\n",
    "---\na: 1\n---\n",
])
def test_a_ruler_inside_of_something_starts_no_slide(text):
    assert starts(text) == []


@pytest.mark.parametrize("text, lines", [
    ("a | b\n--|--\n1 | 2\n---\n", [4]),
    ("text\n$$\n---\n$$\n---\n", [5]),
    ("- a\n$$\n---\n$$\n\n---\n", [6]),
    ("$$\n---\n", []),
    ("$$\nx $$\x85\n---\n", []),
    ("- $$\n  a\n---\n\n---\n", [5]),
    ("$$ x $$\n---\n", [2]),
    ("<style>\n</pre>\n---\n</style>\n---\n", [5]),
    ("<!-- a --> b\n---\n", [2]),
    ("---\n---\n---\n", [3]),
    ("--- x\n---\n---\n", [3]),
    ("----\n---\n----\n---\n", [4]),
    ("---\na: |\n    ---\n---\n\n---\n", [6]),
    ("---\na: 1\n...\n---\n", [4]),
])
def test_rulers_beside_tables_formulas_styles_and_front_matter_are_counted_as_marp_counts_them(text, lines):
    assert starts(text) == lines


@pytest.mark.parametrize("divider, lines", [
    ("1", [9]), ("2", [6, 9]), ("3", [6, 7, 9]), ("[1, 3]", [7, 9]), ("[3]", [7]), ("false", []), ("0", []), ("x", []),
    ("'2'", [6, 9]), ("2nd", [6, 9])])
def test_heading_divider_starts_a_slide_at_headings(divider, lines):
    text = f"---\nheadingDivider: {divider}\n---\n# A\n\n## B\n### C\n\nD\n===\n"
    assert starts(text) == lines


def test_the_last_heading_divider_of_a_deck_wins():
    assert starts("---\nheadingDivider: 1\n---\na\n\n## B\n\n# C\n\n<!-- headingDivider: [2] -->\n") == [6]


def test_a_heading_divider_that_says_nothing_leaves_the_one_before():
    assert starts("---\nheadingDivider: 1\n---\na\n\n# C\n\n<!-- headingDivider: 9 -->\n") == [6]


@pytest.mark.parametrize("comment", ["<!-- headingDivider: 1 -->", "<!--- headingDivider: [1] --->", "<!--\nclass: lead\nheadingDivider: 1\n-->",
                                     "text <!-- headingDivider: 1 -->", "- <!-- headingDivider: 1 -->"])
def test_heading_divider_may_stand_in_a_comment(comment):
    text = f"{comment}\n\na\n\n# B\n"
    assert starts(text) == [text.count("\n")]


@pytest.mark.parametrize("comment", ["<!-- _headingDivider: 1 -->", "<!-- headingDivider: 1\nheadingDivider: 1 -->",
                                     "<!-- say: a: b\nheadingDivider: 1 -->", "`<!-- headingDivider: 1 -->`"])
def test_a_comment_that_is_no_mapping_sets_nothing(comment):
    assert starts(f"{comment}\n\na\n\n# B\n") == []


def test_a_heading_behind_nothing_but_comments_starts_no_slide():
    assert starts("<!-- headingDivider: 1 -->\n<style></style>\n\n# A\n\n# B\n") == [6]


def test_a_heading_in_a_quote_or_list_starts_a_slide_too():
    assert starts("---\nheadingDivider: 1\n---\na\n\n> # B\n\n- # C\n") == [6, 8]
