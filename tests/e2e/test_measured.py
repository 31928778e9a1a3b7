"""Slides that were measured before: what has not changed is not measured again, and what may have changed always is."""

import base64
import random
from dataclasses import replace
from pathlib import Path

import pytest

from marpweave.model.finding import Kind
from marpweave.render.marprc.setup import Setup
from marpweave.render.renderer import MarpRenderer
from marpweave.render.rendering import Measured, SlideFault
from marpweave.weave.embed import Picture
from tests.axe import chromium
from tests.e2e.separate import DOT, PARTS, ROOT, deck

pytestmark = pytest.mark.usefixtures("browser")
UNSTYLED = tuple(part for part in PARTS if "<style" not in part)
OVER = "- more than fits\n" * 30
TOLD = SlideFault(1, Kind.EMPTY, "", "told of every slide that is not measured")


MEASURED_TWICE = """async (script) => {
  const { settled, faultsOfSlides } = await import(`data:text/javascript;base64,${script}`);
  for (const slide of document.querySelectorAll("svg[data-marpit-svg]")) slide.replaceWith(slide.cloneNode(true));
  await settled();
  const found = await faultsOfSlides([]);
  await new Promise((done) => setTimeout(done, 500));
  return [found, await faultsOfSlides([])];
}"""
"""As soon as slides have been put in anew, and long after."""


@pytest.fixture(scope="module")
def renderer():
    with MarpRenderer(prints=False) as renderer:
        yield renderer


def slides(*texts, front="marp: true"):
    return deck("deck", f"---\n{front}\n---\n\n" + "\n\n---\n\n".join(texts) + "\n")


def rendered(renderer, presentation, known=None):
    return renderer.render(replace(presentation, known=known), ("html",)).result()


def planted(rendering):
    """As if every slide had been measured, with another fault."""
    return Measured(dict.fromkeys(rendering.measured, (TOLD,)), rendering.title, "")


def told(rendering):
    """The numbers of the slides that were not measured."""
    return [fault.slide for fault in rendering.faults if fault.message == TOLD.message]


def test_only_the_slide_that_changed_is_measured_again(renderer):
    before = rendered(renderer, slides("# A", "b", "c ![](dot.svg)", "d"))
    after = rendered(renderer, slides("# A", "b", OVER, "d"), planted(before))
    assert told(after) == [1, 2, 4]
    assert [(fault.slide, fault.kind) for fault in after.faults if fault.slide == 3] == [(3, Kind.OVERFLOW)]
    assert (after.slides, after.title, len(after.measured)) == (4, "A", 4)


def test_a_place_that_is_referred_to_keeps_its_slide_known(renderer):
    shown = replace(slides("# A", '<a name="ref-1"></a>b'), setup=Setup(said={"html": True}))
    assert told(rendered(renderer, shown, planted(rendered(renderer, shown)))) == [1, 2]


def test_a_deck_of_which_all_is_known_has_its_title_and_needs_no_picture(renderer):
    before = rendered(renderer, slides("# A", "b"))
    after = rendered(renderer, slides("# A", "b"), planted(before))
    assert (told(after), after.title, after.picture, after.measured) == ([1, 2], "A", None, planted(before).slides)


def test_a_deck_of_which_all_is_known_keeps_its_title_behind_a_rehearsal_of_another(renderer):
    before = rendered(renderer, slides("# A", "b"))
    with MarpRenderer(prints=False) as ready:
        ready.rehearse(slides("# B", "b")).result()
        after = rendered(ready, slides("# A", "b"), planted(before))
    assert (told(after), after.title, after.picture) == ([1, 2], "A", None)


def test_what_was_rehearsed_is_found_as_if_it_had_not_been(renderer):
    shown = slides("# A", OVER, "c ![](no.png)", OVER + "- more\n")
    with MarpRenderer(prints=False) as ready:
        ready.rehearse(slides("# A", OVER, "c", "d")).result()
        after, plain = rendered(ready, shown), rendered(renderer, shown)
        html, other = after.files["html"][0], plain.files["html"][0]
        assert html.read_bytes() == other.read_bytes()
        assert Path(f"{html}.part.html").read_text("utf-8").count("<section") == 2
        assert after.picture.read_bytes() == plain.picture.read_bytes()
    assert {fault.slide for fault in after.faults} >= {2, 3, 4}
    assert replace(after, files={}, picture=None) == replace(plain, files={}, picture=None)


