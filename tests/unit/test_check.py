"""What becomes of expected outputs, given what a cell gave."""

from pathlib import Path

import pytest

from marpweave.check.findings import findings_of
from marpweave.check.verdicts import State, check_cell
from marpweave.model.deck import Cell, Deck, FrontMatter, OutputFence, Slide
from marpweave.model.finding import Kind
from marpweave.model.location import Location
from marpweave.model.options import ExecutionOptions, Options
from marpweave.model.outcome import Answer, Display, Error, Outcome, Stream, Value, Write
from marpweave.read.notations import read_cell

PATH = Path("deck.md")


def cell(source, fence=None, number=1, line=1, **execution):
    behind = OutputFence(fence, "output", Location(PATH, line + 20), "") if fence is not None else None
    options = Options(execution=ExecutionOptions(**execution))
    return Cell(f"```python\n{source}\n```\n", source, "python", options, Location(PATH, line), number, 1,
                output_fence=behind)


def printing(*lines):
    """An outcome in which 0-based source line n printed a text: ``printing((0, "1\\n"))``."""
    writes = tuple(Write(text, (line + 2,)) for line, text in lines)
    return Outcome(outputs=(Stream("stdout", "".join(w.text for w in writes)),), writes=writes)


def states(one, outcome):
    return [v.state for v in check_cell(one, read_cell(one), outcome).verdicts]


@pytest.mark.parametrize("comment", [
    "# 0.67", "# => 0.67", "# 0.67（丸めた値）", "# 約0.67", "# '0.67'", "# 0.6...", "# 0.67 (rounded)"])
def test_a_true_comment_is_proven(comment):
    assert states(cell(f"print(x)  {comment}"), printing((0, "0.6652\n"))) == [State.PROVEN]


def test_lines_under_a_loop_leave_out_what_comments_above_have_claimed():
    source = "print(1)  # 1\nfor i in range(2):\n    print(i)\n#> 0\n#> 2"
    check = check_cell(cell(source), read_cell(cell(source)), printing((0, "1\n"), (2, "0\n"), (2, "1\n")))
    assert [(v.state, v.got) for v in check.verdicts] == [(State.PROVEN, "1"), (State.MISMATCH, "0\n1")]


@pytest.mark.parametrize(("comment", "got"), [
    ("# 0.67", "0.72"), ("# [1, 2]", "[1, 3]"), ("# True", "False"), ("# <class 'int'>", "<class 'float'>"),
    ("# 合計: 3", "合計: 4"), ("# {1, 2}", "{1, 3}"), ("# 3", "3.0"), ("# None", "5"),
    ("# 0.7 0.0018", "0.68 0.0007"), ("# 1 True", "1 False"), ("# [1 2 3]", "[1 2 4]"), ("# [0.5  0.25]", "[0.5  0.75]"), ("# [[1 2] [3 4]]", "[[1 2]\n [3 5]]"),
    ("# [ True False]", "[ True  True]"), ("# [nan 0.]", "[inf  0.]"), ("# [-1. 2.]", "[-1.  3.]")])
def test_a_bare_comment_that_reads_as_a_value_and_differs_is_a_suspect(comment, got):
    assert states(cell(f"print(x)  {comment}"), printing((0, got + "\n"))) == [State.SUSPECT]


@pytest.mark.parametrize(("comment", "got"), [
    ("# 行末のコメント", "5"), ("# (3, 2)", "[[1 2]\n [3 4]\n [5 6]]"), ("# 合計を表示", "10"), ("# x の値", "3"),
    ("# noqa: T201", "3"), ("# 3 以上なら合格", "5"), ("# ...", "")])
def test_a_bare_comment_that_is_no_value_is_prose(comment, got):
    assert states(cell(f"print(x)  {comment}"), printing((0, got + "\n"))) in ([State.PROSE], [State.PROVEN])


def test_a_marked_comment_that_differs_is_a_mismatch():
    assert states(cell("print(x)  # => 1"), printing((0, "2\n"))) == [State.MISMATCH]


def test_an_arrow_before_japanese_words_is_talk_where_the_output_has_none():
    assert states(cell("print(x)  # → 合計を表示"), printing((0, "2\n"))) == [State.PROSE]


def test_a_print_in_a_loop_may_be_written_in_one_line():
    loop = cell("for i in x:\n    print(i)  # 1 2 3")
    assert states(loop, printing((1, "1\n"), (1, "2\n"), (1, "3\n"))) == [State.PROVEN]


def test_an_array_may_be_written_as_a_list():
    assert states(cell("print(a)  # [1, 2, 3]"), printing((0, "[1 2 3]\n"))) == [State.PROVEN]
    value = Outcome(values=(Value(2, "array([1, 2, 3])", "[1 2 3]"),))
    assert states(cell("a  # [1, 2, 3]"), value) == [State.PROVEN]


def test_a_bare_expression_is_proven_by_its_value():
    assert states(cell("x + 1  # 3"), Outcome(values=(Value(2, "3", "3"),))) == [State.PROVEN]


def test_a_statement_behind_an_error_claims_nothing():
    failed = Outcome(outputs=(Error("ValueError", "no", 2),))
    assert states(cell("f()\nprint(x)  # => 1"), failed) == [State.PROSE]


