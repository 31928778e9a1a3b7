"""Slides for a page: those of the built file one by one, only the changed ones sent, each block with its cell."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from marpweave.weave.woven import Mark
from tests.e2e.separate import deck, generated

pytestmark = pytest.mark.usefixtures("browser")
ROOT = Path(__file__).parents[2]
THREE = "---\npaginate: true\n---\n\n# A\n\n---\n\n# B\n\n<!-- say it -->\n\n---\n\n# C\n"


def whole(slides):
    """All slides with their numbers, as a built file has them."""
    return "".join(_numbered(slides.html[key], number, page)
                   for number, (key, page) in enumerate(zip(slides.order, slides.pages, strict=True), start=1))


def _numbered(html, number, page):
    html = html.replace(' id=""', f' id="{number}"')
    for name, value in zip(("data-marpit-pagination", "data-marpit-pagination-total"), page or (), strict=False):
        html = html.replace(f'{name}=""', f'{name}="{value}"')
    return html


def built(renderer, presentation):
    (file,) = renderer.render(presentation, ("html",)).result().files["html"]
    inside = re.search(r'<div id=":\$p" role="main">(.*?)</div>(?:<div class="bespoke|<script>)', file.read_text(encoding="utf-8"), re.DOTALL)[1]
    return inside[:inside.rindex("</svg>") + len("</svg>")]


def as_built(path, renderer):
    """The slides of a deck are those of its built file."""
    presentation = deck(path.stem, path.read_text(encoding="utf-8"))
    assert whole(renderer.slides(presentation).result()) == built(renderer, presentation)


def test_slides_of_the_course_are_those_of_its_built_files(renderer):
    as_built(ROOT / "slides/03-network.md", renderer)  # tests/attack/test_rendered.py has the others


@pytest.mark.attack
def test_slides_are_those_of_the_built_files_whatever_was_rendered_before(renderer):
    decks = [generated(seed) for seed in range(6)]
    shown = [whole(renderer.slides(each).result()) for each in decks + decks[::-1]]
    assert shown == [built(renderer, each) for each in decks + decks[::-1]]


def test_only_an_edited_slide_differs_when_one_is_put_before_it(renderer):
    before = renderer.slides(deck("deck", THREE)).result()
    after = renderer.slides(deck("deck", THREE.replace("# B", "# New\n\n---\n\n# B")), {*before.order, before.style}).result()
    assert [after.order[0], *after.order[2:]] == list(before.order)
    assert (before.pages, after.pages) == (((1, 3), (2, 3), (3, 3)), ((1, 4), (2, 4), (3, 4), (4, 4)))
    assert (list(after.html), after.css, after.style, after.size, after.notes) == (
        [after.order[1]], None, before.style, (1280, 720), ("", "", "say it", ""))


def test_blocks_tell_which_cell_they_come_from(renderer):
    markdown = "# A\n\n```python\n1\n```\n\n```python\n1\n```\n\n![w:9 dot](dot.svg)\n\n---\n\n```output\n2\n```\n\ntext\n"
    marked = replace(deck("deck", markdown), marks=(Mark(0, 2, 11, code=True), Mark(1, 14, 17, code=False)))
    assert re.findall(r'<(\w+)[^>]* data-cell="(\d+)" data-role="(\w+)"', whole(renderer.slides(marked).result())) == [
        ("code", "0", "code"), ("code", "0", "output"), ("p", "0", "figure"), ("code", "1", "output")]
    assert "data-cell" not in built(renderer, marked)


def test_a_macro_holds_for_the_deck_that_defines_it_and_no_other(renderer):
    plain = deck("deck", "$\\own$\n")
    alone = renderer.slides(plain).result()
    renderer.slides(deck("other", "$\\newcommand{\\own}{1} \\own$\n")).result()
    assert renderer.slides(plain).result() == alone


def test_a_deck_that_marp_cannot_render_leaves_the_renderer_as_it_was(renderer):
    before = renderer.slides(deck("deck", THREE)).result()
    with pytest.raises(RuntimeError):
        renderer.slides(replace(deck("bad", "![](dot.svg)\n"), images=None)).result()
    assert renderer.slides(deck("deck", THREE)).result() == before
