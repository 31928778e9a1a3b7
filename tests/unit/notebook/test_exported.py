"""A notebook to hand out shows what the slides show, and its code runs where marpweave is not."""

import base64
from pathlib import Path

import nbformat
import pytest

from marpweave.check.verdicts import check_deck
from marpweave.model.outcome import Answer, Display, Error, Figure, Outcome, Stream
from marpweave.model.variant import Variant
from marpweave.notebook.exported.finished import Beginning, finished
from marpweave.notebook.exported.pictures import Pictures, uri_of
from marpweave.notebook.imported.deck import deck_of
from marpweave.read.parse import parse_deck
from marpweave.variants.variant import variant_of
from marpweave.weave.embed import Picture

FRONT = "---\nmarp: true\nexecute: true\n---\n\n"
FIGURE = Figure("plot.svg", b"<svg/>")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (800).to_bytes(4, "big") + (600).to_bytes(4, "big")
DATA = base64.b64encode(PNG).decode()
DREW = Outcome(figures=(FIGURE,))
NOTHING = Beginning()


def made(text, *outcomes, inlines=(), placed=None, beginning=NOTHING):
    deck = parse_deck(FRONT + text, Path("deck.md"))
    pictures = Pictures(placed or {}, {uri_of(FIGURE.content): PNG})
    notebook = finished(deck, check_deck(deck, outcomes), inlines, pictures, beginning)
    nbformat.validate(notebook)
    assert deck_of(notebook, "files").text == FRONT + text
    return notebook


def code(source, *outcomes):
    (cell,) = (cell for cell in made(f"```python\n{source}\n```\n", *outcomes).cells if cell.cell_type == "code")
    return cell


def outputs(source, outcome):
    return [{key: value for key, value in output.items() if key != "metadata"} for output in code(source, outcome).outputs]


def test_slides_begin_where_the_deck_has_them():
    cells = made("# A\n\n---\n\n## B\n\n```python\nx = 1\n```\n\nend\n", Outcome()).cells
    assert [(cell.cell_type, cell.id, cell.source, "slideshow" in cell.metadata) for cell in cells] == [
        ("markdown", "slide-1", "# A", True), ("markdown", "slide-2", "## B", True), ("code", "cell-1", "x = 1", False),
        ("markdown", "slide-2-2", "end", False)]


def test_students_get_no_outputs_and_nothing_of_a_solution():
    text = FRONT + "```python\ndef f():\n    ### BEGIN SOLUTION\n    return secret\n    ### END SOLUTION\n```\n\n---\n\n<!-- _class: solution -->\n\nsecret\n"
    deck = variant_of(parse_deck(text, Path("deck.md")), Variant.STUDENT)
    notebook = finished(deck, check_deck(deck, [Outcome(outputs=(Stream("stdout", "1\n"),))]), (), Pictures({}, {}), NOTHING)
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code")
    assert (cell.source, cell.outputs) == ("def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()", [])
    assert "secret" not in nbformat.writes(notebook)


def test_a_value_in_prose_is_what_it_gave():
    cells = made("x is `{python} x`.\n", inlines=(Outcome(outputs=(Display({"text/plain": "1"}),)),)).cells
    assert [cell.source for cell in cells] == ["x is 1."]


def test_options_and_markers_are_no_part_of_the_code():
    cell = code("#| label: a\n#| echo: false\nx = 1", Outcome())
    assert code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", Outcome()).source == "x = 1"
    assert (cell.id, cell.source, cell.metadata.jupyter, cell.metadata.cellView) == ("a", "x = 1", {"source_hidden": True}, "form")


@pytest.mark.parametrize(("source", "shown"), [
    ("plot(x)", "plot(x);"), ("plot(x)  # 図", "plot(x);  # 図"), ('図 = "あ"; plot(図)', '図 = "あ"; plot(図);'), ("plot(x);", "plot(x);"),
    ("plot(\n    x,\n)", "plot(\n    x,\n);"), ("ax = plot(x)", "ax = plot(x)"), ("plt.show()", "plt.show()")])
def test_what_draws_shows_no_axes_beside_its_figure(source, shown):
    assert code(source, DREW).source == shown


def test_an_animation_is_held_until_it_is_drawn():
    moving = Outcome(figures=(Figure("plot.svg", b"<svg/>", animation=PNG),))
    assert code("x = 1\nplay(\n    x)  # 図", moving).source == "x = 1\n_ = play(\n    x)  # 図"
    assert code("play(x)", moving).outputs[0].data["image/png"] == DATA


def test_a_result_beside_a_figure_stays():
    assert code("plot(x)\nx", Outcome(figures=(FIGURE,), outputs=(Display({"text/plain": "1"}, is_result=True),))).source == "plot(x)\nx"


