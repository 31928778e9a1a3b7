"""What --update writes: the code's output in the author's own manner, or nothing."""

from pathlib import Path

import pytest

from marpweave.check.update.edits import LineEdit, apply_edits
from marpweave.check.update.law import lawful
from marpweave.check.update.renew import quoted, spellings
from marpweave.check.update.rewrite import edits_of
from marpweave.check.verdicts import check_deck
from marpweave.model.outcome import Answer, Outcome, Stream, Write
from marpweave.read.parse import parse_deck


def deck(text):
    return parse_deck(text, Path("deck.md"))


def rewritten(source, gots, info="python"):
    """A cell behind an update, where its lines (0-based) gave something."""
    text = f"```{info}\n{source}\n```\n"
    (cell,) = deck(text).cells
    if cell.script.session:
        outcome = Outcome(answers=tuple(Answer(row + 2, got) for row, got in gots.items()))
    else:
        outcome = Outcome(outputs=tuple(Stream("stdout", got) for got in gots.values()),
                          writes=tuple(Write(got, (row + 2,)) for row, got in gots.items()))
    edits = edits_of(check_deck(deck(text), [outcome]), text, suspects=True)
    return apply_edits(text, lawful(edits, text, deck(text), deck)).removeprefix(f"```{info}\n").removesuffix("\n```\n")


@pytest.mark.parametrize(("source", "got", "new"), [
    ("print(x)  # => 3（和）", "4\n", "print(x)  # => 4（和）"),
    ("print(x)  # 3 (sum)", "4\n", "print(x)  # 4 (sum)"),
    ("print(x)  # => total 3 (kg)", "total 4 (kg)\n", "print(x)  # => total 4 (kg)"),
    ("print(x)  # => 約0.50", "0.6666\n", "print(x)  # => 約0.67"),
    ("print(x)  # => 'a'", "b\n", "print(x)  # => 'b'"),
    ('print(x)  # => "a"', "'b'\n", 'print(x)  # => "b"'),
    ("print(x)  # => 1, ..., 9", "1, 2, 3, 8\n", "print(x)  # => 1, ..., 8"),
    ("print(x)\n#> epoch 0: 0.91\n#> ...\n#> epoch 9: 0.10", "epoch 0: 0.8123\nepoch 5: 0.4\nepoch 9: 0.2199\n",
     "print(x)\n#> epoch 0: 0.81\n#> ...\n#> epoch 9: 0.22"),
    ("print(x)\n>>> cost 3", "cost 4\n", "print(x)\n>>> cost 4"),
    ("x.mean()  # => 2.4", "np.float64(2.5)\n", "x.mean()  # => 2.5"),
    ("x.mean()  # => np.float64(2.4)", "np.float64(2.5)\n", "x.mean()  # => np.float64(2.5)"),
    ("x.T  # => array([[1, 2], [3, 4]])", "array([[1, 3],\n       [2, 4]])\n", "x.T  # => array([[1, 3], [2, 4]])"),
    ("print(x)  # => [[1 2], [3 4]]", "[[1 3]\n [2 4]]\n", "print(x)  # => [[1 3] [2 4]]"),
    ("x.any()  # => False", "np.True_\n", "x.any()  # => True"),
    ("print(x)\n#> start\n#> ...\n#> finished", "start\n1\n2\n3\ndone\n", "print(x)\n#> start\n#> ...\n#> done"),
    ("print(x)\n# Output:\n# ['the', 'dog']\nprint(y)", "['the', 'cat']\n", "print(x)\n# Output:\n# ['the', 'cat']\nprint(y)"),
    ("print(x)\n# Output:\n# dog\nprint(y)", "cat\n", "print(x)\n# Output:\n# cat\nprint(y)"),
    ("print(x)\n>>> x = 3", "x = 4\n", "print(x)\n>>> x = 4"),
])
def test_an_output_is_renewed_in_the_manner_of_its_author(source, got, new):
    assert rewritten(source, {0: got}) == new


@pytest.mark.parametrize(("source", "got"), [
    ("print(x)  # => 3", "a\nb\n"),
    ("print(x)\n# 出力: 3", "a\nb\n"),
    ("print(x)\n# 出力:\n# 3\n# y を求める\ny = 2", "4\n"),
    ("print(x)\n# → 合計を表示", "4\n"),
    ("print(x)  # => start ... end", "other\n"),
    ("print(x)  # => 3", "a\0b\n"),
    ("def f(x): ...\n# >>> f(2)\n# 4", "1\n"),
    ("print(x)\n>>> f(2)", "1\n"),
    ("print(x)\n>>> f(2)", ""),
    ("f(x)\n#> 3", ""),
    ("f(x)\n>>> 3", ""),
])
def test_what_cannot_be_told_from_the_authors_words_is_left(source, got):
    assert rewritten(source, {0: got}) == source


