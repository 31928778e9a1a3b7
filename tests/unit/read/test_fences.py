"""Cells in the notations of other tools, and what stays their own on a slide."""

from dataclasses import replace

import pytest

from marpweave.model.finding import Kind
from marpweave.model.options import Output
from marpweave.read.options.fences import for_marp
from marpweave.read.parse import parse_deck, unparse
from tests.golden.recorded import FILES, cases
from tests.unit.read.parts import PATH, faults


@pytest.mark.parametrize(("info", "read"), [
    ("{python}", "python"), ("{python} ", "python"), ("{python} label=x", "python label=x"), ("{Python echo=false}", "python echo=false"),
    ("{python, echo=FALSE}", "python echo=FALSE"), ("{python plot, echo = FALSE}", "python label=plot echo=FALSE"),
    ('{python, fig.cap="a, b", fig.width=4}', 'python fig-cap="a, b" fig-width=4'), ("{python .cell #fig}", "python"),
    ("{code-cell} ipython3", "python"), ("{code-cell}", "python"), ("ipython3 tags=[a]", "python tags=[a]"), ("python3", "python"),
    ("py:src/main.py title=a", "python title=a"), ("python=", "python"), ("python=101 echo=false", "python echo=false"), ("ipython", "python"), ("PY3", "python"), ("python{1}", "python {1}"),
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


@pytest.mark.parametrize(("info", "runs"), [
    ("python no-run", False), ("python noexec", False), ("py3 no_run", False), ("python skip", False), ("python {.no-exec}", False),
    ("python {cmd=false}", False), ("python {eval=false}", False), ("python {.numberLines eval=FALSE}", False), ("python exec=false", False),
    ("python {eval=true}", True), ("python {cmd=true}", True), ("python {1,3}", True), ('python lst-cap="do not skip this"', True),
    ("python skips", True), ("python {#no-running}", True)])
def test_words_of_other_tools_that_a_cell_is_not_run_are_heeded(info, runs):
    [cell] = parse_deck(f"```{info}\n1\n```\n", PATH).cells
    assert cell.options.execution.eval is runs


@pytest.mark.parametrize("info", ["{marimo}", "python {.marimo}", "python .marimo", "{.python .marimo}", 'python {marimo name="x"}'])
def test_a_cell_of_marimo_is_shown_and_told(info):
    deck = parse_deck(f"# A\n\n```{info}\n1\n```\n", PATH)
    assert [(finding.kind, finding.location.line) for finding in deck.findings] == [(Kind.WARNING, 3)]
    assert not deck.cells


@pytest.mark.parametrize("info", [
    "python3.11", "python2", "python-exec", "python#L3", "{pyodide}", "{pyodide-python}", "{jupyter-execute}", "{exec} python"])
def test_a_fence_that_looks_like_a_cell_and_is_none_is_told(info):
    deck = parse_deck(f"# A\n\n```{info}\n1\n```\n", PATH)
    assert [f"{finding.kind}: {finding.message}" for finding in deck.findings] == [
        f"warning: ```{info} is shown, not run; write ```python to run it, or ```{{.python}} to show it"]
    assert not deck.cells


@pytest.mark.parametrize("info", ["{.python}", "{{python}}", "python,ignore", "pytb", "python-traceback", "py3tb", "{r}"])
def test_a_fence_that_is_to_be_shown_is_not_told(info):
    deck = parse_deck(f"# A\n\n```{info}\n1\n```\n", PATH)
    assert (deck.findings, deck.cells) == ((), ())


@pytest.mark.parametrize("info", ["python!", "python=3!", "python-console"])
def test_what_hackmd_and_pygments_write_is_a_cell_too(info):
    assert len(parse_deck(f"# A\n\n```{info}\n>>> 1\n1\n```\n", PATH).cells) == 1


@pytest.mark.parametrize(("info", "lines"), [
    ("{code-cell}", ":tags: [raises-exception, remove-output]"), ("{code-cell}", "---\ntags: [raises-exception, remove-output]\n---"),
    ('python tags=["raises-exception", "remove_output"]', ""), ("python", "#| tags: [raises-exception, remove-output]")])
def test_tags_of_notebooks_mean_what_they_mean_there(info, lines):
    [cell] = parse_deck(f"# A\n\n```{info}\n{lines}\n1 / 0\n```\n", PATH).cells
    assert (cell.options.execution.error, cell.options.display.output) == (True, Output.HIDE)


@pytest.mark.parametrize(("text", "line", "message"), [
    ("# A\n\n```{note} Title\nwords\n```\n", 3, "```{note} Title is a MyST directive, which Marp shows as code; write out what it stands for"),
    ("\n\n---\nmarp: true\n---\n\n# A\n", 4, "front matter must begin on the first line of the file; remove what is before it"),
    ("# A\n\n---\nlayout: center\n---\n", 4, "front matter of a single slide is Slidev's, and Marp shows it as a heading; use `<!-- _class: … -->`")])
def test_blocks_that_mean_something_else_to_other_tools_are_told(text, line, message):
    assert [(finding.location.line, finding.message) for finding in parse_deck(text, PATH).findings] == [(line, message)]


def test_what_quarto_is_told_of_its_kernel_is_accepted():
    assert parse_deck("---\nexecute:\n  daemon: false\n  debug: true\n  keep-md: true\n---\n# A\n", PATH).findings == ()


def test_options_stand_over_tags():
    [cell] = parse_deck("```python\n#| tags: raises-exception\n#| error: false\n1\n```\n", PATH).cells
    assert cell.options.execution.error is False


# -- what stays literal ----------------------------------------------------------------


@pytest.mark.parametrize(("written", "what"), [
    ("{{< include a.md >}}", "'{{< include a.md >}}' is an include"), ("{{< video a.mp4 >}}", "'{{< video a.mp4 >}}' is a Quarto or Hugo shortcode"), ("::: {.columns}", "'::: {.columns}' is a fenced div"),
    (":::", "':::' is a fenced div"), ("::: notes", "'::: notes' is a Quarto block of notes"), ("see [@knuth84, p. 3]", "'[@knuth84, p. 3]' is a Pandoc citation"),
    ("[see -@a; @b]", "'[see -@a; @b]' is a Pandoc citation"), ("## A {.smaller}", "'{.smaller}' is a Pandoc attribute list"),
    ("## A {#sec-a}", "'{#sec-a}' is a Pandoc attribute list"),
    ("{% if a %}", "'{% if a %}' is a Liquid tag"), ("see {ref}`a`", "'{ref}' is a MyST role"), (". . .", "'. . .' is a Pandoc pause"),
    ("+++", "'+++' is a Hugo or MyST slide break"), ("???", "'???' is remark's separator for notes"), ("!!! tip", "'!!! tip' is an MkDocs admonition or tab"),
    ('=== "A"', "'=== \"A\"' is an MkDocs admonition or tab"), ("> [!TIP]", "'[!TIP]' is a GitHub or Obsidian callout"),
    ("![[a.png]]", "'![[a.png]]' is an Obsidian embed"), ("[[Other note|other]]", "'[[Other note|other]]' is an Obsidian link"),
    ("[TOC]", "'[TOC]' is a table of contents"), ("(target)=", "'(target)=' is a MyST label"),
    ("::right::", "'::right::' is a Slidev slot"), ("<<< @/a.py", "'<<< @/a.py' is a Slidev import"),
    ("![図](図 1.png)", "'![図](図 1.png)' is not an image in Markdown"), ("![](a.png =300x)", "'![](a.png =300x)' is not an image in Markdown"),
    ("![a](a.png){width=50%}", "'{width=50%}' is a Pandoc attribute list"), ("`a`{.python}", "'{.python}' is a Pandoc attribute list"),
    ("![](file:///a.png)", "'![](file:///a.png)' is not an image in Markdown")])
def test_syntax_that_marp_shows_as_it_is_is_told(written, what):
    [fault] = faults(f"# T\n\ntext\n{written}\n")
    assert fault.startswith(f"slides/deck.md:4: {what}, which Marp shows as plain text; ")


@pytest.mark.parametrize(("written", "told"), [
    ("see [@fig-a; @tbl-b]", 0), ("## A {#sec-a}", 0), ("![a](a.png) {#fig-a}", 0), ("[@fig-a; @knuth84]", 1), ("$a$ {#eq-a}", 1), ("## A {#a}", 1)])
def test_references_and_labels_of_an_adopted_deck_are_woven(written, told):
    assert len(faults(f"---\nexecute: true\n---\n\n{written}\n")) == told


@pytest.mark.parametrize("written", [
    "`{{< x >}}`", "```\n{{< x >}}\n:::\n```", "<!-- {{< x >}} -->", "$[@a]$", "a@b.de", "[@a](https://b.de)", "ratio 1::: 2", "$x$ {a}",
    "<div>\n::: a\n</div>", "`a` [a@b]", "[[0, 1], [2]]", "`a` {x} `b`", "`a`{x} `b`", "$x${1}$", "Really???", "1 +++ 2", "a === \"b\"", "[!](a.md)",
    r"\[\[Other note\]\]", r"\!\[a\](b c)", r"\{% if a %}", "{&#37; if a %}", r"\[TOC\]", r"a[[name]] and f()[[name]]", "[[ -f file ]]",
    "<pre>\n```python\n1\n```\n</pre>", "<div>\n\n```python\n1\n```\n</div>", "a: b\n---", "---\n\nGoal: a\n---"])
def test_what_no_other_tool_would_read_is_not(written):
    assert faults(f"# T\n\n{written}\n") == []


@pytest.mark.slow
@pytest.mark.parametrize("opened", ["{{< include ", "{%"])
def test_a_long_line_of_what_is_never_closed_is_read_at_once(opened):
    assert faults(f"# T\n\n{opened * (500_000 // len(opened))}\n") == []  # where each looked for its end, that took minutes


@pytest.mark.parametrize("fence", ["```python", "~~~py title=a", "  ```{python}", "```{code-cell} python"])
def test_a_cell_that_is_part_of_html_is_told(fence):
    assert faults(f"# T\n\n<div>\n{fence}\n1\n```\n</div>\n") == [
        f"slides/deck.md:4: {fence.strip()!r} is part of the HTML above it, so Marp shows it as text; write a blank line before it"]


def test_front_matter_of_a_single_slide_is_told():
    [fault] = faults("# A\n\n---\nlayout: two-cols\nclass: a\n---\n\n# B\n")
    assert fault.startswith("slides/deck.md:4: front matter of a single slide is Slidev's, and Marp shows it as a heading; ")


HABITS = [pytest.param(case.deck, id=case.title) for case in cases(FILES[0].with_name("habits.txt"))]


@pytest.mark.parametrize("deck", HABITS)
def test_a_deck_of_windows_is_read_like_any_other(deck):
    unix, windows = (parse_deck(text, PATH) for text in (deck, "\ufeff" + deck.replace("\n", "\r\n")))
    assert [replace(cell, text="") for cell in windows.cells] == [replace(cell, text="") for cell in unix.cells]
    assert windows.findings == unix.findings
    assert unparse(windows) == "\ufeff" + deck.replace("\n", "\r\n")


@pytest.mark.parametrize(("below", "told"), [
    ("```output\n1\n```", 0), ("Output:\n\n```output\n1\n```", 0), ("```output\n1\n```\n\n```output\n1\n```", 1), ("Words.\n\n```output\n1\n```", 1),
    ("- a\n\n  ```output\n  1\n  ```", 1), ("Words.\n\n```text\n1\n```", 0), ("```sh\nls\n```\n\n```output\n1\n```", 0), ("---\n\n```output\n1\n```", 0)])
def test_an_output_that_is_apart_from_its_cell_is_told(below, told):
    found = parse_deck(f"```python\nprint(1)\n```\n\n{below}\n", PATH).findings
    assert [finding.kind for finding in found] == [Kind.WARNING] * told
    assert parse_deck(f"# A\n\n{below}\n", PATH).findings == ()
