"""The page of a preview shows what it is told, keeps what one looks at, and says what is wrong."""

import pytest
from playwright.sync_api import expect

from tests.preview.slides import BUILT, HELLO, THREE, cell, finding, slide, slides

FULL = "<h1>Full</h1>" + "<p>line</p>" * 12


def headings(page):
    return page.locator(".frame h1").all_inner_texts()


def place(page):
    return page.locator("#place").inner_text()


def test_slides_stand_in_order_with_their_numbers_and_pages(opened):
    page = opened(slides(*THREE))
    assert headings(page) == ["One", "Two", "Three"]
    assert page.title() == "A deck"
    assert page.eval_on_selector_all("section", "all => all.map(s => [s.id, s.dataset.marpitPagination, s.dataset.marpitPaginationTotal])") == [
        ["1", "1", "3"], ["2", "2", "3"], ["3", "3", "3"]]
    assert page.eval_on_selector_all(".number", "all => all.map(a => [a.textContent, a.href])") == [
        ["1", "vscode://file/decks/my%20deck.md:10"], ["2", "vscode://file/decks/my%20deck.md:20"], ["3", "vscode://file/decks/my%20deck.md:30"]]


def test_a_link_of_another_deck_leads_to_its_slide(opened):
    page = opened(slides(*THREE), address="/d/deck.html#2")
    assert place(page) == "2 / 3"


def test_only_a_slide_that_changed_is_put_in_anew(opened, stage):
    page = opened(slides(*THREE))
    page.evaluate("document.querySelectorAll('section').forEach(s => (s.kept = true))")
    stage.tell(slides(THREE[0], "<h1>New</h1>", THREE[1], "<h1>Drei</h1>", known=THREE))
    expect(page.locator(".frame h1")).to_have_text(["One", "New", "Two", "Drei"])
    assert page.eval_on_selector_all("section", "all => all.map(s => [s.id, !!s.kept])") == [["1", True], ["2", False], ["3", True], ["4", False]]
    assert page.eval_on_selector_all(".frame", "all => all.map(f => f.getAttribute('aria-label'))") == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]


def test_a_slide_that_stands_there_twice_is_shown_twice(opened, stage):
    page = opened(slides(*THREE))
    stage.tell(slides(THREE[0], THREE[0], known=THREE))
    expect(page.locator(".frame h1")).to_have_text(["One", "One"])
    stage.tell(slides(THREE[0], known=THREE))
    expect(page.locator(".frame h1")).to_have_text(["One"])


def test_code_of_a_new_slide_is_scaled_as_in_a_built_file(opened, stage):
    page = opened(slides(*THREE))
    stage.tell(slides(cell(0, "x = 1"), known=THREE))
    expect(page.locator("marp-pre")).to_have_count(1)


def test_one_goes_on_looking_at_the_same_slide_while_others_come_and_go(opened, stage):
    page = opened(slides(*THREE * 3), address="/d/deck#6")
    assert place(page) == "6 / 9"
    page.locator("#slides .frame").nth(5).evaluate("frame => { frame.tabIndex = 0; frame.focus({ preventScroll: true }); frame.focused = true; }")
    before = page.locator(".frame").nth(5).bounding_box()["y"]
    stage.tell(slides("<h1>New</h1>", *THREE * 3, known=THREE))
    expect(page.locator(".frame")).to_have_count(10)
    assert place(page) == "7 / 10"
    assert page.locator(".frame").nth(6).bounding_box()["y"] == pytest.approx(before, abs=1)
    assert page.evaluate("document.activeElement.focused")


def test_the_page_follows_to_the_slide_that_was_edited(opened, stage):
    page = opened(slides(*THREE * 3))
    stage.tell(slides(*THREE * 2, "<h1>Edited</h1>", known=THREE, edited=6))
    expect(page.locator("h1", has_text="Edited")).to_be_in_viewport()
    assert place(page) == "7 / 7"


def test_keys_go_through_a_slide_step_by_step(opened):
    page = opened(slides(THREE[0], BUILT, THREE[2]))
    shown = "all => all.map(li => Number(li.checkVisibility({ visibilityProperty: true, opacityProperty: true })))"
    assert page.eval_on_selector_all("li", shown) == [1, 1]
    seen = []
    for key in ("Enter", "ArrowRight", " ", "ArrowDown", "PageDown", "ArrowLeft", "ArrowUp", "Home", "End"):
        page.keyboard.press(key)
        seen.append((key, place(page), "".join(map(str, page.eval_on_selector_all("li", shown)))))
    assert seen == [("Enter", "1 / 3", "11"), ("ArrowRight", "2 / 3", "00"), (" ", "2 / 3", "10"), ("ArrowDown", "2 / 3", "11"), ("PageDown", "3 / 3", "11"),
                    ("ArrowLeft", "2 / 3", "11"), ("ArrowUp", "2 / 3", "10"), ("Home", "1 / 3", "11"), ("End", "3 / 3", "11")]
    expect(page.locator("h1", has_text="Three")).to_be_in_viewport()
    expect(page.locator("h1", has_text="One")).not_to_be_in_viewport()
    page.keyboard.press("Escape")
    assert page.locator("body").get_attribute("data-view") == "scroll"


