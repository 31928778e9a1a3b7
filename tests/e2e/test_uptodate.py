"""What a second build does not do: each output stands as long as nothing it was made of has changed."""

import os
import subprocess
import sys

import pytest

from tests.project import ROOT, Project, alone

pytestmark = pytest.mark.usefixtures("kernel", "browser")
DECK = """\
---
marp: true
theme: mine
execute: true
---

# 一

![点 w:80px](dot.svg)

```python
#| label: line
#| fig-alt: 線
#| out-width: 300px
import matplotlib.pyplot as plt
from kit import SCALE
plt.plot([0, SCALE * 0 + 1])
```
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><circle r="{r}"/></svg>'
THEME = "/* @theme mine */\n@import 'default';\n"
HEAVY = (
    "nbclient", "nbformat", "matplotlib", "jinja2", "markdown_it", "numpy", "asyncio", "rich", "PIL", "fontTools", "yaml", "doctest",
    "importlib.metadata", "concurrent.futures", "marpweave.model.deck",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project")).write({
        "slides/one.md": DECK, "slides/two.md": "---\nexecute: true\n---\n\n# 二\n\n```python\n1 / 0\n```\n",
        "slides/dot.svg": DOT.format(r=3), "kit.py": "SCALE = 1\n", "slides/theme/mine.css": THEME})
    project.build("--to", "html", code=1)
    return project


def rendered(folder):
    """When each page was written."""
    return {path.stem: path.stat().st_mtime_ns for path in (folder / "dist").glob("*.html") if path.stem != "index"}


def written_by(project):
    """The decks whose pages a build writes, and the cells that it runs."""
    before = rendered(project)
    built = project.build("--to", "html", code=1)
    after = rendered(project)
    return sorted(name for name in after if after[name] != before.get(name)), [label for labels in built.ran.values() for label in labels]


def test_a_second_build_does_nothing_and_says_the_same(project):
    before = rendered(project)
    first = project.build("--to", "html", code=1)
    second = project.build("--to", "html", code=1)
    assert second.found("kind", "line") == [("error", 8)]
    assert [deck["from_cache"] for deck in second.decks] == [1, 1]
    assert second.decks == first.decks
    assert "rendering" not in second.stderr
    assert rendered(project) == before


def test_a_build_with_nothing_to_do_imports_nothing_heavy(project):
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from marpweave.cli.main import main\ntry: main(['--to', 'html'])\nfinally: " \
              "print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert [name for name in HEAVY if f"'{name}'" in done.stderr] == []


@pytest.mark.parametrize(("name", "change", "pages", "cells"), [
    ("slides/one.md", lambda text: text.replace("# 一", "# 壱"), ["one"], []),
    pytest.param("slides/one.md", lambda text: text.replace("#| label", "#| echo: true\n#| label"), [], [], marks=pytest.mark.attack),
    pytest.param("slides/dot.svg", lambda text: DOT.format(r=4), ["one"], [], marks=pytest.mark.attack),
    ("kit.py", lambda text: "SCALE = 2\n", [], ["line"]),
    pytest.param("kit.py", lambda text: "SCALE = 1 / 0\n", ["one"], ["line"], marks=pytest.mark.attack),
    ("slides/theme/mine.css", lambda text: THEME + "section { color: red; }", ["one", "two"], []),
    pytest.param("figures/one/line.svg", lambda text: "<svg/>", [], [], marks=pytest.mark.attack),
    pytest.param("figures/one/line.svg", None, [], [], marks=pytest.mark.attack),
    ("dist/one.html", None, ["one"], []),
    pytest.param("dist/one.html", lambda text: text + " ", ["one"], [], marks=pytest.mark.attack),
    pytest.param("dist/index.html", None, [], [], marks=pytest.mark.attack),
    ("dist/decks.json", None, ["one", "two"], []),
])
def test_a_change_makes_what_depends_on_it_and_nothing_else(project, name, change, pages, cells):
    path, figure = project / name, project / "figures/one/line.svg"
    good = figure.read_bytes()
    was = path.read_text(encoding="utf-8")
    if change:
        path.write_text(change(was), encoding="utf-8")
    else:
        path.unlink()
    try:
        assert written_by(project) == (pages, cells)
        assert figure.read_bytes() == good
        assert written_by(project) == ([], [])
    finally:
        path.write_text(was, encoding="utf-8")
        again = project.build("--to", "html", code=1)
    assert again.decks[0]["findings"] == []


def test_a_deck_that_changes_the_index_page_is_built_alone(project):
    project.edit("slides/one.md", "# 一", "# 壱")
    try:
        assert project.build("--to", "html", code=1).stderr.count("rendering html") == 1
    finally:
        project.edit("slides/one.md", "# 壱", "# 一")


@pytest.mark.attack
def test_a_file_that_could_not_be_made_is_tried_again(tmp_path):
    (tmp_path / "soffice").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "soffice").chmod(0o755)
    project = Project(tmp_path).write({"deck.md": "# 一\n"})
    command = ("build", "--to", "pptx", "--pptx-editable", "deck.md")
    first, second = (alone(command, project.folder, {**os.environ, "SOFFICE_PATH": str(tmp_path / "soffice")}) for _ in range(2))
    assert first.stdout == second.stdout
    assert "Marp could not write pptx" in second.stdout
    assert "rendering" in second.stderr


def test_no_cache_and_verify_run_everything(project):
    for built in (project.build("--no-cache", "--to", "html", code=1), project.check("--verify", code=1)):
        assert built.ran == {"one": ["line"], "two": ["cell-1"]}


def test_verify_finds_a_stored_result_that_is_not_true(tmp_path):
    project = Project(tmp_path).write({"deck.md": "---\nexecute: true\n---\n\n```python\nimport time\nprint(time.time_ns())  # ...\n```\n"})
    project.check("deck.md")
    project.check("deck.md")
    assert project.check("--verify", "deck.md", code=1).found("kind", "line") == [("nondeterministic", 5)]


def test_update_rewrites_though_all_is_known(tmp_path):
    project = Project(tmp_path).write({"deck.md": "---\nexecute: true\n---\n\n```python\nprint(1)  # => 2\n```\n"})
    project.check("deck.md", code=1)
    project.check("--update", "deck.md")
    assert "# => 1" in project.text("deck.md")
