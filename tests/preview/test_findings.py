"""The list of what is wrong, and what can be done about it from there."""

from playwright.sync_api import expect

from tests.preview.slides import THREE, finding, slides


def test_findings_tell_where_what_was_wanted_and_what_came(opened, stage):
    page = opened(slides(*THREE), {"type": "findings", "findings": [finding(), finding(id="f2", slide=3, want=None, got=None, acceptable=False, severity="warning")]})
    page.keyboard.press("i")
    items = page.locator("#findings li")
    assert items.nth(0).locator("pre").all_inner_texts() == ["1\n", "2\n"]
    assert (items.nth(1).locator("pre").count(), items.nth(1).locator("button").count()) == (0, 0)
    assert items.nth(0).locator("a").get_attribute("href") == "vscode://file/decks/my%20deck.md:21"
    page.evaluate("document.addEventListener('click', event => event.preventDefault(), true)")
    items.nth(1).locator("a").click()
    expect(page.locator("#place")).to_have_text("3 / 3")
    items.nth(0).locator("button").click()
    assert stage.hear(page, "accept") == {"type": "accept", "id": "f1"}
    stage.tell({"type": "findings", "findings": [], "proven": 2})
    expect(page.locator("#findings")).to_have_text("FindingsNo findings.")
    expect(page.locator("#state")).to_have_text("all proven")


def test_what_was_not_accepted_can_be_accepted_again(opened, stage):
    page = opened(slides(*THREE), {"type": "findings", "findings": [finding()]})
    page.keyboard.press("i")
    page.get_by_role("button", name="accept").click()
    expect(page.get_by_role("button", name="accepting…")).to_be_disabled()
    stage.tell({"type": "status", "level": "warning", "text": "not accepted"})
    expect(page.get_by_role("button", name="accept", exact=True)).to_be_enabled()


def test_the_list_of_findings_stays_as_one_left_it_and_moves_no_slide_out_of_sight(opened):
    page = opened(slides(*THREE * 3), {"type": "findings", "findings": [finding()]}, address="/d/deck#8")
    assert page.locator("#findings").is_hidden()
    page.keyboard.press("i")
    expect(page.locator("#findings")).to_be_visible()
    expect(page.locator(".frame").nth(7)).to_be_in_viewport(ratio=1)
    page.reload()
    expect(page.locator("#findings")).to_be_visible()


def test_a_list_of_findings_that_comes_anew_keeps_the_focus(opened, stage):
    page = opened(slides(*THREE), {"type": "findings", "findings": [finding()]})
    page.keyboard.press("i")
    page.locator(".accept").focus()
    stage.tell({"type": "findings", "findings": [finding(id="f0"), finding(message="still")]})
    expect(page.locator("#findings li")).to_have_count(2)
    assert page.evaluate("document.activeElement.dataset.held") == "accept f1"
