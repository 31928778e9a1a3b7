"""What students get of cells: blanks where nbgrader would put them, at the author's lines."""

from pathlib import Path

import pytest

from marpweave.model.finding import Kind
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck, unparse
from marpweave.variants.variant import variant_of

HEAD = "---\nmarp: true\nexecute: true\n---\n"


def student(body):
    return variant_of(parse_deck(HEAD + body, Path("a.md")), Variant.STUDENT)


def cell(*lines):
    """The lines of a cell that students are shown."""
    (made,) = student("\n".join(["```python", *lines, "```", ""])).cells
    return [line for row, line in enumerate(made.source.removesuffix("\n").split("\n")) if row not in made.hidden]


STUB = ["# YOUR CODE HERE", "raise NotImplementedError()"]


@pytest.mark.parametrize(("begin", "end"), [
    ("### BEGIN SOLUTION", "### END SOLUTION"), ("# BEGIN SOLUTION", "# END SOLUTION"), ("x = 1  # BEGIN SOLUTION here", "y  # the END SOLUTION"),
    ("'BEGIN SOLUTION'", "'END SOLUTION'")])
def test_the_words_of_a_marker_may_stand_anywhere_in_its_line(begin, end):
    assert cell("a = 1", begin, "b = 2", end, "c = 3") == ["a = 1", *STUB, "c = 3"]


def test_a_blank_is_indented_like_its_begin():
    assert cell("def f():", "    ### BEGIN SOLUTION", "  # END SOLUTION") == ["def f():", *(f"    {line}" for line in STUB)]
    assert cell("if 1:", "\tif 2:", "\t\t# BEGIN SOLUTION", "\t\tx", "# END SOLUTION")[2:] == [f"\t\t{line}" for line in STUB]


def test_a_cell_may_have_several_regions():
    hidden = ["### BEGIN HIDDEN TESTS", "assert a", "### END HIDDEN TESTS"]
    assert cell("# BEGIN SOLUTION", "# END SOLUTION", "a", *hidden, "# BEGIN SOLUTION", "1", "2", "3", "# END SOLUTION") == [*STUB, "a", *STUB]


WRONG = {
    ("# BEGIN SOLUTION", "1"): (6, "`BEGIN SOLUTION` without `END SOLUTION`"),
    ("# BEGIN SOLUTION",): (6, "`BEGIN SOLUTION` without `END SOLUTION`"),
    ("1", "# END SOLUTION", "2"): (7, "`END SOLUTION` without `BEGIN SOLUTION`"),
    ("# BEGIN SOLUTION", "# BEGIN SOLUTION", "# END SOLUTION"): (7, "`BEGIN SOLUTION` is inside `BEGIN SOLUTION` (source line 1); end that first"),
    ("# BEGIN SOLUTION", "# END HIDDEN TESTS", "# END SOLUTION"): (7, "`END HIDDEN TESTS` without `BEGIN HIDDEN TESTS`"),
}


@pytest.mark.parametrize("lines", WRONG)
def test_wrong_markers_are_told_at_their_line_and_give_students_nothing(lines):
    deck = student("\n".join(["```python", *lines, "```", ""]))
    assert [(each.kind, each.location.line, each.message) for each in deck.findings] == [(Kind.VARIANT, *WRONG[lines])]
    assert cell(*lines) == STUB[-len(lines):]


def test_cells_for_solutions_alone_are_left_out_and_lists_go_on():
    body = "1. a\n\n   ```python\n   #| tags: [solution]\n   1\n   ```\n   ```output\n   1\n   ```\n2. ```py tags=[solution,x]\n   2\n   ```\n   b\n"
    assert unparse(student(body)) == f"{HEAD}1. a\n\n\n2.\n   b\n"


def test_cells_keep_their_lines_and_numbers():
    deck = student("```python\n#| tags: solution\n1\n```\n\n```python\n# BEGIN SOLUTION\n2\n3\n4\n# END SOLUTION\n```\n\n> ```python\n> # BEGIN SOLUTION\n> # END SOLUTION\n> x\n> ```\n")
    assert [(each.number, each.label, each.location.line) for each in deck.cells] == [(2, "cell-2", 10), (3, "cell-3", 18)]
    assert [each.script.blanks for each in deck.cells] == [(1,), (1,)]
    assert deck.cells[1].text == "> ```python\n> # YOUR CODE HERE\n> raise NotImplementedError()\n> x\n> ```\n"
    gone = "\n" * 5
    assert deck.text == f"{HEAD}{gone}```python\n{STUB[0]}\n{STUB[1]}\n\n\n\n```\n\n{deck.cells[1].text}"


