"""Diagrams: which fences are drawn, and what their options say."""

from pathlib import Path

from marpweave.model.diagram import Diagram
from marpweave.model.location import Location
from marpweave.read.parse import parse_deck

ADOPTED = "---\nexecute: true\n---\n"


def read(text):
    return parse_deck(ADOPTED + text, Path("deck.md"))


def test_a_fence_of_mermaid_is_a_diagram_with_its_place_and_words():
    text = "```mermaid\n%%| label: fig-flow\n%%| fig-cap: 流れ\n%%| alt: 入力から出力へ\n%%| fig-width: 5\nflowchart LR\n  A --> B\n```\n"
    deck = read(f"# a\n\n{text}")
    assert deck.diagrams == (Diagram(
        text, "mermaid", text.partition("\n")[2].removesuffix("```\n"), Location(Path("deck.md"), 6), 1, 1, "fig-flow",
        "入力から出力へ", "流れ", "480px"),)
    assert deck.findings == ()


def test_dot_and_graphviz_are_one_language_and_braces_make_no_difference():
    deck = read("```dot\ngraph {}\n```\n\n---\n\n```{dot}\n//| label: g\ngraph {}\n```\n\n```graphviz\ngraph {}\n```\n")
    assert [(each.language, each.name, each.slide) for each in deck.diagrams] == [
        ("dot", "dot-1", 1), ("dot", "g", 2), ("dot", "dot-3", 2)]


def test_a_fence_that_is_shown_is_no_diagram():
    deck = read("```{{mermaid}}\na\n```\n\n```mermaid\n%%| eval: false\na\n```\n\n```text\nmermaid\n```\n\n<!--\n```dot\ngraph {}\n```\n-->\n")
    assert deck.diagrams == ()


def test_foreign_decks_have_no_diagrams():
    assert parse_deck("```mermaid\n%%| nonsense: 1\nflowchart LR\n```\n", Path("deck.md")).diagrams == ()


def test_the_words_of_mermaid_itself_stand_for_a_diagram_unless_an_option_does():
    said = "flowchart LR\n  accTitle: 短い\n  accDescr {\n    長い\n    説明\n  }\n  A\n"
    deck = read(f"```mermaid\n{said}```\n\n```mermaid\nflowchart LR\naccTitle: 題\n```\n\n```mermaid\n%%| fig-alt: 絵\n{said}```\n")
    assert [each.alt for each in deck.diagrams] == ["長い 説明", "題", "絵"]


def test_a_wrong_option_is_told_at_its_line_and_the_diagram_stands():
    deck = read("```dot\n//| label: g\n//| fig-widht: 3\n//| out-width: wide\ngraph {}\n```\n")
    assert [(each.location.line, each.message) for each in deck.findings] == [
        (6, "unknown option 'fig-widht'; did you mean 'fig-width'?"),
        (7, "'out-width' must be a length such as 60% or 400px, not 'wide'")]
    assert [each.name for each in deck.diagrams] == ["g"]


def test_options_that_are_no_mapping_are_told():
    deck = read("```mermaid\n%%| wide\nflowchart LR\n```\n")
    assert [(each.location.line, each.message) for each in deck.findings] == [(5, "`%%|` lines must be `key: value`")]
