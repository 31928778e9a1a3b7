"""A deck that stays open: whatever is edited, each run gives what a fresh kernel gives, and nothing is left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from marpweave.kernel.environments import own_environment
from marpweave.kernel.tree.fresh import FreshSession
from marpweave.kernel.tree.session import Session
from marpweave.kernel.zygote import CAN_FORK, KernelStart, Zygote
from tests.e2e.test_warm import PROBES, all_gone, below, deck_run, outcomes, waited

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")]


def proven(found):
    """Outcomes with their provenance, but for how long they took."""
    return [(outcome, outcome.with_provenance(seconds=0.0).provenance) for outcome in found]


def in_session(play):
    """What a coroutine function returns that gets a session."""
    async def played():
        zygote = Zygote(own_environment(), Path())
        session = Session(zygote)
        try:
            return await play(session)
        finally:
            session.close()
            zygote.close()

    return asyncio.run(played())


def test_every_probe_gives_the_same_in_a_session(tmp_path):
    cold = outcomes(tmp_path, KernelStart.COLD)
    found = in_session(lambda session: session.run(deck_run(tmp_path), progress=lambda *_: None, holds=lambda _: True))
    for name, one, other in zip(PROBES, cold, proven(found), strict=True):
        assert other == one, name


def test_every_probe_gives_the_same_from_the_snapshot_before_it(tmp_path):
    cold = outcomes(tmp_path, KernelStart.COLD)

    async def again(session):
        run, found = deck_run(tmp_path), []
        first = await session.run(run, progress=lambda *_: None, holds=lambda _: True)
        for number in reversed(range(len(PROBES))):
            upto = replace(run, steps=run.steps[:number + 1])
            found.append((await session.run(upto, progress=lambda *_: None, holds=lambda past, old=first[number]: past is not old))[-1])
        return found[::-1]

    for name, one, other in zip(PROBES, cold, proven(in_session(again)), strict=True):
        assert other == one or name == "descriptors", name  # it has fewer connections


CELLS = ("x = [1]", "import mod\nx.append(mod.f())\nprint(x)", "open('out.txt', 'w').write('a')\nprint(len(x))", "print(x, open('out.txt').read())")


def deck_of(cells):
    return "---\nexecute: true\n---\n" + "".join(f"\n```python\n{code}\n```\n" for code in cells)


def seen(outcomes):
    return [outcome.text(stderr=False).strip() for outcome in outcomes]


class Again:
    """Runs decks in one session -> what each cell shows; ``ran``: the last line of each cell that ran for it."""

    def __init__(self, session, folder):
        self.session, self.folder, self.ran = session, folder, []

    async def __call__(self, cells, *, holds=lambda _: True):
        self.ran = []
        run = deck_run(self.folder, deck_of(cells))
        found = await self.session.run(run, holds=holds, progress=lambda cell, _: self.ran.append(cell.source.rstrip().split("\n")[-1]))
        return seen(found)


def playing(folder, play):
    return in_session(lambda session: play(Again(session, folder)))


def test_an_edit_runs_the_cells_from_there_on_alone(tmp_path):
    async def play(again):
        found = [await again(CELLS), again.ran]
        edited = (*CELLS[:3], "print(len(x), x)")
        found += [await again(edited), again.ran, await again(edited), again.ran]
        found += [await again((*CELLS[:1], "x.append(7)", *CELLS[2:])), again.ran]
        return [*found, await again((*CELLS[:1], "x.append(7)", CELLS[2], "print(x)")), again.ran]

    assert playing(tmp_path, play) == [
        ["", "[1, 5]", "2", "[1, 5] a"], ["x = [1]", "print(x)", "print(len(x))", "print(x, open('out.txt').read())"],
        ["", "[1, 5]", "2", "2 [1, 5]"], ["print(len(x), x)"], ["", "[1, 5]", "2", "2 [1, 5]"], [],
        ["", "", "2", "[1, 7] a"], ["x.append(7)", "print(len(x))", "print(x, open('out.txt').read())"],
        ["", "", "2", "[1, 7]"], ["print(x)"]]


def test_a_changed_module_runs_the_cells_that_had_read_it_and_those_behind(tmp_path):
    cells = ("x = [1]", "import other\nx.append(other.f())", "print(x)", "print(x, 1)")

    async def play(again):
        (tmp_path / "other.py").write_text("def f():\n    return 5\n")
        first = await again(cells)
        (tmp_path / "other.py").write_text("def f():\n    return 6\n")
        return first, await again(cells, holds=lambda outcome: not any("other" in each.name for each in outcome.provenance.inputs)), again.ran

    assert playing(tmp_path, play) == (
        ["", "", "[1, 5]", "[1, 5] 1"], ["", "", "[1, 6]", "[1, 6] 1"], ["x.append(other.f())", "print(x)", "print(x, 1)"])


def test_a_file_that_the_deck_wrote_and_a_later_cell_changed_is_written_again(tmp_path):
    async def play(again):
        await again((*CELLS, "open('out.txt', 'w').write('b')"))
        return await again((*CELLS[:3], "print(open('out.txt').read())")), again.ran

    assert playing(tmp_path, play) == (["", "[1, 5]", "2", "a"], ["print(open('out.txt').read())"])


def test_behind_a_thread_there_is_no_snapshot_and_cells_run_again_from_the_one_before(tmp_path):
    thread = "import threading, time\nt = threading.Thread(target=time.sleep, args=(600,), daemon=True)\nt.start()"

    async def play(again):
        first = await again(("x = 1", thread, "print(t.is_alive())", "print(x)"))
        faults = dict(again.session.faults)
        return first, faults, await again(("x = 1", thread, "print(t.is_alive())", "print(t.is_alive(), x)")), again.ran

    assert playing(tmp_path, play) == (
        ["", "", "True", "1"], {2: "threads run on", 3: "threads run on"}, ["", "", "True", "True 1"], ["print(t.is_alive(), x)"])


def test_behind_a_program_that_runs_on_there_is_no_snapshot(tmp_path):
    program = "import subprocess\np = subprocess.Popen(['sleep', '600'])"

    async def play(again):
        first = await again((program, "print(p.poll())"))
        faults = dict(again.session.faults)
        return first, faults, await again((program, "print(p.poll(), 1)"))

    assert playing(tmp_path, play) == (["", "None"], {1: "a program that it started runs on"}, ["", "None 1"])


def test_tried_code_sees_the_state_behind_its_cell_and_changes_nothing(tmp_path):
    async def play(again):
        await again(CELLS)
        run = deck_run(tmp_path, deck_of(CELLS))
        tried = [await again.session.try_code(run, "x.append(9)\nprint(x)", behind=behind, timeout=20, holds=lambda _: True) for behind in (0, 1, 1, 3)]
        before = await again.session.try_code(run, "x", behind=-1, timeout=20, holds=lambda _: True)
        return seen(tried), before.error.summary, await again((*CELLS, "print(x)")), again.ran

    assert playing(tmp_path, play) == (
        ["[1, 9]", "[1, 5, 9]", "[1, 5, 9]", "[1, 5, 9]"], "NameError: name 'x' is not defined",
        ["", "[1, 5]", "2", "[1, 5] a", "[1, 5]"], ["print(x)"])


def test_tried_code_writes_into_a_copy_of_the_folder_alone(tmp_path):
    async def play(again):
        await again(CELLS)
        writes = f"""import subprocess, tempfile
