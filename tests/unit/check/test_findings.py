"""What is told of cells that fail, print or claim too much."""

import pytest

from marpweave.check.findings import findings_of
from marpweave.check.remedies import remedies
from marpweave.check.verdicts import check_cell
from marpweave.kernel.environments import own_environment
from marpweave.model.finding import Kind
from marpweave.model.outcome import Display, Error, Outcome, Write
from tests.unit.check.cells import cell, cells_of, deck_of, failing, printing, told


def test_output_that_nothing_claims_is_unchecked():
    one = cell("print(1)  # 1\nprint(2)")
    assert check_cell(one, printing((0, "1\n"), (1, "2\n"))).unchecked
    both = cell("print(1)  # 1\nprint(2)  # 2")
    assert not check_cell(both, printing((0, "1\n"), (1, "2\n"))).unchecked


def test_a_last_value_that_nothing_claims_is_unchecked():
    one = cell("x = 1\nx")
    result = Outcome(outputs=(Display({"text/plain": "1"}, is_result=True),))
    assert check_cell(one, result).unchecked


def test_a_name_error_that_follows_from_a_failed_cell_goes_with_its_cause():
    cells = [cell("def f(:", number=1, line=1), cell("f(1)", number=2, line=11), cell("y = f(2)", number=3, line=21)]
    outcomes = [Outcome(outputs=(Error("SyntaxError", "invalid syntax", 2),)),
                Outcome(outputs=(Error("NameError", "name 'f' is not defined", 12),)),
                Outcome(outputs=(Error("NameError", "name 'f' is not defined", 22),))]
    checks = [check_cell(c, o) for c, o in zip(cells, outcomes, strict=True)]
    assert [(f.kind, f.location.line, f.message) for f in findings_of(checks, deck_of(*cells))] == [
        (Kind.SYNTAX, 2, "SyntaxError: invalid syntax; if this is not Python, write ```python eval=false"
                         " (also affects lines 12, 22)")]


def test_an_import_that_no_cell_makes_is_reported_once_with_the_remedy():
    cells = [cell("np.zeros(1)", number=1, line=1), cell("np.ones(1)", number=2, line=11)]
    outcomes = [Outcome(outputs=(Error("NameError", "name 'np' is not defined", line),)) for line in (2, 12)]
    checks = [check_cell(c, o) for c, o in zip(cells, outcomes, strict=True)]
    deck = deck_of(*cells)
    assert [(f.location.line, f.message) for f in findings_of(checks, deck, remedy=remedies(deck, own_environment()))] == [
        (2, "NameError: name 'np' is not defined; no cell defines it: write `import numpy as np` in a cell above, in "
            "`execute: {prelude: …}` or with --prelude (also affects line 12)")]


def test_a_cell_that_should_raise_and_does_not_is_a_finding():
    one = cell("1", error="ValueError")
    checked = check_cell(one, Outcome())
    assert [f.message for f in findings_of([checked], deck_of(one))] == [
        "should raise a ValueError, but raised nothing"]


def test_another_error_than_the_expected_one_is_a_finding():
    one = cell("1 / 0", error="ValueError")
    outcome = Outcome(outputs=(Error("ZeroDivisionError", "division by zero", 2),))
    (finding,) = findings_of([check_cell(one, outcome)], deck_of(one))
    assert finding.message == "ZeroDivisionError: division by zero; should raise ValueError"


MISSING = failing("ModuleNotFoundError", "No module named 'nope'", 5)
ROOT = "ModuleNotFoundError: No module named 'nope'"


def test_all_that_follows_from_a_missing_package_is_counted_under_its_first_import():
    deck = cells_of("import nope\nscale = 2", "model = nope.Model()\nmodel.loss = 1", "import nope.layers", "print(base.loss)",
                    "base = 1\nbase") + "\n\n`{python} model.loss` `{python} scale`"
    assert told(deck, MISSING, failing("NameError", "name 'nope' is not defined", 10), failing("ModuleNotFoundError", "No module named 'nope'", 15),
                failing("AttributeError", "'int' object has no attribute 'loss'", 19), Outcome(),
                failing("NameError", "name 'model' is not defined", 27), failing("NameError", "name 'scale' is not defined", 27)) == [
        (Kind.ERROR, 5, f"{ROOT} (also affects lines 10, 15, 19, 27)")]


