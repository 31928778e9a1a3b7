"""``make bench``: how long builds take, beside plain nbconvert on the same content in the same run.

Writes BENCHMARKS.md. Nothing here is a test: times are shown, never asserted.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nnviz_bench

ROOT = Path(__file__).resolve().parents[2]
RUNS = 3
seconds = partial(nnviz_bench.seconds, runs=RUNS)
FRONT_MATTER = "---\nmarp: true\ntheme: lecture\nexecute: true\n---\n\n"


def deck(slides: int, cells: int, figures: int) -> str:
    """A lecture: text on every slide, code on every second, some of it drawing."""
    pages = []
    for number in range(slides):
        page = f"# スライド {number + 1}\n\n活性化関数を通すと、出力は 0 から 1 の間に収まります。\n"
        cell = number // 2
        if number % 2 == 0 and cell < cells:
            page += "\n" + _cell(cell, draws=cell % max(cells // max(figures, 1), 1) == 1)
        pages.append(page)
    return FRONT_MATTER + "\n---\n\n".join(pages)


def _cell(number: int, *, draws: bool) -> str:
    if number == 0:
        return "```python\nimport numpy as np\nimport matplotlib.pyplot as plt\n```\n"
    if draws:
        return (f"```python\n#| label: figure-{number}\n#| fig-height: 2\nx = np.linspace(-6, 6, 200)\n"
                f"plt.plot(x, 1 / (1 + np.exp(-{number} * x)))\n```\n")
    return f"```python\nx = np.arange({number})\nprint(x.sum())  # {number * (number - 1) // 2}\n```\n"


def trivial(cells: int) -> str:
    """A deck of cells that do nothing, for the cost of a cell itself."""
    return FRONT_MATTER + "\n---\n\n".join(f"```python\nx = {i}\n```\n" for i in range(cells))


def notebook(text: str) -> str:
    """The same content as a notebook, each slide a slide of nbconvert's."""
    parts = re.split(r"```python\n(.*?)```\n", text.removeprefix(FRONT_MATTER), flags=re.DOTALL)
    cells = []
    for i, part in enumerate(parts):
        pieces = [part] if i % 2 else part.split("\n---\n")
        for piece in pieces:
            meta = {"slideshow": {"slide_type": "-" if i % 2 else "slide"}}
            cell = {"cell_type": "code" if i % 2 else "markdown", "id": f"c{len(cells)}", "metadata": meta,
                    "source": piece}
            cells.append({**cell, "outputs": [], "execution_count": None} if i % 2 else cell)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def call(*arguments: str | Path, cwd: Path) -> None:
    subprocess.run([str(a) for a in arguments], cwd=cwd, check=True, capture_output=True)


def measure(folder: Path) -> list[tuple[str, float]]:
    """Each case and its median seconds."""
    build = [sys.executable, ROOT / "build.py"]
    lecture, trifle = folder / "lecture.md", folder / "trifle.md"
    text = deck(60, 30, 12)
    (folder / "lecture.ipynb").write_text(notebook(text), encoding="utf-8")
    (folder / "trifle.ipynb").write_text(notebook(trivial(100)), encoding="utf-8")
    trifle.write_text(trivial(100), encoding="utf-8")
    empty = folder / "empty.md"
    empty.write_text(trivial(1), encoding="utf-8")

    def edited(old: str, new: str) -> Callable[[], object]:
        def action() -> None:
            lecture.write_text(text.replace(old, new, 1), encoding="utf-8")
            call(*build, lecture, "--to", "html", cwd=folder)
        return action

    def fresh(*formats: str) -> Callable[[], object]:
        def action() -> None:
            lecture.write_text(text, encoding="utf-8")
            shutil.rmtree(folder / "dist", ignore_errors=True)
            call(*build, lecture, "--to", ",".join(formats), cwd=folder)
        return action

    convert = [sys.executable, "-m", "nbconvert", "--execute", "--to", "slides"]
    return [
        ("cold build, HTML and PDF", seconds(fresh("html", "pdf"))),
        ("cold build, HTML", seconds(fresh("html"))),
        ("build again, nothing changed, HTML", seconds(lambda: call(*build, lecture, "--to", "html", cwd=folder))),
        ("one line of prose edited, HTML", seconds(edited("収まります", "収まる"))),
        ("last cell edited, HTML", seconds(edited("print(x.sum())  # 406", "print(x.sum() + 0)  # 406"))),
        ("check", seconds(lambda: call(*build, "check", lecture, cwd=folder))),
        ("nbconvert --execute --to slides", seconds(lambda: call(*convert, "lecture.ipynb", cwd=folder))),
        ("check, 100 trivial cells", seconds(lambda: call(*build, "check", trifle, cwd=folder))),
        ("check, 1 trivial cell", seconds(lambda: call(*build, "check", empty, cwd=folder))),
        ("nbconvert, 100 trivial cells", seconds(lambda: call(*convert, "trifle.ipynb", cwd=folder))),
    ]


def page(cases: list[tuple[str, float]]) -> str:
    """BENCHMARKS.md."""
    times = dict(cases)
    peers = {name: times["nbconvert, 100 trivial cells" if "trivial" in name else "nbconvert --execute --to slides"]
             for name in times}
    rows = [f"| {name} | {t:.2f} | {t / peers[name]:.2f} |" for name, t in cases]
    per_cell = (times["check, 100 trivial cells"] - times["check, 1 trivial cell"]) / 99 * 1000
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return "\n".join([
        "# Benchmarks", "",
        f"`make bench` wrote this page on {machine}; times are medians. Ratios are to a peer on the same",
        "content in the same run; PyTorch is compared with where it is installed.", "", "## marpweave", "",
        "The lecture has 60 slides, 30 cells and 12 figures; the peer is",
        "`jupyter nbconvert --execute --to slides`, which writes HTML only. There is no cache yet, so every build",
        "runs every cell.", "",
        "| case | seconds | ratio to nbconvert |", "|---|--:|--:|", *rows, "",
        f"A trivial cell costs {per_cell:.1f} ms ((100 cells - 1 cell) / 99).", "",
        *nnviz_bench.section(),
    ])


def main() -> None:
    """Measure and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        (ROOT / "BENCHMARKS.md").write_text(page(measure(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
