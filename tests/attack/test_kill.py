"""Killed at any moment, the program leaves each file as it was or as it will be, and the next run makes all good."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attack.makers import picture, place
from tests.attack.ways.way import DRAWN, D, Text
from tests.project import PROGRAM, alone, forked

pytestmark = [pytest.mark.usefixtures("kernel", "browser"), pytest.mark.timeout(1800)]  # up to 60 programs run one after the other
LOCKED = D(DRAWN.format("plot", 1), "print(1)  # => 1", "#| label: more\nplt.plot([2, 1])", Text("![](p.png)"))
EDITED = D(DRAWN.format("plot", 2), "print(2)  # => 1", "#| label: other\nplt.plot([3, 1])", Text("![](p.png)"))


@dataclass(frozen=True)
class Case:
    """A command that is killed, how often, and from which state of things."""

    command: tuple[str, ...]
    kills: int
    known: bool = True
    """Whether the results of the edited deck stand in the cache, so that a run is short and mostly writes."""
    timed: bool = False
    """Killed at a moment in time from outside, not at a write."""


BUILD, UPDATE, FREEZE = ("build", "--to", "md"), ("check", "--update"), ("freeze",)
CASES = (
    Case(BUILD, 50), Case(BUILD, 10, known=False), Case(BUILD, 20, timed=True), Case(UPDATE, 40), Case(UPDATE, 20, timed=True),
    Case(FREEZE, 40), Case(FREEZE, 10, timed=True), Case(("build", "--to", "html"), 10),
)
"""200 kills."""


def variables(folder):
    """Those of a program in a project whose temporary files are its own."""
    (folder / "tmp").mkdir(exist_ok=True)
    return {**os.environ, "TMPDIR": str(folder / "tmp")}


def told(folder, command, kill=None):
    """What a run says where it ended by itself."""
    done = forked(command, folder, variables(folder), kill=kill)
    assert done.code in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return done


def paths(folder):
    """All that is in a project but temporary files: what renders for a killed program removes its own at any moment."""
    for top in sorted(folder.iterdir()):
        yield top
        if top.name != "tmp":
            yield from sorted(top.rglob("*"))


def files(folder):
    """Every file but what is in the cache -> its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths(folder)
            if path.is_file() and path.relative_to(folder).parts[0] != ".marpweave"}


def left(folder):
    """Files that were to be renamed, and folders in the place for temporary files."""
    names = [path for path in paths(folder) if path.is_file() and path.name.startswith(".") and path.suffix == ".tmp"]
    return sorted(str(path.relative_to(folder)) for path in [*names, *(folder / "tmp").glob("marpweave-*")])


@pytest.fixture(scope="module")
def projects(tmp_path_factory, kernel, browser):
    """A project with all that a build, a check and a freeze make, whose deck was then edited; its results known, or not."""
    made = {}
    for known in (True, False):
        folder = made[known] = tmp_path_factory.mktemp("project")
        place(folder / "slides", {"deck.md": EDITED if known else LOCKED, "p.png": picture(1)})
        told(folder, BUILD)
        place(folder / "slides", {"deck.md": LOCKED})
        for command in (BUILD, ("build", "--to", "html"), FREEZE):
            told(folder, command)
        place(folder / "slides", {"deck.md": EDITED})
    return made


def killed(project, case, moment):
    """Run a command and kill it; False: it had ended before."""
    if not case.timed:
        return forked(case.command, project, variables(project), kill=moment).code == -signal.SIGKILL
    process = subprocess.Popen([sys.executable, PROGRAM, *case.command], cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=variables(project))
    time.sleep(moment)
    process.kill()
    return process.wait() == -signal.SIGKILL


def length(case, project):
    """How many changes a run makes, or how many seconds a new process takes for it."""
    if not case.timed:
        return int(told(project, case.command, 0).stderr.split()[-1])
    begun = time.monotonic()
    assert alone(case.command, project, variables(project)).code in (0, 1)
    return time.monotonic() - begun


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{'-'.join(case.command)}{'' if case.known else '-unknown'}{'-timed' * case.timed}")
def test_a_killed_program_leaves_every_file_whole_and_the_next_run_makes_all_good(case, projects, tmp_path, record_property):
    chance, old = random.Random(repr(case)), files(projects[case.known])
    shutil.copytree(projects[case.known], tmp_path / "whole", symlinks=True)
    most = length(case, tmp_path / "whole")
    new = files(tmp_path / "whole")
    assert new != old
    hits, remains = [], set()
    for n in range(case.kills):
        project = Path(shutil.copytree(projects[case.known], tmp_path / f"killed-{n}", symlinks=True))
        hit = killed(project, case, chance.uniform(0, most) if case.timed else chance.randint(1, most))
        assert hit or case.timed
        now = files(project)
        aside = {name for name in now if name in left(project)}
        torn = [name for name in now.keys() - aside if now[name] not in (old.get(name), new.get(name))]
        gone = [name for name in old.keys() & new.keys() if name not in now]
        assert (torn, gone) == ([], [])
        hits.append("before" if now == old else "behind" if now == new else "amidst")
        again = told(project, case.command)
        assert "damaged" not in again.stderr
        remains |= {Path(name).parent.as_posix() for name in left(project)}
        assert {name: text for name, text in files(project).items() if name not in left(project)} == new
        shutil.rmtree(project)
    assert remains == set(), f"temporary files are left in these folders after {hits}"
    record_property("hits", {moment: hits.count(moment) for moment in ("before", "amidst", "behind")})
