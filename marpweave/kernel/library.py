"""The folder from which kernels import `probe` and `inputs`: for other environments, a copy of only these."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from marpweave.files import sweep, use, work_folder
from marpweave.inputs.digests import digest, file_digest
from marpweave.model.environment import Environment

HOME = Path(__file__).parents[2]
ROOMS = ("probe", "inputs")
FONTS = "marpweave/probe/fonts"
"""Folder of the Japanese font, for environments without one."""


def library_of(environment: Environment, root: Path) -> Path:
    """The folder to add to a kernel's path; ``root`` is the project's."""
    return HOME if environment.is_own else _packed(root.resolve() / ".marpweave")


def on_path(environment: Environment, root: Path) -> str:
    """Code that adds the folder to a kernel's path, for kernels that do not get our variables."""
    folder, moves = str(library_of(environment, root)), environment.moves
    ours = "" if environment.is_own else \
        f"import sys\nsys.path[:] = dict.fromkeys([{folder!r}, *sys.path])\ndel sys\n"
    return ours + (f"from marpweave.probe.moved import move\nmove({moves!r})\ndel move\n" if moves else "")


@cache
def _packed(home: Path) -> Path:
    """A copy of only `probe` and `inputs`, since other packages beside marpweave must not be importable.

    Unused copies of other versions are removed.
    """
    files = {str(path.relative_to(HOME)): path for path in (HOME / "marpweave/__init__.py", *_files())}
    files |= {f"{FONTS}/{path.name}": path for path in _fonts()}
    named = digest("\0".join(f"{name}\0{file_digest(str(path))}" for name, path in files.items()))
    folder = home / f"probe-{named[:8]}"
    while not use(folder):
        home.mkdir(exist_ok=True)
        with work_folder(beside=folder) as aside:
            for name, path in files.items():
                copy = aside / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
            try:
                aside.rename(folder)
            except OSError:
                if not folder.is_dir():  # otherwise another build was faster
                    raise
    sweep(home, "probe-????????")
    return folder


def _files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (HOME / "marpweave" / room).rglob("*")
                  if path.is_file() and "__pycache__" not in path.parts)


def _fonts() -> list[Path]:
    found = find_spec("matplotlib_fontja")
    folders = found.submodule_search_locations if found else None
    return sorted(path for folder in folders or () for path in Path(folder).rglob("*.ttf"))