def test_a_figure_is_a_png_as_large_as_on_the_slide():
    (figure,) = code("#| fig-alt: 図\nplot(x)", DREW).outputs
    assert figure.data["image/png"] == DATA
    assert figure.metadata == {"needs_background": "light", "image/png": {"width": 400, "height": 300, "alt": "図"}}


def test_a_caption_stands_under_its_figure():
    cells = made("```python\n#| label: a\n#| fig-cap: A **line**\nplot(x)\n```\n", DREW).cells
    assert [(cell.cell_type, cell.id, cell.source) for cell in cells] == [("code", "a", "plot(x);"), ("markdown", "a-caption", "__Figure\N{NO-BREAK SPACE}1__ A **line**")]


def test_outputs_are_those_of_the_build():
    outcome = Outcome(outputs=(Stream("stdout", "1\n"), Stream("stderr", "hm\n"), Display({"text/plain": "2"}, is_result=True)))
    assert outputs("#| warning: false\nf()", outcome) == [
        {"output_type": "stream", "name": "stdout", "text": "1\n"},
        {"output_type": "execute_result", "data": {"text/plain": "2"}, "execution_count": 1}]
    assert outputs("#| output: false\nf()", outcome) == []
    assert outputs("#| include: false\nf()", outcome) == []


def test_an_error_that_is_announced_lets_a_notebook_go_on():
    failed = Outcome(outputs=(Error("ValueError", "no", 6),))
    assert code("#| error: true\nf()", failed).metadata.tags == ["raises-exception"]
    assert "tags" not in code("f()", failed).metadata


@pytest.mark.parametrize("option", ["source: a.b", "eval: false"])
def test_what_does_not_run_alone_is_markdown(option):
    (cell,) = made(f"```python\n#| {option}\nreturn x\n```\n", Outcome(ran=False)).cells
    assert (cell.cell_type, cell.source) == ("markdown", "```python\nreturn x\n```")


def test_a_cell_that_no_slide_shows_is_folded_away_and_says_so():
    cell = code("#| include: false\nx = 1", Outcome())
    assert (cell.source, cell.metadata.jupyter) == ("# Set-up: no slide shows this cell.\nx = 1", {"source_hidden": True})


def test_a_session_is_plain_code():
    got = ("", "2\n", "Traceback (most recent call last):\n  …\nNameError: y\n", "3\n")
    cell = code(">>> x = 1\n>>> x + 1\n2\n>>> y\n>>> x + 2\n3", Outcome(answers=tuple(
        Answer(line, text) for line, text in zip((7, 8, 10, 11), got, strict=True))))
    assert cell.source == "x = 1\nx + 1\n#> 2\n# y\n#> NameError: y\nx + 2"
    assert [output.data for output in cell.outputs] == [{"text/plain": "3"}]


def test_claims_that_are_no_python_are_left_to_the_outputs():
    assert code("print(1) -> 1", Outcome(outputs=(Stream("stdout", "1\n"),))).source == "print(1)"


def test_pictures_stand_in_the_notebook():
    placed = {"a.svg": Picture(uri_of(FIGURE.content)), "写真.png": Picture("data:image/png;base64,AA==")}
    (cell,) = made("![w:300px 図 1](a.svg)\n![bg](<%E5%86%99%E7%9C%9F.png>) <img src='a.svg'>\n![](https://a.org/b.png)\n", placed=placed).cells
    assert cell.source == f'<img alt="図 1" width="300" src="data:image/png;base64,{DATA}">\n' \
        f"<img alt=\"\" src=\"data:image/png;base64,AA==\"> <img src='data:image/png;base64,{DATA}'>\n![](https://a.org/b.png)"


def test_what_a_notebook_needs_stands_above_its_first_slide():
    beginning = Beginning("a/b/blob/main/dist/deck.ipynb", "%pip install -q nnviz")
    cells = made("# A\n", beginning=beginning).cells
    assert [cell.source for cell in cells] == [
        "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        "(https://colab.research.google.com/github/a/b/blob/main/dist/deck.ipynb)",
        "**Set-up.** Run the next cell first.", "%pip install -q nnviz", "# A"]


def test_a_prelude_stands_above_the_first_slide():
    text = "---\nexecute: {prelude: import numpy as np}\nlang: ja\n---\n# A\n"
    notebook = finished(parse_deck(text, Path("deck.md")), (), (), Pictures({}, {}), NOTHING)
    assert [cell.source for cell in notebook.cells] == ["**準備**　はじめに、次のセルを実行してください。", "import numpy as np", "# A"]
    assert deck_of(notebook, "").text == text


def test_code_that_somebody_edits_is_what_comes_back():
    notebook = made("- a\n\n  ```python\n  #| echo: false\n  x = 1\n  ```\n", Outcome())
    notebook.cells[1].source = "x = 2\ny = 3"
    assert deck_of(notebook, "").text == FRONT + "- a\n\n  ```python\n  #| echo: false\n  x = 2\n  y = 3\n  ```\n"