def test_an_error_may_be_announced_by_a_comment():
    one = cell("1 / 0  # ZeroDivisionError")
    outcome = Outcome(outputs=(Error("ZeroDivisionError", "division by zero", 2),))
    checked = check_cell(one, read_cell(one), outcome)
    assert checked.announced
    assert list(findings_of([checked], deck_of(one))) == []


def test_a_fence_holds_prints_and_the_last_value():
    outcome = Outcome(outputs=(Stream("stdout", "a\n"), Display({"text/plain": "3"}, is_result=True)))
    assert states(cell("print('a')\n1 + 2", fence="a\n3"), outcome) == [State.PROVEN]
    assert states(cell("print('a')\n1 + 2", fence="a\n4"), outcome) == [State.MISMATCH]


def test_a_fence_under_a_silent_cell_is_a_mismatch():
    assert states(cell("x = 1", fence="1"), Outcome()) == [State.MISMATCH]


def test_marked_lines_may_hold_the_output_of_all_statements_above():
    one = cell("print(1)\nprint(2)\n#> 1\n#> 2")
    assert states(one, printing((0, "1\n"), (1, "2\n"))) == [State.PROVEN]
    assert states(one, printing((0, "1\n"), (1, "3\n"))) == [State.MISMATCH]


def test_a_session_is_compared_as_doctest_does():
    one = cell(">>> 0.1 + 0.2\n0.3\n>>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero")
    outcome = Outcome(answers=(
        Answer(2, "0.30000000000000004\n"),
        Answer(4, "Traceback (most recent call last):\nZeroDivisionError: division by zero\n")))
    assert states(one, outcome) == [State.MISMATCH, State.PROVEN]


def test_a_quiz_whose_answers_are_left_blank_stays_blank():
    one = cell(">>> 1 + 1\n\n>>> 2 + 2\n")
    assert states(one, Outcome(answers=(Answer(2, "2\n"), Answer(4, "4\n")))) == [State.PROSE, State.PROSE]


def test_output_that_nothing_claims_is_unchecked():
    one = cell("print(1)  # 1\nprint(2)")
    assert check_cell(one, read_cell(one), printing((0, "1\n"), (1, "2\n"))).unchecked
    both = cell("print(1)  # 1\nprint(2)  # 2")
    assert not check_cell(both, read_cell(both), printing((0, "1\n"), (1, "2\n"))).unchecked


def test_a_last_value_that_nothing_claims_is_unchecked():
    one = cell("x = 1\nx")
    result = Outcome(outputs=(Display({"text/plain": "1"}, is_result=True),))
    assert check_cell(one, read_cell(one), result).unchecked


def deck_of(*cells):
    return Deck(PATH, FrontMatter("", {}), (Slide(1, cells, Location(PATH, 1)),))


def test_a_name_error_that_follows_from_a_failed_cell_goes_with_its_cause():
    cells = [cell("def f(:", number=1, line=1), cell("f(1)", number=2, line=11), cell("y = f(2)", number=3, line=21)]
    outcomes = [Outcome(outputs=(Error("SyntaxError", "invalid syntax", 2),)),
                Outcome(outputs=(Error("NameError", "name 'f' is not defined", 12),)),
                Outcome(outputs=(Error("NameError", "name 'f' is not defined", 22),))]
    checks = [check_cell(c, read_cell(c), o) for c, o in zip(cells, outcomes, strict=True)]
    assert [(f.kind, f.location.line, f.message) for f in findings_of(checks, deck_of(*cells))] == [
        (Kind.SYNTAX, 2, "SyntaxError: invalid syntax; if this is no Python, write ```python eval=false"
                         " (and therefore lines 12, 22)")]


def test_an_import_that_no_cell_makes_is_reported_once_with_the_remedy():
    cells = [cell("np.zeros(1)", number=1, line=1), cell("np.ones(1)", number=2, line=11)]
    outcomes = [Outcome(outputs=(Error("NameError", "name 'np' is not defined", line),)) for line in (2, 12)]
    checks = [check_cell(c, read_cell(c), o) for c, o in zip(cells, outcomes, strict=True)]
    assert [(f.location.line, f.message) for f in findings_of(checks, deck_of(*cells))] == [
        (2, "NameError: name 'np' is not defined; no cell defines it: import it in a cell, in "
            "`execute: {prelude: …}` or by --prelude (and therefore line 12)")]


def test_a_cell_that_should_raise_and_does_not_is_a_finding():
    one = cell("1", error="ValueError")
    checked = check_cell(one, read_cell(one), Outcome())
    assert [f.message for f in findings_of([checked], deck_of(one))] == [
        "should raise a ValueError, but raised nothing"]


def test_another_error_than_the_expected_one_is_a_finding():
    one = cell("1 / 0", error="ValueError")
    outcome = Outcome(outputs=(Error("ZeroDivisionError", "division by zero", 2),))
    (finding,) = findings_of([check_cell(one, read_cell(one), outcome)], deck_of(one))
    assert finding.message == "ZeroDivisionError: division by zero; should raise ValueError"