print(open('out.txt').read())
open('out.txt', 'a').write('b')
for path in ('{tmp_path}/out.txt', '{tmp_path}/new.txt', '/tmp/new.txt'):
    try: open(path, 'w')
    except OSError as error: print(type(error).__name__)
print(subprocess.run(['sh', '-c', 'rm {tmp_path}/out.txt'], capture_output=True).returncode)
tempfile.TemporaryFile().write(b'x')
print(open('out.txt').read(), open('/dev/null', 'w').write('x'))"""
        tried = await again.session.try_code(deck_run(tmp_path, deck_of(CELLS)), writes, behind=2, timeout=20, holds=lambda _: True)
        return seen([tried]), (tmp_path / "out.txt").read_text()

    assert playing(tmp_path, play) == (["a\nPermissionError\nPermissionError\nPermissionError\n1\nab 1"], "a")


def test_where_kernels_cannot_be_forked_a_session_gives_the_same(tmp_path):
    async def play():
        session, run = FreshSession(), deck_run(tmp_path, deck_of(CELLS))
        found = await session.run(run, progress=lambda *_: None, holds=lambda _: True)
        tried = await session.try_code(run, "print(x)", behind=1, timeout=20, holds=lambda _: True)
        return seen([*found, tried])

    assert asyncio.run(play()) == ["", "[1, 5]", "2", "[1, 5] a", "[1, 5]"]


def test_tried_code_that_takes_too_long_is_stopped(tmp_path):
    async def play(again):
        run = deck_run(tmp_path, deck_of(CELLS))
        tried = await again.session.try_code(run, "while True: pass", behind=0, timeout=1, holds=lambda _: True)
        return tried.trouble.kind.value, await again(CELLS), again.ran

    assert playing(tmp_path, play) == ("timeout", ["", "[1, 5]", "2", "[1, 5] a"], ["print(x)", "print(len(x))", "print(x, open('out.txt').read())"])


def test_a_cancelled_run_keeps_what_had_run(tmp_path):
    async def play(again):
        waiting = asyncio.create_task(again(("x = 1", "open('begun', 'w')\nimport time\ntime.sleep(600)")))
        while not (tmp_path / "begun").exists() and not waiting.done():
            await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.wait([waiting])
        return waiting.cancelled(), await again(("x = 1", "print(x)")), again.ran

    assert playing(tmp_path, play) == (True, ["", "1"], ["print(x)"])


TWO = ("x = [1]\nprint(x)", "x.append(2)\nprint(x)")
LONG = "import time\ntime.sleep(1.5)\nprint(x)"  # whether its kernel is alive is asked once in a second


@contextlib.contextmanager
def slow_snapshots(session):
    """All snapshots of a session stand still meanwhile."""
    waiting = [snapshot.pid for snapshot in session._snapshots.values()]
    for pid in waiting:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in waiting:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_is_cancelled_while_a_kernel_goes_on_from_a_snapshot_confuses_no_later_one(times, tmp_path):
    async def play(again):
        found = [await again(TWO)]
        for number in range(times):
            with slow_snapshots(again.session):
                waiting = asyncio.create_task(again((TWO[0], f"x.append({number})")))
                await asyncio.wait([waiting], timeout=0.3)
                waiting.cancel()
                await asyncio.wait([waiting], timeout=0.3)
            await asyncio.wait([waiting])
            found += [waiting.cancelled()]
        return [*found, await again((TWO[0], LONG)), await again((TWO[0], "x.append(5)\nprint(x)", LONG)), again.session.faults]

    assert playing(tmp_path, play) == [["[1]", "[1, 2]"], *[True] * times, ["[1]", "[1]"], ["[1]", "[1, 5]", "[1, 5]"], {}]


def test_a_run_that_is_cancelled_while_a_state_is_kept_confuses_no_later_one(tmp_path):
    async def play(again):
        first = await again(TWO)
        os.kill(again.session._live.process.pid, signal.SIGSTOP)
        waiting = asyncio.create_task(again((*TWO, "print(3)")))
        await asyncio.wait([waiting], timeout=0.3)
        waiting.cancel()
        await asyncio.wait([waiting], timeout=0.3)
        with contextlib.suppress(ProcessLookupError):
            os.kill(again.session._live.process.pid, signal.SIGCONT)
        await asyncio.wait([waiting])
        edited = (*TWO, "x.append(4)\nprint(x)", LONG)
        return first, waiting.cancelled(), await again(edited), await again((*edited, "print(x, 1)")), again.session.faults

    assert playing(tmp_path, play) == (["[1]", "[1, 2]"], True, ["[1]", "[1, 2]", "[1, 2, 4]", "[1, 2, 4]"],
                                       ["[1]", "[1, 2]", "[1, 2, 4]", "[1, 2, 4]", "[1, 2, 4] 1"], {})


def test_a_run_that_is_cancelled_right_after_its_last_cell_keeps_it(tmp_path):
    async def play(again):
        run, waiting = deck_run(tmp_path, deck_of(TWO)), None

        def last(cell, _):
            if cell is run.deck.cells[-1]:
                waiting.cancel()

        waiting = asyncio.create_task(again.session.run(run, progress=last, holds=lambda _: True))
        await asyncio.wait([waiting])
        return await again(TWO), again.ran, await again((*TWO, LONG)), again.ran

    assert playing(tmp_path, play) == (["[1]", "[1, 2]"], [], ["[1]", "[1, 2]", "[1, 2]"], ["print(x)"])


DIES_ONCE = """import os
if not os.path.exists('died'):
    open('died', 'w').close()
    {}"""


@pytest.mark.parametrize("moment", ["get_ipython().kernel.shell_handlers['snapshot_request'] = lambda *_: os.kill(os.getpid(), 9)",
                                    "get_ipython().kernel.shell_handlers['snapshot_request'] = lambda *_: os.kill(os.getppid(), 9)"])
def test_a_kernel_that_ends_while_its_state_is_kept_is_made_again_at_once(moment, tmp_path):
    async def play(again):
        async with asyncio.timeout(20):
            return await again((DIES_ONCE.format(moment), "print(1)"))

    assert playing(tmp_path, play) == ["", "1"]


def test_the_deck_goes_on_however_often_all_of_its_processes_are_killed(tmp_path):
    async def play(again):
        found = []
        for number in range(3):
            found += [await again(TWO[:1])]
            for pid in below(os.getpid()):
                os.kill(pid, signal.SIGKILL)
            found += [await again((TWO[0], f"print(x, {number})"))]
        return found

    assert playing(tmp_path, play) == [["[1]"], ["[1]", "[1] 0"], ["[1]"], ["[1]", "[1] 1"], ["[1]"], ["[1]", "[1] 2"]]


@pytest.mark.parametrize("victim", ["zygote", "snapshot", "live", "witness"])
def test_the_deck_goes_on_when_one_of_its_processes_is_killed(victim, tmp_path):
    async def play(again):
        await again(CELLS)
        session = again.session
        tree = session._tree
        os.kill({"zygote": session._zygote._process.pid, "snapshot": session._snapshots[3].pid, "live": session._live.process.pid,
                 "witness": tree.root.process.pid}[victim], signal.SIGKILL)
        return await again((*CELLS[:3], "print(x, 1)")), await again((*CELLS[:3], "print(x, 2)"))

    assert playing(tmp_path, play) == (["", "[1, 5]", "2", "[1, 5] 1"], ["", "[1, 5]", "2", "[1, 5] 2"])


def test_snapshots_take_no_more_memory_than_they_may_and_dear_cells_keep_theirs(tmp_path):
    dear = "import time\ntime.sleep(0.5)\nb = bytearray(range(256)) * 40_000"
    cheap = [f"a{n} = bytearray(range(256)) * 40_000" for n in range(6)]

    async def play(session):
        session._memory = 60_000_000
        await session.run(deck_run(tmp_path, deck_of([*cheap[:3], dear, *cheap[3:]])), progress=lambda *_: None, holds=lambda _: True)
        return sorted(session._snapshots), session._taken() < 60_000_000

    kept, fits = in_session(play)
    assert fits
    assert 4 in kept
    assert len(kept) < 7


OWNER = """
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from tests.e2e.test_tree import CELLS, deck_of, deck_run
from marpweave.kernel.environments import own_environment
from marpweave.kernel.tree.session import Session
from marpweave.kernel.zygote import Zygote
async def main():
    zygote = Zygote(own_environment(), Path())
    session = Session(zygote)
    run = deck_run(Path(sys.argv[1]), deck_of((*CELLS, sys.argv[2])))
    try:
        await session.run(run, progress=lambda *_: None, holds=lambda _: True)
    finally:
        session.close()
        zygote.close()
asyncio.run(main())
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, None])
def test_a_session_leaves_no_process_socket_or_folder_however_it_ends(end, tmp_path):
    (tmp_path / "tmp").mkdir()
    last = "open('begun', 'w')\nimport subprocess, time\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\n" + ("time.sleep(600)" if end else "")
    command = [sys.executable, "-c", OWNER.format(tests=str(Path(__file__).parents[2])), tmp_path, last]
    with subprocess.Popen(command, start_new_session=True, env=os.environ | {"TMPDIR": str(tmp_path / "tmp")}, cwd=tmp_path) as owner:
        waited(lambda: (tmp_path / "begun").exists())
        processes = below(owner.pid)
        assert len(processes) >= 8  # zygote, witness, kernel, a snapshot before each of five cells
        if end:
            owner.send_signal(end)
        owner.wait(timeout=60)
    waited(lambda: all_gone(processes))
    waited(lambda: list((tmp_path / "tmp").iterdir()) == [])
