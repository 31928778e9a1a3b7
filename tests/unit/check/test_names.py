"""Names that slides use and do not define."""

from pathlib import Path

import pytest

from marpweave.check.findings import hidden_name_findings
from marpweave.read.parse import parse_deck

HIDDEN = "```python echo=false\nimport numpy as np\nn, model, unused = 1, 2, 3\n```\n\n"


def lacking(*parts, front="execute: true"):
    deck = parse_deck(f"---\n{front}\n---\n{HIDDEN}" + "\n\n".join(parts), Path("deck.md"))
    return [finding.message.split(",")[0] for finding in hidden_name_findings(deck)]


def cell(code, info="python"):
    return f"```{info}\n{code}\n```"


@pytest.mark.parametrize("code", [
    "print(n)", "[n for i in range(3)]", "def f(x): return x + n", "f = lambda x: n",
    "class A:\n    b = n", "for i in [1]: print(n, i)", ">>> n\n1", "n.x = 3", "print(f'{n}')"])
def test_a_name_that_only_a_hidden_cell_defines_is_told(code):
    assert lacking(cell(code)) == ["uses n"]


@pytest.mark.parametrize("code", [
    "n = 2\nprint(n)", "import n\nprint(n)", "def n(): pass\nn()", "print([n for n in range(3)])", "def f(n): return n", "lambda n: n",
    "def f():\n    n = 1\n    return n", "for n in [1]: print(n)", "with open('x') as n: n", "try: 1\nexcept OSError as n: n",
    "match 1:\n    case n: print(n)", "%time n", "print(len([1]))"])
def test_a_name_that_the_code_itself_binds_is_not(code):
    assert lacking(cell(code)) == []


@pytest.mark.parametrize("shown", [
    cell("def model(x): return x", "python eval=false"), cell("def model(x): return x", "{.python}"), cell("model = 1"), cell("from x import *")])
def test_a_name_that_a_slide_has_shown_is_not(shown):
    assert lacking(shown, cell("print(model)")) == []


@pytest.mark.parametrize("before", [cell("print([n for n in range(3)])"), cell("def f(n):\n    k = n\n    return k")])
def test_a_name_bound_elsewhere_in_shown_code_does_not_count(before):
    assert lacking(before, cell("print(n)")) == ["uses n"]


def test_a_name_is_told_once_and_in_adopted_decks():
    assert lacking(cell("print(n, np)"), cell("print(n)")) == ["uses n"]
    assert lacking(cell("print(n)"), front="marp: true") == []