def test_a_deck_that_was_rehearsed_as_it_is_has_its_title_and_picture():
    with MarpRenderer(prints=False) as ready:
        ready.rehearse(slides("# A", OVER)).result()
        after = rendered(ready, slides("# A", OVER))
        assert (after.title, after.slides, after.picture.is_file(), [fault.slide for fault in after.faults]) == ("A", 2, True, [2])
        assert not Path(f"{after.files['html'][0]}.part.html").exists()


def test_another_note_changes_nothing_on_slides(renderer):
    before = rendered(renderer, slides("# A", "b\n\n<!-- one -->"))
    assert told(rendered(renderer, slides("# A", "b\n\n<!-- two -->"), planted(before))) == [1, 2]


@pytest.mark.parametrize("change", [
    {"css": "@font-face { font-family: x; src: url(data:,) }"}, {"setup": Setup(said={"lang": "ja"})},
    {"markdown": "---\nsize: 4:3\n---\n\n# A\n\n---\n\n![](dot.svg)\n"}, {"markdown": "---\nlang: ja\n---\n\n# A\n\n---\n\n![](dot.svg)\n"},
], ids=lambda change: "-".join(change))
def test_what_is_around_the_slides_makes_all_of_them_unknown(change, renderer):
    shown = deck("deck", "# A\n\n---\n\n![](dot.svg)\n")
    before = rendered(renderer, shown)
    assert told(rendered(renderer, shown, planted(before))) == [1, 2]
    assert told(rendered(renderer, replace(shown, **change), planted(before))) == []


@pytest.mark.parametrize(("front", "text"), [
    ("theme: mine", "b"), ("style: 'h1 { color: red }'", "b"), ("theme: gaia", "<style>p { color: red }</style>\n\nb"),
    ("theme: gaia", "<style scoped>p { color: red }</style>\n\nb"),
    ("math: katex", "$$\\begin{align} a &= b \\end{align}$$"),
])
def test_under_styles_that_nobody_knows_and_numbers_that_css_counts_no_slide_is_known(front, text, renderer):
    shown = slides("# A", text, front=front)
    theme = "/* @theme mine */ h1 { counter-increment: chapter } h1::before { content: counter(chapter) }"
    if "mine" in front:
        shown = replace(shown, themes=(*shown.themes, theme))
    assert rendered(renderer, shown).measured == {}


@pytest.mark.parametrize("images", [
    {"dot.svg": replace(DOT, still=DOT.still.replace("9", "8"))}, {"./dot.svg": DOT},
], ids=["another picture", "another name of the picture"])
def test_a_picture_makes_the_slide_with_it_unknown(images, renderer):
    shown = slides("# A", "![](dot.svg)", "c")
    before = rendered(renderer, shown)
    changed = replace(shown, images=images, markdown=shown.markdown.replace("dot.svg", next(iter(images))))
    assert told(rendered(renderer, changed, planted(before))) == [1, 3]


@pytest.mark.parametrize("text", [
    "<div>\n\nnever closed", "<b>bold, and on and on",
    '<svg><use href="#there" /></svg>', '<p style="filter: url(#there)">a</p>', "<textarea>a</textarea>", "<p><i></p></i>", "<div/>\n\na",
    "<p style='filter: url(&quot;#there&quot;)'>a</p>", "<input type=radio name=a checked>",
    "<details name=a open><summary>a</summary></details>", "<button autofocus>a</button>", '<img src="data:," onerror="document.body.id = 1">',
])
def test_slides_that_may_shape_others_are_never_known(text, renderer):
    presentation = slides("# A", text, "c")
    assert rendered(renderer, replace(presentation, setup=Setup(said={"html": True}))).measured == {}


def test_a_file_that_the_browser_opens_may_be_another_one_next_time(renderer, tmp_path):
    picture = tmp_path / "a.svg"
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    shown = slides("# A", f'<img src="{picture.as_uri()}">')
    assert rendered(renderer, replace(shown, setup=Setup(said={"html": True}))).measured == {}


def test_the_first_slide_is_shown_anew_where_another_one_stands_there(renderer):
    unnamed = Setup(said={"options": {"anchor": False}})
    before = rendered(renderer, replace(slides("a", "b", "c"), setup=unnamed))
    after = rendered(renderer, replace(slides("b", "a", "c"), setup=unnamed), planted(before))
    assert (after.picture is not None, after.small) == (True, "")


