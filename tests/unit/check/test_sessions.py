"""Answers of sessions, and those that are left open."""

import pytest

from marpweave.check.findings import findings_of
from marpweave.check.verdicts import State, check_cell
from marpweave.model.finding import Kind
from marpweave.model.outcome import Answer, Outcome
from tests.unit.check.cells import cell, deck_of, printing, states


@pytest.mark.parametrize("claim", ["# 出力: ?", "# => ???", "# ____", "# 出力: ____", "# 合計: ?", "# → ＿＿"])
def test_an_answer_that_is_left_open_is_no_claim(claim):
    assert states(cell(f"print(x)  {claim}"), printing((0, "合計: 5\n"))) == [State.PROSE]


@pytest.mark.parametrize("fence", ["", "?", "____", " \n"])
def test_a_fence_that_is_left_open_is_no_claim(fence):
    assert states(cell("print(5)", fence=fence), printing((0, "5\n"))) == [State.PROSE]


def test_an_answer_that_is_left_open_in_a_session_is_no_claim():
    one = cell(">>> 1 + 1\n2\n>>> 2 + 2\n?\n>>> 3 + 3\n")
    assert states(one, Outcome(answers=(Answer(2, "2\n"), Answer(4, "4\n"), Answer(6, "6\n")))) == [State.PROVEN, State.PROSE, State.PROSE]


def test_a_missing_package_in_a_session_is_no_open_answer():
    one = cell(">>> import nope\n>>> nope.f()\n1")
    trace = "Traceback (most recent call last):\n"
    answers = (Answer(2, f"{trace}ModuleNotFoundError: No module named 'nope'\n"), Answer(3, f"{trace}NameError: name 'nope' is not defined\n"))
    assert [(f.kind, f.location.line, f.message) for f in findings_of([check_cell(one, Outcome(answers=answers))], deck_of(one))] == [
        (Kind.ERROR, 2, "ModuleNotFoundError: No module named 'nope' (also affects line 3)")]


@pytest.mark.parametrize("remark", ["  # the sum", "  ← sum", " （合計）", "  -- sum", " (sum)"])
def test_a_remark_behind_the_answer_of_a_session_is_tolerated(remark):
    one = cell(f">>> 2 + 3\n5{remark}")
    assert states(one, Outcome(answers=(Answer(2, "5\n"),))) == [State.PROVEN]
    assert states(one, Outcome(answers=(Answer(2, "6\n"),))) == [State.MISMATCH]


def test_an_error_in_a_session_may_be_told_in_a_line():
    one = cell(">>> 1 / 0\nZeroDivisionError: division by zero")
    trace = "Traceback (most recent call last):\n"
    assert states(one, Outcome(answers=(Answer(2, f"{trace}ZeroDivisionError: division by zero\n"),))) == [State.PROVEN]
    assert states(one, Outcome(answers=(Answer(2, f"{trace}ValueError: division by zero\n"),))) == [State.MISMATCH]


def test_a_session_without_continuation_prompts_is_one_finding():
    one = cell(">>> 1 + 1\n3\n>>> def f(x):\n    return x\n>>> f(2)\n2")
    trace = "Traceback (most recent call last):\n"
    answers = (Answer(2, "2\n"), Answer(4, f"{trace}IndentationError: expected an indented block\n"), Answer(6, f"{trace}NameError: name 'f' is not defined\n"))
    checked = check_cell(one, Outcome(answers=answers))
    assert [(f.kind, f.location.line, f.message) for f in findings_of([checked], deck_of(one))] == [
        (Kind.MISMATCH, 3, "the output on the slide differs from what the code gives"),
        (Kind.SYNTAX, 4, "the code under this prompt continues without `... `: write it before each line, or remove every `>>> `")]


def test_a_session_is_compared_as_doctest_does():
    one = cell(">>> 0.1 + 0.2\n0.3\n>>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero")
    outcome = Outcome(answers=(
        Answer(2, "0.30000000000000004\n"),
        Answer(4, "Traceback (most recent call last):\nZeroDivisionError: division by zero\n")))
    assert states(one, outcome) == [State.MISMATCH, State.PROVEN]


def test_a_quiz_whose_answers_are_left_blank_stays_blank():
    one = cell(">>> 1 + 1\n\n>>> 2 + 2\n")
    assert states(one, Outcome(answers=(Answer(2, "2\n"), Answer(4, "4\n")))) == [State.PROSE, State.PROSE]
