"""What a claim on a slide is worth."""

from dataclasses import replace

import pytest

from marpweave.check import patterns, verdicts
from marpweave.check.findings import findings_of
from marpweave.check.verdicts import State, check_cell
from marpweave.model.options import CheckOptions, Compare, Options
from marpweave.model.outcome import Display, Error, Outcome, Stream, Value, Write
from tests.unit.check.cells import cell, deck_of, plainly, printing, states


@pytest.mark.parametrize("comment", [
    "# 0.67", "# => 0.67", "# 0.67（丸めた値）", "# 約0.67", "# '0.67'", "# 0.6...", "# 0.67 (rounded)"])
def test_a_true_comment_is_proven(comment):
    assert states(cell(f"print(x)  {comment}"), printing((0, "0.6652\n"))) == [State.PROVEN]


@pytest.mark.parametrize("stream", ["display", "stderr"])
def test_a_claim_holds_what_is_displayed_or_written_to_stderr(stream):
    for want, state in (("5", State.PROVEN), ("6", State.MISMATCH)):
        for one in (cell(f"f()  # => {want}"), cell(f"f()\n#> {want}")):
            assert states(one, Outcome(writes=(Write("5\n", (2,), stream),))) == [state]


def test_what_is_displayed_counts_with_what_is_printed_and_without():
    outcome = Outcome(writes=(Write("1\n", (2,)), Write("2\n", (2,), "display"), Write("3\n", (2,), "stderr")))
    assert [states(cell(f"f()  # => {want}"), outcome) for want in ("1", "1, 2", "4")] == [
        [State.PROVEN], [State.PROVEN], [State.MISMATCH]]


@pytest.mark.parametrize(("comment", "state"), [
    ("# => [1, 2]", State.MISMATCH), ("# => None", State.PROVEN), ("# => sorts in place", State.PROSE), ("# 3", State.PROSE)])
def test_a_statement_that_gives_nothing_gives_none(comment, state):
    assert states(cell(f"x.sort()  {comment}"), Outcome(values=(Value(2, "None", "None"),))) == [state]
    assert states(cell(f"x.sort()  {comment}"), Outcome()) == [State.SUSPECT if "=>" in comment else State.PROSE]  # it did not run


def test_what_prints_elsewhere_is_compared_with_nothing():
    for want, state in (("5", State.SUSPECT), ("into the file", State.PROSE)):
        assert states(cell(f"print(x, file=f)  # => {want}"), Outcome(values=(Value(2, "None", "None"),))) == [state]


def test_a_claim_beside_an_empty_line_is_wrong():
    assert [states(cell(f'print("")  # {want}'), printing((0, "\n"))) for want in ("=> 5", "=> hello", "5", "...")] == [
        [State.MISMATCH], [State.MISMATCH], [State.PROSE], [State.PROSE]]


def test_lines_under_a_loop_leave_out_what_comments_above_have_claimed():
    source = "print(1)  # 1\nfor i in range(2):\n    print(i)\n#> 0\n#> 2"
    check = check_cell(cell(source), printing((0, "1\n"), (2, "0\n"), (2, "1\n")))
    assert [(v.state, v.got) for v in check.verdicts] == [(State.PROVEN, "1"), (State.MISMATCH, "0\n1")]


@pytest.mark.parametrize(("comment", "got"), [
    ("# 0.67", "0.72"), ("# [1, 2]", "[1, 3]"), ("# True", "False"), ("# <class 'int'>", "<class 'float'>"),
    ("# 合計: 3", "合計: 4"), ("# 2.006 s", "2.837 s"), ("# {1, 2}", "{1, 3}"), ("# 3", "3.0"), ("# None", "5"),
    ("# 0.7 0.0018", "0.68 0.0007"), ("# 1 True", "1 False"), ("# [1 2 3]", "[1 2 4]"), ("# [0.5  0.25]", "[0.5  0.75]"), ("# [[1 2] [3 4]]", "[[1 2]\n [3 5]]"),
    ("# [ True False]", "[ True  True]"), ("# [nan 0.]", "[inf  0.]"), ("# [-1. 2.]", "[-1.  3.]")])
def test_a_bare_comment_that_reads_as_a_value_and_differs_is_a_suspect(comment, got):
    assert states(cell(f"print(x)  {comment}"), printing((0, got + "\n"))) == [State.SUSPECT]


@pytest.mark.parametrize(("comment", "got"), [
    ("# 行末のコメント", "5"), ("# (3, 2)", "[[1 2]\n [3 4]\n [5 6]]"), ("# 合計を表示", "10"), ("# x の値", "3"),
    ("# noqa: T201", "3"), ("# 3 以上なら合格", "5"), ("# ...", ""),
    ("# 2 steps", "2.837 s")])
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


def test_a_value_in_quotes_is_a_string():
    for got, marked, bare in (("2", State.MISMATCH, State.SUSPECT), ("'2'", State.PROVEN, State.PROVEN)):
        value = Outcome(values=(Value(2, got, "2"),))
        assert (states(cell("x  # => '2'"), value), states(cell("x  # '2'"), value)) == ([marked], [bare])
    assert states(cell("print(x)  # => '2'"), printing((0, "2\n"))) == [State.PROVEN]


def test_the_last_value_may_be_written_as_a_notebook_shows_it():
    value = Outcome((Display({"text/plain": "int"}, is_result=True),), values=(Value(2, "<class 'int'>", "<class 'int'>"),))
    assert states(cell("type(1)  # => int"), value) == states(cell("type(1)  # => <class 'int'>"), value) == [State.PROVEN]
    assert states(cell("type(1)  # => float"), value) == [State.MISMATCH]
    assert states(cell("type(1)  # => int\nx = 2"), value) == [State.MISMATCH]


