"""Files as people have them who came from other tools: what runs, what is told, and nothing left out in silence."""

import json

import pytest

FENCE = "```"
FRONT = "---\nmarp: true\n---\n\n# 題\n\n"
HABITS = {
    "HackMD": (f"{FRONT}{FENCE}python=10\nprint(1)  # 1\n{FENCE}\n\n{FENCE}python!\nprint(2)  # 2\n{FENCE}\n\n![](a.png =300x)\n",
               ["warning"], "1 slide, 2 cells, 2 outputs proven, 1 warning: clean"),
    "MyST": (f"{FRONT}{FENCE}{{code-cell}} ipython3\n---\ntags: [raises-exception]\n---\n1 / 0\n{FENCE}\n\n{FENCE}{{note}}\nn\n{FENCE}\n\n(here)=\n",
             ["warning"] * 2, "1 slide, 1 cell, 0 outputs proven, 2 warnings: clean"),
    "Slidev": (f"{FRONT}{FENCE}py {{all|1}}\nprint(1)  # 1\n{FENCE}\n\n::right::\n\n<v-click>a</v-click>\n\n---\nlayout: end\n---\n",
               ["warning", "markdown", "warning"], "2 slides, 1 cell, 1 output proven, 2 warnings: 1 finding"),
    "knitr": (f"{FRONT}{FENCE}{{python first, fig.dim=c(3, 2), message=F}}\nprint(1)  # 1\n{FENCE}\n\n{FENCE}{{python, eval=FALSE}}\nboom()\n{FENCE}\n",
              [], "1 slide, 2 cells, 1 output proven: clean"),
    "versions": (f"{FRONT}{FENCE}python3.11\nprint(1)\n{FENCE}\n\n{FENCE}{{pyodide}}\nprint(1)\n{FENCE}\n",
                 ["warning"] * 2, "1 slide, 0 cells, 0 outputs proven, 2 warnings: clean"),
    "第１回　導入": ("\ufeff" + f"{FRONT}- 例\n\n\t~~~Python\n\tif True:\n\t    print(1)  # 1\n\t~~~\n\n![図](図 1.png)\n".replace("\n", "\r\n"),
                ["warning"], "1 slide, 1 cell, 1 output proven, 1 warning: clean"),
}
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
    {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# 課題"},
    {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1, "source": "print(1 + 1)",
     "outputs": [{"output_type": "stream", "name": "stdout", "text": "2\n"}]}]}


@pytest.fixture
def habits(course):
    """The decks, in a folder whose name has a blank."""
    folder = course / "their habits"
    folder.mkdir()
    for name, (text, _, _) in HABITS.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="")
    return folder


def test_what_looks_like_python_runs_or_is_told(machine, engine, habits):
    code, said, _ = machine.run(engine, "check", "--json", "report.json", habits.name)
    assert code == 1
    report = json.loads((machine.folder / "report.json").read_text(encoding="utf-8"))
    found = {deck["path"]: [finding["kind"] for finding in deck["findings"]] for deck in report["decks"]}
    assert found == {f"{habits.name}/{name}.md": kinds for name, (_, kinds, _) in HABITS.items()}
    assert [line for line in said.splitlines() if line.endswith((": clean", " 1 finding"))] == sorted(
        f"{habits.name}/{name}.md: {summary}" for name, (_, _, summary) in HABITS.items())


def test_a_notebook_that_was_handed_in_is_no_deck_but_becomes_one(machine, engine, course):
    (course / "handed in").mkdir()
    (course / "handed in/hw.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    there = "there is no deck in handed in; a deck is a Markdown file whose front matter has `marp:` or `execute:`; "
    assert machine.run(engine, "check", "handed in") == (2, "", f"error: {there}run `marpweave convert \"handed in/hw.ipynb\" \"handed in/hw.md\"` to make one\n")
    assert machine.run(engine, "check", "handed in/hw.ipynb") == (
        2, "", "error: handed in/hw.ipynb is not Markdown; convert it to a deck with `marpweave convert`\n")
    assert machine.run(engine, "convert", "handed in/hw.ipynb", "handed in/hw.md")[0] == 0
    assert machine.run(engine, "check", "handed in")[:2] == (0, "handed in/hw.md: 1 slide, 1 cell, 1 output proven: clean\n")
