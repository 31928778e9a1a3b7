"""The witness of a program's system calls: every path that it and its children use, as it stood before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from marpweave.kernel.watch import has_witness, witnessed
from marpweave.probe.witness import syscalls
from marpweave.probe.witness.syscalls import MACHINES, program
from tests.processes import ended, waited
from tests.unit.probe.forks import forks

pytestmark = pytest.mark.slow  # each starts a few programs
needs_witness = pytest.mark.skipif(not has_witness(), reason="no witness can stand here")
LISTENS = "from marpweave.probe.witness.syscalls import install, machine; install(machine())"
SEEN = """
def seen():
    return json.load(open("/.marpweave/seen"))
"""
TOLD = """
os.access("/.marpweave/hello", 0)
seen()
{code}
print(json.dumps([[act, os.path.basename(path), found, here] for act, path, _, found, _, here in seen() if path.startswith(folder + "/")]))
"""
ANSWERED_TWICE = """
import os, signal, sys
from marpweave.probe.witness import supervisor
reap = os.waitpid
def interrupted(process, options):
    os.waitpid = reap
    os.kill(os.getpid(), signal.SIGALRM)
    return reap(process, options)
os.waitpid = interrupted
supervisor.main([sys.executable, "-c", sys.argv[1]])
"""
"""A witness to which a second signal comes when it is about to reap for the first time."""
HASTY = """
import sys
from marpweave.probe.witness import supervisor
supervisor.PULSE = 0.0002
supervisor.main([sys.executable, "-c", sys.argv[1]])
"""
"""A witness to which signals come at every moment."""
PAUSED = """
sys.path.append({home!r})
from marpweave.probe.audit.hooks import Audit
audit = Audit([folder])
audit.install()
access = os.access
def interrupted(path, mode):
    if not path.endswith("{mark}"):
        return access(path, mode)
    os.access = access
    raise KeyboardInterrupt
os.access = interrupted
try:
    with audit.paused():
        pass
except KeyboardInterrupt:
    audit.listen()
    open("a").close()
