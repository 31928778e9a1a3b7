"""Expected outputs are read out of a cell in all six notations."""

import pytest

from marpweave.model.deck import ExpectedOutput, Notation, Script
from marpweave.read.notations import read_script


def wants(source, **kwargs):
    return [(e.notation, e.want, e.statement, e.marked) for e in read_script(source, **kwargs).expected]


@pytest.mark.parametrize(("comment", "want", "marked"), [
    ("# 10", "10", False),
    ("#10", "10", False),
    ("# => 10", "10", True),
    ("# -> 10", "10", True),
    ("#> 10", "10", True),
    ("# → 10", "10", True),
    ("# Output: 10", "10", True),
    ("# output: 10", "10", True),
    ("# 出力: 10", "10", True),
    ("# 出力：10", "10", True),
    ("# 結果: 10", "10", True),
    ("# Ergebnis: 10", "10", True),
    ("# Résultat : 10", "10", True),
    ("# Affiche : 10", "10", True), ("# ergibt: 10", "10", True), ("# Imprime: 10", "10", True),
    ("# 0（存在しない要素は0）", "0（存在しない要素は0）", False),
])
def test_a_comment_behind_a_print_is_an_expected_output(comment, want, marked):
    assert wants(f"print(x)  {comment}") == [(Notation.COMMENT, want, (0, 0), marked)]


def test_the_claim_of_a_comment_is_found_at_its_column():
    source = "print(x)  # => 10  "
    (expected,) = read_script(source).expected
    assert source[expected.column:expected.column + expected.width] == "10"


def test_a_comment_behind_an_assignment_claims_only_with_a_marker():
    assert wants("x = 3  # 重み\ny = x * 4  # => 12") == [(Notation.COMMENT, "12", (1, 1), True)]


def test_a_comment_behind_the_last_line_of_a_long_call_belongs_to_the_whole_call():
    assert wants("print(\n    1,\n    2,\n)  # 1 2") == [(Notation.COMMENT, "1 2", (0, 3), False)]


def test_a_comment_in_a_loop_belongs_to_the_statement_it_stands_behind():
    assert wants("for i in [1, 2]:  # zwei\n    print(i)  # 1 2") == [(Notation.COMMENT, "1 2", (1, 1), False)]


def test_a_hash_in_a_string_is_no_comment():
    assert wants("print('# 10')") == []


def test_marked_lines_under_a_statement_hold_its_output():
    assert wants("print('a')\nprint('b')\n#> a\n#> b") == [(Notation.LINES, "a\nb", (1, 1), True)]


def test_lines_after_another_block_reach_back_only_to_that_block():
    first, second = read_script("print(1)\n#> 1\nprint(2)\n#> 2").expected
    assert (first.since, second.since) == (0, 2)


@pytest.mark.parametrize("heading", ["# 出力:", "# Output:", "# 出力", "# 実行結果："])
def test_a_heading_comment_closes_a_cell_with_its_output(heading):
    assert wants(f"print(1)\nprint(2)\n{heading}\n# 1\n# 2") == [(Notation.LINES, "1\n2", (1, 1), True)]


def test_a_heading_alone_is_prose():
    assert wants("print(1)\n# 出力:") == []


def test_a_plain_comment_line_is_prose():
    assert wants("print(1)\n# 1 を表示する") == []


def test_an_output_fence_holds_the_output_of_the_whole_cell():
    assert wants("print(1)\nprint(2)", output="1\n2") == [(Notation.FENCE, "1\n2", (0, 1), True)]


def test_a_session_is_read_as_doctest_reads_it():
    script = read_script(">>> x = 1\n>>> x + 1\n2\n>>> print('a')\na")
    assert script.session
    assert [(e.want, e.first, e.last, e.statement) for e in script.expected] == [
        ("", 1, 0, (0, 0)), ("2\n", 2, 2, (1, 1)), ("a\n", 4, 4, (3, 3))]


def test_an_example_to_be_skipped_is_no_expectation():
    assert [e.want for e in read_script(">>> 1  # doctest: +SKIP\n2\n>>> 3\n3").expected] == ["3\n"]


def test_an_arrow_line_is_a_call_and_its_output():
    assert read_script("print(OR(0, 0)) -> 0\nprint(OR(0, 1)) -> 1") == Script(
        "print(OR(0, 0))\nprint(OR(0, 1))",
        (ExpectedOutput(Notation.ARROW, "0", 0, 0, (0, 0), column=19, width=1),
         ExpectedOutput(Notation.ARROW, "1", 1, 1, (1, 1), column=19, width=1)))


def test_a_return_annotation_is_no_arrow():
    assert wants("def f(x) -> int:\n    return x") == []


def test_a_prompt_behind_code_holds_the_output():
    script = read_script("y = neuron(2, -3)\nprint(y)\n>>> 0.3999999999999999")
    assert script.code == "y = neuron(2, -3)\nprint(y)\n"
    assert [(e.notation, e.want, e.first, e.statement) for e in script.expected] == [
        (Notation.PROMPT, "0.3999999999999999", 2, (0, 1))]