def test_many_lines_that_follow_are_counted():
    deck = cells_of("import nope", *["nope.f()"] * 38)
    lines = range(9, 9 + 4 * 38, 4)
    assert told(deck, MISSING, *(failing("NameError", "name 'nope' is not defined", line) for line in lines)) == [
        (Kind.ERROR, 5, f"{ROOT} (also affects lines 9, 13, 17, 21, 25, 29, 33, 37 … (38 in all))")]


def test_a_star_import_that_fails_is_the_root_of_every_missing_name():
    assert told(cells_of("from nope import *", "relu(1)"), MISSING, failing("NameError", "name 'relu' is not defined", 9)) == [
        (Kind.ERROR, 5, f"{ROOT} (also affects line 9)")]


def test_a_claim_on_a_name_that_a_failed_cell_should_have_changed_goes_with_it():
    deck = cells_of("x = 1", "x = x + nope\ny = 0", "print(x)  # => 2", "x = 5\nprint(x)  # => 6")
    assert told(deck, Outcome(), failing("NameError", "name 'nope' is not defined", 9),
                Outcome(writes=(Write("1\n", (14,)),)), Outcome(writes=(Write("5\n", (19,)),))) == [
        (Kind.ERROR, 9, "NameError: name 'nope' is not defined (also affects line 14)"),
        (Kind.MISMATCH, 19, "the output on the slide differs from what the code gives")]


def test_what_a_cell_did_before_it_failed_is_not_lost():
    deck = cells_of("x = 1\n1 / 0\ny = 2", "print(x)  # => 3", "print(y)")
    assert told(deck, failing("ZeroDivisionError", "division by zero", 6), Outcome(writes=(Write("1\n", (11,)),)),
                failing("NameError", "name 'y' is not defined", 15)) == [
        (Kind.ERROR, 6, "ZeroDivisionError: division by zero (also affects line 15)"),
        (Kind.MISMATCH, 11, "the output on the slide differs from what the code gives")]


def test_the_same_missing_file_is_one_finding():
    lost = "[Errno 2] No such file or directory: 'data.csv'"
    deck = cells_of("open('data.csv')", "open('data.csv')", "open('other.csv')")
    assert told(deck, *(failing("FileNotFoundError", text, line) for text, line in ((lost, 5), (lost, 9), (lost.replace("data", "other"), 13)))) == [
        (Kind.ERROR, 5, f"FileNotFoundError: {lost} (also affects line 9)"),
        (Kind.ERROR, 13, f"FileNotFoundError: {lost.replace('data', 'other')}")]


@pytest.mark.parametrize(("code", "remedy"), [
    ("rng.normal()", "seed its random numbers, or set `#| cache: false`"), ("%timeit f()", "it measures time: set `#| cache: false`"),
    ("time.perf_counter() - began", "it measures time: set `#| cache: false`")])
def test_what_differs_each_time_is_told_with_what_helps(code, remedy):
    [(_, _, message)] = told(f"`{{python}} {code}`", Outcome().with_provenance(nondeterministic=True))
    assert message.endswith(remedy)


def test_a_value_that_raises_is_not_nondeterministic():
    raising = failing("NameError", "name 'x' is not defined", 4).with_provenance(nondeterministic=True)
    assert told("`{python} x`", raising) == [(Kind.ERROR, 4, "`{python} x`: NameError: name 'x' is not defined")]
    assert [kind for kind, _, _ in told("`{python} x`", Outcome().with_provenance(nondeterministic=True))] == [Kind.NONDETERMINISTIC]


def test_a_claim_that_is_too_hard_to_compare_is_a_finding():
    deck = cells_of("#| check: regex\nprint(1)  # => (")
    ((kind, line, message),) = told(deck, Outcome(writes=(Write("1\n", (6,)),)))
    assert (kind, line, message.partition(":")[0]) == (Kind.MISMATCH, 6, "`check")