def test_line_ends_and_a_byte_order_mark_stay():
    deck = variant_of(parse_deck("\ufeff---\r\nmarp: true\r\n---\r\n```python\r\n# BEGIN SOLUTION\r\n1\r\n# END SOLUTION\r\n```", Path("a.md")), Variant.STUDENT)
    assert deck.text == "\ufeff---\r\nmarp: true\r\n---\r\n```python\r\n# YOUR CODE HERE\r\nraise NotImplementedError()\r\n\r\n```"


def test_a_marker_outside_of_cells_is_told():
    deck = student("### BEGIN SOLUTION\n\ntext of BEGIN SOLUTION\n\n```sh\n# END SOLUTION\n```\n")
    message = "has no effect outside a cell; to hide a slide from students, write `_class: solution`"
    assert [(each.location.line, each.message) for each in deck.findings] == [(5, f"`BEGIN SOLUTION` {message}"), (10, f"`END SOLUTION` {message}")]


def test_a_marker_in_the_prelude_is_told():
    deck = parse_deck("---\nexecute:\n  prelude: |\n    ### BEGIN SOLUTION\n    x = 1\n---\n# A\n", Path("a.md"))
    assert [(each.kind, each.location.line) for each in variant_of(deck, Variant.STUDENT).findings] == [(Kind.VARIANT, 4)]


@pytest.mark.parametrize(("opening", "first", "row"), [
    ("```python {tags=[solution]}", "x", 0), ("```python .solution", "x", 0), ("```python solution", "x", 0), ("```python tags=easy,solution", "x", 0),
    ("```{python .solution}", "x", 0), ("```python", "#| tags: Solution", 0), ("```python", "#| tags: [easy, solutions]", 0),
    ("```python", "\n#| tags: [solution]", 2), ("```python", "# begin solution", 1), ("```python", "# BEGIN  SOLUTION", 1), ("```python", "# End hidden-tests", 1)])
def test_what_only_nearly_marks_a_solution_is_told(opening, first, row):
    deck = student(f"{opening}\n{first}\ny\n```\n")
    assert [(each.kind, each.location.line) for each in deck.findings] == [(Kind.VARIANT, 5 + row)]


@pytest.mark.parametrize(("opening", "first"), [
    ("```python title='the solution'", "x"), ("```python", "#| tags: [solution-free]"), ("```python", "# the solution ends here"), ("```python", "#| fig-cap: solution"),
    ("```python", "solution = 1  # begin solution")])
def test_a_cell_that_only_speaks_of_a_solution_is_no_mistake(opening, first):
    assert student(f"{opening}\n{first}\ny\n```\n").findings == ()


SUM = ["total = 0", "for each in x:", "    ### BEGIN SOLUTION", "    n = each", "    total += n", "    ### END SOLUTION",
       "### BEGIN HIDDEN TESTS", "assert total", "### END HIDDEN TESTS", "print(total)"]
"""A slide shows seven lines of it, and students get five."""


@pytest.mark.parametrize(("lines", "left"), [
    ("1", "1"), ("2,6", "2,5"), ("3", "3,4"), ("4", "3,4"), ("2-4", "2,3,4"), ("5", "0"), ("1|5|6", "1|5"), ("1|3-5|", "1|3,4|"),
    ("|1", "|1"), ("4|5", "3,4"), ("1,9", "1"), ("|5|", "0"), ("0", "0")])
@pytest.mark.parametrize(("opening", "option"), [("python {{{}}}", ""), ("python", '#| code-line-numbers: "{}"')])
def test_highlighted_lines_are_those_of_the_full_deck(lines, left, opening, option):
    (made,) = student("\n".join([f"```{opening.format(lines)}", *filter(None, [option.format(lines)]), *SUM, "```", ""])).cells
    assert made.options.display.code_line_numbers == left


def test_braces_that_hold_no_lines_highlight_none():
    (made,) = student("\n".join(["```{python, fig.width=5}", *SUM, "```", ""])).cells
    assert made.options.display.code_line_numbers is None