@pytest.mark.parametrize(("source", "got", "new"), [
    (">>> 1 + 1\n3  # 和", "2\n", ">>> 1 + 1\n2  # 和"),
    (">>> 1 + 1\n3\n# 次に引き算", "2\n", ">>> 1 + 1\n2\n# 次に引き算"),
    (">>> x  # doctest: +ELLIPSIS\n[0, ..., 9]", "[0, 1, 2, 8]\n", ">>> x  # doctest: +ELLIPSIS\n[0, ..., 8]"),
    (">>> 1 / 0\nTraceback (most recent call last):\n    ...\nKeyError: 1",
     "Traceback (most recent call last):\nZeroDivisionError: division by zero\n",
     ">>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division by zero"),
    (">>> print('a')\nb", "a\n \nc\n", ">>> print('a')\na\n<BLANKLINE>\nc"),
    ("\t>>> 1 + 1\n\t3", "2\n", "\t>>> 1 + 1\n\t2"),
    (">>> print('a\\n\\n')\nb", "a\n\n\n", ">>> print('a\\n\\n')\na\n<BLANKLINE>\n<BLANKLINE>"),
    (">>> print()\nb", "\n", ">>> print()\n<BLANKLINE>"),
    (">>> x = 3\n4", "", ">>> x = 3"),
])
def test_an_answer_is_renewed_in_the_manner_of_its_author(source, got, new):
    row = next(row for row, line in enumerate(source.split("\n")) if ">>>" in line)
    assert rewritten(source, {row: got}) == new


@pytest.mark.parametrize(("source", "got"), [
    (">>> for i in range(2):\n    print(i)\n0\n1", "Traceback (most recent call last):\nSyntaxError: incomplete input\n"),
    (">>> if x: print(1)\nelse: print(2)", "1\n"),
    (">>> x = [1,\n2]", "Traceback (most recent call last):\nSyntaxError: '[' was never closed\n"),
    (">>> x = 3\nprint(x)  # => 3", ""),
    (">>> x = 3\nprint(x)", ""),
    (">>> x = 3\n次に表示する", ""),
    (">>> print('a\\tb')\nc", "a\tb\n"),
    (">>> 1 + 1\n3\n次に引き算をする", "2\n"),
    (">>> 1 + 1\n# 考えてみよう", "2\n"),
    (">>> print(x)\n3", ">>> 4\n"),
    (">>> print(x)\n3", "... 4\n"),
    (">>> 2 + 3\n\n>>> 1 + 1\n2", "5\n"),
])
def test_an_answer_in_which_code_or_prose_may_stand_is_left(source, got):
    assert rewritten(source, {0: got}) == source


def test_an_edit_that_takes_the_closing_prompt_of_a_block_breaks_the_law():
    text = "```pycon\n>>> for i in range(2):\n...     print(i)\n...\n0\n2\n```\n"
    assert lawful([LineEdit(4, 5, ("0", "1"))], text, deck(text), deck) == ()


def test_a_pattern_is_the_authors():
    source = "#| check: regex\nprint(x)  # => \\d+ s"
    assert rewritten(source, {1: "fast\n"}) == source


def test_an_exact_comparison_gets_the_exact_text():
    assert rewritten("#| check: exact\nprint(x)  # => a  1.0", {1: "a 2.55\n"}) == "#| check: exact\nprint(x)  # => a 2.55"


def test_an_output_that_would_close_its_fence_is_left():
    text = "```python\nprint(x)\n```\n\n```output\na\n```\n"
    edit = LineEdit(6, 6, ("```",))
    assert lawful([edit], text, deck(text), deck) == ()


def test_edits_that_break_the_law_are_found_in_their_cells_and_not_by_reading_the_deck_again_and_again():
    text = "\n".join(f"```python\nprint({n})  # => 0\n```\n" for n in range(50))
    edits = [LineEdit(4 * n + 2, 4 * n + 2, ("```" if n % 5 == 0 else f"print({n})  # => 1",)) for n in range(50)]
    read = []
    assert lawful(edits, text, deck(text), lambda new: read.append(len(new)) or deck(new)) == \
        tuple(edit for n, edit in enumerate(edits) if n % 5)
    assert sum(size > 50 for size in read) == 2


def test_of_many_edits_those_that_keep_the_law_are_made():
    text = "```python\nprint(1)\n```\n\n```output\na\nb\n```\n"
    code, output = LineEdit(2, 2, ("print(2)",)), LineEdit(6, 6, ("c",))
    assert lawful([code, output], text, deck(text), deck) == (output,)


@pytest.mark.parametrize(("text", "new"), [
    ("a\r\nb\nc", "a\r\nx\ny\nc"),
    ("a\r\nb", "a\r\nx\r\ny"),
    ("a", "a\nx\ny"),
])
def test_lines_keep_their_ends_and_the_last_its_missing_one(text, new):
    edit = LineEdit(2, 2, ("x", "y")) if "b" in text else LineEdit(2, 1, ("x", "y"))
    assert apply_edits(text, [edit]) == new


def test_the_nearest_spelling_comes_first():
    assert list(spellings("loss 0.50 ... 3", "loss 0.6666 at step 4")) == [
        "loss 0.67 ... 4", "loss 0.6666 ... 4", "loss 0.6666 at step 4"]


@pytest.mark.parametrize(("want", "got", "new"), [
    ("'a'", "b", "'b'"), ('"a"', "'b'", '"b"'), ("`a`", "b", "`b`"), ("'a', 'b'", "c", "c"), ("'a'", "'it'", "'it'"), ("a", "b", "b")])
def test_quotes_are_the_authors(want, got, new):
    assert quoted(want, got) == new
