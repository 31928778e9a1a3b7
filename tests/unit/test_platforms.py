"""What differs on Windows and macOS, tried where neither runs."""

import errno
import ntpath
import posixpath
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from marpweave.files import IN_USE, put, seen_from
from marpweave.probe.audit.owners import system_folders

WITHOUT_POSIX = """
import importlib, os, pkgutil, signal, socket, sys
import nbclient, psutil, zmq, IPython, matplotlib.pyplot, fontTools.ttLib, fsspec, uvicorn, watchfiles  # may know this system
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"):
    sys.modules[name] = None
for module, names in {
    os: "fork setsid killpg getuid geteuid register_at_fork pidfd_open uname mkfifo O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_PATH",
    signal: "SIGKILL SIGALRM SIGCHLD SIGHUP pause setitimer ITIMER_REAL pidfd_send_signal pthread_sigmask",
    socket: "AF_UNIX socketpair SOCK_SEQPACKET SCM_RIGHTS",
}.items():
    for name in names.split():
        module.__dict__.pop(name, None)
sys.platform = "win32"
import marpweave
for module in pkgutil.walk_packages(marpweave.__path__, "marpweave."):
    if module.name not in sys.argv[1:]:
        importlib.import_module(module.name)
print("all")
"""
ONLY_LINUX = ("marpweave.probe.sandbox.enter", "marpweave.probe.witness.supervisor")
"""Programs of their own, which Linux alone starts."""
ASK_THE_SYSTEM = ("marpweave.kernel.executors.cluster", "marpweave.probe.canvas")
"""Import a library that looks at the real system, and so cannot be told that it is another."""


@pytest.mark.slow
def test_every_module_can_be_imported_where_there_is_no_fork_and_no_posix():
    said = subprocess.run([sys.executable, "-c", WITHOUT_POSIX, *ONLY_LINUX, *ASK_THE_SYSTEM], capture_output=True, text=True, timeout=120, check=False)
    assert (said.stdout, said.stderr) == ("all\n", "")


@pytest.mark.parametrize("path, folder, seen", [
    ("C:\\course\\figures\\a", "C:\\course\\week1", "../figures/a"),
    ("D:\\figures\\a", "C:\\course", "D:/figures/a"),
    ("\\\\server\\share\\a", "C:\\course", "//server/share/a")])
def test_a_path_on_another_drive_is_named_whole(path, folder, seen):
    assert seen_from(PureWindowsPath(path), PureWindowsPath(folder), paths=ntpath) == seen


def test_a_path_is_named_with_slashes_from_where_it_is_seen():
    assert seen_from(Path("/course/figures/a"), Path("/course/week1"), paths=posixpath) == "../figures/a"


class Busy:
    """A file that cannot be renamed the first few times."""

    def __init__(self, times):
        self.times, self.tried = times, 0

    def replace(self, _target):
        self.tried += 1
        if self.tried <= self.times:
            raise PermissionError(errno.EACCES, "in use")


def test_a_rename_waits_for_who_only_looks_into_the_file(tmp_path):
    for times, tried in ((0, 1), (2, 3), (3, 4)):
        put(busy := Busy(times), tmp_path / "a", pauses=(0.0, 0.0, 0.0))
        assert busy.tried == tried


def test_a_file_that_stays_open_in_another_program_is_told_with_what_to_do(tmp_path):
    (tmp_path / "a.pdf").touch()
    with pytest.raises(PermissionError) as refused:
        put(Busy(9), tmp_path / "a.pdf", pauses=(0.0,))
    assert (refused.value.strerror, refused.value.filename) == (IN_USE, str(tmp_path / "a.pdf"))


def test_where_renaming_asks_nobody_a_refusal_is_told_as_it_is(tmp_path):
    (tmp_path / "a.pdf").touch()
    busy = Busy(1)
    with pytest.raises(PermissionError, match="in use"):
        put(busy, tmp_path / "a.pdf", pauses=())
    assert busy.tried == 1


def test_every_system_has_folders_of_its_own():
    assert system_folders("win32", {"SystemRoot": "C:\\Windows", "PATH": "C:\\x"}) == ("C:\\Windows",)
    assert {"/System", "/usr/lib"} <= set(system_folders("darwin", {}))
    assert "/System" not in system_folders("linux", {})
