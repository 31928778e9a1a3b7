"""Plots, styled tables and formulas of other libraries on slides."""

from pathlib import Path, PurePosixPath

import pytest

from marpweave.check.alternatives import alt_findings
from marpweave.check.verdicts import check_deck
from marpweave.inputs.digests import digest
from marpweave.model.diagram import Drawings, Frame
from marpweave.model.outcome import Display, Figure, Outcome
from marpweave.read.parse import parse_deck
from marpweave.weave.styled import with_own_style
from marpweave.weave.weave import weave_deck

FRONT = "---\nexecute: true\n---\n"
CELL = "```python\n#| echo: false\n#| fig-alt: 棒\nplot\n```\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"/>'
STYLED = """<style type="text/css">
#T_a_row0_col0, #T_a_row1_col0 {
  color: red;
}
#T_a_row1_col0 {
  background-color: #ffe;
}
</style>
<table id="T_a"><tr><td id="T_a_row0_col0" class="data" >1</td></tr><tr><td id="T_a_row1_col0">2</td></tr></table>
"""


def woven(data, drawings=None, cell=CELL):
    made = whole(data, Drawings(plots=drawings or {}), cell)
    return made.text.removeprefix(FRONT), made.figures


def whole(data, drawings, cell=CELL):
    deck = parse_deck(FRONT + cell, Path("deck.md"))
    checks = check_deck(deck, [Outcome(outputs=(Display(data, is_result=True),))] * len(deck.cells))
    return weave_deck(deck, checks, (), PurePosixPath("figures/deck"), drawings)


def test_a_plot_stands_as_it_was_drawn_and_as_wide_as_it_is():
    name = f"plots/{digest('{}')[:12]}.svg"
    text, figures = woven({"application/vnd.vegalite.v6+json": "{}", "text/plain": "alt.Chart(...)"}, {"{}": SVG.encode()})
    assert text == f"![w:300px 棒](figures/deck/{name})\n"
    assert figures == {f"figures/deck/{name}": Figure(name, SVG.encode())}


def test_a_plot_is_no_output_to_be_claimed_but_needs_words():
    deck = parse_deck(FRONT + CELL.replace("#| fig-alt: 棒\n", ""), Path("deck.md"))
    checks = check_deck(deck, [Outcome(outputs=(Display({"application/vnd.plotly.v1+json": "{}", "text/plain": "Figure"}, is_result=True),))])
    assert [check.unchecked for check in checks] == [False]
    assert [found.message.partition(" has")[0] for found in alt_findings(deck, checks)] == ["a picture that it displays"]


@pytest.mark.parametrize(("output", "lacks"), [("live", ["a picture that it displays"]), ("true", [])])
def test_html_that_runs_needs_words(output, lacks):
    deck = parse_deck(FRONT + CELL.replace("fig-alt: 棒", f"output: {output}"), Path("deck.md"))
    checks = check_deck(deck, [Outcome(outputs=(Display({"text/html": "<b>1</b>", "text/plain": "HTML"}, is_result=True),))])
    assert [found.message.partition(" has")[0] for found in alt_findings(deck, checks)] == lacks


def test_its_author_says_how_wide_it_is():
    text, _ = woven({"application/vnd.plotly.v1+json": "{}"}, {"{}": SVG.encode()}, CELL.replace("#| echo", "#| out-width: 50%\n#| echo"))
    assert text.startswith("![w:570px 棒](")


def test_its_caption_has_a_number():
    text, _ = woven({"application/vnd.plotly.v1+json": "{}"}, {"{}": SVG.encode()}, CELL.replace("#| echo", "#| label: p\n#| fig-cap: 層\n#| echo"))
    assert text.endswith(".svg)\n*__Figure\N{NO-BREAK SPACE}1__ 層*\n")


@pytest.mark.parametrize("data", [{"application/vnd.plotly.v1+json": "{}", "text/html": "<b>1</b>"}, {"text/html": "{}", "text/plain": "HTML"}])
def test_what_is_live_in_one_cell_is_still_in_another(data):
    frame = Frame("<!doctype html>", "{}")
    made = whole(data, Drawings(plots={"{}": SVG.encode()}, frames={"{}": frame}), CELL.replace("#| echo", "#| output: live\n#| echo") + "\n" + CELL)
    live, still = (f"figures/deck/plots/{digest('{}')[:12]}{end}.svg" for end in ("-live", ""))
    assert made.frames == {live: frame}
    assert (live in made.text, still in made.text) == (True, "text/plain" not in data)


def test_a_plot_that_was_not_drawn_is_its_plain_text():
    assert woven({"application/vnd.vegalite.v6+json": "{}", "text/plain": "alt.Chart(...)"}, {"{}": b""})[0] == "```output\nalt.Chart(...)\n```\n"


def test_svg_is_a_file_since_markdown_takes_none_in_an_address():
    text, figures = woven({"image/svg+xml": SVG})
    assert text == f"![w:300px 棒](figures/deck/plots/{digest(SVG)[:12]}.svg)\n"
    assert [figure.content for figure in figures.values()] == [SVG.encode()]


def test_a_styled_table_keeps_the_style_of_its_cells():
    text, _ = woven({"text/html": STYLED})
    one, two = (f"s-{digest(style)[:8]}" for style in ("color: red;", "color: red; background-color: #ffe;"))
    assert text == f"""<style scoped>
.{one} {{ color: red; }}
.{two} {{ color: red; background-color: #ffe; }}
</style>

<table><tr><td class="{one} data" style="color: red;">1</td></tr><tr><td class="{two}" style="color: red; background-color: #ffe;">2</td></tr></table>
"""


def test_a_style_that_reaches_further_stays_out():
    for rule in ("#a { background: url(https://example.org) }", "td { color: red }", '#a { content: "x" }', "#a td { color: red }"):
        text, _ = woven({"text/html": f'<style>{rule}</style><table><tr><td id="a">1</td></tr></table>'})
        assert "<td>1</td>" in text


def test_html_without_style_sheets_stays_as_it_is():
    html = '<p id="a">#a { color: red }</p>'
    assert with_own_style(html) == html


def test_what_sympy_gives_is_a_formula():
    text, _ = woven({"text/latex": "$\\displaystyle \\left[\\begin{matrix}1 & x\\end{matrix}\\right]$", "text/plain": "Matrix"})
    assert text == "$$\n\\displaystyle \\left[\\begin{matrix}1 & x\\end{matrix}\\right]\n$$\n"
