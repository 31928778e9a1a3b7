"""`build --watch` builds at every save."""

import signal
import subprocess
import sys
import time

import pytest

from tests.preview.previewed import SECONDS
from tests.project import PROGRAM


def test_files_follow_the_deck_and_what_it_reads(project, kernel, browser):
    project.edit("deck.md", "print(x + 1)", "import tool\nprint(x + tool.n)")
    project.write({"tool.py": "n = 1\n"})
    page = project / "dist/deck.html"
    with subprocess.Popen([sys.executable, PROGRAM, "--watch", "--to", "html", "deck.md"], cwd=project.folder, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("deck.md: 3 slides, 2 cells")
        assert ">21\n" in page.read_text()
        project.edit("deck.md", "Plain words", "Other words")
        assert process.stdout.readline().startswith("deck.md: 3 slides")
        assert "Other words" in page.read_text()
        project.write({"tool.py": "n = 5\n"})
        assert process.stdout.readline().startswith("deck.md: 3 slides")
        assert ">25\n" in page.read_text()
        project.edit("deck.md", "Other words.", "{{< include _part.md >}}")
        assert process.stdout.readline().startswith("deck.md:8: markdown: _part.md does not exist")
        assert process.stdout.readline().startswith("deck.md: 0 slides")
        project.write({"_part.md": "Words of a part."})
        assert process.stdout.readline().startswith("deck.md: 3 slides")
        project.write({"_part.md": "Words of another part."})
        assert process.stdout.readline().startswith("deck.md: 3 slides")
        assert "Words of another part." in page.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
        assert process.stdout.read() == ""


@pytest.mark.attack
def test_another_configuration_is_told_until_the_old_one_is_back(project, kernel, browser):
    with subprocess.Popen([sys.executable, PROGRAM, "--watch", "--to", "html", "deck.md"], cwd=project.folder, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("deck.md: 3 slides, 2 cells")
        project.write({"marpweave.toml": 'ratio = "4:3"'})
        assert "unknown key 'ratio'" in process.stdout.readline()
        assert process.stdout.readline().endswith("1 finding\n")
        project.write({"marpweave.toml": 'theme = "gaia"'})
        assert "the configuration has changed; stop with Ctrl-C and start again" in process.stdout.readline()
        assert process.stdout.readline().endswith("1 finding\n")
        project.write({"marpweave.toml": ""})
        assert process.stdout.readline().startswith("deck.md: 3 slides")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_ctrl_c_ends_a_build_in_the_middle_of_a_cell(project, kernel):
    project.edit("deck.md", "x = 20", "open('began', 'w').close()\nimport time\ntime.sleep(1000)")
    with subprocess.Popen([sys.executable, PROGRAM, "--watch", "--to", "html", "deck.md"], cwd=project.folder) as process:
        while not (project / "began").exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
