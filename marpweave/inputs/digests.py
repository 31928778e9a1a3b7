"""Digests of everything that a cell can read. Runs in the kernel, too: imports nothing of ours."""

from __future__ import annotations

import hashlib
import os
import stat
from importlib.machinery import all_suffixes
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imports must be few: a kernel waits until its witness has imported this
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ABSENT = "absent"
FOLDER = "folder"
CHANGING = "changing"
"""Takes the place of the digest of a file that was written after it was read, and equals no digest."""
CHUNK = 1 << 20
INSTALLED = (".dist-info", ".egg-info")
"""Suffixes of the folders that describe installed packages."""


def digest(content: bytes | str) -> str:
    """32 hexadecimal digits."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def file_digest(path: str) -> str:
    """Digest of a file's content; ``folder``, or ``absent`` if nothing can be read there."""
    if not os.path.isfile(path):  # noqa: PTH113  a pipe would never end
        return FOLDER if os.path.isdir(path) else ABSENT  # noqa: PTH112
    total = hashlib.blake2b(digest_size=16)
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            while chunk := file.read(CHUNK):
                total.update(chunk)
    except (OSError, ValueError):
        return ABSENT
    return total.hexdigest()


def text_of(path: str) -> str:
    """A file's text, undecodable bytes replaced; "" if it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return ""


def listing(path: str) -> list[str] | None:
    """The names in a folder, each with a slash, and a letter for folders and links; None: there is no folder."""
    try:
        with os.scandir(path) as entries:
            return sorted(f"{entry.name}/{_letter(entry)}" for entry in entries)
    except (OSError, ValueError):
        return None


def listing_digest(path: str) -> str:
    """Digest of the names in a folder, and which of them are folders or links."""
    names = listing(path)
    return ABSENT if names is None else digest("\0".join(names))


def _letter(entry: os.DirEntry[str]) -> str:
    return "l" if entry.is_symlink() else "d" if entry.is_dir(follow_symlinks=False) else ""


def distributions(path: str) -> str:
    """Digest of the names of the packages installed in a folder."""
    return digest("\0".join(name for name in listing(path) or () if name.rpartition("/")[0].endswith(INSTALLED)))


def presence(path: str) -> str:
    """What is at a path: ``absent``, ``folder``, a ``file`` with its size and its owner's rights, or a link to one."""
    try:
        status = os.lstat(path)
        if not stat.S_ISLNK(status.st_mode):
            return _kind(status)
        target = os.readlink(path)  # noqa: PTH115
    except (OSError, ValueError):
        return ABSENT
    try:
        return f"link to {target}: {_kind(os.stat(path))}"  # noqa: PTH116
    except OSError:
        return f"link to {target}: {ABSENT}"


def _kind(status: os.stat_result) -> str:
    if stat.S_ISDIR(status.st_mode):
        return FOLDER
    if stat.S_ISREG(status.st_mode):
        return f"file {status.st_size} {status.st_mode >> 6 & 7}"
    return "device"


def time_of(path: str) -> str:
    """When the file was last changed."""
    try:
        return str(os.stat(path).st_mtime_ns)  # noqa: PTH116
    except (OSError, ValueError):
        return ABSENT


def mode_of(path: str) -> str:
    """The file's kind, its permissions and its number of links."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return ABSENT
    return f"{status.st_mode:o} {status.st_nlink}"


def status_of(path: str) -> str:
    """Which file it is, and when anything about it was last changed: content, owner, extended attributes, blocks."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return ABSENT
    return f"{status.st_ino} {status.st_ctime_ns}"


def importable(path: str) -> str:
    """What an import would find at a path without suffix: ``.py``, ``/__init__.py``, a folder, an archive around it."""
    endings = [ending for suffix in all_suffixes() for ending in (suffix, f"{os.sep}__init__{suffix}")
               if os.path.isfile(path + ending)]  # noqa: PTH113
    above = os.path.dirname(path)  # noqa: PTH120
    while not os.path.lexists(above) and above != os.path.dirname(above):  # noqa: PTH120
        above = os.path.dirname(above)  # noqa: PTH120
    archive = [file_digest(above)] * os.path.isfile(above)  # noqa: PTH113
    return " ".join([*endings, *[os.sep] * os.path.isdir(path), *archive]) or ABSENT  # noqa: PTH112


def glob_digest(folder: Path, pattern: str) -> str:
    """Digest of the names and contents of all files in a folder that match a pattern; ``absent`` if none do."""
    names = _glob(pattern, folder)
    names |= {f"{name}/{inside}" for name in names for inside in _glob("**", folder / name)}
    contents = "\0".join(f"{name}\0{file_digest(str(folder / name))}" for name in sorted(names))
    return digest(contents) if names else ABSENT


def _glob(pattern: str, folder: Path) -> set[str]:
    from glob import glob

    return set(glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207


def place_digest(search: Sequence[str]) -> str:
    """Digest of the paths of the project's folders and of marpweave."""
    return digest("\0".join([*search, __file__]))


def variable_digest(environment: Mapping[str, str], name: str) -> str:
    """Digest of a variable's value."""
    return digest(environment[name]) if name in environment else ABSENT
