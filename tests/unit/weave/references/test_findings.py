"""What is wrong with references is told at its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from marpweave.check.verdicts import check_deck
from marpweave.model.finding import Kind
from marpweave.model.outcome import Display, Error, Outcome, Stream
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck
from marpweave.variants.variant import variant_of
from marpweave.weave.references.findings import reference_findings

FRONT = "---\nexecute: true\n---\n"
OTHERS = {"02-other": f"{FRONT}![](deep.png)\n*D*\n\n![](wide.png)\n", "plain": "![](deep.png)\n*D*\n"}


def found(text, *outcomes, front=FRONT, variant=Variant.FULL):
    deck = parse_deck(front + text, Path("deck.md"))
    deck = replace(deck, others={name: parse_deck(other, Path(f"{name}.md")) for name, other in OTHERS.items()})
    shown = variant_of(deck, variant)
    findings = list(reference_findings(shown, check_deck(shown, outcomes)))
    assert all(finding.kind is Kind.REFERENCE for finding in findings)
    return [(finding.location.line - front.count("\n"), finding.slide, finding.message) for finding in findings]


@pytest.mark.parametrize(("text", "message"), [
    ("@fig-lyers\n\n![](layers.png)", "`@fig-lyers` refers to nothing; did you mean `@fig-layers`?"),
    ("@fig-habit\n\n## Habits", "`@fig-habit` refers to nothing; did you mean `@sec-habits`?"), ("@fig-hist\n\n## Habits", "`@fig-hist` refers to nothing"),
    ("@fig-x", "`@fig-x` refers to nothing"), ("@fig-x and @fig-x", "`@fig-x` refers to nothing"),
    ("@tbl-layers\n\n![](layers.png)", "`@tbl-layers` refers to nothing; did you mean `@fig-layers`?"),
    ("@eq-los\n\n$$\nx \\label{eq-loss}\n$$", "`@eq-los` refers to nothing; did you mean `@eq-loss`?"),
    ("[@fig-02-other/dep]", "`@fig-02-other/dep` refers to nothing in 02-other.md; did you mean `@fig-02-other/deep`?"),
    ("@fig-02-other/wide", "`@fig-02-other/wide` refers to something without a number in 02-other.md; give it a caption there"),
    ("@fig-03/x", "`@fig-03/x` names another deck, but 03.md is neither beside this one nor in the project, or cannot be read"),
    ("@fig-plain/deep", "`@fig-plain/deep` names another deck, but plain.md has no numbers, since it lacks `execute:`")])
def test_a_reference_that_names_nothing_is_told_with_the_nearest_label(text, message):
    assert found(f"# A\n\n---\n\n{text}\n") == [(5, 2, message)]


@pytest.mark.parametrize("text", [
    "@fig-layers\n\n![](layers.png)", "@knuth84 [@knuth84]", "`@fig-x` \\@fig-x", "@fig-02-other/deep", "![](a.png)\n\n![](a.png)\n*again*",
    "# A {#sec-a}\n\n`{#sec-b}`", "$$\nx \\label{eq-a}\n$$\n\n$$\ny \\label{eq-b}\n$$"])
def test_what_is_right_is_not_told(text):
    assert found(f"{text}\n") == []


@pytest.mark.parametrize("front", ["", "---\nmarp: true\n---\n", "---\nexecute: true\ncrossref: false\n---\n"])
def test_a_deck_that_has_no_references_is_left_alone(front):
    assert found("@fig-x {#fig-y}\n\n$$\nx\n$$ {#eq-a}\n", front=front) == []


CELL = "@fig-a @tbl-a\n\n```python\n#| label: a\nx\n```\n"


@pytest.mark.parametrize(("outcome", "lacking"), [
    (Outcome(), ["`@fig-a` names the cell 'a', which draws no figure", "`@tbl-a` names the cell 'a', which gives no output"]),
    (Outcome(outputs=(Stream("stdout", "1"),)), ["`@fig-a` names the cell 'a', which draws no figure"]),
    (Outcome(outputs=(Display({"image/png": ""}),)), []), (Outcome(outputs=(Error("ValueError", "", 3),)), []), (Outcome(ran=False), [])])
def test_a_cell_that_does_not_give_what_is_referred_to_is_told(outcome, lacking):
    assert [message for _, _, message in found(CELL, outcome)] == lacking


def test_a_caption_may_refer_to_something_too():
    text = "```python\n#| label: a\n#| fig-cap: as @fig-b\nx\n```\n"
    assert [(line, message) for line, _, message in found(text, Outcome(ran=False))] == [(1, "`@fig-b` refers to nothing")]


@pytest.mark.parametrize(("text", "line", "message"), [
    ("# A {#sec-a}\n\n# B {#sec-a}", 3, "the label 'sec-a' is already used on line 4"),
    ("$$\nx \\label{eq-a}\n$$\n\n$$\ny \\label{eq-a}\n$$", 5, "the label 'eq-a' is already used on line 4"),
    ("$$\nx\n$$ {#eq-a}\n\n# Swallowed\n\n$$\ny\n$$", 3, "Marp does not close the formula at `$$ {#eq-a}` and swallows what follows; "
                                                     "write `\\label{eq-a}` inside the `$$`"),
    ("$$ x $$ {#eq-a}", 1, "Marp does not close the formula at `$$ {#eq-a}` and swallows what follows; write `\\label{eq-a}` inside the `$$`"),
    ("|a|\n|-|\n|1|\n: Sizes {#tbl-a}", 4, "the label 'tbl-a' follows no heading, picture or table caption; nothing else takes one"),
    ("text\nand *more*\n{#fig-a}", 3, "the label 'fig-a' follows no heading, picture or table caption; nothing else takes one"),
    ("text\n\n<!-- #tbl-a -->", 3, "the label 'tbl-a' follows no heading, picture or table caption; nothing else takes one")])
def test_a_label_that_is_wrong_is_told(text, line, message):
    assert [(at, said) for at, _, said in found(f"{text}\n")] == [(line, message)]


def test_students_are_told_the_same_as_everybody():
    text = "# A\n\n---\n<!-- _class: solution -->\n\n@fig-x\n\n---\n\n@fig-y\n"
    assert found(text, variant=Variant.STUDENT) == found(text) == [(6, 2, "`@fig-x` refers to nothing"), (10, 3, "`@fig-y` refers to nothing")]
