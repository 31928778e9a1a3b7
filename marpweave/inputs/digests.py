"""What a cell read, as names with digests, and how each stands now. Shared with the kernel: imports nothing of ours."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from glob import glob
from pathlib import Path

ABSENT = "absent"
CHANGING = "changing"
"""The digest of a file that was written after it was read: equals no other."""
CHUNK = 1 << 20


def digest(content: bytes | str) -> str:
    """32 hexadecimal digits that stand for the content."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def file_digest(path: str) -> str:
    """Of a file's content; ``absent`` where there is none that can be read to its end."""
    total = hashlib.blake2b(digest_size=16)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return ABSENT
        with Path(path).open("rb") as file:
            while chunk := file.read(CHUNK):
                total.update(chunk)
    except (OSError, ValueError):
        return ABSENT
    return total.hexdigest()


def text_of(path: str) -> str:
    """A file's text, as far as it is one; "" where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def listing_digest(path: str) -> str:
    """Of the names in a folder."""
    try:
        return digest("\0".join(sorted(os.listdir(path))))  # noqa: PTH208  pathlib opens it twice
    except (OSError, ValueError):
        return ABSENT


def presence(path: str) -> str:
    """``file``, ``folder`` or ``absent``."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return ABSENT
    return "folder" if stat.S_ISDIR(mode) else "file"


def importable(module: str, search: Sequence[str]) -> str:
    """In which of the folders a module of that name stands."""
    return " ".join(presence(str(Path(folder, module))) + "/" + presence(str(Path(folder, f"{module}.py")))
                    for folder in search)


def glob_digest(folder: Path, pattern: str) -> str:
    """Of the names and contents of all files that a pattern means, seen from a folder; ``absent`` if it means none."""
    names = _glob(pattern, folder)
    names |= {f"{name}/{inside}" for name in names for inside in _glob("**", folder / name)}
    found = "\0".join(f"{name}\0{file_digest(str(folder / name))}" for name in sorted(names))
    return digest(found) if names else ABSENT


def _glob(pattern: str, folder: Path) -> set[str]:
    return set(glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207


def place_digest(search: Sequence[str]) -> str:
    """Of where the project and its folders stand, and we ourselves."""
    return digest("\0".join([*search, __file__]))


def variable_digest(environment: Mapping[str, str], name: str) -> str:
    """Of a variable's value."""
    return digest(environment[name]) if name in environment else ABSENT
