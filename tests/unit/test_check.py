"""What becomes of expected outputs, given what a cell gave."""

from pathlib import Path

import pytest

from marpweave.check.findings import findings_of
from marpweave.check.remedies import remedies
from marpweave.check.verdicts import State, check_cell
from marpweave.model.deck import Cell, Deck, FrontMatter, OutputFence, Slide
from marpweave.model.finding import Kind
from marpweave.model.location import Location
from marpweave.model.options import ExecutionOptions, Options
from marpweave.model.outcome import Answer, Display, Error, Outcome, Stream, Value, Write
from marpweave.read.notations import read_script
from marpweave.read.parse import parse_deck

PATH = Path("deck.md")


def cell(source, fence=None, number=1, line=1, **execution):
    behind = OutputFence(fence, "output", Location(PATH, line + 20), "") if fence is not None else None
    options = Options(execution=ExecutionOptions(**execution))
    return Cell(f"```python\n{source}\n```\n", source, "python", options, Location(PATH, line), number, 1,
                read_script(source, output=fence), output_fence=behind)


def printing(*lines):
    """An outcome in which 0-based source line n printed a text: ``printing((0, "1\\n"))``."""
    writes = tuple(Write(text, (line + 2,)) for line, text in lines)
    return Outcome(outputs=(Stream("stdout", "".join(w.text for w in writes)),), writes=writes)


def states(one, outcome):
    return [v.state for v in check_cell(one, outcome).verdicts]


@pytest.mark.parametrize("comment", [
    "# 0.67", "# => 0.67", "# 0.67（丸めた値）", "# 約0.67", "# '0.67'", "# 0.6...", "# 0.67 (rounded)"])
def test_a_true_comment_is_proven(comment):
    assert states(cell(f"print(x)  {comment}"), printing((0, "0.6652\n"))) == [State.PROVEN]


def test_lines_under_a_loop_leave_out_what_comments_above_have_claimed():
    source = "print(1)  # 1\nfor i in range(2):\n    print(i)\n#> 0\n#> 2"
    check = check_cell(cell(source), printing((0, "1\n"), (2, "0\n"), (2, "1\n")))
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
    assert states(cell(f"print(x)  {comment}"), printing((0, got + "\n"))) == [State.PROSE]


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
    checked = check_cell(one, outcome)
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


@pytest.mark.parametrize("claim", ["2, 3, 4", "2,3,4", "2 3 4", "2  3  4", "2、3、4", "2 / 3 / 4", "2\t3\t4", "2; 3; 4", "2 | 3 | 4"])
@pytest.mark.parametrize(("source", "state"), [
    ("for x in xs:\n    print(x)  # 出力: {}", State.MISMATCH), ("for x in xs: print(x)  # {}", State.SUSPECT),
    ("for x in xs:\n    print(x)\n# prints: {}", State.MISMATCH)])
def test_several_printed_lines_may_be_claimed_on_one(source, state, claim):
    row = source.split("print")[0].count("\n")
    lines = [(row, f"{n}\n") for n in (2, 3, 4)]
    assert states(cell(source.format(claim)), printing(*lines)) == [State.PROVEN]
    assert states(cell(source.format(claim)), printing(*lines, (row, "5\n"))) != [State.PROVEN]
    wrong = check_cell(cell(source.format(claim)), printing(*lines[:2], (row, "5\n"))).verdicts[0]
    assert (wrong.state, wrong.got) == (state, claim.replace("4", "5"))


def test_numbers_printed_on_one_line_may_be_claimed_with_commas():
    assert states(cell("for x in xs:\n    print(x, end=' ')  # 出力: 2, 3"), printing((1, "2 "), (1, "3 "))) == [State.PROVEN]


def test_a_claim_behind_the_last_of_several_prints_may_speak_of_all():
    one = cell("print(1)  # 1\nprint(2)\nprint(3)  # => 2, 3")
    assert states(one, printing((0, "1\n"), (1, "2\n"), (2, "3\n"))) == [State.PROVEN, State.PROVEN]
    assert states(one, printing((0, "2\n"), (1, "2\n"), (2, "3\n"))) == [State.SUSPECT, State.PROVEN]


