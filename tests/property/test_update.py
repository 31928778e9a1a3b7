"""What ``--update`` writes, ``check`` then finds true; and it touches nothing else."""

import ast
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from marpweave.check.rewrite import apply_edits, edits_of
from marpweave.check.verdicts import State, check_deck
from marpweave.model.outcome import Outcome, Stream, Write
from marpweave.read.notations import read_cell
from marpweave.read.parse import parse_deck
from marpweave.text import split_lines

PATH = Path("deck.md")
VALUES = st.one_of(
    st.integers(-999, 999).map(str), st.floats(-10, 10).map(lambda x: repr(round(x, 6))),
    st.lists(st.integers(0, 9), max_size=4).map(repr), st.sampled_from(["True", "'text'", "日本語", "a b", "(1, 2)"]))
FORMS = st.sampled_from(["print(x{i})  # => {want}", "print(x{i})  # 出力: {want}（説明）", "print(x{i})\n#> {want}",
                         "print(x{i}) -> {want}", "print(x{i})\n>>> {want}", "print(x{i})\n```\n\n```output\n{want}"])
CELLS = st.lists(st.tuples(FORMS, VALUES, VALUES), min_size=1, max_size=5)


def deck_text(cells, end):
    parts = []
    for i, (form, want, _) in enumerate(cells):
        parts.append(f"文 {i}\n\n```python\n{form.format(i=i, want=want)}\n```\n")
    return "---\nmarp: true\nexecute: true\n---\n\n" .replace("\n", end) + "\n---\n\n".join(parts).replace("\n", end)


def run(deck, cells):
    """Outcomes as a kernel gives them, where cell i prints its value."""
    outcomes = []
    for cell, (_, _, got) in zip(deck.cells, cells, strict=True):
        code = read_cell(cell).code
        line = next(node.lineno for node in ast.parse(code).body)
        write = Write(f"{got}\n", (cell.location.line + line,))
        outcomes.append(Outcome(outputs=(Stream("stdout", write.text),), writes=(write,)))
    return outcomes


def checked(text, cells):
    deck = parse_deck(text, PATH)
    return check_deck(deck, [read_cell(cell) for cell in deck.cells], run(deck, cells))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(CELLS, st.sampled_from(["\n", "\r\n"]))
def test_after_an_update_the_check_is_clean(cells, end):
    text = deck_text(cells, end)
    before = checked(text, cells)
    updated = apply_edits(text, edits_of(before, text, suspects=True))
    after = checked(updated, cells)
    assert [v.state for c in after for v in c.verdicts] == [State.PROVEN] * len(cells)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(CELLS, st.sampled_from(["\n", "\r\n"]))
def test_an_update_changes_only_lines_that_drifted(cells, end):
    text = deck_text(cells, end)
    edits = edits_of(checked(text, cells), text, suspects=True)
    old, new = split_lines(text), split_lines(apply_edits(text, edits))
    touched = {line for edit in edits for line in range(edit.first, edit.last + 1)}
    assert len(old) == len(new)
    assert {i for i, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b} == touched


@settings(max_examples=100, deadline=None, derandomize=True)
@given(CELLS)
def test_a_true_deck_is_left_byte_for_byte(cells):
    true = [(form, got, got) for form, _, got in cells]
    text = deck_text(true, "\n")
    assert apply_edits(text, edits_of(checked(text, true), text, suspects=True)) == text
