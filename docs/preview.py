"""Films the preview for the README: ``python docs/preview.py`` writes docs/preview.webp."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from marpweave.render.programs.browsers import find_browser

HERE = Path(__file__).resolve().parent
DECK = """---
marp: true
theme: lecture
lang: en
paginate: true
execute: true
---

## Gradient descent

One step down: $x \\leftarrow x - \\eta \\, f'(x)$.

```python
x = 3.0
for step in range(4):
    x -= 0.2 * 2 * x
print(round(x, 4))  # => 0.3888
```
"""
WIDTH, HEIGHT = 1120, 620


def film() -> list[tuple[Image.Image, int]]:
    """Pictures and how long each is shown, in milliseconds."""
    browser = find_browser()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        deck = Path(folder, "descent.md")
        deck.write_text(DECK, encoding="utf-8")
        command = [sys.executable, HERE.parent / "build.py", "preview", "--no-open", deck.name]
        with subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.PIPE) as server:
            assert server.stdout
            address = server.stdout.readline().strip()
            window = playwright.chromium.launch(
                executable_path=browser.path, args=[*browser.arguments, "--no-sandbox"],
                env={**os.environ, **browser.environment})
            page = window.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en")
            page.goto(address)
            try:
                pictures = _scenes(page, deck)
            finally:
                window.close()
                server.send_signal(signal.SIGINT)
    return pictures


def _scenes(page: Page, deck: Path) -> list[tuple[Image.Image, int]]:
    taken = []

    def take(milliseconds: int) -> None:
        page.wait_for_timeout(300)
        taken.append((Image.open(io.BytesIO(page.screenshot())).convert("RGB"), milliseconds))

    proven = page.locator("#state[data-state=proven]")
    expect(proven).to_be_visible(timeout=60_000)
    take(1800)
    deck.write_text(DECK.replace("One step down", "One step downhill"), encoding="utf-8")
    expect(page.locator("section", has_text="downhill")).to_be_visible()
    take(1600)
    deck.write_text(DECK.replace("One step down", "One step downhill").replace("0.2 *", "0.4 *"), encoding="utf-8")
    page.locator(".count", has_text="1").wait_for(timeout=60_000)
    page.keyboard.press("i")
    take(2600)
    page.get_by_role("button", name="accept").click()
    expect(proven).to_be_visible(timeout=60_000)
    take(1800)
    page.keyboard.press("i")
    page.keyboard.press("e")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    for letter in "print(x > 0)":
        page.keyboard.type(letter)
    take(1400)
    page.keyboard.press("Shift+Enter")
    expect(page.locator("section", has_text="True")).to_be_visible(timeout=60_000)
    take(2600)
    page.keyboard.press("Escape")
    take(1200)
    return taken


if __name__ == "__main__":
    pictures = film()
    first, *rest = [picture for picture, _ in pictures]
    first.save(HERE / "preview.webp", save_all=True, append_images=rest, duration=[time for _, time in pictures],
               loop=0, quality=80, method=6, kmax=1)  # whole frames, without traces of earlier ones
