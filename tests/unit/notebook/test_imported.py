"""A notebook of anybody becomes a deck: a fence for each cell, an expected output for what it printed."""

import base64
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from marpweave.notebook.editable import notebook_of
from marpweave.notebook.imported.deck import FRONT_MATTER, Loss, deck_of
from marpweave.read.parse import parse_deck


def deck(*cells):
    made = deck_of(new_notebook(cells=list(cells)), "nb_files")
    assert made.text.startswith(FRONT_MATTER)
    return made


def body(*cells):
    return deck(*cells).text.removeprefix(FRONT_MATTER)


def code(source, *outputs, **metadata):
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def of_type(kind, cell):
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def test_a_slide_begins_at_each_heading_of_the_first_levels():
    assert body(new_markdown_cell("# A"), code("x = 1"), new_markdown_cell("text"), new_markdown_cell("## B"), new_markdown_cell("### C")) == \
        "# A\n\n```python\nx = 1\n```\n\ntext\n\n---\n\n## B\n\n### C\n"
    assert body(new_markdown_cell("# A\n\ntext\n\nB\n---\n\n```\n# c\n```\n")) == "# A\n\ntext\n\n---\n\nB\n---\n\n```\n# c\n```\n"


def test_a_slide_begins_where_the_slideshow_says():
    made = deck(of_type("slide", new_markdown_cell("# A")), new_markdown_cell("## B"), of_type("subslide", code("x")),
                of_type("fragment", new_markdown_cell("c")), of_type("notes", new_markdown_cell("note --> d")),
                of_type("skip", code("y")), of_type("skip", new_markdown_cell("z")))
    assert made.text.removeprefix(FRONT_MATTER) == \
        "# A\n\n## B\n\n---\n\n```python\nx\n```\n\nc\n\n<!--\nnote --&gt; d\n-->\n\n```python\n#| include: false\ny\n```\n\n<!--\nz\n-->\n"
    assert made.losses == (
        Loss(3, "a sub-slide becomes a slide of its own"), Loss(4, "a fragment appears with its slide"),
        Loss(7, "a skipped cell becomes a speaker note"))


def test_what_a_cell_printed_and_gave_is_expected_of_it():
    result = new_output("execute_result", data={"text/plain": "3"}, execution_count=1)
    assert body(code("print(1)\n3", printed("1\n"), printed("warned\n", "stderr"), result)) == \
        "```python\nprint(1)\n3\n```\n\n```output\n1\n3\n```\n"
    assert body(code("print('```')", printed("```\n"))) == "```python\nprint('```')\n```\n\n````output\n```\n````\n"


def test_an_output_that_the_code_claims_is_not_expected_twice():
    assert body(code("print(1)  # 1", printed("1\n"))) == "```python\nprint(1)  # 1\n```\n"


def test_figures_and_what_is_more_than_text_are_made_anew():
    figure = new_output("display_data", data={"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "AA=="})
    axes = new_output("execute_result", data={"text/plain": "<Axes: >"}, execution_count=1)
    table = new_output("execute_result", data={"text/plain": "a", "text/html": "<table></table>"}, execution_count=1)
    assert body(code("plot(x)", axes, figure)) == "```python\nplot(x)\n```\n"
    assert body(code("frame", table)) == "```python\nframe\n```\n"


def test_an_error_is_expected():
    error = new_output("error", ename="ValueError", evalue="no", traceback=["\x1b[31mno\x1b[0m"])
    assert body(code("f()", printed("1\n"), error)) == "```python\n#| error: ValueError\nf()\n```\n\n```output\n1\nValueError: no\n```\n"


def test_tags_are_options():
    assert body(code("x", tags=["hide-input", "raises-exception"]), code("y", tags=["skip-execution", "remove_output"]),
                code("#| echo: true\nz", name="init", tags=["parameters", "hide_cell"], jupyter={"source_hidden": True})) == \
        "```python\n#| echo: false\n#| error: true\nx\n```\n\n```python\n#| eval: false\n#| output: false\ny\n```\n\n" \
        '```python\n#| label: init\n#| include: false\n#| tags: ["parameters"]\n#| echo: true\nz\n```\n'


def test_a_fence_of_python_that_a_notebook_shows_does_not_run():
    assert body(new_markdown_cell("```python\nf(…)\n```\n\n- ~~~py\n  g\n  ~~~\n\n```{.python}\nh\n```")) == \
        "```python eval=false\nf(…)\n```\n\n- ~~~py eval=false\n  g\n  ~~~\n\n```{.python}\nh\n```\n"


def test_attached_pictures_become_files():
    cell = new_markdown_cell("![a](attachment:図 1.png) ![b](attachment:b.png)")
    cell["attachments"] = {"b.png": {"image/png": base64.b64encode(b"png").decode()}}
    made = deck(cell)
    assert made.text.removeprefix(FRONT_MATTER) == "![a](attachment:図 1.png) ![b](nb_files/b.png)\n"
    assert made.files == {"nb_files/b.png": b"png"}


def test_what_no_deck_can_say_is_told():
    made = deck(new_markdown_cell("a\n\n---\n\nb"), new_raw_cell("\\TeX"), code(" "))
    assert made.text.removeprefix(FRONT_MATTER) == "a\n\n---\n\nb\n\n```\n\\TeX\n```\n"
    assert made.losses == (Loss(1, "a line in it starts a new slide"), Loss(2, "a raw cell is shown as plain text"))


@pytest.mark.parametrize(("opened", "end"), [
    ("<!-- a", "-->"), ("```\na", "```"), ("~~~~ a", "~~~~"), ("$$\na", "$$"), ("<script>\na", "</script>"), ("<style>", "</style>"),
    ("<pre>\n\na", "</pre>"), ("1. a\n\n   $$\n   b", "$$"), ("<?a", "?>")])
def test_what_a_cell_leaves_open_takes_in_no_code(opened, end):
    made = deck(new_markdown_cell(opened), code("x = 1"))
    assert [cell.source for cell in parse_deck(made.text, Path("a.md")).cells] == ["x = 1\n"]
    assert made.losses == ()
    assert made.text.removeprefix(FRONT_MATTER) == f"{opened}\n{end}\n\n```python\nx = 1\n```\n"


@pytest.mark.parametrize("text", ["# A\n\n```js\nx\n", "# A\n\n```python\nx\n```\n\n<!-- a\n", "a\n\n---\n\n<script>\n"])
def test_what_a_deck_leaves_open_at_its_end_comes_back_open(text):
    assert deck_of(notebook_of(parse_deck(text, Path("a.md"))), "files").text == text