def test_in_the_overview_arrows_go_by_rows_and_a_click_opens_a_slide(opened):
    page = opened(slides(*THREE * 3))
    page.keyboard.press("o")
    columns = page.eval_on_selector_all(".frame", "all => all.filter(f => f.offsetTop === all[0].offsetTop).length")
    page.keyboard.press("ArrowDown")
    assert (columns > 2, place(page)) == (True, f"{columns + 1} / 9")
    page.locator(".frame").nth(1).click()
    assert (page.locator("body").get_attribute("data-view"), place(page)) == ("scroll", "2 / 9")


@pytest.mark.parametrize("address", ["3", "ref-1"])
def test_a_link_on_a_slide_leads_to_another_one(opened, address):
    page = opened(slides(f'<a href="#{address}">there</a>', THREE[0], f'{THREE[1]}<p><a name="ref-1"></a>Source</p>', THREE[2]))
    page.keyboard.press("s")
    page.get_by_text("there").click()
    expect(page.locator("#place")).to_have_text("3 / 4")
    expect(page.locator("h1", has_text="Two")).to_be_in_viewport()


STYLES = """() => {
  const styles = () => [...document.querySelectorAll(".deck section *")].map((each) => {
    const style = getComputedStyle(each);
    return Object.fromEntries([...style].map((name) => [name, style[name]]));
  });
  const ours = styles();
  for (const { sheet } of document.querySelectorAll("link[rel=stylesheet]")) sheet.disabled = true;
  const alone = styles();
  return ours.flatMap((style, index) => Object.keys(style).filter((name) => style[name] !== alone[index][name])
    .map((name) => `${index} ${name}: ${style[name]} ${alone[index][name]}`));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_of_the_page_does_not_reach_into_slides(scheme, opened):
    page = opened(slides('<a href="x">a</a><code>b</code><pre>c</pre><kbd>d</kbd><button>e</button><ul><li>f</li></ul><figure>g</figure>'
                         '<div hidden>h</div><table><tr><td>i</td></tr></table><time>j</time><output>k</output><p class="bar state number sheet frame over sign tool findings broken help decks desk notes place count plain next">l <a href="x">m</a></p>'))
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(STYLES) == []


def test_full_screen_shows_one_slide_and_nothing_else(opened):
    page = opened(slides(*THREE))
    page.keyboard.press("f")
    expect(page.locator("#bar")).to_be_hidden()
    assert page.locator(".frame").first.bounding_box()["width"] == pytest.approx(1280)
    page.keyboard.press("f")
    expect(page.locator("body")).to_have_attribute("data-view", "scroll")
    expect(page.locator("#bar")).to_be_visible()


def test_what_runs_is_told_and_its_output_dimmed(opened, stage):
    page = opened(slides(cell(0, "print(1)", "1"), cell(1, "print(2)", "2")), {"type": "findings", "findings": [], "proven": 2})
    expect(page.locator("#state")).to_have_text("all proven")
    runs = [{"cell": 0, "slide": 1, "line": 3, "label": "first", "since": 1}, {"cell": 1, "slide": 2, "line": 9, "label": "second", "since": 0}]
    stage.tell({"type": "running", "cells": runs})
    expect(page.locator("#state")).to_contain_text("first")
    expect(page.locator("#state")).to_contain_text("+1 waiting")
    expect(page.locator("#announcement")).to_have_text("running first")
    assert page.locator(".sign").all_inner_texts() == ["running…", "waiting"]
    assert page.eval_on_selector_all("[data-waits]", "all => all.map(each => each.textContent)") == ["1", "2"]
    stage.tell({"type": "running", "cells": []})
    expect(page.locator("#announcement")).to_have_text("all proven")
    expect(page.locator(".sign, [data-waits]")).to_have_count(0)


@pytest.mark.parametrize(("counts", "told"), [
    ({"proven": 0, "unchecked": 1}, "0 proven, 1 unchecked"), ({"proven": 2, "unchecked": 1}, "2 proven, 1 unchecked"),
    ({"proven": 2, "unchecked": 0}, "all proven"), ({"proven": 0, "unchecked": 0}, "No findings.")])
def test_only_a_deck_whose_outputs_are_all_claimed_is_called_proven(opened, counts, told):
    page = opened(slides(*THREE), {"type": "findings", "findings": [], **counts})
    expect(page.locator("#state")).to_have_text(told)


def test_a_deck_that_cannot_be_read_leaves_the_last_page_and_tells_its_line(opened, stage):
    page = opened(slides(*THREE))
    stage.tell({"type": "broken", "line": 4, "message": "the fence is never closed"})
    expect(page.get_by_role("alert")).to_contain_text("the fence is never closed")
    assert page.get_by_role("alert").locator("a").get_attribute("href") == "vscode://file/decks/my%20deck.md:4"
    assert headings(page) == ["One", "Two", "Three"]
    stage.tell({"type": "whole"})
    expect(page.locator("#broken")).to_be_hidden()


def test_a_slide_that_is_too_full_is_outlined_and_told(opened, stage):
    page = opened(slides(THREE[0], FULL))
    fits, full = stage.hear(page, "measured")["slides"]
    assert (fits, [(each["kind"], each["edge"]) for each in full]) == ([], [("overflow", "bottom")])
    expect(page.locator(".outline")).to_have_count(1)
    stage.heard.clear()
    stage.tell(slides(THREE[0], THREE[1], known=(THREE[0],), seq=2))
    said = stage.hear(page, "measured")
    assert (said["seq"], said["slides"]) == (2, [None, []])
    expect(page.locator(".outline")).to_have_count(0)


def test_a_slide_that_is_nearly_empty_is_told_where_its_theme_asks_for_more(opened, stage):
    line = slide("<h2>One</h2><p>line</p>", ' style="--least-fill: 40%"')
    page = opened(slides(line, THREE[0]))
    assert [[each["kind"] for each in found] for found in stage.hear(page, "measured")["slides"]] == [["empty"], []]
    expect(page.locator(".outline")).to_have_count(0)


def test_all_slides_are_measured_again_when_a_font_has_come(opened, stage):
    page = opened(slides(*THREE))
    stage.hear(page, "measured")
    page.wait_for_timeout(300)
    stage.heard.clear()
    page.evaluate("void document.fonts.load('30px \"M PLUS 1 Code\"', 'x')")
    assert stage.hear(page, "measured")["slides"] == [[], [], []]


@pytest.mark.parametrize("key", ["s", "o"])
def test_a_slide_is_measured_however_it_is_shown(key, opened, stage):
    page = opened(slides(*THREE))
    stage.hear(page, "measured")
    stage.heard.clear()
    page.keyboard.press(key)
    stage.tell(slides(*THREE, FULL, known=THREE))
    assert [None if each is None else len(each) for each in stage.hear(page, "measured")["slides"]] == [None, None, None, 1]


def test_a_lost_connection_is_told_and_made_anew_with_the_whole_state(opened, stage):
    page = opened(slides(*THREE))
    stage.hear(page, "measured")
    stage.heard.clear()
    stage.state = [HELLO, slides(THREE[0], "<h1>Later</h1>")]
    stage.drop()
    expect(page.locator("#announcement")).to_have_text("reconnected")
    expect(page.locator(".frame h1")).to_have_text(["One", "Later"])
    assert stage.hear(page, "measured")["slides"] == [[], []]


def test_news_of_the_server_are_told(opened, stage):
    page = opened(slides(*THREE))
    stage.tell({"type": "status", "level": "warning", "text": "the kernel was started anew"})
    expect(page.locator("#state")).to_have_text("the kernel was started anew")
    expect(page.locator("#announcement")).to_have_text("the kernel was started anew")


def test_the_page_speaks_the_language_of_the_deck(opened):
    page = opened(slides(*THREE, lang="ja"), {"type": "findings", "findings": [], "proven": 2})
    assert (page.locator("html").get_attribute("lang"), page.locator("#state").inner_text()) == ("ja", "すべて検証済み")
    assert page.locator('[data-key="o"]').get_attribute("aria-label") == "一覧表示"


def test_whatever_can_be_pressed_has_a_name_and_is_reached_by_the_keyboard(opened):
    page = opened(slides(*THREE, cell(0, "x")), {"type": "findings", "findings": [finding()]})
    assert page.eval_on_selector_all("button, a", "all => all.filter(e => !(e.getAttribute('aria-label') || e.textContent.trim())).length") == 0
    page.keyboard.press("i")
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.key ?? document.activeElement.dataset.held ?? document.activeElement.className"))
        assert page.evaluate("document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'")
    assert reached >= {"home", "i", "s", "o", "p", "f", "d", "?", "number", "edit 0", "open f1", "accept f1"}


def test_keys_do_nothing_while_one_writes_or_in_a_dialog(opened):
    page = opened(slides(*THREE))
    page.keyboard.press("?")
    page.keyboard.press("ArrowRight")
    assert place(page) == "1 / 3"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert place(page) == "2 / 3"


def test_light_and_dark_are_kept(opened, stage):
    page = opened(slides(*THREE))
    page.keyboard.press("d")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    page.wait_for_selector(".frame[data-here]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.keyboard.press("d")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert page.evaluate("getComputedStyle(document.querySelector('.deck')).colorScheme") == "normal"
