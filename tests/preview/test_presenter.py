"""The presenter's window."""

from playwright.sync_api import expect

from tests.preview.slides import BUILT, THREE, slides


def test_a_presenter_shows_notes_and_the_next_slide_and_both_windows_follow_each_other(opened, window):
    page = opened(slides(THREE[0], BUILT, THREE[2], notes=["", "say this", ""]))
    page.keyboard.press("ArrowRight")
    with window.expect_page() as popped:
        page.keyboard.press("p")
    presenter = popped.value
    expect(presenter.locator(".notes")).to_have_text("say this")
    expect(presenter.locator("h1", has_text="Three")).to_be_in_viewport()
    expect(presenter.locator("h1", has_text="One")).not_to_be_in_viewport()
    page.keyboard.press("Enter")
    presenter.keyboard.press("ArrowRight")
    expect(page.locator("[data-bespoke-marp-fragment=inactive]")).to_have_count(1)
    page.keyboard.press("End")
    expect(presenter.locator(".desk .place")).to_have_text("3 / 3")
    expect(presenter.locator(".desk .end")).to_be_visible()
    assert presenter.locator(".clock").inner_text().count(":") == 1


def test_the_presenter_counts_slides_as_their_audience_does(opened, window):
    page = opened(slides(*THREE, pages=[None, [1, 2], [2, 2]]))
    with window.expect_page() as popped:
        page.keyboard.press("p")
    place = popped.value.locator(".desk .place")
    expect(place).to_have_text("– / 2")
    page.keyboard.press("End")
    expect(place).to_have_text("2 / 2")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(place).to_have_text("1 / 2")


def test_an_edit_moves_no_slide_that_is_presented(opened, window, stage):
    page = opened(slides(*THREE))
    with window.expect_page() as popped:
        page.keyboard.press("p")
    presenter = popped.value
    page.keyboard.press("End")  # the presenter may not even have its slides
    expect(presenter.locator(".desk .place")).to_have_text("3 / 3")
    stage.tell(slides("<h1>Edited</h1>", *THREE[1:], known=THREE, edited=0))
    expect(page.locator(".frame h1").first).to_have_text("Edited")
    expect(page.locator("#place")).to_have_text("3 / 3")
