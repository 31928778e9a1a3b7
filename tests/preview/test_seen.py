"""The whole preview in a real browser: a save is on the screen."""

from playwright.sync_api import expect

from tests.preview.previewed import previewed


def test_a_save_is_on_the_screen_of_every_browser(project, chromium, kernel):
    with previewed(project, "deck.md") as endpoint:
        pages = [chromium.new_context().new_page() for _ in range(2)]
        for page in pages:
            page.set_default_timeout(40_000)
            page.goto(endpoint.url)
            expect(page.locator("section", has_text="Plain words")).to_be_visible(timeout=40_000)
            assert page.url.startswith(f"{endpoint.origin}/d/deck")
            expect(page.locator("code.language-output", has_text="40")).to_have_count(1, timeout=40_000)
        project.edit("deck.md", "Plain words", "Other words")
        project.edit("deck.md", "x = 20", "x = 30")
        for page in pages:
            expect(page.locator("section", has_text="Other words")).to_be_visible(timeout=40_000)
            expect(page.locator("code.language-output", has_text="60")).to_have_count(1, timeout=40_000)
        assert "token" not in pages[0].evaluate("document.cookie + location.href")


def test_the_first_page_lists_all_decks(project, chromium, kernel):
    project.write({"\"other\" & <deck>.md": project.text("deck.md").replace("First", "Other deck")})
    with previewed(project, "deck.md", "\"other\" & <deck>.md") as endpoint:
        page = chromium.new_context().new_page()
        page.goto(endpoint.url)
        expect(page.locator("#decks a")).to_have_count(2)
        page.get_by_role("link", name="other").click()
        expect(page.locator("section", has_text="Other deck")).to_be_visible(timeout=40_000)


def test_a_class_of_the_page_says_nothing_to_a_slide(project, chromium, kernel):
    project.edit("deck.md", "Plain words.", "<div class=\"sheet\"><b class=\"deck\">bold</b></div>\n\n<b>plain</b>")
    with previewed(project, "deck.md") as endpoint:
        page = chromium.new_context().new_page()
        page.goto(endpoint.url)
        fonts = [page.locator("section b", has_text=word).evaluate("b => getComputedStyle(b).font") for word in ("bold", "plain")]
        assert fonts[0] == fonts[1]


def test_what_runs_on_a_slide_does_so_in_the_page_and_keys_turn_slides_from_in_it(project, chromium, kernel):
    cell = "```python\n#| output: live\n#| fig-alt: words\nfrom IPython.display import HTML\nHTML('''<button onclick=\"this.textContent = 2\">1</button>''')\n```"
    project.edit("deck.md", "Plain words.", cell)
    with previewed(project, "deck.md") as endpoint:
        page = chromium.new_context().new_page()
        page.goto(endpoint.url)
        button = page.frame_locator("iframe[title=words]").locator("button")
        button.click(timeout=40_000)
        expect(button).to_have_text("2")
        page.keyboard.press("End")
        expect(page.locator("#place")).to_have_text("3 / 3")
        assert page.frames[1].evaluate("fetch('/page/deck.js').then(() => 'reached', () => 'sealed')") == "sealed"
        page.frames[1].evaluate("void (location = '/d/deck')")
        page.wait_for_timeout(500)
        assert page.frames[1].locator("#slides").count() == 0
