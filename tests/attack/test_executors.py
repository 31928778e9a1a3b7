"""Wherever decks run, the store holds the same; and whoever dies or is interrupted, nothing is left behind."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.processes import alive, below, command, waited
from tests.project import Project

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
DECK = "---\nexecute: true\n---\n\n```python\nimport time\ntime.sleep({})\nprint(1)  # => 1\n```\n"
RUN_NOTHING = {f"slides/failures/{name}/deck.md" for name in ("citation", "diagram", "prelude", "stale-source")}
NEVER_KEPT = {"slides/failures/kernel-died/deck.md", "slides/failures/timeout/deck.md"}
"""Decks whose kernel ends in a cell."""


def steps(store):
    """All records of steps, each with its outcome, but for how long it took."""
    found = {}
    for path in store.glob("v2/step/*/*"):
        traces = json.loads(path.read_bytes().partition(b"\n")[2])
        for trace in traces:
            outcome = trace["outcome"]
            trace["outcome"] = json.loads((store / "v2/blob" / outcome[:2] / outcome[2:]).read_bytes()) | {"seconds": 0}
        found[path.parent.name + path.name] = traces
    return found


def test_keys_and_outcomes_are_the_same_wherever_decks_run(tmp_path, node, browser):
    for kind in ("cases", "failures"):
        shutil.copytree(ROOT / "tests/golden" / kind, tmp_path / "slides" / kind)
    for lecture in ("01-perceptron", "02-activation", "03-network"):
        shutil.copy(ROOT / f"slides/{lecture}.md", tmp_path / "slides")
    project = Project(tmp_path)
    decks = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*.md"))
             if path.name not in ("woven.md", "updated.md") and not path.name.startswith("_")]
    stayed = {}
    for executor in ("local", "processes", "dask"):
        built = project.check("--executor", executor, "--cache", executor, *decks, code=1)
        stayed[executor] = {deck["path"] for deck in built.decks if deck["executed"] and not deck["workers"]}
    assert set(decks) - stayed.pop("local") == RUN_NOTHING
    assert stayed == {"processes": set(), "dask": {"slides/cases/like-a-script/deck.md"}}
    again = project.check("--cache", "local", *decks, code=1)
    assert {deck["path"] for deck in again.decks if deck["executed"]} == NEVER_KEPT
    home = steps(tmp_path / "local")
    assert steps(tmp_path / "processes") == home
    assert steps(tmp_path / "dask") == home


@contextlib.contextmanager
def running(folder, executor, sleep):
    """A build whose two decks run in two workers -> it, its workers, and all of its processes."""
    Project(folder).write({f"slides/{name}.md": DECK.format(sleep) for name in "ab"} | {"tmp/x": ""})
    (folder / "tmp/x").unlink()
    with subprocess.Popen([sys.executable, ROOT / "build.py", "check", "--jobs", "2", "--executor", executor, "--json", "report.json"],
                          cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
                          env=os.environ | {"TMPDIR": str(folder / "tmp")}) as program:
        try:
            waited(lambda: len(kernels(program.pid)) == 2)
            processes = below(program.pid)
            yield program, sorted({psutil.Process(kernel).parent().ppid() for kernel in kernels(program.pid)}), processes
        finally:
            program.kill()
            waited(lambda: not alive(processes))


def kernels(process):
    """Kernels that run below a process; above each stands its witness, and above that the worker."""
    found = {each: command(each) for each in below(process)}
    return [each for each, words in found.items() if "ipykernel_launcher" in words and not any("supervisor" in word for word in words)]


@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_the_deck_of_a_killed_worker_runs_again(executor, tmp_path):
    with running(tmp_path, executor, 5) as (program, workers, _):
        assert len(workers) == 2
        os.kill(workers[0], signal.SIGKILL)
        assert (program.wait(timeout=200), (tmp_path / "report.json").exists()) == (0, True)
    decks = json.loads((tmp_path / "report.json").read_text())["decks"]
    assert [(deck["executed"], deck["checked"], len(deck["workers"])) for deck in decks] == [(["cell-1"], 1, 1)] * 2
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_an_interrupted_build_leaves_nothing_behind(executor, tmp_path):
    with running(tmp_path, executor, 300) as (program, _, processes):
        os.killpg(program.pid, signal.SIGINT)
        assert program.wait(timeout=60) == 130
        waited(lambda: not alive(processes))
        assert program.stderr.read().split("\n")[-3:] == ["", "interrupted", ""]
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_no_process_outlives_a_killed_build(executor, tmp_path):
    with running(tmp_path, executor, 300) as (program, _, processes):
        program.kill()
        waited(lambda: not alive(processes))