print(json.dumps([os.path.basename(name) for _, name, _ in audit.result(whole=False)["inputs"]]))
"""


@pytest.fixture(scope="module")
def forked():
    with forks(witnessed([sys.executable, "-S"]), SEEN) as run:
        yield run


@pytest.fixture
def heard(forked, tmp_path):
    """What a witness hears of code that runs in a folder."""
    return lambda code: list(dict.fromkeys(map(tuple, forked(TOLD.format(code=code), tmp_path))))


def children(process):
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@needs_witness
@pytest.mark.parametrize(("code", "sights"), [
    ("open('a').close()", [("read", "a", "", True)]),
    ("os.path.exists('none')", [("ask", "none", "absent", True)]),
    ("os.path.exists('a')", [("ask", "a", "file 1 6", True)]),
    ("os.path.exists('d')", [("ask", "d", "folder", True)]),
    ("os.readlink('l')", [("ask", "l", "link to a: file 1 6", True)]),
    ("os.path.lexists('hung')", [("ask", "hung", "link to none: absent", True)]),
    ("os.access('a', os.R_OK)", [("ask", "a", "file 1 6", True)]),
    ("open('new', 'w').close()", [("write", "new", "", True)]),
    ("open('a', 'w').close()", [("write", "a", "", True)]),
    ("open('new', 'x').close()", [("write", "new", "", True)]),
    ("try: open('a', 'x')\nexcept OSError: pass", [("ask", "a", "file 1 6", True)]),
    ("open('a', 'a').close()", [("alter", "a", "", True)]),
    ("open('a', 'r+').close()", [("read", "a", "", True), ("alter", "a", "", True)]),
    ("os.close(os.open('a', os.O_WRONLY))", [("alter", "a", "", True)]),
    ("os.mkdir('new')", [("write", "new", "", True)]),
    ("os.makedirs('d', exist_ok=True)", [("ask", "d", "folder", True)]),
    ("os.rename('a', 'b')", [("read", "a", "", True), ("write", "a", "", True), ("write", "b", "", True)]),
    ("os.link('a', 'b')", [("read", "a", "", True), ("write", "b", "", True)]),
    ("os.symlink('a', 'b')", [("write", "b", "", True)]),
    ("os.unlink('a')", [("write", "a", "", True)]),
    ("os.chdir('d'); open('../a').close()", [("ask", "d", "folder", True), ("read", "a", "", True)]),
    ("os.open('x', 0, dir_fd=os.open('d', 0))", [("ask", "d", "folder", True), ("read", "x", "", True)]),
    ("os.truncate('a', 0)", [("alter", "a", "", True)]),
    ("os.statvfs('a'); os.listxattr('a')", [("ask", "a", "file 1 6", True)]),
    ("if os.fork() == 0: open('a'); os._exit(0)\nos.wait()", [("read", "a", "", False)]),
    ("os.access('/.marpweave/pause', 0); open('a'); os.access('/.marpweave/resume', 0); open('l')", [("read", "l", "", True)]),
])
def test_a_call_is_told_with_what_stood_there_before(code, sights, heard, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/x").touch()
    (tmp_path / "a").write_text("1")
    (tmp_path / "l").symlink_to("a")
    (tmp_path / "hung").symlink_to("none")
    assert heard(code) == sights


@needs_witness
def test_a_build_in_a_notebook_has_a_witness_too(monkeypatch):
    monkeypatch.setenv("JPY_PARENT_PID", "999999999")
    assert has_witness()


def test_there_is_a_witness_wherever_the_system_lets_one_listen():
    assert has_witness() is (subprocess.run([sys.executable, "-c", LISTENS], capture_output=True).returncode == 0)


@needs_witness
def test_a_listing_is_told_by_its_names(heard):
    (one,), (two,), (three,) = (
        [each[2] for each in heard(f"{make}os.listdir('.')\nos.listdir('d')") if each[0] == "list"]
        for make in ("os.mkdir('d')\n", "", "open('d/x', 'w')\n"))
    assert one == two != three


@needs_witness
def test_a_program_and_what_it_reads_are_told(heard, tmp_path):
    (tmp_path / "a").write_text("1")
    (tmp_path / "p").write_text("#!/bin/sh\ncat a\n")
    (tmp_path / "p").chmod(0o755)
    assert [each for each in heard("os.dup2(2, 9); os.system('./p >&2')") if each[0] in ("read", "run")] == [
        ("run", "p", "", False), ("read", "p", "", False), ("read", "a", "", False)]


@needs_witness
def test_what_was_told_is_forgotten(heard, tmp_path):
    (tmp_path / "a").touch()
    assert heard("open('a'); seen()") == []


@needs_witness
@pytest.mark.parametrize(("code", "exit_code"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_the_exit_code_is_the_programs(code, exit_code):
    assert subprocess.run(witnessed([sys.executable, "-c", code]), check=False, timeout=60).returncode == exit_code


def started(code):
    process = subprocess.Popen(witnessed([sys.executable, "-c", code]), stdout=subprocess.PIPE, text=True, start_new_session=True)
    return process, int(process.stdout.readline())


@needs_witness
def test_an_interrupt_of_the_group_is_the_programs_affair():
    code = ("import os, time\n"
            "try:\n    print(os.getpid(), flush=True)\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    raise SystemExit(5)")
    process, _ = started(code)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 5


@needs_witness
def test_when_the_witness_is_killed_so_is_the_program():
    process, program = started("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)")
    process.kill()
    waited(lambda: ended(program))


@needs_witness
def test_when_the_program_ends_nothing_that_it_started_is_left():
    code = "import os, subprocess\ns = subprocess.Popen(['sleep', '60'], start_new_session=True)\nprint(s.pid, flush=True)"
    process, orphan = started(code)
    assert process.wait(60) == 0
    waited(lambda: ended(orphan))


@needs_witness
def test_an_orphan_whose_end_is_answered_twice_at_once_ends_nothing_else(tmp_path):
    code = ("import os, time\n"
            "if os.fork() == 0:\n    if os.fork() == 0:\n        open('orphan', 'w').write(str(os.getpid()))\n    os._exit(0)\n"
            "os.wait()\n"
            "while not (os.path.exists('orphan') and (orphan := open('orphan').read())) or os.path.exists(f'/proc/{orphan}'):\n    time.sleep(0.01)\n"
            "time.sleep(0.3)")
    assert subprocess.run([sys.executable, "-c", ANSWERED_TWICE, code], cwd=tmp_path, check=False, timeout=60).returncode == 0


@needs_witness
def test_signals_lose_no_answer():
    asks = "os.access(f'/none/{n}', 0)\n    assert [path for _, path, *_ in seen()] == [f'/none/{n}']"
    code = f"import json, os\n{SEEN}\nos.access('/.marpweave/hello', 0)\nseen()\nfor n in range(2000):\n    {asks}"
    done = subprocess.run([sys.executable, "-c", HASTY, code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stderr, done.returncode) == ("", 0)


@needs_witness
def test_when_nobody_is_there_who_asked_the_program_ends():
    code = "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)"
    outer = f"import subprocess\nsubprocess.Popen({witnessed([sys.executable, '-c', code])!r})\nimport os, time\ntime.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE, text=True)
    program = int(process.stdout.readline())
    process.kill()
    process.wait()
    waited(lambda: ended(program))


@needs_witness
def test_a_program_does_not_run_for_one_who_was_gone_before_it_began(tmp_path):
    code = "import time\ntime.sleep(0.2)\nopen('ran', 'w').close()\ntime.sleep(60)"
    nobody = {**os.environ, "JPY_PARENT_PID": "999999999"}
    done = subprocess.run(witnessed([sys.executable, "-c", code]), cwd=tmp_path, env=nobody, check=False, timeout=60)
    assert done.returncode != 0
    assert not (tmp_path / "ran").exists()


@needs_witness
def test_many_processes_and_threads_are_heard_at_once(heard, tmp_path):
    (tmp_path / "a").write_text("1")
    code = ("import threading\n"
            "def work():\n    [open('a').close() for _ in range(50)]\n"
            "threads = [threading.Thread(target=work) for _ in range(8)]\n[t.start() for t in threads]\n"
            "for _ in range(60):\n    if os.fork() == 0:\n        work()\n        os._exit(0)\n"
            "[t.join() for t in threads]\n[os.wait() for _ in range(60)]")
    assert sorted(heard(code)) == [("read", "a", "", False), ("read", "a", "", True)]


@needs_witness
def test_a_program_runs_without_a_witness_where_none_can_be(tmp_path):
    """Two cannot listen to one process."""
    inner = witnessed([sys.executable, "-c", "print(open('a').read())"])
    (tmp_path / "a").write_text("1")
    assert subprocess.run(witnessed(inner), cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60).stdout == "1\n"


def test_on_a_processor_that_is_not_known_a_program_is_no_other(monkeypatch):
    assert syscalls.machine() in MACHINES.values()
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "", "", "", "riscv64")))
    assert syscalls.machine() is None


@pytest.mark.parametrize("machine", MACHINES.values())
def test_every_number_is_told_once_and_every_jump_has_an_aim(machine):
    lines = program(machine)
    assert len(lines) % 8 == 0 and len(lines) // 8 < 4096
    assert {name for name, _ in machine.calls.values()} >= {"openat", "newfstatat", "execve", "getdents64", "renameat2"}
    assert not set(machine.calls) & set(machine.unseen)


@needs_witness
@pytest.mark.parametrize("mark", ["pause", "resume"])
def test_what_follows_an_interrupted_pause_is_heard(mark, forked, tmp_path):
    (tmp_path / "a").touch()
    assert forked(PAUSED.format(mark=mark, home=str(Path.cwd())), tmp_path) == ["a"]