def test_what_is_no_python_is_left_as_it_is():
    source = "入力 x を受け取る\nif x > 0 then y"
    assert read_script(source) == Script(source)


def test_magics_do_not_hide_comments():
    assert wants("%matplotlib inline\n!pip install x\nprint(1)  # 1") == [(Notation.COMMENT, "1", (2, 2), False)]


def test_watch_names_the_statements_to_observe():
    assert read_script("a = 1\na  # 1\nprint(a)\n#> 1").watch == (1, 2)
    assert read_script("OR(0, 0) -> 0\nOR(0, 1) -> 1").watch == (0, 1)
    assert read_script("a = 1\na\n\n>>> 1\na + 1\n>>> 2").watch == (1, 4)


@pytest.mark.parametrize("closing", ["...", "... ", "    ..."])
def test_the_prompt_that_closes_a_block_is_no_answer(closing):
    indent = closing[:-len(closing.lstrip())]
    source = f"{indent}>>> for i in range(2):\n{indent}...     print(i)\n{closing}\n{indent}0\n{indent}1\n{indent}>>> 2\n{indent}2"
    script = read_script(source, pycon=True)
    assert [(e.want, e.first, e.last, e.statement) for e in script.expected] == [
        ("0\n1\n", 3, 4, (0, 2)), ("2\n", 6, 6, (5, 5))]


# -- what is code and no claim -----------------------------------------------------------


@pytest.mark.parametrize("opening", ["# 足し算", "", "\n# 一\n\n  # 二", "#| label: a"])
@pytest.mark.parametrize("indent", ["", "    ", "\t"])
def test_a_fence_whose_first_code_stands_behind_a_prompt_is_a_session(opening, indent):
    source = "\n".join([opening, f"{indent}>>> 2 + 3", f"{indent}5"])
    row = source.count("\n") - 1
    script = read_script(source)
    assert script.session
    assert [(e.notation, e.want, e.first, e.statement, e.prefix) for e in script.expected] == [
        (Notation.SESSION, "5\n", row + 1, (row, row), indent)]


@pytest.mark.parametrize("source", [
    "def f(x):\n    return x\n>>> f(2)\n2",
    "x = 3\n>>> x + 1\n4\n>>> x\n3",
    "def f(x):\n    return 'a'\n>>> f(2)\na",
    "# 前置き\n>>>2 + 3\n5",
    "# 答えだけ\n>>> ",
])
def test_prompts_with_answers_under_code_hold_no_outputs(source):
    assert Notation.PROMPT not in [e.notation for e in read_script(source).expected]


@pytest.mark.parametrize(("source", "claims"), [
    ('def f(x):\n    """2倍\n\n    >>> f(2)\n    4\n    """\n    return 2 * x\nprint(f(3))\n>>> 6', [(8, "6")]),
    ('s = """\n>>> 1\n"""\nprint(s)\n>>> a', [(4, "a")]),
    ('s = """\nprint(1) -> 1\n"""\nprint(2) -> 2', [(3, "2")]),
    ("x = [\n1 -> 2\n]\nprint(x) -> 3", []),
])
def test_what_stands_in_a_string_or_inside_a_statement_is_code(source, claims):
    script = read_script(source)
    assert [(e.first, e.want) for e in script.expected] == claims
    changed = {row for row, _ in claims}
    kept = [line for row, line in enumerate(source.split("\n")) if row not in changed]
    assert [line for row, line in enumerate(script.code.split("\n")) if row not in changed] == kept


@pytest.mark.parametrize("source", [
    'print("""why?\nprint(1)  # => 1\n""")',
    'print("""\n%d items?\n# => 1\n""")',
    "s = f'''\n{1}  # => 1\n'''",
    '%matplotlib inline\nprint("""\n%d\nprint(1)  # => 1\n""")',
])
def test_a_comment_in_a_string_claims_nothing(source):
    assert wants(source) == []


def test_a_line_that_ends_in_a_question_is_code():
    assert wants("print(1)  # 1\nx = 2  # なぜ?\nprint(x)  # 2") == [
        (Notation.COMMENT, "1", (0, 0), False), (Notation.COMMENT, "2", (2, 2), False)]
    assert wants('print("a %s"\n      % 3)  # a 3') == [(Notation.COMMENT, "a 3", (0, 1), False)]


def test_a_comment_inside_a_statement_explains_its_line():
    assert wants('sizes = {\n    "a": 1,  # -> hidden\n}') == []
    assert wants("print(\n    3,  # 5\n)") == []


def test_lines_of_another_indentation_belong_to_no_block():
    assert wants("if x:\n    print(1)\n    # 出力:\n    # 1\n# 次に\ny = 2") == [(Notation.LINES, "1", (1, 1), True)]
    assert wants("if x:\n    print(1)\n    #> 1\n#> 2") == [(Notation.LINES, "1", (1, 1), True)]


def test_a_comment_with_the_prompt_of_a_notebook_is_no_claim():
    assert wants("x = 1\nx\n# Out[1]: 3") == []