@pytest.mark.parametrize("comment", ["prints True", "Returns True", "displays `True`", "Expected output: True", "出力例: True", "输出: True"])
def test_a_comment_may_say_in_words_that_it_holds_an_output(comment):
    assert states(cell(f"print(x)  # {comment}"), printing((0, "True\n"))) == [State.PROVEN]
    assert states(cell(f"print(x)  # {comment}"), printing((0, "False\n"))) != [State.PROVEN]


ZERO = Error("ZeroDivisionError", "division by zero", 3)
FAILING = "x = 0\n1 / x"


@pytest.mark.parametrize("source", [
    f"{FAILING}  # ZeroDivisionError", f"{FAILING}  # => ZeroDivisionError", f"{FAILING}  # エラー: ZeroDivisionError",
    f"{FAILING}  # raises ZeroDivisionError", f"{FAILING}  # ZeroDivisionError: division by zero", f"{FAILING}  # ZeroDivisionErrorが発生",
    f"{FAILING}  # ZeroDivisionError: 0 では割れない", f"{FAILING}  # エラーになる", f"{FAILING}  # ArithmeticError", f"{FAILING}  # error!", f"{FAILING}  # raises an error", f"{FAILING}  # ここで例外が発生する",
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


def test_output_that_nothing_claims_is_unchecked():
    one = cell("print(1)  # 1\nprint(2)")
    assert check_cell(one, printing((0, "1\n"), (1, "2\n"))).unchecked
    both = cell("print(1)  # 1\nprint(2)  # 2")
    assert not check_cell(both, printing((0, "1\n"), (1, "2\n"))).unchecked


def test_a_last_value_that_nothing_claims_is_unchecked():
    one = cell("x = 1\nx")
    result = Outcome(outputs=(Display({"text/plain": "1"}, is_result=True),))
    assert check_cell(one, result).unchecked


def deck_of(*cells):
    return Deck(PATH, FrontMatter("", {}), (Slide(1, cells, Location(PATH, 1)),))


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
    assert [(f.location.line, f.message) for f in findings_of(checks, deck, remedy=remedies(deck))] == [
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


@pytest.mark.parametrize("comment", ["# 1", "# => 1"])
def test_one_of_several_outputs_of_a_loop_is_neither_proven_nor_wrong(comment):
    loop = cell(f"for i in x:\n    print(i)  {comment}")
    assert states(loop, printing((1, "0\n"), (1, "1\n"))) == [State.PROSE]
    assert states(loop, printing((1, "1\n"), (1, "1\n"))) == [State.PROSE]
    assert states(loop, printing((1, "0\n"), (1, "2\n"))) == [State.MISMATCH if "=>" in comment else State.PROSE]


def told(text, *outcomes, remedy=lambda error: ""):
    """Findings of a deck's text whose cells, then values, gave this."""
    deck = parse_deck(f"---\nexecute: true\n---\n{text}", PATH)
    count = len(deck.cells)
    checks = [check_cell(c, o) for c, o in zip(deck.cells, outcomes[:count], strict=True)]
    return [(f.kind, f.location.line, f.message) for f in findings_of(checks, deck, outcomes[count:], remedy=remedy)]


def failing(name, message, line):
    return Outcome(outputs=(Error(name, message, line),))


def cells_of(*sources):
    return "\n\n".join(f"```python\n{source}\n```" for source in sources)


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


def test_a_value_that_raises_is_not_nondeterministic():
    raising = failing("NameError", "name 'x' is not defined", 4).with_provenance(nondeterministic=True)
    assert told("`{python} x`", raising) == [(Kind.ERROR, 4, "`{python} x`: NameError: name 'x' is not defined")]
    assert [kind for kind, _, _ in told("`{python} x`", Outcome().with_provenance(nondeterministic=True))] == [Kind.NONDETERMINISTIC]


def test_a_claim_that_is_too_hard_to_compare_is_a_finding():
    deck = cells_of("#| check: regex\nprint(1)  # => (")
    ((kind, line, message),) = told(deck, Outcome(writes=(Write("1\n", (6,)),)))
    assert (kind, line, message.partition(":")[0]) == (Kind.MISMATCH, 6, "`check")
