"""Wheels installed where nothing else is, somebody else's course, and programs that are found or hidden."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

from tests.environments import LINE, environment

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / "dist-wheels"
NO_NETWORK = ("unshare", "--net", "--map-root-user")
NO_REGISTRY = {"npm_config_registry": "http://127.0.0.1:9"}
"""For machines on which nobody may leave the network."""


def wheel(name: str) -> Path:
    """The wheel that `make wheels` has built."""
    found = [*WHEELS.glob(f"{name}-*.whl")]
    assert len(found) == 1, f"run `make wheels`: {WHEELS} has {found}"
    return found[0]


def members(name: str) -> dict[str, bytes]:
    """What is in a wheel."""
    with ZipFile(wheel(name)) as packed:
        return {each: packed.read(each) for each in packed.namelist()}


def required(name: str) -> list[str]:
    """The distributions that a wheel says it needs."""
    metadata = next(content for each, content in members(name).items() if each.endswith(".dist-info/METADATA"))
    lines = message_from_bytes(metadata).get_all("Requires-Dist") or []
    return [LINE.match(line)[0] for line in lines if "extra ==" not in line]


def installed(folder: Path, name: str) -> Path:
    """An environment with a wheel and what it says that it needs, and nothing else."""
    environment(folder, *required(name))
    subprocess.run([sys.executable, "-m", "pip", "--python", folder, "install", "--quiet", "--no-index", "--no-deps", wheel(name)],
                   check=True, timeout=120)
    return folder


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a program runs: its folder, what PATH leads to, its variables, and what keeps it in."""

    folder: Path
    programs: Path
    """The only folder on PATH."""
    variables: Mapping[str, str] = field(default_factory=dict)
    within: Sequence[str] = ()

    def having(self, *names: str, **scripts: str) -> Machine:
        """The same with PATH leading to these programs of the real machine, and to scripts."""
        programs = self.programs.with_name("-".join(("bin", *names, *scripts)))
        programs.mkdir(exist_ok=True)
        for name in names:
            target = shutil.which(name)
            assert target, f"{name} is not installed"
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(target)
        for name, script in scripts.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (programs / name).chmod(0o755)
        return replace(self, programs=programs)

    def knowing(self, **variables: str | Path) -> Machine:
        """The same with more variables."""
        return replace(self, variables={**self.variables, **{name: str(value) for name, value in variables.items()}})

    def offline(self) -> Machine:
        """The same without a network."""
        if subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False).returncode:
            return self.knowing(**NO_REGISTRY)
        return replace(self, within=NO_NETWORK)

    def begin(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start a program."""
        variables = {"PATH": str(self.programs), "LANG": "C.UTF-8", **self.variables}
        within = [shutil.which(self.within[0]), *self.within[1:]] if self.within else []
        return subprocess.Popen([*within, *words], cwd=self.folder, env=variables, text=True, encoding="utf-8",
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words: str | Path) -> tuple[int, str, str]:
        """Run a program -> exit code, what it said, and what it complained of."""
        running = self.begin(*words)
        try:
            return ended(running)
        finally:
            running.kill()


def ended(running: subprocess.Popen[str]) -> tuple[int, str, str]:
    """What a program gave."""
    said, complained = running.communicate(timeout=180)
    return running.returncode, said, complained


def contents(folder: Path, pattern: str) -> dict[str, bytes]:
    """Files by their path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob(pattern))}
