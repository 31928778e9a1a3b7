"""The one way in which tests build: a project is written, copied, edited, built and built again; what that gave and ran.

The program runs in forks of one process that has imported everything, which costs half a second less for each, and asks
one renderer; in a process of its own where the interpreter itself must start.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "build.py"
REPORT = ".report.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What a run of the program said and found."""

    code: int
    stdout: str
    stderr: str
    decks: tuple[dict[str, Any], ...] = ()
    """Of its report."""

    @property
    def deck(self) -> dict[str, Any]:
        """The only deck."""
        (deck,) = self.decks
        return deck

    @property
    def ran(self) -> dict[str, list[str]]:
        """Deck -> labels of the cells that ran."""
        return {Path(deck["path"]).stem: deck["executed"] for deck in self.decks}

    def found(self, *keys: str) -> list[Any]:
        """What stands under some keys of each finding."""
        return [tuple(finding[key] for key in keys) for deck in self.decks for finding in deck["findings"]]


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with decks."""

    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def write(self, files: Mapping[str, str]) -> Project:
        """Write files, whatever stood there; a project whose decks are in ``slides`` says so."""
        if any(name.startswith("slides/") for name in files) and not (self / "marpweave.toml").exists():
            files = {"marpweave.toml": 'decks = ["slides"]\n', **files}
        for name, text in files.items():
            (self / name).parent.mkdir(parents=True, exist_ok=True)
            (self / name).write_text(text, encoding="utf-8")
        return self

    def text(self, name: str) -> str:
        """What a file holds."""
        return (self / name).read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Put ``new`` for ``old``, which must be there."""
        text = self.text(name)
        assert old in text
        self.write({name: text.replace(old, new)})

    def copy(self, to: Path) -> Project:
        """The project, builds and all, at another place."""
        return Project(Path(shutil.copytree(self.folder, to, symlinks=True, dirs_exist_ok=True)))

    def build(self, *arguments: str, code: int | None = 0, environment: Mapping[str, str] | None = None) -> Built:
        """Build decks."""
        return self.report("build", *arguments, code=code, environment=environment)

    def check(self, *arguments: str, code: int | None = 0, environment: Mapping[str, str] | None = None) -> Built:
        """Check decks."""
        return self.report("check", *arguments, code=code, environment=environment)

    def report(self, *arguments: str, code: int | None = 0, environment: Mapping[str, str] | None = None) -> Built:
        """Run a command that reports on decks."""
        return self._ended(reported(forked, arguments, self.folder, {**os.environ, **(environment or {})}), code)

    def run(self, *arguments: str, code: int | None = 0, environment: Mapping[str, str] | None = None) -> Built:
        """Run any command in the folder; ``environment`` adds to that of the tests."""
        return self._ended(forked(arguments, self.folder, {**os.environ, **(environment or {})}), code)

    def _ended(self, built: Built, code: int | None) -> Built:
        assert code in {None, built.code}, built.stdout + built.stderr
        return built


lent = {"at": ""}
"""The address of a renderer for programs in forks."""
Run = Callable[[tuple[str, ...], Path, Mapping[str, str]], Built]


def reported(run: Run, arguments: tuple[str, ...], folder: Path, variables: Mapping[str, str]) -> Built:
    """Run a command that reports on decks, and read its report."""
    report = folder / REPORT
    report.unlink(missing_ok=True)
    done = run((*arguments, "--json", str(report)), folder, variables)
    assert report.exists(), done.stdout + done.stderr
    return replace(done, decks=tuple(json.loads(report.read_text(encoding="utf-8"))["decks"]))


def alone(arguments: tuple[str, ...], folder: Path, variables: Mapping[str, str]) -> Built:
    """Run the program in a process of its own, on which variables act from the start."""
    done = subprocess.run([sys.executable, PROGRAM, *arguments], cwd=folder, env=variables, text=True, capture_output=True,
                          check=False, timeout=240)
    return Built(done.returncode, done.stdout, done.stderr)


def forked(arguments: tuple[str, ...], folder: Path, variables: Mapping[str, str], *, kill: int | None = None) -> Built:
    """Run the program in a fork of a process that has imported everything; ``kill`` as in tests/nursery.py."""
    return Built(*asked("run", arguments, str(folder), dict(variables), lent["at"], kill))


def begun(arguments: tuple[str, ...], folder: Path, output: Path, *, renderer: str) -> int:
    """The process id of a program in such a fork that goes on, and writes to a file; ``renderer``: its address, or ""."""
    pid: int = asked("begin", str(output), arguments, str(folder), dict(os.environ), renderer)
    return pid


def ended(pid: int, *, within: float = 240) -> int:
    """The exit code of a program that was begun, once it has ended; after so many seconds it is killed."""
    late = Timer(within, os.kill, [pid, signal.SIGKILL])
    late.start()
    try:
        code: int = asked("end", pid)
        return code
    finally:
        late.cancel()


def asked(*question: Any) -> Any:
    """What the process that forks answers."""
    if nursery().poll() is not None:  # a test has ended it with its own processes
        nursery.cache_clear()
    place = nursery()
    assert place.stdin
    assert place.stdout
    place.stdin.write(json.dumps(question) + "\n")
    place.stdin.flush()
    return json.loads(place.stdout.readline())


@cache
def nursery() -> subprocess.Popen[str]:
    """The process that forks; it ends with this one."""
    return subprocess.Popen([sys.executable, "-m", "tests.nursery"], text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE)
