"""What is drawn, what is known already, and what a drawing may hold."""

from concurrent.futures import Future
from functools import cache
from pathlib import Path

import pytest

from marpweave.cache.store import Store
from marpweave.inputs.used import Files
from marpweave.read.parse import parse_deck
from marpweave.render.diagrams.drawing import MAX_CHARACTERS, diagram_findings, drawn, wishes_of
from marpweave.render.prepare import fonts_for
from marpweave.render.style import Site, style_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><text>{}</text></svg>'
FRONT = "---\ntheme: {theme}\nexecute: true\n---\n"


@pytest.fixture(scope="module")
def fonts():
    """Records of the fonts for "a" in and out of a drawing, and for no words, which take a while to make."""
    made = Store({})
    for text in ("a\n", "a", ""):
        fonts_for(text, made)
    return made.files


@pytest.fixture
def store(fonts):
    return Store(dict(fonts))


class Drawer:
    """Draws words in boxes, and remembers what it was asked."""

    def __init__(self, answer=None):
        self.answer, self.asked = answer, []

    def diagram(self, asked):
        self.asked.append(asked["source"])
        done = Future()
        done.set_result(self.answer or {"svg": SVG.format(asked["source"].strip())})
        return done


def deck_in(theme, text=""):
    return parse_deck(FRONT.format(theme=theme) + text, Path("deck.md").absolute())


@cache
def style(theme):
    return style_of(deck_in(theme), Files(), Site(Path(), Path()), Store({}))


def wishes(text, theme="lecture"):
    return wishes_of(deck_in(theme, text), style(theme))


def mermaid(source):
    return f"```mermaid\n{source}\n```\n"


def test_what_was_drawn_is_not_drawn_again(store):
    drawer = Drawer()
    first = drawn(wishes(mermaid("a")), store, drawer)
    again = drawn(wishes(f"# moved\n\n{mermaid('a')}\n\n{mermaid('b')}"), store, drawer)
    assert drawer.asked == ["a\n", "b\n"]
    assert [each.svg for each in again.values()][:1] == [each.svg for each in first.values()]


def test_without_a_renderer_only_what_is_known_is_there():
    assert drawn(wishes(mermaid("a")), Store({}), None) == {}


def test_a_fault_of_the_diagram_is_kept_but_none_of_what_draws(fonts):
    for answer, asked in (({"error": "Parse error on line 1: x"}, 1), ({"error": "Cannot find module 'mermaid'", "passing": True}, 2)):
        store, drawer = Store(dict(fonts)), Drawer(answer)
        for _ in range(2):
            (made,) = drawn(wishes(mermaid("a")), store, drawer).values()
            assert made.svg == ""
        assert len(drawer.asked) == asked


def test_a_fault_is_told_at_its_line_of_the_deck():
    made = drawn(wishes("# a\n\n" + mermaid("%% note\nflowchart LR\nA -->")), Store({}), Drawer({"error": "Parse error on line 2:\n...A -->\n----^\nExpecting 'X'"}))
    assert [(each.location.line, each.kind, each.message) for each in diagram_findings(made)] == [
        (10, "diagram", "Mermaid cannot draw this: Parse error: ...A --> Expecting 'X'")]


def test_what_could_have_stood_there_is_not_all_listed(store):
    answer = {"error": "Parse error on line 1:\n...A -->\n----^\nExpecting 'AMP', 'COLON', 'PIPE', got 'EOF'"}
    (made,) = drawn(wishes(mermaid("A -->")), store, Drawer(answer)).values()
    assert made.error == "Parse error: ...A --> unexpected 'EOF'"


def test_an_empty_diagram_is_told_as_one():
    (made,) = drawn(wishes("```dot\n```\n"), Store({}), Drawer({"svg": ""})).values()
    assert (made.svg, made.error) == ("", "it is empty")


@pytest.mark.parametrize(("source", "line"), [
    ('digraph {\n a [label="a\nimage=b" image="b.png"]\n}', 3), ("digraph {\n a [label=<<table><tr><td><IMG SRC='b.png'/></td></tr></table>>] }", 2)])
def test_a_picture_in_a_graph_is_told_since_graphviz_leaves_it_out(source, line):
    (made,) = drawn(wishes(f"```dot\n{source}\n```\n"), Store({}), Drawer()).values()
    assert (made.error, made.line) == ("it loads a file, which diagrams cannot; put that picture on the slide itself", line)


def test_words_about_an_image_are_no_picture():
    drawer = Drawer()
    drawn(wishes('```dot\ndigraph { a [label="image = 28x28 <img"] ; image -> a }\n```\n'), Store({}), drawer)
    assert len(drawer.asked) == 1


def test_what_is_too_long_is_not_even_asked_for():
    drawer = Drawer()
    (made,) = drawn(wishes(mermaid("a" * MAX_CHARACTERS)), Store({}), drawer).values()
    assert (made.error, drawer.asked) == ("it has 50,001 characters; the limit is 50,000", [])


@pytest.mark.parametrize("inside", [
    "<script>alert(1)</script>", "<image href='https://example.org/a.png'/>", "<image xlink:href=' //example.org/a.png'/>",
    "<rect style='fill: url(https://example.org/a.svg)'/>", "<style>@import 'a.css';</style>", "<g onload='alert(1)'/>",
    "<a href='javascript:alert(1)'/>", "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>a</b></foreignObject>",
    "<style>a { background: url(&quot;http://example.org&quot;) }</style>", "<use href='a.svg#b'/>"])
def test_a_drawing_that_runs_or_shows_something_from_elsewhere_is_none(inside, store):
    svg = SVG.replace("<svg", "<svg xmlns:xlink='http://www.w3.org/1999/xlink'").format("").replace("<text></text>", inside)
    (made,) = drawn(wishes(mermaid("a")), store, Drawer({"svg": svg})).values()
    assert (made.svg, made.error) == ("", "it would run code or load a file, which slides do not allow")


@pytest.mark.parametrize("inside", [
    "<a href='https://example.org'><text>a</text></a>", "<path marker-end='url(#arrow)'/>", "<rect style='fill: url(\"#a\")'/>",
    "<image href='data:image/png;base64,AA=='/>", "<text>url(a) \\beta</text>",
    "<g aria-label='url(a) \\beta'/>"])
def test_links_and_what_is_its_own_are_kept(inside, store):
    svg = SVG.format("").replace("<text></text>", inside)
    (made,) = drawn(wishes(mermaid("a")), store, Drawer({"svg": svg})).values()
    assert inside in made.svg


def test_a_drawing_brings_the_slides_font_for_its_own_characters():
    (made,) = drawn(wishes(mermaid("層")), Store({}), Drawer()).values()
    assert made.svg.count("@font-face") == 1
    assert "font-family: 'Noto Sans JP'; font-weight: 400" in made.svg
    assert "U+5C64" in made.svg


def test_its_colours_are_those_of_the_theme_on_light_and_dark_slides():
    text = f"{mermaid('a')}\n---\n<!-- _class: invert -->\n\n{mermaid('b')}\n---\n\n{mermaid('c')}"
    assert [(each.look.dark, each.look.background) for each in wishes(text)] == [(False, "#fffdf7"), (True, "#1f2c35"), (False, "#fffdf7")]
    assert [each.look.background for each in wishes(text, "gaia")] == ["#ffffff", "#2b3238", "#ffffff"]
