"""Diagrams in woven Markdown."""

from pathlib import Path, PurePosixPath

import pytest

from marpweave.model.diagram import Drawings
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck
from marpweave.variants.variant import variant_of
from marpweave.weave.weave import weave_deck

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150"/>'
FENCE = "```mermaid\nflowchart LR\n  A --> B\n```"


def woven(text, svg=SVG, variant=Variant.FULL):
    deck = variant_of(parse_deck(f"---\nexecute: true\n---\n{text}", Path("deck.md")), variant)
    made = weave_deck(deck, (), (), PurePosixPath("figures/deck"), Drawings(dict.fromkeys(deck.diagrams, svg)))
    return made.text.removeprefix("---\nexecute: true\n---\n"), made.figures


def test_a_diagram_stands_where_its_text_stood():
    text, figures = woven(f"# a\n\n{FENCE}\n\nb\n")
    assert text == "# a\n\n![w:300px mermaid-1](figures/deck/diagrams/mermaid-1.svg)\n\nb\n"
    assert [(source, figure.name, figure.content) for source, figure in figures.items()] == [
        ("figures/deck/diagrams/mermaid-1.svg", "diagrams/mermaid-1.svg", SVG)]


def test_its_caption_and_words_stand_with_it():
    text, _ = woven("```dot\n//| fig-cap: 層\n//| fig-alt: a [b]\ngraph {}\n```\n")
    assert text == "![w:300px a b](figures/deck/diagrams/dot-1.svg)\n*層*\n"


def test_what_is_labelled_has_a_number_and_prose_refers_to_it():
    text, _ = woven("`{python} 1` @fig-g\n\n```dot\n//| label: fig-g\n//| fig-cap: 層\ngraph {}\n```\n\n![a](b.svg)\n*c*\n\n@fig-b\n")
    assert text == ("`{python} 1` [Figure\N{NO-BREAK SPACE}1](#1)\n\n![w:300px 層](figures/deck/diagrams/fig-g.svg)\n*__Figure\N{NO-BREAK SPACE}1__ 層*\n\n"
                    "![a](b.svg)\n*__Figure\N{NO-BREAK SPACE}2__ c*\n\n[Figure\N{NO-BREAK SPACE}2](#1)\n")


def test_what_could_not_be_drawn_stays():
    assert woven(f"{FENCE}\n", svg=b"")[0] == f"{FENCE}\n"


@pytest.mark.parametrize(("svg", "said", "width"), [
    (b'<svg width="2000" height="100"/>', "", "w:1140px"),
    (b'<svg width="400" height="1000"/>', "", "w:184px"),
    (b'<svg width="75pt" height="75pt"/>', "", "w:100px"),
    (b'<svg width="75pt" height="75pt"/>', "%%| out-width: 50%\n", "w:570px"),
    (b'<svg width="75pt" height="75pt"/>', "%%| fig-width: 2\n", "w:192px"),
    (b'<svg width="75pt" height="75pt"/>', "%%| fig-height: 2\n", "w:192px"),
    (b'<svg width="400" height="100"/>', "%%| fig-height: 4\n", "w:1140px"),
    (b'<svg width="400" height="100"/>', "%%| fig-width: 3\n%%| fig-height: 4\n", "w:288px"),
    (b'<svg width="100" height="400"/>', "%%| fig-width: 3\n%%| fig-height: 4\n", "w:96px"),
    (b"<svg/>", "", ""),
])
def test_it_is_as_wide_as_it_is_drawn_as_far_as_there_is_room(svg, said, width):
    text, _ = woven(f"```mermaid\n{said}flowchart LR\n```\n", svg)
    assert text == f"![{width}{' ' * bool(width)}mermaid-1](figures/deck/diagrams/mermaid-1.svg)\n"


def test_in_lists_and_quotes_it_stays_in_its_place():
    text, _ = woven("- a\n\n  ```mermaid\n  %%| fig-cap: b\n  flowchart LR\n  ```\n\n> ```mermaid\n> flowchart LR\n> ```\n")
    assert text == ("- a\n\n  ![w:300px b](figures/deck/diagrams/mermaid-1.svg)\n  *b*\n\n"
                    "> ![w:300px mermaid-2](figures/deck/diagrams/mermaid-2.svg)\n")


def test_its_source_is_shown_before_it_where_its_author_wants_that():
    text, _ = woven("- a\n\n  ```{mermaid}\n  %%| echo: true\n  flowchart LR\n\n    A --> B\n  ```\n- b\n")
    assert text == "- a\n\n  ```mermaid\n  flowchart LR\n\n    A --> B\n  ```\n\n  ![w:300px mermaid-1](figures/deck/diagrams/mermaid-1.svg)\n- b\n"


def test_line_ends_stay_as_they_are():
    text, _ = woven("```mermaid\r\n%%| fig-cap: b\r\nflowchart LR\r\n```\r\nb\r\n")
    assert text == "![w:300px b](figures/deck/diagrams/mermaid-1.svg)\r\n*b*\r\nb\r\n"


def test_values_in_prose_move_no_diagram():
    text, _ = woven(f"{FENCE}\n\n{FENCE}")
    assert text == "![w:300px mermaid-1](figures/deck/diagrams/mermaid-1.svg)\n\n![w:300px mermaid-2](figures/deck/diagrams/mermaid-2.svg)"


def test_students_do_not_get_the_diagrams_of_solutions():
    text, figures = woven(f"# a\n\n{FENCE}\n\n---\n\n<!-- _class: solution\nheader: x -->\n\n{FENCE}\n\n---\n\n{FENCE}\n", variant=Variant.STUDENT)
    assert text.count("mermaid-1.svg") == text.count("mermaid-3.svg") == 1
    assert FENCE not in text
    assert list(figures) == ["figures/deck/diagrams/mermaid-1.svg", "figures/deck/diagrams/mermaid-3.svg"]
