"""A deck is front matter, slides, prose and cells."""

import pytest

from marpweave.model.deck import Cell, Deck, FrontMatter, OutputFence, Prose, Script, Slide
from marpweave.model.given import Given
from marpweave.model.options import Options
from marpweave.read.parse import parse_deck, unparse
from tests.unit.read.parts import PATH, at, sources


def test_a_deck_is_front_matter_slides_prose_and_cells():
    text = "---\ntitle: 4:3\nexecute: true\n---\n# A\n\n```python\nx = 1\n```\n\n---\n\nend\n"
    cell = Cell(text="```python\nx = 1\n```\n", source="x = 1\n", info="python", options=Options(), location=at(7), number=1,
                slide=1, script=Script("x = 1\n"))
    assert parse_deck(text, PATH, Given(prelude="import math")) == Deck(
        PATH,
        FrontMatter("---\ntitle: 4:3\nexecute: true\n---\n", {"title": "4:3", "execute": True}),
        (Slide(1, (Prose("# A\n\n", at(5)), cell, Prose("\n", at(10))), at(5)),
         Slide(2, (Prose("---\n\nend\n", at(11)),), at(11))),
        adopted=True, prelude="import math", text=text)


def test_an_empty_file_is_one_empty_slide():
    assert parse_deck("", PATH).slides == (Slide(1, (), at(1)),)


def test_a_slide_behind_the_last_line_is_located_on_it():
    assert parse_deck("---\na: 1\n---\n", PATH).slides == (Slide(1, (), at(3)),)


@pytest.mark.parametrize("info", ["python", "Python", "PYTHON3", "py", " python ", 'python title="a"', "python {1,3}",
                                  "python eval=false", "&#112;ython", "pycon", "ipython3", "py:main.py", "python{1}",
                                  "{python}", "{python, echo=FALSE}", "{code-cell} ipython3", "{code-cell}"])
def test_a_fence_of_python_is_a_cell_in_everybodys_notation(info):
    assert sources(f"```{info}\n1\n```\n") == ["1\n"]


@pytest.mark.parametrize("info", ["", "{.python}", "{.python .cell}", "{{python}}", "python,ignore", "pythonic", "ipy", "js",
                                  "{r}", "{code-cell} r", "{code-block} python", "{pyodide}", "{marimo}", "python {.marimo}"])
def test_a_fence_of_anything_else_is_no_cell(info):
    assert sources(f"```{info}\n1\n```\n") == []


@pytest.mark.parametrize("text", [
    "<!--\n```python\n1\n```\n-->\n",
    "<pre>\n```python\n1\n```\n</pre>\n",
    "$$\n```python\n1\n```\n$$\n",
    "    ```python\n    1\n    ```\n",
    "<style>\n```python\n1\n```\n</style>\n",
    "---\na: |\n  ```python\n  1\n  ```\n---\n",
    "````md\n```python\n1\n```\n````\n",
])
def test_a_fence_in_a_note_markup_formula_or_other_code_is_not_a_cell(text):
    assert sources(text) == []


@pytest.mark.parametrize("text, prefix", [
    ("- ```python\n  x\n  ```\n", "  "),
    ("1. a\n\n   ```python\n   x\n   ```\n", "   "),
    ("> ```python\n> x\n> ```\n", "> "),
    (">```python\n>x\n>```\n", ">"),
    ("> - a\n>   ```python\n>   x\n>   ```\n", ">   "),
    ("  ```python\n  x\n  ```\n", "  "),
    ("- ```python\n  ```\n", "  "),
    ("> - ```python\n", ">   "),
])
def test_a_cell_knows_what_stands_before_its_lines(text, prefix):
    [cell] = parse_deck(text, PATH).cells
    assert (cell.source.strip(), cell.prefix) == (("x" if "x" in text else ""), prefix)


def test_a_nul_hides_no_prefix():
    [cell] = parse_deck(">```python\n> a\0b\n>```\n", PATH).cells
    assert (cell.source, cell.prefix) == ("a\ufffdb\n", "> ")


def test_an_unclosed_fence_runs_to_the_end():
    [cell] = parse_deck("a\n\n```python\nx\n\n---\n", PATH).cells
    assert (cell.source, cell.text, cell.location) == ("x\n\n---\n", "```python\nx\n\n---\n", at(3))


@pytest.mark.parametrize("info", ["output", "text", "error", "Output", "output rtol=1e-3"])
def test_an_output_fence_directly_behind_a_cell_belongs_to_it(info):
    [cell] = parse_deck(f"> ```python\n> 1\n> ```\n>\n> ```{info}\n> 1\n> ```\n\nend\n", PATH).cells
    assert cell.output_fence == OutputFence("1\n", info, at(5), "> ")
    assert cell.text == f"> ```python\n> 1\n> ```\n>\n> ```{info}\n> 1\n> ```\n"


@pytest.mark.parametrize("between", ["text\n", "[a]: /u\n", "<!-- note -->\n", "---\n", "```js\n```\n", "> a\n"])
def test_an_output_fence_further_on_is_prose(between):
    [cell] = parse_deck(f"```python\n1\n```\n\n{between}\n```output\n1\n```\n", PATH).cells
    assert (cell.output_fence, cell.text) == (None, "```python\n1\n```\n")


def test_an_output_fence_in_another_container_is_prose():
    [cell] = parse_deck("- ```python\n  1\n  ```\n\n```output\n1\n```\n", PATH).cells
    assert cell.output_fence is None


def test_of_two_output_fences_only_the_first_is_the_cells():
    [cell] = parse_deck("```python\n1\n```\n```output\n1\n```\n```error\n2\n```\n", PATH).cells
    assert cell.output_fence == OutputFence("1\n", "output", at(4), "")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_at_lf_crlf_and_cr_only(end):
    text = end.join(["a\u2028b\x0cc\x85d", "", "```python", "x = '\x0c\u2028'", "y", "```", ""])
    deck = parse_deck(text, PATH)
    assert [(cell.location, cell.source) for cell in deck.cells] == [(at(3), "x = '\x0c\u2028'\ny\n")]
    assert unparse(deck) == text


def test_a_byte_order_mark_belongs_to_no_slide():
    deck = parse_deck("\ufeff```python\n1\n```\n", PATH)
    assert (deck.front_matter.text, deck.cells[0].text) == ("\ufeff", "```python\n1\n```\n")


def test_front_matter_stands_behind_a_byte_order_mark_too():
    deck = parse_deck("\ufeff---\ntheme: gaia\n---\na\n", PATH)
    assert deck.front_matter == FrontMatter("\ufeff---\ntheme: gaia\n---\n", {"theme": "gaia"})


def test_a_nul_is_kept_in_the_text():
    assert unparse(parse_deck("a\0b\n", PATH)) == "a\0b\n"