def test_what_a_terminal_overwrites_is_no_output():
    assert states(cell("print(x)  # => 100%"), printing((0, "10%\r100%\n"))) == [State.PROVEN]
    assert states(cell("print(x)  # => text"), printing((0, "\x1b]8;;http://x\x1b\\text\x1b]8;;\x07\n"))) == [State.PROVEN]


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


@pytest.mark.parametrize("comment", ["prints True", "Returns True", "displays `True`", "Expected output: True", "出力例: True", "输出: True",
                                     "Ausgabe: True", "ergibt True", "Résultat : True", "affiche True", "Salida: True", "devuelve True"])
def test_a_comment_may_say_in_words_that_it_holds_an_output(comment):
    assert states(cell(f"print(x)  # {comment}"), printing((0, "True\n"))) == [State.PROVEN]
    assert states(cell(f"print(x)  # {comment}"), printing((0, "False\n"))) != [State.PROVEN]


@pytest.mark.parametrize(("fence", "state", "unchecked"), [
    ("a 1.50\nb 2.50", State.PROVEN, False), ("a 1.50\nb 3.50", State.SUSPECT, False), ("a 1.50\nc", State.SUSPECT, False),
    ("$ python deck.py", State.PROSE, True), ("+---+\n|   |\n+---+", State.PROSE, True)])
def test_a_fence_without_a_word_is_an_output_if_it_is_right_or_reads_like_it(fence, state, unchecked):
    checked = check_cell(plainly("print(x)", fence), printing((0, "a 1.50\nb 2.50\n")))
    assert ([v.state for v in checked.verdicts], checked.unchecked) == ([state], unchecked)


@pytest.mark.parametrize("comment", ["# 1", "# => 1"])
def test_one_of_several_outputs_of_a_loop_is_neither_proven_nor_wrong(comment):
    loop = cell(f"for i in x:\n    print(i)  {comment}")
    told = State.SUSPECT if "=>" in comment else State.PROSE
    assert states(loop, printing((1, "0\n"), (1, "1\n"))) == [told]
    assert states(loop, printing((1, "1\n"), (1, "1\n"))) == [told]
    assert states(loop, printing((1, "0\n"), (1, "2\n"))) == [State.MISMATCH if "=>" in comment else State.PROSE]


@pytest.mark.parametrize(("want", "state"), [
    ("2", State.SUSPECT), ("0, 2", State.PROVEN), ("2 (the last)", State.SUSPECT), ("3", State.MISMATCH)])
def test_one_of_several_values_of_a_loop_is_told_and_all_are_proven(want, state):
    loop = cell(f"for i in x:\n    y = 2 * i  # => {want}")
    assert states(loop, Outcome(values=(Value(3, "0", "0"), Value(3, "2", "2")))) == [state]
    (verdict,) = check_cell(loop, Outcome(values=(Value(3, "0", "0"), Value(3, "2", "2")))).verdicts
    assert (verdict.fault == verdicts.PARTIAL) is (state is State.SUSPECT)


@pytest.mark.parametrize("code", [
    "def f():\n    return x  {0}", "import x  {0}", "for i in x:  {0}\n    print(i)", "def f(): return 1  {0}", "{0}\nprint(1)",
    "print(x,  {0}\n      y)", "if False:\n    print(x)  {0}", "assert x  {0}", "x = f(\n    1,  {0}\n)", "pass\n  {0}\n"])
def test_a_marked_value_that_nothing_is_compared_with_is_told(code):
    def told(want):
        found = check_cell(cell(code.format(want)), Outcome()).verdicts
        return [verdict.fault for verdict in found if verdict.state is State.SUSPECT]

    assert told("# => 5") == told("# 出力: [1 2]（二つ）") == [verdicts.UNCOMPARED]
    assert told("# 5") == told("# → 値を返す") == told("# => ?") == told("") == []


@pytest.mark.parametrize(("code", "state"), [
    ("x = int('5')  # ValueError", State.SUSPECT), ("del x  # => NameError", State.SUSPECT), ("assert x  # raises AssertionError: no", State.SUSPECT),
    ("e = ValueError('x')  # ValueError", None), ("x = 5  # no ValueError here", None), ("def f():\n    x = 1  # ValueError\nf()", None),
    ("try:  # ValueError\n    f()\nexcept ValueError: ...", None), ("# ValueError\nx = 5", None)])
def test_an_error_that_is_announced_beside_any_statement_and_not_raised_is_told(code, state):
    given = [(verdict.state, verdict.fault) for verdict in check_cell(cell(code), Outcome()).verdicts if verdict.state is State.SUSPECT]
    assert given == ([(state, verdicts.UNRAISED)] if state else [])
    raised = Outcome(outputs=(Error("ValueError", "x", 2),))
    assert State.SUSPECT not in states(cell(code), raised)


def test_what_stands_behind_an_error_was_not_reached():
    failing = cell("f()\ndef g():\n    return 1  # => 5")
    assert states(failing, Outcome(outputs=(Error("ValueError", "x", 2),))) == []


def test_a_fence_that_ends_in_an_error_may_be_too_hard_to_compare(monkeypatch):
    monkeypatch.setattr(patterns, "TIMEOUT", 0.3)
    failing = replace(cell("f()", fence="(a+)+b\nValueError: x"), options=Options(check=CheckOptions(check=Compare.REGEX)))
    check = check_cell(failing, Outcome(outputs=(Stream("stdout", "a" * 40 + "\n"), Error("ValueError", "x", None))))
    assert [(v.state, "avoid nested repeats" in v.fault) for v in check.verdicts] == [(State.MISMATCH, True)]
