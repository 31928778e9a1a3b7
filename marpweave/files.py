"""Atomic file writes: write a temporary file beside the target, then rename it.

Unfinished files are locked by the process that writes them, so that leftovers of killed processes can be recognised.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

MARK = ".marpweave-"
"""In the name of everything that is not finished."""
UNFINISHED = f".*{MARK}????????.tmp"
WORK = "marpweave-"
"""How folders for work begin, in the machine's temporary folder."""
PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4) if sys.platform == "win32" else ()
"""Seconds between attempts to rename a file."""
IN_USE = "another program has the file open; close it there"
DAY = 86_400.0
"""Seconds after which what is not finished was left behind, wherever locks are unknown."""


def write_bytes(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Replace the content of ``path`` atomically; an OSError names ``path``.

    ``lasting``: fsync first; unnecessary for files that can be regenerated.
    """
    with making(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _aside(path, content, lasting=lasting) as temporary:
            put(temporary, path)


@contextmanager
def making(path: Path) -> Iterator[None]:
    """Create a file or folder; a place that cannot hold any, such as ``/proc``, raises PermissionError."""
    try:
        yield
    except FileNotFoundError as error:
        raise PermissionError(errno.EACCES, "nothing can be written there", str(path)) from error


def replace(path: Path, old: bytes, new: bytes) -> bool:
    """Replace ``old`` by ``new`` atomically; return False if ``path`` no longer contains ``old``.

    A symlink is kept: its target is replaced.
    """
    target = path.resolve()
    with _aside(target, new, lasting=True) as temporary:
        if not holds(target, old):
            return False
        put(temporary, target)
    return True


def put(source: Path, target: Path, *, pauses: Sequence[float] = PAUSES) -> None:
    """Rename a finished file; retry while a virus scanner or similar program holds the target open (Windows)."""
    for pause in pauses:
        with contextlib.suppress(PermissionError):
            source.replace(target)
            return
        time.sleep(pause)
    try:
        source.replace(target)
    except PermissionError as error:
        if pauses and target.is_file():
            raise PermissionError(error.errno, IN_USE, str(target)) from None
        raise


def seen_from(path: Path, folder: Path, *, paths: ModuleType = os.path) -> str:
    """``path`` relative to ``folder``, with slashes; absolute if there is no relative path (another drive)."""
    try:
        return str(paths.relpath(path, folder)).replace(paths.sep, "/")
    except ValueError:
        return path.as_posix()


def real_path(path: Path) -> Path:
    """``path`` with all symlinks resolved; unlike `Path.resolve`, it does not raise for circular links."""
    return Path(os.path.realpath(path))


def worktree_of(folder: Path) -> Path | None:
    """The git working tree that contains ``folder``, or None."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def holds(path: Path, content: bytes) -> bool:
    """Whether ``path`` exists and contains exactly ``content``."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def read_bytes(path: Path) -> bytes:
    """The content of a regular file; anything else (a pipe, a device) raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise OSError(errno.EINVAL, "is a pipe or a device, not a file", str(path))
    return path.read_bytes()


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 without translating line ends."""
    write_bytes(path, text.encode("utf-8"))


def move(source: Path, target: Path) -> None:
    """Atomically replace ``target`` by ``source``, even across file systems."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        put(source, target)
    except OSError:
        write_bytes(target, source.read_bytes())
        source.unlink()


@contextmanager
def work_folder(*, beside: Path | None = None) -> Iterator[Path]:
    """A private folder, deleted on exit; ``beside``: create it next to that path, to be renamed to it."""
    name = {"prefix": WORK} if beside is None else \
        {"prefix": f".{beside.name[:40]}{MARK}", "suffix": ".tmp", "dir": str(beside.parent)}
    with _held(lambda: Path(tempfile.mkdtemp(**name))) as folder:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def use(folder: Path) -> bool:
    """Protect a folder from ``sweep`` while this process runs; return False if it no longer exists."""
    with contextlib.suppress(FileNotFoundError):
        descriptor, free = _lock(folder, shared=True)
        if free is not False and folder.exists():
            os.utime(folder)
            return True
        os.close(descriptor)
    return False


def sweep(folder: Path, pattern: str = UNFINISHED) -> None:
    """Delete leftovers of killed processes in ``folder``; anything still locked is in use and kept."""
    for path in folder.glob(pattern):
        with contextlib.suppress(OSError):
            status = path.lstat()
            if status.st_uid != _user() or not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                continue
            descriptor, free = _lock(path)
            if free or (free is None and time.time() - status.st_mtime > DAY):
                shutil.rmtree(path, ignore_errors=True) if stat.S_ISDIR(status.st_mode) else path.unlink()
            os.close(descriptor)


@contextmanager
def _aside(path: Path, content: bytes, *, lasting: bool) -> Iterator[Path]:
    """A finished temporary file beside ``path``, with its permissions; deleted on exit unless it was moved."""
    try:
        with _held(lambda: _new_file(path)) as aside:
            try:
                with aside.open("wb") as file:
                    file.write(content)
                    if lasting:
                        file.flush()
                        os.fsync(file.fileno())
                _make_alike(aside, path)
                yield aside
            finally:
                aside.unlink(missing_ok=True)
    except OSError as error:
        if error.errno:
            error.filename, error.filename2 = str(path), None
        raise


def _make_alike(aside: Path, path: Path) -> None:
    """Copy owner, extended attributes and permissions of ``path`` to ``aside``, as far as permitted."""
    if not path.exists():
        aside.chmod(0o666 & ~_umask())
        return
    old = path.stat()
    if sys.platform != "win32" and (old.st_uid, old.st_gid) != (os.getuid(), os.getgid()):
        with contextlib.suppress(OSError):
            os.chown(aside, old.st_uid, old.st_gid)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            for name in sorted(os.listxattr(path), reverse=True):  # user attributes before system ones
                os.setxattr(aside, name, os.getxattr(path, name))
    aside.chmod(old.st_mode & 0o777)


def _new_file(path: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}{MARK}", suffix=".tmp", dir=path.parent)
    os.close(handle)
    return Path(name)


@contextmanager
def _held(make: Callable[[], Path]) -> Iterator[Path]:
    """A new file or folder under a lock; retried if a sweep removed it before it was locked."""
    while True:
        path = make()
        with contextlib.suppress(FileNotFoundError):
            descriptor, free = _lock(path)
            if free is not False and path.exists():
                break
            os.close(descriptor)
    try:
        yield path
    finally:
        os.close(descriptor)


def _lock(path: Path, *, shared: bool = False) -> tuple[int, bool | None]:
    """An open descriptor, and whether it holds the lock; None where the file system does not support locks."""
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY), None
    import fcntl

    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return descriptor, False
    except OSError:
        return descriptor, None
    return descriptor, True


def _user() -> int:
    """The user's id; on Windows 0, as in ``os.stat``."""
    return 0 if sys.platform == "win32" else os.getuid()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
