"""The third of ``make bench`` that is about the preview: from the write of a file to what a real browser shows.

`python tests/bench/preview_bench.py` measures this part alone and prints it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import BrowserContext, Error, Page, sync_playwright

from marpweave.render.programs.browsers import find_browser
from marpweave.render.programs.tools import find_tools

ROOT = Path(__file__).resolve().parents[2]
SLIDES, CELLS, FIGURES, FORMULAS = 60, 30, 12, 30
EDITS, FEW, MANY = 50, 10, int(os.environ.get("MARPWEAVE_BENCH_EDITS", "1000"))
PAUSE = 0.15
"""Seconds between what is shown and the next edit."""
LIMIT = 20.0
WATCH = """
window.shown = {};
const note = (what) => { window.shown[what] ??= Date.now(); };
new MutationObserver(() => {
  for (const [mark] of document.documentElement.textContent.matchAll(/mark-\\d+/g)) note(mark);
  for (const { complete, src } of document.images) if (complete) note(src);
}).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
document.addEventListener("load", ({ target }) => target.src && note(target.src), true);
"""
FRONT_MATTER = "---\nmarp: true\nexecute: true\ntheme: own\nmath: mathjax\n---\n\n"
THEME = "/* @theme own */\n@import 'gaia';\nsection { --bench: plain }\n"
MODULE = "import numpy as np\n\n\ndef curve(x):\n    return 1 / (1 + np.exp(-x))\n\n\ndef rare(x):\n    return x + 1\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><circle cx="45" cy="45" r="40"/></svg>'


# -- content ------------------------------------------------------------------


def deck() -> str:
    """Text on every slide, a formula or code on every second one; two cells use a function of their own."""
    pages = []
    for slide in range(SLIDES):
        page = f"# スライド {slide + 1}\n\n活性化関数を通すと、出力は 0 から 1 の間に収まります。\n\n"
        pages.append(page + (cell(slide // 2) if slide % 2 == 0 else f"$$y_{{{slide}}} = \\frac{{1}}{{1 + e^{{-{slide}x}}}}$$\n"))
    pages[1] += "\n![w:90](own.svg)\n"
    return FRONT_MATTER + "\n---\n\n".join(pages)


def cell(number: int) -> str:
    if number == 0:
        return "```python\nimport numpy as np\nimport matplotlib.pyplot as plt\nimport kit\n```\n"
    if (number + 1) * FIGURES // CELLS > number * FIGURES // CELLS:
        return f"```python\n#| label: figure-{number}\n{figure(number)}```\n"
    if number in (10, 20):
        return f"```python\nprint('rare', kit.rare({number}))\n```\n"
    return f"```python\nprint('cell {number}')\n```\n"


def figure(number: int) -> str:
    return f"x = np.linspace(-6, 6, 200)\nplt.plot(x, kit.curve({number} * x))\n"


def write(folder: Path) -> None:
    for name, content in {"deck.md": deck(), "kit.py": MODULE, "own.svg": PICTURE, "theme/own.css": THEME}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(content, encoding="utf-8")


# -- programs -----------------------------------------------------------------


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    found = find_browser()
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=found.path, args=[*found.arguments, "--no-sandbox"],
                                             env={**os.environ, **found.environment})
        context = program.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(WATCH)
        yield context
        program.close()


@contextmanager
def running(*command: str | Path, folder: Path, says: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A program, and what it said that matches."""
    process = subprocess.Popen([str(each) for each in command], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert process.stdout
        yield process, next(found[0] for line in process.stdout if (found := re.search(says, line)))
    finally:
        process.terminate()
        process.wait()


def memory(process: subprocess.Popen[str]) -> float:
    """MB of a program and all that it has started, what they share counted once."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    return float(sum(each.memory_full_info().pss for each in family)) / 2**20


# -- what is measured ---------------------------------------------------------


def replaced(path: Path, text: str) -> float:
    """Save a file as editors do; when that was, in ms."""
    aside = path.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    begun = time.time() * 1000
    aside.replace(path)
    return begun


def shown(page: Page) -> Mapping[str, float]:
    """When the page first showed something, in ms; a page that is loaded anew has shown nothing."""
    try:
        found: dict[str, float] = page.evaluate("window.shown")
    except Error:
        return {}
    return found


class Edits:
    """Edits of a file, each with a number of its own, and how long each takes to be seen."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.number = page, folder, 0

    def times(self, name: str, change: Callable[[str, str], str], times: int = FEW, *, picture: bool = False) -> list[float]:
        """Seconds from the write to the mark, or to a new picture that is there."""
        path = self.folder / name
        was, found = path.read_text(encoding="utf-8"), []
        for _ in range(times):
            self.number += 1
            mark = f"mark-{self.number}"
            before = shown(self.page).keys()
            begun = replaced(path, change(was, mark))
            found.append((self._seen(mark, before, picture=picture) - begun) / 1000)
            time.sleep(PAUSE)
        replaced(path, was)
        time.sleep(1)
        return sorted(found)

    def _seen(self, mark: str, before: object, *, picture: bool) -> float:
        ends = time.monotonic() + LIMIT
        while time.monotonic() < ends:
            now = shown(self.page)
            new = [at for what, at in now.items() if what not in before and what.startswith("http")] if picture else \
                [now[mark]] if mark in now else []
            if new:
                return new[0]
            time.sleep(0.01)
        return float("nan")


def own_time(code: str, folder: Path) -> float:
    """What a figure takes in a plain script, its libraries warm."""
    lines = ["import io, time, sys", "import matplotlib", "matplotlib.use('agg')", "import numpy as np", "import matplotlib.pyplot as plt",
             "import kit", "def draw():", *(f"    {line}" for line in code.splitlines()),
             "    plt.savefig(io.BytesIO(), format='svg')", "    plt.close()",
             "draw(); begun = time.perf_counter(); draw(); print(time.perf_counter() - begun)"]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=folder, check=True, capture_output=True, text=True)
    return float(done.stdout)


