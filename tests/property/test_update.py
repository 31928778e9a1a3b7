"""What ``--update`` writes, ``check`` then finds true; and it touches nothing else."""

import ast
import doctest
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from marpweave.check.update import rewrite
from marpweave.check.update.edits import apply_edits
from marpweave.check.update.rewrite import edits_of
from marpweave.check.verdicts import State, check_deck
from marpweave.model.outcome import Outcome, Stream, Write
from marpweave.read import notations, syntax
from marpweave.read.parse import parse_deck
from marpweave.read.syntax import parsed
from marpweave.text import split_lines
from tests.planted import plant
from tests.property import updating

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
        code = cell.script.code
        line = next(node.lineno for node in ast.parse(code).body)
        write = Write(f"{got}\n", (cell.location.line + line,))
        outcomes.append(Outcome(outputs=(Stream("stdout", write.text),), writes=(write,)))
    return outcomes


def checked(text, cells):
    deck = parse_deck(text, PATH)
    return check_deck(deck, run(deck, cells))


@given(CELLS, st.sampled_from(["\n", "\r\n"]))
def test_after_an_update_the_check_is_clean(cells, end):
    text = deck_text(cells, end)
    before = checked(text, cells)
    updated = apply_edits(text, edits_of(before, text, suspects=True))
    after = checked(updated, cells)
    assert [v.state for c in after for v in c.verdicts] == [State.PROVEN] * len(cells)


@given(CELLS, st.sampled_from(["\n", "\r\n"]))
def test_an_update_changes_only_lines_that_drifted(cells, end):
    text = deck_text(cells, end)
    edits = edits_of(checked(text, cells), text, suspects=True)
    old, new = split_lines(text), split_lines(apply_edits(text, edits))
    touched = {line for edit in edits for line in range(edit.first, edit.last + 1)}
    assert len(old) == len(new)
    assert {i for i, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b} == touched


@given(CELLS)
def test_a_true_deck_is_left_byte_for_byte(cells):
    true = [(form, got, got) for form, _, got in cells]
    text = deck_text(true, "\n")
    assert apply_edits(text, edits_of(checked(text, true), text, suspects=True)) == text


# -- the law: nothing changes but claims that drifted ------------------------------------------


def law(marked_text, given, *, guarded=True):
    """What every update keeps, found without the eyes of the program: by the marks that the deck was made with."""
    text = updating.plain(marked_text)
    assume(updating.reread(text) is not None)
    new = updating.updated(text, given, guarded=guarded)
    assert keeps(updating.outside(marked_text), new)
    assert code_of(new) == code_of(text)
    assert updating.updated(new, given, guarded=guarded) == new


def keeps(pieces, new):
    """Whether a text holds all pieces in order, the first at its start, the last at its end."""
    at = 0
    for piece in pieces[:-1]:
        found = new.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return new.startswith(pieces[0]) and new[at:].endswith(pieces[-1])


def code_of(text):
    """The syntax trees of all cells, and the inputs of all sessions."""
    deck = updating.reread(text)
    scripts = [cell.script for cell in deck.cells] if deck else []
    return [[(e.source, e.options) for e in doctest.DocTestParser().get_examples(script.code)] if script.session else
            ast.dump(parsed(script.code)) if parsed(script.code) else script.code for script in scripts]


def holds(*, guarded, examples):
    """Look for a deck that refutes the law."""
    settings(max_examples=examples, database=None, derandomize=True, phases=[Phase.generate],
             suppress_health_check=list(HealthCheck), report_multiple_bugs=False)(
        given(updating.decks())(lambda deck: law(*deck, guarded=guarded)))()


def test_an_update_changes_nothing_but_claims_that_drifted():
    holds(guarded=True, examples=settings().max_examples)


# -- planted bugs: the law must refute each, and the program must write none of what they make --------------


SPAN = "Edit(first, first + expected.last - expected.first, ())"
BUGS = {
    "takes the prompt along": [(rewrite, SPAN, "Edit(max(first - 1, 1), first + expected.last - expected.first, ())")],
    "takes the prompt that closes a block for an answer": [
        (notations, 'line.lstrip(" \\t").startswith("...")', 'line.strip(" \\t").startswith("... ")')],
    "takes the line behind": [(rewrite, SPAN, "Edit(first + 1, first + expected.last - expected.first + 1, ())")],
    "takes one line too many": [(rewrite, SPAN, "Edit(first, first + expected.last - expected.first + 1, ())")],
    "takes the whole line": [(rewrite, "raw[:raw.rindex(want)] + line.lead + new + line.remark + raw[len(raw.rstrip()):]", "new")],
    "drops remarks": [(rewrite, "line.lead + new + line.remark", "new"), (rewrite, "output + line.remark for", "output for")],
    "forgets the quote or the list it is in": [
        (rewrite, "tuple(prefix + line if line else prefix.rstrip() for line in lines)", "tuple(lines)")],
    "takes code behind prompts for outputs": [(notations, " or _are_answered(python, lines)", "")],
    "takes the text of strings for outputs": [
        (syntax, "range(node.lineno - 1, end_of(node)) if end_of(node) > node.lineno else range(0)", "range(0)")],
    "answers where there is no room": [(rewrite, " or UNWRITABLE.search(got)", "")],
    "takes prose for an answer": [
        (rewrite, " or _goes_on(body, got_lines)", ""), (rewrite, "not in got_lines, reversed(want))", "not in got_lines, ())")],
}


STOPPED = list(BUGS)[:8]
"""What the program itself refuses to write, whatever its edits are."""


def plant_all(monkeypatch, bug):
    for module in {module for module, *_ in BUGS[bug]}:
        plant(monkeypatch, module, *((old, new) for owner, old, new in BUGS[bug] if owner is module))


@pytest.mark.parametrize("bug", BUGS)
def test_a_false_rewriting_is_refuted(bug, monkeypatch):
    plant_all(monkeypatch, bug)
    with pytest.raises(AssertionError):
        holds(guarded=False, examples=2000)


@pytest.mark.parametrize("bug", [*STOPPED[:3], *(pytest.param(bug, marks=pytest.mark.attack) for bug in STOPPED[3:])])
def test_a_false_rewriting_is_not_written(bug, monkeypatch):
    plant_all(monkeypatch, bug)
    holds(guarded=True, examples=30)
