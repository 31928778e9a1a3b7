"""Files are written aside and renamed: who reads one sees the old or the new one whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_bytes(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Put ``content`` in place of what stands at ``path``, in one step.

    ``lasting``: wait until the disk has it; not worth it for what can be made again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