def median(times: list[float]) -> float:
    return times[len(times) // 2]


def percentile(times: list[float], part: float) -> float:
    return times[min(len(times) - 1, int(len(times) * part))]


def prose(text: str, mark: str) -> str:
    return text.replace("収まります", f"収まります {mark}", 1)


def peer(context: BrowserContext, folder: Path) -> list[float]:
    """``marp --server`` on the same deck."""
    write(folder)
    tools = find_tools()
    with running(tools.node, tools.marp.with_name("marp-cli.js"), "--server", folder, "--theme-set", folder / "theme", folder=folder, says=r"http://localhost:\d+/?") as (_, url):
        page = context.new_page()
        page.goto(f"{url.rstrip('/')}/deck.md")
        page.wait_for_selector("section")
        time.sleep(2)
        times = Edits(page, folder).times("deck.md", prose)
        page.close()
    return times


def preview(context: BrowserContext, folder: Path) -> dict[str, str]:
    """The cases of the preview."""
    write(folder)
    command = sys.executable, ROOT / "build.py", "preview", "deck.md", "--no-open"
    subprocess.run([sys.executable, ROOT / "build.py", "check", "deck.md"], cwd=folder, check=True, capture_output=True)
    told = {}
    for first in (True, False):  # the first time fills the cache of slides
        begun = time.monotonic()
        with running(*command, folder=folder, says=r"http://\S+") as (process, url):
            page = context.new_page()
            page.goto(url)
            page.wait_for_selector(".frame[data-here]", timeout=60_000)
            told["first slide, cache filled"] = f"{time.monotonic() - begun:.2f} s"
            page.wait_for_selector('#state[data-state=""], #state[data-state=proven]', timeout=120_000)
            if not first:
                told |= cases(Edits(page, folder), process)
            page.close()
    return told


def cases(edits: Edits, process: subprocess.Popen[str]) -> dict[str, str]:
    told = {}
    times = edits.times("deck.md", prose, EDITS)
    told["prose"] = f"{median(times):.3f} s, p95 {percentile(times, 0.95):.3f} s"
    middle = f"# スライド {SLIDES // 2 + 1}\n"
    for case, name, change, picture in (
            ("slide inserted", "deck.md", lambda text, mark: text.replace(middle, f"# {mark}\n\n---\n\n{middle}"), False),
            ("picture replaced", "own.svg", lambda text, mark: text.replace("</svg>", f"<!-- {mark} --></svg>"), True),
            ("theme", "theme/own.css", lambda text, mark: text.replace("plain", mark), False),
            ("text cell in the middle", "deck.md", lambda text, mark: text.replace("'cell 15'", f"'{mark[:4]}' '{mark[4:]}'"), False),
            ("function that 2 of 30 cells use", "kit.py", lambda text, mark: text.replace("x + 1", f"'{mark[:4]}' + '{mark[4:]}'"), False)):
        told[case] = f"{median(edits.times(name, change, picture=picture)):.3f} s"
    code = figure(12)
    drawn = edits.times("deck.md", lambda text, mark: text.replace(code, code.replace("200", str(200 + int(mark[5:])))), picture=True)
    told["figure cell"] = f"{median(drawn):.3f} s, in a plain script {own_time(code, edits.folder):.3f} s"
    edits.times("deck.md", prose, 100)
    early = memory(process)
    edits.times("deck.md", prose, MANY)
    told["memory after 100 edits"] = f"{early:.0f} MB, after {MANY} more {memory(process):.0f} MB"
    return told


def section(folder: Path) -> list[str]:
    """The lines of the page."""
    with ExitStack() as stack:
        context = stack.enter_context(chromium())
        theirs = peer(context, folder / "peer")
        told = preview(context, folder / "preview")
    rows = [f"| {case} | {time} |" for case, time in told.items()]
    return ["## preview", "", f"A deck of {SLIDES} slides, {CELLS} cells, {FIGURES} figures and {FORMULAS} formulas; medians from the write of a file",
            f"to what a browser shows. `marp --server` shows an edit of prose after {median(theirs):.3f} s.", "",
            "| edited | shown after |", "|---|---|", *rows]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write("\n".join(section(Path(place))) + "\n")
