"""Hostile decks: never a traceback, never a hang, nothing written where it does not belong, other decks unharmed."""

import contextlib
import io
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from marpweave.cli.main import main
from tests.attack.hostile import CELLS, GOOD, NAMES, PLACES, TEXTS, cell

pytestmark = pytest.mark.usefixtures("kernel")

PROGRAM = Path(__file__).parents[2] / "build.py"
PATIENCE = 90
"""Seconds for one build, on a busy machine."""


def build(folder, *arguments):
    """Run a build in this process -> its exit code and what it said; it takes no longer than it may."""
    said, begun = io.StringIO(), time.monotonic()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as end:
        main(["build", "--to", "md", "--timeout", "5", "--deck-timeout", "80", *arguments])
    assert time.monotonic() - begun < PATIENCE
    assert "Traceback (most recent call last)" not in said.getvalue()
    return end.value.code, said.getvalue()


def files_of(folder):
    """What stands in a folder and is none of what a build writes."""
    ours = ("dist", "figures", ".marpweave")
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.relative_to(folder).parts[0] not in ours}


@pytest.fixture
def folder(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "good.md").write_text(GOOD, encoding="utf-8")
    return project


def unharmed(folder):
    return (folder / "dist/good.md").read_text(encoding="utf-8") == GOOD.replace("#| eval: false\n", "")


@pytest.mark.parametrize(("text", "code"), [*TEXTS.values(), *((cell(each), code) for each, code in CELLS.values())],
                         ids=[*TEXTS, *CELLS])
def test_a_hostile_deck_is_told_and_harms_no_other(folder, text, code):
    (folder / "hostile.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    before = files_of(folder.parent)
    found, said = build(folder, "hostile.md", "good.md")
    assert (found, "internal" in said) == (code, False), said
    assert unharmed(folder)
    assert files_of(folder) - before <= {"hostile.md", "good.md"}
    assert {path.name for path in folder.parent.iterdir()} == {"project"}


@pytest.mark.parametrize("make", PLACES.values(), ids=PLACES)
def test_a_deck_that_is_no_file_is_wrong_usage(folder, make):
    make(folder / "hostile.md")
    code, said = build(folder, "hostile.md", "good.md")
    assert code == 2
    assert re.match(r"error: (there is no deck in )?hostile\.md", said)


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_may_have_any_name(folder, name):
    path = folder / os.fsdecode(name)
    path.write_text(cell("import matplotlib.pyplot as plt\nplt.plot([1])"), encoding="utf-8")
    code, said = build(folder, "--", path.name, "good.md")
    assert (code, "internal" in said) == (0, False), said
    assert unharmed(folder)
    assert sorted(each.name for each in (folder / "dist").iterdir()) == sorted([f"{path.stem}.md", "good.md"])
    assert [each.name for each in (folder / "figures").iterdir()] == [path.stem]


def test_what_is_no_deck_in_slides_is_passed_over(folder):
    slides = folder / "slides"
    slides.mkdir()
    for name, make in PLACES.items():
        make(slides / f"{name}.md")
    (slides / "good.md").write_text(GOOD, encoding="utf-8")
    assert build(folder)[0] == 0


def program(folder, *arguments, **options):
    """The program itself, in a process of its own."""
    return subprocess.run([sys.executable, PROGRAM, "build", "--to", "md", *arguments], cwd=folder, timeout=PATIENCE,
                          stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **options)


ENVIRONMENTS = {
    "no home": {"HOME": None}, "a home that is nowhere": {"HOME": "/nowhere"}, "the C locale": {"LANG": "C", "LC_ALL": "C"},
    "output in ASCII": {"PYTHONIOENCODING": "ascii"}, "output in Latin 1": {"PYTHONIOENCODING": "latin-1"},
    "a narrow terminal": {"COLUMNS": "1", "LINES": "1"}, "no path": {"PATH": ""}, "no terminal": {"TERM": ""},
    "a temporary folder that is nowhere": {"TMPDIR": "/nowhere"},
}


@pytest.mark.parametrize("changed", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_a_build_works_in_any_environment(folder, changed):
    (folder / "日本.md").write_text(cell("print(1)  # => 2"), encoding="utf-8")
    environment = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    result = program(folder, "日本.md", "good.md", env=environment)
    assert (result.returncode, b"Traceback" in result.stderr, b"internal" in result.stdout) == (1, False, False), result.stderr
    assert unharmed(folder)


def test_who_reads_no_further_does_not_change_what_is_found(folder):
    (folder / "wrong.md").write_text(cell("print(1)  # => 2"), encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    result = program(folder, "wrong.md", "--json", "report.json", stdout=writing)
    os.close(writing)
    assert (result.returncode, b"Traceback" in result.stderr, b"Broken" in result.stderr) == (1, False, False)
    assert b'"exit_code": 1' in (folder / "report.json").read_bytes()


def test_closed_outputs_are_no_trouble(folder):
    result = subprocess.run(["sh", "-c", f"exec '{sys.executable}' '{PROGRAM}' build --to md good.md >&- 2>&- <&-"], cwd=folder,
                            timeout=PATIENCE, check=False)
    assert result.returncode == 0
    assert unharmed(folder)


def test_a_working_folder_that_is_gone_is_told(folder):
    gone = folder / "gone"
    gone.mkdir()
    command = f"cd '{gone}' && rmdir '{gone}' && exec '{sys.executable}' '{PROGRAM}' build --to md '{folder}/good.md'"
    result = subprocess.run(["sh", "-c", command], capture_output=True, timeout=PATIENCE, check=False)
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False), result.stderr
    assert b"error: the working folder no longer exists" in result.stderr


def test_an_output_folder_that_is_a_file_is_wrong_usage(folder):
    (folder / "dist").write_bytes(b"mine")
    result = program(folder, "good.md")
    assert (result.returncode, b"Traceback" in result.stderr, (folder / "dist").read_bytes()) == (2, False, b"mine")
    result = program(folder, "good.md", "--out", "dist/deeper")
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False)


def test_very_many_decks_are_built_at_once(folder):
    names = [f"deck{number}.md" for number in range(1000)]
    for name in names:
        (folder / name).write_text("# A\n", encoding="utf-8")
    assert build(folder, *names)[0] == 0
    assert len(list((folder / "dist").iterdir())) == len(names)


def test_two_builds_at_once_are_both_right(folder):
    (folder / "figure.md").write_text(cell("import matplotlib.pyplot as plt\nplt.plot([1])"), encoding="utf-8")
    command = [sys.executable, PROGRAM, "build", "--to", "md", "figure.md", "good.md"]
    both = [subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    said = [each.communicate(timeout=PATIENCE)[0] for each in both]
    assert ([each.returncode for each in both], [b"clean" in each for each in said]) == ([0, 0], [True, True])
    assert unharmed(folder)
