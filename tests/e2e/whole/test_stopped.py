"""Builds that are stopped, and wrong usage."""

import re
import signal
import subprocess
import sys
import time

import pytest

from tests.processes import alive, below
from tests.project import PROGRAM, Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")

def test_an_interrupted_build_leaves_no_kernel(tmp_path):
    (tmp_path / "deck.md").write_text("```python\nimport time\nopen('begun', 'w').close()\ntime.sleep(60)\n```\n", encoding="utf-8")
    process = subprocess.Popen([sys.executable, PROGRAM, "check", "deck.md"], cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not (tmp_path / "begun").exists():
        time.sleep(0.1)
    running = below(process.pid)
    assert running
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert alive(running) == []


def test_the_doctor_finds_what_set_up_brought(tmp_path):
    said = Project(tmp_path).run("doctor").stdout
    for tool in ("Python", "Node.js", "Marp CLI", "browser", "noto-sans-jp"):
        assert re.search(rf"^{re.escape(tool)} +(?:found|[\d.]+) +/", said, re.MULTILINE), said
    assert "missing" not in said


def test_wrong_usage_ends_with_two(tmp_path):
    assert "no such file" in Project(tmp_path).run("check", "nowhere.md", code=2).stderr


@pytest.mark.parametrize(("words", "told"), [
    (("chekc", "a.md"), "chekc is neither a command nor a file; did you mean `build.py check`?"),
    (("clean",), "clean is neither a command nor a file; `build.py --help` lists the commands"),
    (("render", "a.md"), "render is neither a command nor a file; did you mean `build.py build`?"),
    (("--strict", "check", "a.md"), "put the command before its options: `build.py check …`")])
def test_a_command_that_is_mistyped_or_misplaced_is_no_missing_deck(words, told, tmp_path):
    assert Project(tmp_path).run(*words, code=2).stderr.splitlines()[-1] == f"Error: {told}"


@pytest.mark.parametrize(("words", "told"), [
    (("a.md", "--pdf"), "no such option --pdf; here it is `--to pdf`"),
    (("a.md", "-o", "a.pdf"), "no such option -o; here it is `--out FOLDER`"),
    (("check", "--fix"), "no such option --fix; here it is `--update`"),
    (("build", "--wacth"), "No such option '--wacth'. (Did you mean one of: '--cache', '--watch'?)")])
def test_an_option_of_another_tool_is_told_with_the_one_that_is_meant(words, told, tmp_path):
    assert Project(tmp_path).run(*words, code=2).stderr.splitlines()[-1] == f"Error: {told}"


def test_help_cuts_no_summary_short(tmp_path):
    said = " ".join(Project(tmp_path).run("--help").stdout.split())
    assert ("..." not in said.partition("Commands:")[2], "needs neither Node nor a browser." in said) == (True, True)


def test_a_folder_that_is_called_like_a_command_is_a_folder(tmp_path):
    project = Project(tmp_path).write({"check/a.md": "---\nmarp: true\n---\n\n# A\n"})
    assert project.run("--to", "md", "check").stdout == "check/a.md: 1 slide, 0 cells, 0 outputs proven: clean\n"


@pytest.mark.parametrize(("name", "remedy"), [
    ("nb.ipynb", "nb.ipynb is not Markdown; convert it to a deck with `marpweave convert`"),
    ("deck.Rmd", "deck.Rmd is not Markdown; convert it to a deck with `marpweave convert`"),
    ("deck.tex", "deck.tex is not Markdown; a deck is a Marp Markdown file")])
def test_a_file_that_is_no_deck_is_refused_with_what_to_do(name, remedy, tmp_path):
    (tmp_path / name).write_text("{}", encoding="utf-8")
    assert Project(tmp_path).run("check", name, code=2).stderr == f"error: {remedy}\n"
    assert "choose from" in Project(tmp_path).run("--to", "doc", "x.md", code=2).stderr
    assert "is empty; name a Python, or omit the option" in Project(tmp_path).run("check", "--python", "", "x.md", code=2).stderr
    Project(tmp_path).run("check", "--no-such-option", code=2)
