"""The half of ``make bench`` that is about marpweave: a course of ten decks, cold and after each kind of edit."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nnviz_bench

from marpweave.render.programs.tools import find_tools

ROOT = Path(__file__).resolve().parents[2]
RUNS = 3
DECKS, SLIDES, CELLS, FIGURES = 10, 60, 30, 12
FRONT_MATTER = "---\nmarp: true\nexecute: true\n---\n\n"
FENCE = re.compile(r"```python\n(.*?)```\n", re.DOTALL)
BUILD = (sys.executable, ROOT / "build.py")
seconds = partial(nnviz_bench.seconds, runs=RUNS)
Row = tuple[str, float, str, float]
"""Case, our seconds, peer, its seconds."""


# -- content ------------------------------------------------------------------


def deck(number: int) -> str:
    """A lecture: text on every slide, code on every second, some of it drawing with a module of its own."""
    pages = []
    for slide in range(SLIDES):
        page = f"# 第{number}回 スライド {slide + 1}\n\n活性化関数を通すと、出力は 0 から 1 の間に収まります。\n"
        pages.append(page + ("\n" + cell(number, slide // 2) if slide % 2 == 0 else ""))
    return FRONT_MATTER + "\n---\n\n".join(pages)


def cell(deck_number: int, number: int) -> str:
    if number == 0:
        return f"```python\nimport numpy as np\nimport matplotlib.pyplot as plt\nfrom kit import m{deck_number}\n```\n"
    if (number + 1) * FIGURES // CELLS > number * FIGURES // CELLS:
        return (f"```python\n#| label: figure-{number}\n#| fig-height: 2\nx = np.linspace(-6, 6, 200)\n"
                f"plt.plot(x, m{deck_number}.curve({number} * x))\n```\n")
    return f"```python\nx = np.arange({number})\nprint(x.sum())  # {number * (number - 1) // 2}\n```\n"


def trivial(cells: int) -> str:
    """A deck of cells that do nothing, for the cost of a cell itself."""
    return FRONT_MATTER + "\n---\n\n".join(f"```python\nx = {i}\n```\n" for i in range(cells))


def notebook(text: str) -> str:
    """The same content as a notebook, each slide a slide of nbconvert's."""
    parts = FENCE.split(text.removeprefix(FRONT_MATTER))
    cells: list[dict[str, object]] = []
    for i, part in enumerate(parts):
        for piece in [part] if i % 2 else part.split("\n---\n"):
            meta = {"slideshow": {"slide_type": "-" if i % 2 else "slide"}}
            made = {"cell_type": "code" if i % 2 else "markdown", "id": f"c{len(cells)}", "metadata": meta, "source": piece}
            cells.append({**made, "outputs": [], "execution_count": None} if i % 2 else made)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def script(text: str) -> str:
    """The same cells as a plain program that saves its figures."""
    lines = ["import matplotlib", "matplotlib.use('agg')"]
    for number, code in enumerate(FENCE.findall(text)):
        lines += [code] + [f"plt.savefig('figure-{number}.svg'); plt.close('all')"] * ("plt.plot" in code)
    return "\n".join(lines)


def write_course(folder: Path) -> None:
    """Ten decks, each with a module that it alone uses, and the same for the peers."""
    for number in range(DECKS):
        text = deck(number)
        for name, content in {
                f"slides/d{number}.md": text, f"kit/m{number}.py": curve("1 + np.exp(-x)"), f"peers/d{number}.ipynb": notebook(text),
                f"peers/d{number}.py": script(text), f"trivial/t{number}.md": "", "kit/__init__.py": ""}.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
    (folder / "marpweave.toml").write_text('decks = "slides"\n', encoding="utf-8")
    (folder / "peers/kit").symlink_to(folder / "kit")


def curve(below: str) -> str:
    return f"import numpy as np\n\n\ndef curve(x):\n    return 1 / ({below})\n"


# -- what is measured --------------------------------------------------------------


