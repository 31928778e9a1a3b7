"""Errors that slides document."""

import pytest

from marpweave.check.findings import findings_of
from marpweave.check.verdicts import State, check_cell
from marpweave.model.finding import Kind
from marpweave.model.outcome import Error, Outcome, Stream, Value
from tests.unit.check.cells import FAILING, ZERO, cell, deck_of, plainly, printing, states


@pytest.mark.parametrize("source", [
    f"{FAILING}  # ZeroDivisionError", f"{FAILING}  # => ZeroDivisionError", f"{FAILING}  # エラー: ZeroDivisionError",
    f"{FAILING}  # raises ZeroDivisionError", f"{FAILING}  # ZeroDivisionError: division by zero", f"{FAILING}  # ZeroDivisionErrorが発生",
    f"{FAILING}  # ZeroDivisionError: 0 では割れない", f"{FAILING}  # エラーになる", f"{FAILING}  # ArithmeticError", f"{FAILING}  # error!", f"{FAILING}  # raises an error", f"{FAILING}  # Fehler! Durch null",
    f"{FAILING}  # Erreur : ZeroDivisionError", f"{FAILING}  # lanza una excepción", f"{FAILING}  # ここで例外が発生する",
    f"{FAILING}\n# ZeroDivisionError: division by zero", f"{FAILING}\n# Traceback (most recent call last):\n#   ...\n# ZeroDivisionError: division by zero",
    f"{FAILING}\n# 出力:\n# ZeroDivisionError: division by zero", "x = 0\ny = 1 / x  # ZeroDivisionError",
    "x = 0\n1 / x  # Raises: ZeroDivisionError(\"division by zero\")", "# ZeroDivisionError になる\n1 / 0"])
def test_an_error_that_the_slide_documents_is_announced(source):
    one = cell(source)
    checked = check_cell(one, Outcome(outputs=(ZERO,)))
    assert [v.state for v in checked.verdicts] == [State.PROVEN]
    assert list(findings_of([checked], deck_of(one))) == []


@pytest.mark.parametrize("fence", [
    "before\nZeroDivisionError: division by zero", "before\nZeroDivisionError",
    'before\nTraceback (most recent call last):\n  File "<stdin>", line 1, in <module>\nZeroDivisionError: division by zero'])
def test_an_error_may_be_documented_in_a_fence(fence):
    one = cell("print('before')\n1 / 0", fence=fence)
    checked = check_cell(one, Outcome(outputs=(Stream("stdout", "before\n"), ZERO)))
    assert [v.state for v in checked.verdicts] == [State.PROVEN]
    assert list(findings_of([checked], deck_of(one))) == []


@pytest.mark.parametrize(("fence", "announced"), [
    ("Traceback (most recent call last):\n  ...\nZeroDivisionError: division by zero", True), ("ZeroDivisionError", True),
    ("ValueError: no", False), ("$ python zero.py", False)])
def test_a_fence_without_a_word_may_document_an_error_but_no_other_one(fence, announced):
    one = plainly("1 / 0", fence)
    found = [f.kind for f in findings_of([check_cell(one, Outcome(outputs=(ZERO,)))], deck_of(one))]
    assert found == ([] if announced else [Kind.ERROR])


@pytest.mark.parametrize(("source", "want"), [
    (f"{FAILING}  # ValueError", "ValueError"), (f"{FAILING}  # => エラー: ValueError", "ValueError"),
    (f"{FAILING}\n# ZeroDivisionError: division by one", "ZeroDivisionError: division by one"),
    (f"{FAILING}  # raises TypeError: no", "TypeError: no")])
def test_another_error_than_the_documented_one_is_a_mismatch(source, want):
    one = cell(source)
    checked = check_cell(one, Outcome(outputs=(ZERO,)))
    assert [(f.kind, f.want, f.got) for f in findings_of([checked], deck_of(one))] == [
        (Kind.MISMATCH, want, "ZeroDivisionError: division by zero")]


def test_another_error_than_that_of_the_fence_is_a_mismatch():
    one = cell("1 / 0", fence="ValueError: no")
    (finding,) = findings_of([check_cell(one, Outcome(outputs=(ZERO,)))], deck_of(one))
    assert (finding.kind, finding.want, finding.got) == (Kind.MISMATCH, "ValueError: no", "ZeroDivisionError: division by zero")


@pytest.mark.parametrize("source", [
    FAILING, f"{FAILING}  # 割る", f"{FAILING}  # ZeroDivisionError にはならない", f"# エラー処理\n{FAILING}", f"x = 0  # ZeroDivisionError\n{FAILING}",
    f"# ValueError を避ける\n{FAILING}", f"{FAILING}  # エラー処理", f"{FAILING}  # the error of the net", f"{FAILING}  # raises the bar",
    f"{FAILING}  # 誤差（エラー）を求める"])
def test_an_error_that_no_comment_documents_is_a_finding(source):
    one = cell(source)
    error = Error("ZeroDivisionError", "division by zero", 3 + source.removesuffix(FAILING).count("\n") * source.endswith(FAILING))
    assert [f.kind for f in findings_of([check_cell(one, Outcome(outputs=(error,)))], deck_of(one))] == [Kind.ERROR]


def test_a_missing_name_is_not_excused_by_a_comment_on_another_error():
    one = cell("np.ones(3) + 'a'  # TypeError")
    (finding,) = findings_of([check_cell(one, Outcome(outputs=(Error("NameError", "name 'np' is not defined", 2),)))], deck_of(one))
    assert finding.message == "NameError: name 'np' is not defined"


def test_a_comment_on_an_error_that_does_not_come_is_a_finding():
    assert states(cell("int('5')  # ValueError"), Outcome(values=(Value(2, "5", "5"),))) == [State.SUSPECT]
    assert states(cell("f(1)  # ValueError: no"), Outcome()) == [State.SUSPECT]
    assert states(cell("try:\n    f(1)  # ValueError\nexcept ValueError:\n    pass"), Outcome()) == [State.PROSE]


def test_claims_below_the_statement_that_raised_are_none_and_those_above_it_are():
    one = cell("def f(x):\n    return 1 / x\nprint(1)  # 2\nf(0)  # ZeroDivisionError\nprint(5)  # 6")
    trace = 'Traceback (most recent call last):\n  File "deck.md", line 5, in <module>\n  File "deck.md", line 3, in f\n'
    outcome = printing((2, "1\n"))
    failed = Outcome(outputs=(*outcome.outputs, Error("ZeroDivisionError", "division by zero", 3, trace)), writes=outcome.writes)
    checked = check_cell(one, failed)
    assert [(v.expected.want, v.state) for v in checked.verdicts] == [
        ("ZeroDivisionError", State.PROVEN), ("2", State.SUSPECT), ("6", State.PROSE)]
