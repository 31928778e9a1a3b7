"""Puts the bundle of Node.js's packages into the wheel; a checkout that is installed editable renders without one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "marpweave/render/node_modules"
NEEDS = "marpweave's wheel is built with Node.js 20.11 or newer and npm, which brings the packages of package-lock.json"
INSTEAD = "where that is not to be had, install the wheel that is already built: pip install marpweave"


class Bundle(BuildHookInterface[Any]):
    """Hatch's hook, for wheels."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle."""
        if version == "editable":
            return
        root = Path(self.root)
        self.folder = Path(tempfile.mkdtemp(prefix="marpweave-bundle-"))
        modules = root / "node_modules"
        if not _as_locked(modules, root):
            modules = self._fetched(root)
        self._run("node", root / "bundle/bundle.mjs", modules, self.folder / "made")
        shutil.copyfile(root / "package-lock.json", self.folder / "made/.package-lock.json")
        build_data["force_include"][str(self.folder / "made")] = PLACE

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        """Remove what stands in the wheel by now."""
        if version != "editable":
            shutil.rmtree(self.folder)

    def _fetched(self, root: Path) -> Path:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(root / name, self.folder / name)
        self._run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1",
                  "--fetch-retry-mintimeout=1000", cwd=self.folder)
        return self.folder / "node_modules"

    def _run(self, name: str, *words: str | Path, cwd: Path | None = None) -> None:
        own = Path(sys.executable).parent
        path = os.pathsep.join([os.environ.get("PATH", ""), str(own)])
        program = shutil.which(name, path=path)
        if program is None:
            self._stop(f"{name} was not found")
        done = subprocess.run([program, *words], env={**os.environ, "PATH": path}, cwd=cwd, check=False,
                              capture_output=True, text=True)
        if done.returncode:
            self._stop(f"`{name} {words[0]}` failed: {' '.join(done.stderr.split())[:300]}")

    def _stop(self, why: str) -> NoReturn:
        shutil.rmtree(self.folder)
        sys.exit(f"{NEEDS}; {why}; {INSTEAD}")


def _as_locked(modules: Path, root: Path) -> bool:
    """Whether npm has installed what is locked."""
    try:
        there, locked = (json.loads(path.read_text(encoding="utf-8"))["packages"]
                         for path in (modules / ".package-lock.json", root / "package-lock.json"))
    except OSError:
        return False
    return all(there.get(name, {}).get("version") == package["version"]
               for name, package in locked.items() if name and not package.get("optional"))