def test_the_picture_of_a_first_slide_that_stays_is_known(renderer):
    before = rendered(renderer, slides("# A", "b"))
    after = rendered(renderer, slides("# A", OVER), Measured(planted(before).slides, "A", "data:image/png;base64,aa"))
    assert (after.picture, after.small) == (None, "data:image/png;base64,aa")


def test_what_asks_the_network_is_told_every_time(renderer):
    presentation = slides("# A", '<video src="http://example.com/a.mp4"></video>')
    rendering = rendered(renderer, replace(presentation, setup=Setup(said={"html": True})))
    assert [fault.message for fault in rendering.faults] == ["requests http://example.com/a.mp4 from the network"]
    assert rendering.measured == {}


def edited(seed, renderer):
    """Edit a deck at random: after each edit its faults are those of a deck that nobody knows."""
    chance = random.Random(seed)
    texts = [part.format(n=n) for n, part in enumerate(chance.choices([*UNSTYLED, OVER], k=8))]
    front = f"marp: true\ntheme: {chance.choice(['lecture', 'gaia', 'default'])}\nmath: {chance.choice(['mathjax', 'katex'])}"
    known = None
    for n in range(4):
        place = chance.randrange(len(texts))
        texts[place:place + chance.randint(0, 1)] = [chance.choice([*UNSTYLED, OVER]).format(n=n)]
        shown = slides(*texts, front=front)
        warm, cold = rendered(renderer, shown, known), rendered(renderer, shown)
        assert (warm.faults, warm.slides, warm.title, warm.measured) == (cold.faults, cold.slides, cold.title, cold.measured)
        known = Measured(dict(warm.measured), warm.title, "")


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.attack)])  # tests/attack/test_rendered.py has more
def test_after_any_edits_the_faults_are_those_of_a_deck_that_nobody_knows(seed, renderer):
    edited(seed, renderer)


@pytest.mark.parametrize("theme", ["gaia", "default"])
def test_scaled_code_is_measured_when_its_scaling_is_done(renderer, theme):
    code = f"```python\nx = {'1 + ' * 60}1\n```"
    made = rendered(renderer, slides("# <!-- fit --> A", code, front=f"theme: {theme}\nstyle: 'section {{ --least-fill: 101 }}'"))
    script = base64.b64encode((ROOT / "marpweave/render/js/measure.mjs").read_bytes()).decode()
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.emulate_media(media="print")
        page.goto(made.files["html"][0].as_uri())
        early, late = page.evaluate(MEASURED_TWICE, script)
    assert [fault["kind"] for faults in late for fault in faults if fault["kind"] == "empty"] == ["empty", "empty"]
    assert early == late


def test_the_labels_of_a_poster_are_not_those_of_the_picture_that_moves_in_its_place(renderer):
    def svg(width):
        text = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="100"><text y="50" font-size="30">a</text></svg>'
        return f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}"

    moving = Picture(svg(900), svg(100))
    shown = slides("# A\n\n![](dot.svg)", front="marp: true\nstyle: 'section { --least-label: 25px }'")
    assert rendered(renderer, replace(shown, images={"dot.svg": moving})).faults == ()
    narrow = slides("# A\n\n![w:300](dot.svg)", front="marp: true\nstyle: 'section { --least-label: 25px }'")
    still = replace(narrow, images={"dot.svg": replace(moving, moving="")})
    assert [fault.kind for fault in rendered(renderer, still).faults] == [Kind.SMALL_LABEL]


GONE = "for (const each of document.querySelectorAll('li')) each.remove()"
RUNNING = (f"<script>{GONE}</script>", f'<g onload="{GONE}"/>',
           f'<foreignObject><b xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="{GONE}"/></b></foreignObject>',
           f'<x:script xmlns:x="http://www.w3.org/1999/xhtml">{GONE}</x:script>')


def test_no_picture_runs_anything_while_its_labels_are_measured(renderer):
    for inside in RUNNING:
        text = f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="100">{inside}<text y="50" font-size="30">a</text></svg>'
        picture = Picture(f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}")
        shown = slides(f"![w:300](dot.svg)\n\n{OVER}", front="marp: true\nstyle: 'section { --least-label: 25px }'")
        faults = rendered(renderer, replace(shown, images={"dot.svg": picture})).faults
        assert {Kind.OVERFLOW, Kind.SMALL_LABEL} <= {fault.kind for fault in faults}, inside
