"""Disks that are full or cannot be written: an error with the path, and what stood there stands."""

import contextlib
import errno
import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from marpweave.cli.main import main

pytestmark = pytest.mark.usefixtures("kernel")

PROGRAM = Path(__file__).parents[2] / "build.py"

DECK = "---\nexecute: true\n---\n\n# deck\n\n{text}\n\n```python\nprint(1)  # => {want}\n```\n"
LONG = "x" * 300_000
"""More than there is room for."""


def build(folder, *arguments):
    """Run a command in this process -> its exit code, and what it said."""
    said = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as end:
        main([*arguments, "deck.md"])
    assert "Traceback" not in said.getvalue()
    return end.value.code, said.getvalue()


def write(folder, text="", want="1"):
    (folder / "deck.md").write_text(DECK.format(text=text, want=want), encoding="utf-8")


def fill(folder):
    """Leave no room on the disk of a folder."""
    with contextlib.suppress(OSError), (folder / "ballast").open("wb") as file:
        while True:
            file.write(b"\0" * 4096)
            file.flush()


@pytest.fixture
def mounted(tmp_path):
    """Mounts a small disk at a folder of the project."""
    places = []

    def mount(name):
        place = tmp_path / name
        place.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", place], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("disks cannot be mounted here")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "-l", place], check=True)


def remount_read_only(place):
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)


def whole(folder):
    """What stands in a folder, the ballast aside; nothing half is among it."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "ballast"}


@pytest.mark.parametrize("make", [fill, remount_read_only])
def test_a_cache_that_cannot_be_written_fails_nothing_and_is_told_once(tmp_path, mounted, make):
    write(tmp_path)
    make(mounted(".marpweave"))
    code, said = build(tmp_path, "build", "--to", "md")
    assert (code, said.count("note: results were not stored: ")) == (0, 1), said
    assert (tmp_path / "dist/deck.md").is_file()


def test_a_cache_that_is_a_file_fails_nothing(tmp_path):
    write(tmp_path)
    (tmp_path / ".marpweave").write_bytes(b"mine")
    code, said = build(tmp_path, "check")
    assert (code, said.count("note: results were not stored: "), (tmp_path / ".marpweave").read_bytes()) == (0, 1, b"mine"), said


@pytest.mark.parametrize("make", [fill, remount_read_only])
def test_an_output_folder_that_cannot_be_written_is_named_and_keeps_what_it_had(tmp_path, mounted, make):
    place = mounted("dist")
    write(tmp_path)
    assert build(tmp_path, "build", "--to", "md")[0] == 0
    before = whole(place)
    make(place)
    write(tmp_path, LONG)
    code, said = build(tmp_path, "build", "--to", "md")
    assert (code, whole(place)) == (2, before)
    assert "error: dist/deck.md: " in said


@pytest.mark.parametrize("make", [fill, remount_read_only])
def test_figures_that_cannot_be_written_are_named_and_stay(tmp_path, mounted, make):
    place = mounted("figures/deck")
    (tmp_path / "deck.md").write_text("---\nexecute: true\n---\n\n```python\n#| label: plot\nimport matplotlib.pyplot as plt\n"
                                      "plt.plot(range(9))\n```\n", encoding="utf-8")
    (place / "plot.svg").write_bytes(b"<svg/>")
    make(place)
    code, said = build(tmp_path, "figures")
    assert (code, whole(place)) == (2, {"plot.svg": b"<svg/>"})
    assert f"error: {place}/plot.svg: " in said


@pytest.mark.parametrize("make", [fill, remount_read_only])
@pytest.mark.parametrize("command", [("check", "--update"), ("freeze",)])
def test_a_deck_on_a_disk_that_cannot_be_written_stays_whole(tmp_path, mounted, make, command):
    place = mounted("project")
    write(place, want="2")
    before = whole(place)
    make(place)
    code, said = build(place, *command, "--no-cache")
    assert (code, whole(place)) == (2, before), said
    assert "error: " in said


def test_a_file_that_grows_too_large_leaves_the_old_one(tmp_path):
    write(tmp_path)
    assert build(tmp_path, "build", "--to", "md")[0] == 0
    before = whole(tmp_path / "dist")
    (tmp_path / "deck.md").write_text(LONG, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, PROGRAM, "build", "--to", "md", "--no-cache", "deck.md"], cwd=tmp_path, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)), check=False)
    assert (result.returncode, whole(tmp_path / "dist")) == (2, before)
    assert result.stderr.splitlines()[-1] == f"error: dist/deck.md: {os.strerror(errno.EFBIG)}"


def run(folder, *arguments, **options):
    return subprocess.run([sys.executable, PROGRAM, *arguments, "deck.md"], cwd=folder, text=True, check=False, **options)


def test_a_project_that_found_no_room_is_whole_once_there_is_some(tmp_path, mounted):
    place = mounted("disk")
    fill(place)
    failed = subprocess.run([sys.executable, PROGRAM, "init"], cwd=place, capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stderr) == (2, "error: slides/first.md: No space left on device\n")
    (place / "ballast").unlink()
    done = subprocess.run([sys.executable, PROGRAM, "init"], cwd=place, capture_output=True, text=True, check=True)
    assert "kept" not in done.stdout
    assert all(path.stat().st_size for path in place.rglob("*") if path.is_file())


def test_no_room_for_any_file_is_told_in_a_line(tmp_path):
    write(tmp_path)
    result = run(tmp_path, "check", capture_output=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    (line,) = result.stderr.splitlines()
    assert (result.returncode, line.startswith("error: No usable temporary directory found in ")) == (2, True), line


@pytest.mark.parametrize(("command", "code"), [("check", 0), ("build --to md", 0), ("check --strict", 1), ("check missing.md", 2), ("check --wrong", 2)])
def test_a_log_on_a_full_disk_changes_no_exit_code(tmp_path, command, code):
    write(tmp_path, want="1\nprint(2)")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert run(tmp_path, *command.split(), stdout=subprocess.DEVNULL, stderr=full).returncode == code


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_no_room_at_any_step_leaves_the_old_file(tmp_path, monkeypatch, step):
    (tmp_path / "deck.md").write_text("# A\n", encoding="utf-8")
    assert build(tmp_path, "build", "--to", "md")[0] == 0
    (tmp_path / "deck.md").write_text("# B\n", encoding="utf-8")

    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, step, full)
    code, said = build(tmp_path, "build", "--to", "md")
    monkeypatch.undo()
    assert (code, whole(tmp_path / "dist")) == (2, {"deck.md": b"# A\n"})
    assert "error: dist/deck.md: No space left on device" in said


def test_a_full_folder_for_work_is_named(tmp_path, mounted, monkeypatch):
    place = mounted("temporary")
    fill(place)
    monkeypatch.setattr("tempfile.tempdir", str(place))
    write(tmp_path)
    code, said = build(tmp_path, "check")
    assert (code, "No space left on device" in said) == (2, True), said
