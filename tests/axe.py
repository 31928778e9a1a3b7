"""What axe-core finds on a page: faults that keep somebody from reading it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from marpweave.render.programs.browsers import find_browser
from tests.project import ROOT

SCRIPT = ROOT / "node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
RUN = """async (grave) => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => grave.includes(impact))
  .flatMap(({ id, nodes }) => nodes.map((node) => [id, node.html.slice(0, 160), node.failureSummary]))"""

ALL = """async () => {
  await document.fonts.ready;
  for (const slide of document.querySelectorAll("svg[data-marpit-svg]")) slide.removeAttribute("aria-hidden");
}"""
"""Slides that are not shown are hidden from who listens, too."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that slides are rendered in."""
    found = find_browser()
    expect.set_options(timeout=60_000)  # a machine may be busy
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found.path, args=[*found.arguments, "--no-sandbox"], env={**os.environ, **found.environment})
        yield started
        started.close()


def violations(browser: Browser, path: Path, grave: tuple[str, ...] = GRAVE) -> list[Any]:
    """Of a file: rule, element and remedy; all slides of a deck are one page, as they are printed."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    page.evaluate(ALL)
    page.add_script_tag(path=SCRIPT)
    found = page.evaluate(RUN, list(grave))
    page.close()
    return list(found)
