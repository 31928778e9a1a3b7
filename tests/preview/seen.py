"""Previews in a real browser, the one that renders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from marpweave.render.programs import find_browser

FLAGS = ("--no-sandbox", "--headless=new", "--hide-scrollbars", "--disable-dev-shm-usage")


@contextmanager
def seen() -> Iterator[Page]:
    """A page of the browser, with nothing on it."""
    browser = find_browser()
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=browser.path, args=[*browser.arguments, *FLAGS], env={**os.environ, **browser.environment})
        page = program.new_page()
        page.set_default_timeout(40_000)
        try:
            yield page
        finally:
            program.close()
