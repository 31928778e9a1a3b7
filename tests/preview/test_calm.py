"""What did not change is not touched: the browser would lay it out anew."""

from playwright.sync_api import expect

from tests.preview.slides import cell, slides

CODE = cell(0, "x = 1\nprint(x)", "1\n")
WATCH = """window.touched = new Set();
new MutationObserver((changes) => {
  for (const { target, type, attributeName } of changes) {
    const frame = target.closest?.(".frame");
    touched.add(`${frame ? frame.querySelector(".number").textContent : target.nodeName} ${attributeName ?? type}`);
  }
}).observe(document.documentElement, { attributes: true, childList: true, subtree: true });
"""


def test_a_slide_that_changes_or_runs_leaves_all_others_as_they_are(opened, stage):
    page = opened(slides("<h1>One</h1>", CODE, "<h1>Three</h1>"))
    expect(page.locator(".tool")).to_have_count(1)
    page.evaluate(WATCH)
    stage.tell(slides("<h1>One</h1>", CODE, "<h1>Drei</h1>", known=("<h1>One</h1>", CODE)))
    expect(page.locator("h1", has_text="Drei")).to_be_visible()
    stage.hear(page, "measured")
    touched = page.evaluate("[...touched]")
    assert ({each.split()[0] for each in touched if each[0].isdigit()}, [each for each in touched if each.startswith("HTML")]) == ({"3"}, [])
    page.evaluate("touched.clear()")
    stage.tell({"type": "running", "cells": [{"cell": 0, "slide": 2, "line": 4, "label": "a", "since": 0}]})
    expect(page.locator(".sign")).to_have_text("waiting")
    assert {each.split()[0] for each in page.evaluate("[...touched]") if each[0].isdigit()} == {"2"}
