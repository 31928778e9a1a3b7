"""Files are written aside and renamed: who reads one sees the old or the new one whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_bytes(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Put ``content`` in place of what stands at ``path``, in one step.

    ``lasting``: wait until the disk has it; not worth it for what can be made again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _aside(path, content, lasting=lasting) as whole:
        whole.replace(path)


def replace(path: Path, old: bytes, new: bytes) -> bool:
    """Put ``new`` in place of ``old``, in one step -> False where something else stands there by now.

    A link stays one: the file behind it is replaced.
    """
    target = path.resolve()
    with _aside(target, new, lasting=True) as whole:
        if not holds(target, old):
            return False
        whole.replace(target)
    return True


def holds(path: Path, content: bytes) -> bool:
    """Whether a file is there and is ``content``."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with its line ends as they are."""
    write_bytes(path, text.encode("utf-8"))


def move(source: Path, target: Path) -> None:
    """Put a finished file in the place of ``target``, in one step, even from another file system."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    except OSError:
        write_bytes(target, source.read_bytes())
        source.unlink()


@contextmanager
def _aside(path: Path, content: bytes, *, lasting: bool) -> Iterator[Path]:
    """A whole file beside ``path``, with its permissions; gone afterwards, where it was not moved."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
