"""Code is edited and run on its slide, and the proven output is always one key away."""

import pytest
from playwright.sync_api import expect

from tests.preview.slides import HELLO, THREE, cell, slides

CODE = cell(0, "x = 1\nprint(x)", "1\n")
LIVE = '<pre><code class="language-output">7</code></pre>'


@pytest.fixture
def page(opened):
    return opened(slides("<h1>One</h1>", CODE))


def deck(page):
    return page.locator(".deck").nth(1).evaluate("deck => deck.innerHTML")


def edit(page, text):
    page.get_by_role("button", name="edit and run").dispatch_event("click")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def run(page, stage):
    stage.heard.clear()
    page.keyboard.press("Shift+Enter")
    return stage.hear(page, "run")


def test_code_is_edited_run_and_shows_its_output_in_place_of_the_proven_one(page, stage):
    edit(page, "x = 7")
    asked = run(page, stage)
    assert (asked["cell"], asked["code"].strip()) == (0, "x = 7")
    expect(page.locator(".deck .hljs-number")).to_have_text("7")
    stage.tell({"type": "live", "cell": 0, "run": asked["run"], "state": "done", "html": LIVE})
    expect(page.locator("[data-live]")).to_have_text("7")
    expect(page.locator(".language-output", has_text="1")).to_be_hidden()
    assert page.locator(".sign").all_inner_texts() == ["live"]


def test_escape_gives_back_the_slide_as_it_was(page, stage):
    before = deck(page)
    edit(page, "x = 7")
    asked = run(page, stage)
    stage.tell({"type": "live", "cell": 0, "run": asked["run"], "state": "done", "html": LIVE})
    page.wait_for_selector("[data-live]")
    page.keyboard.press("Escape")
    assert deck(page) == before
    assert page.locator("body").get_attribute("data-view") == "scroll"


def test_what_runs_can_be_stopped_and_is_stopped_by_escape(page, stage):
    edit(page, "while True: pass")
    asked = run(page, stage)
    page.get_by_role("button", name="stop").click()
    assert stage.hear(page, "stop") == {"type": "stop", "run": asked["run"]}
    stage.tell({"type": "live", "cell": 0, "run": asked["run"], "state": "stopped", "html": "<pre>stopped</pre>"})
    expect(page.locator(".sign")).to_have_text("stopped")
    page.locator("code[contenteditable]").focus()
    again = run(page, stage)
    page.keyboard.press("Escape")
    assert stage.hear(page, "stop") == {"type": "stop", "run": again["run"]}


def test_while_code_runs_the_proven_output_is_dimmed_and_says_so(page, stage):
    edit(page, "while True: pass")
    asked = run(page, stage)
    proven = page.locator(".deck").nth(1).locator("pre", has_text="1").last
    stage.tell({"type": "live", "cell": 0, "run": asked["run"], "state": "running", "html": ""},
               {"type": "running", "cells": []}, {"type": "status", "level": "info", "text": "told"})
    expect(page.locator("#state")).to_have_text("told")
    expect(page.locator(".sign")).to_have_text("running…")
    expect(proven).to_have_css("opacity", "0.4")
    stage.tell({"type": "live", "cell": 0, "run": asked["run"], "state": "stopped", "html": ""})
    expect(page.locator(".sign")).to_have_count(0)
    expect(proven).to_have_css("opacity", "1")


def test_the_output_of_an_older_run_is_not_shown(page, stage):
    edit(page, "x = 7")
    older, newer = run(page, stage), run(page, stage)
    stage.tell({"type": "live", "cell": 0, "run": newer["run"], "state": "done", "html": LIVE},
               {"type": "live", "cell": 0, "run": older["run"], "state": "done", "html": "<pre>older</pre>"},
               {"type": "status", "level": "info", "text": "both are told"})
    expect(page.locator("#state")).to_have_text("both are told")
    expect(page.locator("[data-live]")).to_have_text(["7"])


def test_code_that_is_edited_is_kept_when_its_slide_is_put_in_anew(page, stage):
    edit(page, "x = 7")
    asked = run(page, stage)
    stage.tell({"type": "live", "cell": 0, "run": asked["run"], "state": "done", "html": LIVE})
    stage.tell(slides("<h1>One</h1>", CODE + "<p>more</p>", known=("<h1>One</h1>",)))
    page.wait_for_selector(".deck p")
    assert page.locator("code[contenteditable]").inner_text().strip() == "x = 7"
    expect(page.locator("[data-live]")).to_have_text("7")
    stage.tell(slides("<h1>One</h1>", cell(0, "y = 2"), known=("<h1>One</h1>",)))
    expect(page.locator("code[contenteditable]")).to_have_count(0)


def test_the_page_stays_where_somebody_types_code(opened, stage):
    page = opened(slides(*THREE * 3, cell(0, "x = 1", "1")))
    page.get_by_role("button", name="edit and run").dispatch_event("click")
    page.locator("code[contenteditable]").focus()
    stage.tell(slides("<h1>Edited</h1>", *THREE * 2, cell(0, "x = 1", "1"), known=(*THREE, cell(0, "x = 1", "1")), edited=0))
    expect(page.locator("h1", has_text="Edited")).to_have_count(1)
    expect(page.locator("code[contenteditable]")).to_be_in_viewport()
    page.keyboard.press("Escape")
    stage.tell(slides("<h1>Again</h1>", *THREE * 2, cell(0, "x = 1", "1"), known=(*THREE, cell(0, "x = 1", "1")), edited=0))
    expect(page.locator("h1", has_text="Again")).to_be_in_viewport()


def test_keys_belong_to_the_code_that_is_edited(page):
    edit(page, "o s f")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    assert page.locator("body").get_attribute("data-view") == "scroll"
    assert page.locator("code[contenteditable]").inner_text().strip() == "o s f"


def test_the_code_of_the_slide_one_looks_at_is_edited_by_a_key(page):
    page.keyboard.press("End")
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Shift+Enter runs, Esc restores"


def test_where_nothing_may_be_run_nothing_can_be_edited(window, stage):
    stage.state = [{**HELLO, "live": False}, slides(CODE)]
    page = window.new_page()
    page.goto(stage.address + "/d/deck")
    page.wait_for_selector(".frame[data-here]")
    page.keyboard.press("e")
    expect(page.locator(".tool, [contenteditable]")).to_have_count(0)
