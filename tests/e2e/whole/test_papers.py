"""The handout and the page of notes: slides with their notes beside them."""

import re

import pypdf
import pytest

from tests.axe import violations
from tests.e2e.separate import deck
from tests.e2e.whole.decks import flat

pytestmark = pytest.mark.usefixtures("browser")
LONG = "\n\n".join(f"paragraph {n} of a note that is longer than a page" for n in range(150))
MARKDOWN = f"""\
---
theme: lecture
lang: ja
title: A & "B" <c>
---

# First

$x^2$

<!-- one < two

<b>plain</b> -->

---

<!-- _class: invert -->

# Dark

---

# Third

<!-- {LONG} -->

---

# Fourth

* late

<div class="r-stack">

before

after

</div>

---

# Fifth
"""


@pytest.fixture(scope="module")
def papers(renderer):
    rendering = renderer.render(deck("deck", MARKDOWN), ("handout", "notes")).result()
    (handout,), (notes,) = rendering.files["handout"], rendering.files["notes"]
    assert (handout.name, notes.name, rendering.complaints, rendering.slides) == ("deck.handout.pdf", "deck.notes.html", {}, 5)
    return pypdf.PdfReader(handout), notes


@pytest.fixture
def page(chromium):
    with chromium.new_page() as page:
        yield page


def test_a_handout_is_tagged_a4_with_title_language_outline_and_page_numbers(papers):
    pdf, _ = papers
    root = pdf.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"], pdf.metadata.title) == (True, "ja", 'A & "B" <c>')
    assert {tuple(round(side / 72 * 25.4) for side in page.mediabox[2:]) for page in pdf.pages} == {(210, 297)}
    assert [entry.title for entry in flat(pdf.outline)] == ["First", "Dark", "Third", "Fourth", "Fifth"]
    texts = [page.extract_text() for page in pdf.pages]
    assert all(f"{number} / {len(texts)}" in text and 'A & "B" <c>' in text for number, text in enumerate(texts, start=1))


def test_slides_stand_beside_their_notes_and_long_notes_flow_on(papers):
    texts = [page.extract_text() for page in papers[0].pages]
    assert [word for word in ("First", "one < two", "<b>plain</b>", "Dark") if word not in texts[0]] == []
    assert re.findall(r"paragraph (\d+)", "".join(texts)) == [str(n) for n in range(150)]
    assert "Third" not in texts[0]
    assert "Fourth" in texts[-1]
    assert "Fifth" in texts[-1]


def test_a_handout_shows_what_stands_on_a_slide_when_all_has_come(papers):
    last = papers[0].pages[-1].extract_text()
    assert ("late" in last, "before" in last, "after" in last) == (True, False, True)


def test_dark_slides_cost_no_ink_in_a_handout(renderer, page):
    markdown = "---\ntheme: lecture\n---\n\n<!-- _class: invert -->\n\n# A\n\n```output\n1\n```\n"
    script = "[...document.querySelectorAll('section, :is(pre, marp-pre)')].map((each) => getComputedStyle(each).backgroundColor)"
    rendering = renderer.render(deck("deck", markdown), ("handout", "notes")).result()
    page.goto((rendering.files["handout"][0].with_name("deck.notes.html")).as_uri())
    assert page.evaluate(script) == ["rgb(255, 255, 255)", "rgb(243, 243, 238)"]
    page.goto(rendering.files["notes"][0].as_uri())
    assert page.evaluate(script) == ["rgb(31, 44, 53)", "rgb(15, 23, 29)"]


def test_nothing_keeps_anybody_from_the_notes(papers, chromium):
    assert violations(chromium, papers[1], ("minor", "moderate", "serious", "critical")) == []


def test_notes_have_numbers_pictures_and_what_is_to_be_said(papers, page):
    page.goto(papers[1].as_uri())
    assert [page.title(), page.locator("html").get_attribute("lang")] == ['A & "B" <c>', "ja"]
    assert page.locator("article svg[data-marpit-svg]").count() == 5
    assert page.locator("article:nth-of-type(1) .notes").inner_text().split("\n\n") == ["1", "one < two", "<b>plain</b>"]
    assert page.locator("article:nth-of-type(5) .notes").inner_text().strip() == "5"


def test_slides_have_the_numbers_that_stand_on_them(renderer, page):
    slides = ["<!-- _paginate: skip -->\n\n# Cover", "# One", "<!-- _paginate: false -->\n\n# Hidden", "# Three", "<!-- _paginate: hold -->\n\n# Held"]
    (notes,) = renderer.render(deck("deck", "---\npaginate: true\n---\n\n" + "\n\n---\n\n".join(slides)), ("notes",)).result().files["notes"]
    page.goto(notes.as_uri())
    assert page.locator(".number").all_inner_texts() == ["", "1", "", "3", "3"]
    assert page.evaluate("[...document.querySelectorAll('article')].map((each) => each.ariaLabel)") == ["Slide", "Slide 1", "Slide", "Slide 3", "Slide 3"]


def test_a_deck_of_another_size_keeps_its_shape(renderer, page):
    (notes,) = renderer.render(deck("deck", "---\ntheme: lecture\nsize: 4:3\n---\n\n# A\n"), ("notes",)).result().files["notes"]
    page.goto(notes.as_uri())
    box = page.locator("svg[data-marpit-svg]").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(4 / 3, abs=0.01)
