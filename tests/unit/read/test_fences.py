"""Cells in the notations of other tools, and what stays their own on a slide."""

import pytest

from marpweave.model.finding import Kind
from marpweave.read.options.fences import for_marp
from marpweave.read.parse import parse_deck
from tests.unit.read.parts import PATH, faults


@pytest.mark.parametrize(("info", "read"), [
    ("{python}", "python"), ("{python} ", "python"), ("{python} label=x", "python label=x"), ("{Python echo=false}", "python echo=false"),
    ("{python, echo=FALSE}", "python echo=FALSE"), ("{python plot, echo = FALSE}", "python label=plot echo=FALSE"),
    ('{python, fig.cap="a, b", fig.width=4}', 'python fig-cap="a, b" fig-width=4'), ("{python .cell #fig}", "python"),
    ("{code-cell} ipython3", "python"), ("{code-cell}", "python"), ("ipython3 tags=[a]", "python tags=[a]"), ("python3", "python"),
    ("py:src/main.py title=a", "python title=a"), ("python{1}", "python {1}"),
    ("python  title='a'", "python  title='a'"), ("py echo=false", "py echo=false"), ("{r}", "{r}"), ("{.python}", "{.python}"), ("", "")])
def test_a_cell_of_another_tool_is_read_as_one_of_marp(info, read):
    assert for_marp(info) == read


@pytest.mark.parametrize("options", [
    ":tags: [hide-input]\n:label: a\n", "---\ntags: [hide-input]\nlabel: a\n---\n", "#| label: a\n#| tags: [x]\n", ":label: a\n#| tags: [x]\n"])
def test_the_options_of_a_cell_of_myst_are_none_of_its_code(options):
    deck = parse_deck(f"---\nexecute: true\n---\n```{{code-cell}}\n{options}1\n```\n", PATH)
    [cell] = deck.cells
    assert (deck.findings, cell.label, cell.option_lines) == ((), "a", options.count("\n"))
    assert cell.script.code == "\n" * cell.option_lines + "1\n"


def test_options_that_other_tools_know_are_accepted():
    text = "---\nexecute: {freeze: auto}\n---\n```python\n#| tags: [a]\n#| code-fold: true\n#| fig.align: center\n#| out_extra: x\n1\n```\n"
    assert faults(text) == []


def test_an_option_that_is_wrong_is_left_out_and_the_cell_runs():
    [cell] = parse_deck("---\nexecute: true\n---\n```python\n#| ehco: false\n#| timeout: soon\n#| label: a\n1\n```\n", PATH).cells
    assert (cell.label, cell.options.execution.timeout) == ("a", None)


@pytest.mark.parametrize("info", ["{marimo}", "python {.marimo}", "python .marimo", "{.python .marimo}", 'python {marimo name="x"}'])
def test_a_cell_of_marimo_is_shown_and_told(info):
    deck = parse_deck(f"# A\n\n```{info}\n1\n```\n", PATH)
    assert [(finding.kind, finding.location.line) for finding in deck.findings] == [(Kind.WARNING, 3)]
    assert not deck.cells


# -- what stays literal ----------------------------------------------------------------


@pytest.mark.parametrize(("written", "what"), [
    ("{{< include a.md >}}", "'{{< include a.md >}}' is a shortcode of Quarto"), ("::: {.columns}", "'::: {.columns}' is a fenced div"),
    (":::", "':::' is a fenced div"), ("see [@knuth84, p. 3]", "'[@knuth84, p. 3]' is a citation of Pandoc"),
    ("[see -@a; @b]", "'[see -@a; @b]' is a citation of Pandoc"), ("## A {.smaller}", "'{.smaller}' is an attribute list of Pandoc"),
    ("## A {#sec-a}", "'{#sec-a}' is an attribute list of Pandoc")])
def test_syntax_that_marp_shows_as_it_is_is_told(written, what):
    [fault] = faults(f"# T\n\ntext\n{written}\n")
    assert fault.startswith(f"slides/deck.md:4: {what}, and stands on the slide as it is; ")


@pytest.mark.parametrize("written", [
    "`{{< x >}}`", "```\n{{< x >}}\n:::\n```", "<!-- {{< x >}} -->", "$[@a]$", "a@b.de", "[@a](https://b.de)", "ratio 1::: 2", "$x$ {a}",
    "<div>\n::: a\n</div>", "`a` [a@b]"])
def test_what_no_other_tool_would_read_is_not(written):
    assert faults(f"# T\n\n{written}\n") == []
