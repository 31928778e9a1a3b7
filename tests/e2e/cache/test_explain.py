"""Why a cell runs, and what an edit would run."""

from importlib.metadata import version

import pytest

from marpweave.build import explain
from marpweave.build.settings import Settings
from marpweave.cache import environment
from marpweave.probe.audit.monitor import CAN_SEE
from tests.e2e.cache.course import EDITS, told
from tests.project import Project
from tests.running import project_of

pytestmark = pytest.mark.usefixtures("kernel")

def test_why_names_the_first_thing_that_changed(copied):
    assert [line.rpartition(": ")[2] for line in told(copied, "why")] == ["known"] * 11
    copied.write({"slides/data.txt": "8"})
    lines = told(copied, "why", "slides/deck.md")
    assert lines[:3] == ["slides/deck.md:10: start: runs: a cell below needs it", "slides/deck.md:19: data: runs: slides/data.txt changed",
                         "slides/deck.md:24: module: runs: it follows a cell that runs"]
    assert told(copied, "why", "slides/deck.md:data") == lines[1:2]
    assert copied.run("why", "slides/deck.md:dat", code=2).stderr == \
        "error: slides/deck.md has no cell 'dat' that runs; `build.py why slides/deck.md` lists them\n"


@pytest.mark.parametrize(("edit", "label", "reason"), [
    ("a function of the package", "module" if CAN_SEE else "start", "kit/core.py::double changed" if CAN_SEE else "kit/core.py changed"),
    ("what runs at import", "start", "kit/core.py changed"), ("the last cell", "end", "its code or an option is new"),
    ("a file in a listed folder", "folder", "files were added to or removed from slides/extra"),
    ("a file that was absent", "absent", "slides/later.txt appeared"),
    ("a named input", "hidden", "raw/*.bin changed"), ("a module that shadows", "start", "slides/kit appeared"),
    ("a figure's height", "figure", "its code or an option is new"), ("a label with a figure", "plot", "its label or its expected outputs changed"),
])
def test_why_knows_every_kind_of_change(edit, label, reason, copied):
    copied.write(EDITS[edit][0])
    (line,) = told(copied, "why", f"slides/deck.md:{label}")
    assert line.endswith(f"{label}: runs: {reason}")


def test_why_names_a_package_of_another_version(copied, monkeypatch):
    installed = environment.packages
    monkeypatch.setattr(environment, "packages", lambda search: [*installed(search), ("numpy", "0.1")])
    settings = Settings(copied.folder, (copied / "slides/deck.md",), cache=copied / ".marpweave/cache")
    assert next(explain.why(project_of(settings))).endswith(f"start: runs: numpy {version('numpy')} -> 0.1")
    assert f"(numpy {version('numpy')} -> 0.1); build" in [*explain.impact(project_of(settings), "kit/core.py")][-1]


def test_impact_names_slides_and_figures(copied):
    lines = told(copied, "impact", "kit/core.py")
    assert lines[0] == "slides/deck.md:10: slide 1: start"
    assert lines[-1] == f"slides/deck.md: and {8 if CAN_SEE else 10} more below, which run after it"
    assert told(copied, "impact", "slides/data.txt")[0] == "slides/deck.md:19: slide 1: data"
    assert told(copied, "impact", "kit/unused.py") == ["no slide depends on kit/unused.py"]
    if CAN_SEE:
        assert "slides/deck.md:34: slide 1: figure, figures/deck/figure.svg" in told(copied, "impact", "kit/core.py::double")
        assert told(copied, "impact", "kit/core.py::halve") == ["no slide depends on kit/core.py::halve"]
    copied.write(EDITS["the last cell"][0])
    assert told(copied, "impact", "kit/core.py")[-1] == "slides/deck.md: no current results of end (its code or an option is new); build the deck first, unless these cells always run"


def test_why_and_impact_know_decks_that_were_built_with_a_prelude_elsewhere(tmp_path):
    project = Project(tmp_path).write({
        "slides/a.md": "---\nexecute: true\n---\n\n```python\nprint(open('d.txt').read(), x)\n```\n\n```python\n#| cache: false\nprint(x)\n```\n",
        "slides/d.txt": "1"})
    asked = ("--prelude", "x = 7", "--cache", "there")
    project.run("check", *asked)
    assert [line.partition(": ")[2] for line in told(project, "why", *asked)] == ["cell-1: runs: a cell below needs it", "cell-2: runs: `cache: false`"]
    assert told(project, "impact", *asked, "slides/d.txt") == [
        "slides/a.md:5: slide 1: cell-1", "slides/a.md: no current results of cell-2 (`cache: false`); build the deck first, unless these cells always run"]


@pytest.mark.parametrize("option", ["--update", "--verify"])
def test_what_a_special_run_says_is_not_replayed_to_a_plain_one(option, tmp_path):
    project = Project(tmp_path).write({"slides/a.md": "---\nexecute: true\n---\n\n```python\nimport ctypes, random\n"
        "ctypes.CDLL(None).open(b'd.txt', 0)\nprint(random.Random().random())  #> 0.123456789\n```\n", "slides/d.txt": "1"})
    special = project.run("check", option, code=1).stdout
    plain = project.run("check", code=1).stdout
    assert ("not updated" in special, "only Linux" in special) == (option == "--update", option == "--verify")
    assert ("not updated" in plain, "only Linux" in plain) == (False, False)