def call(*arguments: str | Path, cwd: Path) -> str:
    return subprocess.run([str(a) for a in arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


class Course:
    """The course in a folder, and everything that is done to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        write_course(folder)

    def build(self, *arguments: str) -> None:
        call(*BUILD, *arguments, "--to", "html", cwd=self.folder)

    def cold(self, *decks: str) -> float:
        def action() -> None:
            for name in (".marpweave", "dist", "figures"):
                shutil.rmtree(self.folder / name, ignore_errors=True)
            self.build(*decks)
        return seconds(action)

    def cells(self, *arguments: str) -> float:
        """Cells alone, none of them known."""
        return seconds(lambda: subprocess.run([*map(str, BUILD), "check", "--no-cache", *arguments], cwd=self.folder,
                                              check=False, capture_output=True))

    def edited(self, name: str, change: Callable[[str, int], str]) -> float:
        """A build after an edit, another one each time."""
        path = self.folder / name
        was = path.read_text(encoding="utf-8")
        times = []
        for _ in range(RUNS):
            self.count += 1
            path.write_text(change(was, self.count), encoding="utf-8")
            begun = time.perf_counter()
            self.build()
            times.append(time.perf_counter() - begun)
        path.write_text(was, encoding="utf-8")
        self.build()
        return sorted(times)[RUNS // 2]

    def marp(self, *names: str) -> float:
        """The Marp CLI alone, on woven decks."""
        call(*BUILD, "--to", "md", "--out", "woven", cwd=self.folder)
        tools = find_tools()
        decks = [self.folder / "woven" / f"{name}.md" for name in names]
        return seconds(lambda: call(tools.node, tools.marp.with_name("marp-cli.js"), *decks, cwd=self.folder))

    def check(self, cells: int, *peer: str | Path) -> tuple[float, float]:
        """Trivial cells, run by us and by nbclient alone."""
        text = trivial(cells)
        (self.folder / "trivial.md").write_text(text, encoding="utf-8")
        (self.folder / "trivial.ipynb").write_text(notebook(text), encoding="utf-8")
        ours = seconds(lambda: call(*BUILD, "check", "--no-cache", "--deck-timeout", "3600", "trivial.md", cwd=self.folder))
        return ours, seconds(lambda: execute(self.folder / "trivial.ipynb")) if peer else math.nan


def execute(path: Path) -> None:
    """nbclient's own program."""
    call(sys.executable, "-m", "jupyter", "execute", path, cwd=path.parent)


def opens(folder: Path) -> tuple[float, float]:
    """20,000 opens of one file, without and with the audit hook; in a process of its own, the hook stays."""
    program = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from marpweave.probe.audit.hooks import Audit
def action():
    begun = time.perf_counter()
    for _ in range(20_000):
        with open({str(folder / 'kit/m0.py')!r}) as file:
            file.read()
    return time.perf_counter() - begun
action()
times = [min(action() for _ in range(5))]
Audit([{str(folder)!r}]).install()
times.append(min(action() for _ in range(5)))
print(*times)
"""
    first, second = map(float, call(sys.executable, "-c", program, cwd=folder).split())
    return first, second


def rows(course: Course) -> list[Row]:
    """The cases with their peers."""
    peers = course.folder / "peers"
    names = [f"d{n}" for n in range(DECKS)]
    cold, cold_one = course.cold(), course.cold("slides/d0.md")
    course.build()
    marp, marp_one = course.marp(*names), course.marp("d0")
    convert = seconds(lambda: call(sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "slides", "d0.ipynb", cwd=peers))
    script_one = seconds(lambda: call(sys.executable, "d0.py", cwd=peers))
    plain_one = script_one + marp_one
    plain = seconds(lambda: [call(sys.executable, f"{name}.py", cwd=peers) for name in names]) + marp
    client = seconds(lambda: [execute(peers / f"{name}.ipynb") for name in names])
    course.build()
    cells_one, cells = course.cells("slides/d0.md"), course.cells("--jobs", "2")
    cells_from_scratch = course.cells("--jobs", "2", "--kernel-start", "cold")
    prose = course.edited("slides/d0.md", lambda text, n: text.replace("収まります", f"収まります（{n}）", 1))
    last = course.edited("slides/d0.md", lambda text, n: text.replace("curve(29 * x)", f"curve({n} * x)"))
    function = course.edited("kit/m3.py", lambda text, n: curve(f"1 + np.exp(-x / {n})"))
    nothing = seconds(course.build)
    return [
        ("nothing changed, whole course", nothing, "plain scripts + Marp, which run all", plain),
        ("prose edited in one deck", prose, "Marp alone on that deck", marp_one),
        ("last cell edited", last, "plain script + Marp on that deck", plain_one),
        ("a function edited that one of ten decks uses", function, "plain scripts + Marp, which run all", plain),
        ("cells of one deck, cold", cells_one, "plain script", script_one),
        ("cells of the whole course, cold, 2 jobs", cells, "the same with `--kernel-start cold`", cells_from_scratch),
        ("cold, one deck", cold_one, "nbconvert --execute --to slides", convert),
        ("cold, one deck", cold_one, "plain script + Marp", plain_one),
        ("cold, whole course", cold, "nbclient one deck after the other, then Marp", client + marp),
        ("cold, whole course", cold, "plain scripts one after the other, then Marp", plain),
    ]


def section(folder: Path) -> list[str]:
    """The lines of the page."""
    course = Course(folder)
    found = [f"| {case} | {ours:.2f} | {peer} | {theirs:.2f} | {ours / theirs:.2f} |" for case, ours, peer, theirs in rows(course)]
    one, one_peer = course.check(1, "nbclient")
    sizes = {size: course.check(size)[0] for size in (250, 500, 1000)}
    hundred, hundred_peer = course.check(100, "nbclient")
    ours, theirs = (1000 * (many - few) / 99 for many, few in ((hundred, one), (hundred_peer, one_peer)))
    growth = math.log((sizes[1000] - one) / (sizes[250] - one), 4)
    unwatched, watched = opens(folder)
    return [
        "## marpweave", "",
        f"The course has {DECKS} decks of {SLIDES} slides, {CELLS} cells and {FIGURES} figures each; all build to HTML.", "",
        "| case | seconds | peer | seconds | ratio |", "|---|--:|---|--:|--:|", *found, "",
        f"A trivial cell costs {ours:.1f} ms, with nbclient alone {theirs:.1f} ms ((100 cells - 1 cell) / 99). Decks of 250, 500",
        f"and 1000 such cells are checked in {', '.join(f'{each:.2f}' for each in sizes.values())} s: the time grows with the "
        f"{growth:.2f}th power of the cells.", "",
        f"Watching what is read makes 20,000 opens of a file take {watched:.3f} s instead of {unwatched:.3f} s "
        f"({watched / unwatched:.2f}).",
    ]
