"""Decks that run on workers give what they give at home, or run at home."""

import os

import pytest

from tests.e2e.test_order import MAKER, READER
from tests.project import Project, alone

pytestmark = pytest.mark.usefixtures("kernel")
HEAD = "---\nexecute: true\n---\n\n"
DECKS = {
    "slides/outside.md": f"{HEAD}```python\nprint(open('../../around.txt').read())  # => 7\n```\n",
    "slides/ignored.md": f"{HEAD}```python\nprint(open('secret.txt').read())  # => 5\n```\n",
    "slides/place.md": f"{HEAD}```python\nfrom pathlib import Path\nprint(Path.cwd().parent.name)  # => project\n```\n",
    "slides/plain.md": f"{HEAD}```python\nimport kit\nprint(kit.f())  # => 3\n1 / 0\n```\n",
    "slides/variable.md": "---\nexecute: {env: [COURSE]}\n---\n\n```python\nimport os\nprint(os.environ['COURSE'])  # => nets\n```\n",
    "slides/secret.txt": "5", ".gitignore": "secret.txt\n", "kit.py": "def f():\n    return 3\n"}
WHY = {
    "ignored": "slides/secret.txt is not the same on the worker",
    "outside": "{}/around.txt is not the same on the worker",
    "place": "it depends on the project's location",
    "variable": "its `env` names variables of this machine (COURSE)"}


def notes(built):
    """Deck -> why it ran at home."""
    lines = (line.partition(" runs here, not on a worker: ") for line in built.stderr.split("\n"))
    return {told.removeprefix("note: slides/").removesuffix(".md"): why for told, mark, why in lines if mark}


@pytest.mark.attack
def test_what_is_not_the_same_on_a_worker_runs_at_home(tmp_path):
    (tmp_path / "around.txt").write_text("7")
    project = Project(tmp_path / "project").write(DECKS)
    os.system(f"git init -q {project.folder}")
    built = project.check("--executor", "dask", "--jobs", "1", code=1, environment={"COURSE": "nets"})
    assert notes(built) == {name: why.format(tmp_path) for name, why in WHY.items()}
    assert built.found("kind", "path", "message") == [("error", "slides/plain.md", "ZeroDivisionError: division by zero")]
    assert {deck["path"]: len(deck["workers"]) for deck in built.decks if deck["workers"]} == {"slides/plain.md": 1}


@pytest.mark.attack
def test_what_one_deck_writes_another_reads_though_workers_write_nothing_back(tmp_path):
    project = Project(tmp_path).write({"slides/a-reader.md": READER, "slides/z-maker.md": MAKER})
    built = project.build("--to", "md", "--executor", "dask", "--jobs", "1")
    assert "\n6\n" in project.text("dist/a-reader.md")
    assert notes(built) == {"z-maker": "it writes slides/numbers.txt"}
    assert project.build("--to", "md").ran == {"a-reader": [], "z-maker": []}


def test_a_missing_package_is_named(tmp_path):
    project = Project(tmp_path).write({"slides/a.md": DECKS["slides/plain.md"], "path/distributed.py": "raise ModuleNotFoundError(name='distributed')"})
    said = alone(("check", "--executor", "dask"), project.folder, {**os.environ, "PYTHONPATH": str(project / "path")})
    assert (said.code, said.stderr) == (2, "error: --executor dask needs the package distributed; install it with `pip install marpweave[dask]`\n")
