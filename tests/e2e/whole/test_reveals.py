"""What appears step by step: clicked through in a browser, printed amid a talk, and as pages of a PDF."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pypdf
import pytest

from marpweave.render.style import Printing
from tests.e2e.separate import deck
from tests.e2e.whole.decks import flat

pytestmark = pytest.mark.usefixtures("browser")
MARKDOWN = """\
---
theme: lecture
---

# First

- alpha
* bravo
* charlie

<div class="fragment">

delta

</div>

<!-- to be said -->

---

# Second

```python {1|3|}
echo = 1

foxtrot = 2
```

<div class="fragment">

golf

hotel

</div>

---

# Third

<div class="r-stack">

india

- juliett

```text
kilo
```

</div>

---

# Fourth

<div class="columns">
<div>

lima

</div>
<div class="fragment">

mike

</div>
</div>

- a list with

  <div class="fragment">

  november

  </div>

---

# Fifth

<div class="columns">
<div>

oscar

</div>

<div>

<div class="r-stack">

papa

quebec

</div>

</div>
</div>
"""
STATES = (
    "alpha", "alpha bravo", "alpha bravo charlie", "alpha bravo charlie delta",
    "echo foxtrot", "echo foxtrot", "echo foxtrot", "echo foxtrot golf hotel",
    "india", "juliett", "kilo", "lima", "lima mike", "lima mike november", "oscar papa", "oscar quebec")
LAST = ("alpha bravo charlie delta", "echo foxtrot golf hotel", "kilo", "lima mike november", "oscar quebec")
WORDS = sorted(set(" ".join(STATES).split()))
SHOWN = "(document.querySelector('.bespoke-marp-active section')?.innerText ?? '')"
DIMMED = """[...document.querySelectorAll(".bespoke-marp-active code .line")].filter((line) => getComputedStyle(line).opacity < 1)
  .map((line) => line.innerText.split(" ")[0]).filter(Boolean)"""
MARKED = """[...document.querySelectorAll(".bespoke-marp-active mark")].filter((line) => getComputedStyle(line).borderImageSource !== "none")
  .map((line) => line.innerText.split(" ")[0])"""

SETTLED = """async () => {
  await document.fonts.ready;
  for (const _ of [1, 2, 3]) await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
ON_SLIDE = f"{json.dumps(WORDS)}.filter((word) => {SHOWN}.match(`\\\\b${{word}}\\\\b`)).join(' ')"


def words_in(text):
    return " ".join(word for word in WORDS if re.search(rf"\b{word}\b", text))


@pytest.fixture(scope="module")
def rendered(renderer):
    """The HTML and the PDF of the deck, and the PDF with a page for each step."""
    plain = renderer.render(deck("deck", MARKDOWN), ("html", "pdf")).result()
    builds = renderer.render(replace(deck("deck", MARKDOWN), printing=Printing(builds=True, notes=True)), ("pdf",)).result()
    return plain, builds


@pytest.fixture
def window(chromium):
    with chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def page(rendered, window):
    (html,) = rendered[0].files["html"]
    page = window.new_page()
    page.goto(html.as_uri())
    page.wait_for_selector(".bespoke-marp-active")
    page.evaluate(SETTLED)
    return page


def pages(rendering):
    (pdf,) = rendering.files["pdf"]
    return tuple(words_in(each.extract_text()) for each in pypdf.PdfReader(pdf).pages)


def becomes(page, script, want):
    """What a script gives, once it is what we want: a transition takes its time."""
    for _ in range(1000):
        if page.evaluate(script) == want:
            break
        page.wait_for_timeout(30)
    return page.evaluate(script)


def walk(page, key, states):
    """What is seen, step by step."""
    for state in states:
        yield becomes(page, ON_SLIDE, state)
        becomes(page, "document.getAnimations().length", 0)  # while slides change, keys do nothing
        page.keyboard.press(key)


def test_each_click_shows_the_next_step_and_back_takes_it_away(page):
    assert tuple(walk(page, "ArrowRight", STATES)) == STATES
    assert tuple(walk(page, "ArrowLeft", STATES[::-1])) == STATES[::-1]


def test_what_comes_next_in_the_presenter_s_window_is_the_next_step(page):
    with page.expect_popup() as opened:
        page.keyboard.press("p")
    presenter = opened.value
    presenter.wait_for_selector("iframe")
    seen = []
    for state, after in pairwise((*STATES, "")):
        assert becomes(page, ON_SLIDE, state) == state
        for _ in range(100):
            following = next(each for each in presenter.frames if "view=next" in each.url)
            if after == becomes(following, ON_SLIDE, after):
                break
        seen.append(following.evaluate(ON_SLIDE))
        presenter.keyboard.press("ArrowRight")
    assert tuple(seen) == (*STATES[1:], "")


@pytest.mark.attack
def test_steps_come_one_by_one_where_slides_change_by_a_transition(renderer, chromium):
    markdown = MARKDOWN.replace("theme: lecture", "theme: lecture\ntransition: fade 60ms")
    (html,) = renderer.render(deck("deck", markdown), ("html",)).result().files["html"]
    with chromium.new_page(viewport={"width": 1280, "height": 720}) as page:
        page.goto(html.as_uri())
        page.wait_for_selector(".bespoke-marp-active")
        page.evaluate(SETTLED)
        page.evaluate("{ const begin = document.startViewTransition.bind(document); window.fades = 0;"
                      " document.startViewTransition = (...given) => { window.fades += 1; return begin(...given); }; }")
        assert tuple(walk(page, "ArrowRight", STATES)) == STATES
        assert tuple(walk(page, "ArrowLeft", STATES[::-1])) == STATES[::-1]
        assert 0 < page.evaluate("window.fades") < len(STATES)


def test_a_page_for_each_step_shows_what_the_browser_shows(rendered):
    assert pages(rendered[1]) == STATES


def test_a_pdf_shows_the_last_step_of_each_slide(rendered):
    assert pages(rendered[0]) == LAST


def test_what_somebody_prints_amid_a_talk_has_the_last_step_of_each_slide(page, tmp_path):
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.evaluate(SETTLED)
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    assert tuple(words_in(each.extract_text()) for each in pypdf.PdfReader(tmp_path / "printed.pdf").pages) == LAST


def test_lines_of_a_step_are_lit_and_an_empty_step_means_all(page):
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    for dimmed, marked in ((["foxtrot"], ["echo"]), (["echo"], ["foxtrot"]), ([], [])):
        assert becomes(page, f"[{DIMMED}, {MARKED}]", [dimmed, marked]) == [dimmed, marked]
        page.keyboard.press("ArrowRight")
    page.emulate_media(media="print")
    assert page.evaluate(f"[{DIMMED}, {MARKED}]") == [[], []]


def test_steps_keep_outline_notes_and_what_is_measured(rendered):
    plain, builds = rendered
    (pdf,) = builds.files["pdf"]
    reader = pypdf.PdfReader(pdf)
    assert [(entry.title, reader.get_destination_page_number(entry)) for entry in flat(reader.outline)] == [
        ("First", 3), ("Second", 7), ("Third", 10), ("Fourth", 13), ("Fifth", 15)]
    notes = [[note.get_object()["/Contents"] for note in each.get("/Annots", ())] for each in reader.pages]
    assert notes == [["to be said"]] * 4 + [[]] * 12
    assert (builds.slides, builds.faults, builds.complaints) == (plain.slides, plain.faults, {}) == (5, plain.faults, {})


def test_an_overview_shows_the_last_step_of_each_slide(page):
    page.goto(f"{page.url.partition('#')[0]}?view=overview")
    page.wait_for_selector("body[data-bespoke-view=overview]")
    seen = page.evaluate("[...document.querySelectorAll('svg[data-marpit-svg] section')].map((section) => section.innerText)")
    assert tuple(map(words_in, seen)) == LAST


def test_a_deck_in_which_nothing_appears_has_no_style_for_it(renderer):
    (html,) = renderer.render(deck("deck", "# A\n\n```python {1}\nx\n```\n"), ("html",)).result().files["html"]
    assert "r-stack {" not in html.read_text(encoding="utf-8")
