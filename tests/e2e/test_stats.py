"""What `stats` counts; it runs no cell."""

import json

import pytest

from tests.project import Project

EN = "---\nmarp: true\nexecute: true\nlang: en\n---\n\n# One two\n\n```python\nprint(1)  # => 1\n```\n\n" \
     "```python\nprint(2)\n```\n\n<!-- " + "word " * 65 + "-->\n\n---\n\n```python\n#| eval: false\nx\n```\n\n" \
     "```python\nimport matplotlib.pyplot as plt\nplt.plot([1])\nNone\n```\n"
JA = "---\nmarp: true\nlang: ja\n---\n\n# 一二三\n"


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path).write({"slides/a.md": EN, "slides/b.md": JA})


def test_nothing_runs_and_what_is_not_known_is_said(project):
    assert project.run("stats").stdout == (
        "             slides                  words   minutes  cells   proven  unchecked  figures\n"
        "slides/a.md       2                2 words       0.5      4  not run    not run  not run\n"
        "slides/b.md       1           3 characters  no notes      0        0          0        0\n"
        "2 decks           3  3 characters, 2 words       0.5      4  not run    not run  not run\n")


@pytest.mark.usefixtures("kernel")
def test_what_cells_gave_comes_from_kept_results(project):
    project.check()
    project.edit("slides/a.md", "import matplotlib", "import  matplotlib")  # the same code
    found = json.loads(project.run("stats", "--json", "--rate", "13").stdout)
    assert found["decks"][0] == {
        "path": "slides/a.md", "unit": "words", "slides": 2, "words": 2, "spoken": 65, "minutes": 5.0, "cells": 4, "ran": 3, "not_run": 0,
        "proven": 1, "unchecked": 1, "figures": 1}
    assert found["course"] == {
        "decks": 2, "words": {"characters": 3, "words": 2}, "minutes": 5.0, "slides": 3, "cells": 4, "ran": 3, "not_run": 0, "proven": 1,
        "unchecked": 1, "figures": 1}
    project.edit("slides/a.md", "plt.plot([1])", "plt.plot([2])")
    assert project.run("stats", "slides/a.md").stdout.split("\n")[1] == "slides/a.md       2      2      0.5  4 (1 not run)       1          1        0"
