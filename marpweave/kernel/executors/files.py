"""Packs the files of a project into a value for workers, which unpack copies of it."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from marpweave.errors import UsageError
from marpweave.inputs.digests import digest

NEVER = frozenset({".git", ".hg", ".svn", ".venv", "venv", "node_modules", "dist", ".marpweave", "__pycache__",
                   ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints"})
"""Folders that decks do not need: environments, build outputs and caches."""
MAX_BYTES = 1 << 29


@dataclass(frozen=True, slots=True)
class File:
    """A file or a symbolic link of the project."""

    name: str
    """Relative to the project's folder."""
    mode: int
    changed: int
    """Modification time in nanoseconds."""
    content: bytes
    """For a link, its target."""

    def put(self, folder: Path) -> None:
        """Write a copy to a folder."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if stat.S_ISLNK(self.mode):
            path.symlink_to(os.fsdecode(self.content))
            return
        path.write_bytes(self.content)
        path.chmod(stat.S_IMODE(self.mode))
        os.utime(path, ns=(self.changed, self.changed))


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """All files of a project that decks may need."""

    files: tuple[File, ...]

    @property
    def bytes(self) -> int:
        """Total size."""
        return sum(len(file.content) for file in self.files)

    @property
    def digest(self) -> str:
        """Digest of all files."""
        return digest("\0".join(f"{f.name}\0{f.mode}\0{f.changed}\0{digest(f.content)}" for f in self.files))

    def unpack(self, folder: Path) -> None:
        """Write a copy of each file to a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            file.put(folder)


def project_files(root: Path, without: Iterable[Path]) -> ProjectFiles:
    """The files of a project that git tracks or would add, except those in folders ``without``."""
    left_out = tuple(path.resolve() for path in without)
    found, total = [], 0
    for name in sorted(_names(root)):
        path = root / name
        if NEVER.isdisjoint(Path(name).parts) and not any(path.is_relative_to(folder) for folder in left_out):
            file = _read(path, name)
            found += [file] if file else []
            total += len(file.content) if file else 0
        if total > MAX_BYTES:
            raise UsageError(f"the files of {root} are more than {MAX_BYTES >> 20} MiB, too much to send to workers; "
                             "let git ignore large files, or share the folder with the workers and pass --shared-files")
    return ProjectFiles(tuple(found))


def _names(root: Path) -> Iterable[str]:
    """File names from git; without git, all files."""
    ask = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        said = subprocess.run(ask, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return _walked(root)
    return {os.fsdecode(name) for name in said.split(b"\0") if name}


def _walked(root: Path) -> Iterator[str]:
    for folder, below, names in os.walk(root):
        linked = [name for name in below if Path(folder, name).is_symlink()]
        below[:] = [name for name in below if name not in NEVER]
        yield from (Path(folder, name).relative_to(root).as_posix() for name in (*names, *linked))


def _read(path: Path, name: str) -> File | None:
    """A file to send; None if it no longer exists or is not a regular file."""
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            return File(name, found.st_mode, 0, os.fsencode(path.readlink()))
        if stat.S_ISREG(found.st_mode):
            return File(name, found.st_mode, found.st_mtime_ns, path.read_bytes())
    except OSError:
        pass
    return None
