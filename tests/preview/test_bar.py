"""The line above the slides tells what runs and what happened."""

import re
from pathlib import Path

from playwright.sync_api import expect

import marpweave.serve
from tests.preview.slides import THREE, slides

SERVE = Path(marpweave.serve.__file__).parent


def test_news_that_are_no_warning_do_not_hide_what_runs(opened, stage):
    page = opened(slides(*THREE), {"type": "running", "cells": [{"cell": 0, "slide": 1, "line": 1, "label": "cell-1", "since": 1}]})
    state = page.locator("#state")
    stage.tell({"type": "status", "level": "info", "text": "accepted"})
    expect(page.locator("#announcement")).to_have_text("accepted")
    assert "cell-1" in state.inner_text()
    stage.tell({"type": "status", "level": "warning", "text": "a kernel died; running its cells again"})
    expect(state).to_have_text("a kernel died; running its cells again")


def test_what_the_server_says_is_told_in_the_language_of_the_deck(opened, stage):
    texts = re.findall(r'(?:warn|status)\("([^"]+)"', "".join(path.read_text(encoding="utf-8") for path in SERVE.glob("*.py")))
    assert len(texts) >= 4
    page = opened(slides(*THREE, lang="ja"))
    for text in texts:
        stage.tell({"type": "status", "level": "info", "text": text})
        expect(page.locator("#announcement")).to_have_text(re.compile("[ぁ-ん]"))
        stage.tell({"type": "status", "level": "info", "text": "unknown"})
        expect(page.locator("#announcement")).to_have_text("unknown")
