"""Builds that are stopped, and wrong usage."""

import re
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.project import PROGRAM, Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")

def test_an_interrupted_build_leaves_no_kernel(tmp_path):
    (tmp_path / "deck.md").write_text("```python\nimport time\nopen('begun', 'w').close()\ntime.sleep(60)\n```\n", encoding="utf-8")
    process = subprocess.Popen([sys.executable, PROGRAM, "check", "deck.md"], cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not (tmp_path / "begun").exists():
        time.sleep(0.1)
    running = kernel_of(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert not running.is_running() or running.status() == psutil.STATUS_ZOMBIE


def kernel_of(process):
    """The kernel that a build has started."""
    return next(child for child in psutil.Process(process.pid).children(recursive=True) if "ipykernel_launcher" in child.cmdline())


def test_the_doctor_finds_what_set_up_brought(tmp_path):
    said = Project(tmp_path).run("doctor").stdout
    for tool in ("Python", "Node.js", "Marp CLI", "browser", "noto-sans-jp"):
        assert re.search(rf"^{re.escape(tool)} +(?:found|[\d.]+) +/", said, re.MULTILINE), said
    assert "missing" not in said


def test_wrong_usage_ends_with_two(tmp_path):
    assert "no such file" in Project(tmp_path).run("check", "nowhere.md", code=2).stderr


@pytest.mark.parametrize(("name", "remedy"), [
    ("nb.ipynb", "nb.ipynb is no Markdown; write the notebook as Markdown first: `jupytext --to md` does it"),
    ("deck.py", "deck.py is no Markdown; a deck is a Markdown file of Marp")])
def test_a_file_that_is_no_deck_is_refused_with_what_to_do(name, remedy, tmp_path):
    (tmp_path / name).write_text("{}", encoding="utf-8")
    assert Project(tmp_path).run("check", name, code=2).stderr == f"error: {remedy}\n"
    assert "choose among" in Project(tmp_path).run("--to", "doc", "x.md", code=2).stderr
    assert "names no Python" in Project(tmp_path).run("check", "--python", "", "x.md", code=2).stderr
    Project(tmp_path).run("check", "--no-such-option", code=2)
