"""A deck that stays open, when runs are cancelled and processes die: the next run is right, and nothing is left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from marpweave.kernel.zygote import CAN_FORK
from tests.e2e.test_warm import deck_run
from tests.e2e.trees import CELLS, deck_of, in_session, playing
from tests.processes import alive, below, waited

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")]

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


@pytest.mark.parametrize("times", [2, pytest.param(1, marks=pytest.mark.attack)])
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


def test_a_kernel_that_always_ends_when_its_state_is_to_be_kept_runs_without(tmp_path):
    ends = "get_ipython().kernel.shell_handlers['snapshot_request'] = lambda *told: told[2]['content']['request'] and os.kill(os.getpid(), 9)"

    async def play(again):
        async with asyncio.timeout(30):
            return await again((f"import os\n{ends}", "print(1)", "print(2)"))

    assert playing(tmp_path, play) == ["", "1", "2"]


def test_a_kernel_whose_files_cannot_be_opened_keeps_nobody_waiting(tmp_path):
    full = "import os\ndef full(_): raise OSError(24, 'Too many open files')\nos.listdir = full"

    async def play(again):
        async with asyncio.timeout(25):
            return await again((full, "print(1)", "print(2)"))

    assert playing(tmp_path, play) == ["", "1", "2"]


@pytest.mark.attack
def test_the_deck_goes_on_however_often_all_of_its_processes_are_killed(tmp_path):
    others = set(below(os.getpid()))

    async def play(again):
        found = []
        for number in range(3):
            found += [await again(TWO[:1])]
            for pid in {*below(os.getpid())} - others:
                with contextlib.suppress(ProcessLookupError):  # its parent took it along
                    os.kill(pid, signal.SIGKILL)
            found += [await again((TWO[0], f"print(x, {number})"))]
        return found

    assert playing(tmp_path, play, alone=True) == [["[1]"], ["[1]", "[1] 0"], ["[1]"], ["[1]", "[1] 1"], ["[1]"], ["[1]", "[1] 2"]]


@pytest.mark.parametrize("victim", ["snapshot", "live", *(pytest.param(victim, marks=pytest.mark.attack) for victim in ("zygote", "witness"))])
def test_the_deck_goes_on_when_one_of_its_processes_is_killed(victim, tmp_path):
    async def play(again):
        await again(CELLS)
        session = again.session
        tree = session._tree
        os.kill({"zygote": session._zygote._process.pid, "snapshot": session._snapshots[3].pid, "live": session._live.process.pid,
                 "witness": tree.root.process.pid}[victim], signal.SIGKILL)
        return await again((*CELLS[:3], "print(x, 1)")), await again((*CELLS[:3], "print(x, 2)"))

    assert playing(tmp_path, play, alone=True) == (["", "[1, 5]", "2", "[1, 5] 1"], ["", "[1, 5]", "2", "[1, 5] 2"])


def test_snapshots_take_no_more_memory_than_they_may_and_dear_cells_keep_theirs(tmp_path):
    dear = "import time\ntime.sleep(0.5)\nb = bytearray(range(256)) * 40_000"
    cheap = [f"a{n} = bytearray(range(256)) * 40_000" for n in range(6)]

    async def play(session):
        await session.run(deck_run(tmp_path, deck_of([*cheap[:3], dear, *cheap[3:]])), progress=lambda *_: None, holds=lambda _: True)
        return sorted(session._snapshots), sum(session._parts().values())

    kept, taken = in_session(play, memory=60)
    assert taken < 75_000_000  # their parts of shared pages grow when a kernel that shared them ends; all seven take 120
    assert 4 in kept
    assert len(kept) < 7


OWNER = """
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from tests.e2e.trees import CELLS, deck_of, deck_run
from marpweave.kernel.environments import own_environment
from marpweave.kernel.tree.incremental import IncrementalKernel
from marpweave.kernel.zygote import Zygote
async def main():
    zygote = Zygote(own_environment(), Path())
    session = IncrementalKernel(zygote)
    run = deck_run(Path(sys.argv[1]), deck_of((*CELLS, sys.argv[2])))
    try:
        await session.run(run, progress=lambda *_: None, holds=lambda _: True)
    finally:
        session.close()
        zygote.close()
asyncio.run(main())
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, *(pytest.param(end, marks=pytest.mark.attack) for end in (None, signal.SIGINT, signal.SIGTERM))])
def test_a_session_leaves_no_process_socket_or_folder_however_it_ends(end, tmp_path):
    (tmp_path / "tmp").mkdir()
    last = "open('begun', 'w')\nimport subprocess, time\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\n" + ("time.sleep(600)" if end else "")
    command = [sys.executable, "-c", OWNER.format(tests=str(Path(__file__).parents[2])), tmp_path, last]
    with subprocess.Popen(command, start_new_session=True, env=os.environ | {"TMPDIR": str(tmp_path / "tmp")}, cwd=tmp_path) as owner:
        waited(lambda: (tmp_path / "begun").exists())
        processes = below(owner.pid)
        assert not end or len(processes) >= 8  # zygote, witness, kernel, a snapshot before each of five cells
        if end:
            owner.send_signal(end)
        owner.wait(timeout=60)
    waited(lambda: not alive(processes))
    waited(lambda: list((tmp_path / "tmp").iterdir()) == [])


@pytest.mark.parametrize("code", ["import os\nos.kill(os.getppid(), 9)", *(pytest.param(f"import os\nos.{end}", marks=pytest.mark.attack) for end in ("_exit(3)", "killpg(0, 9)"))])
def test_code_that_takes_everything_down_where_it_is_tried_confuses_no_later_run(code, tmp_path):
    async def play(again):
        first = await again((*TWO, "print(3)"))
        await again.session.try_code(deck_run(tmp_path, deck_of((*TWO, "print(3)"))), code, behind=1, timeout=20, holds=lambda _: True)
        return [first, await again(("y = 5", "print(y)", "print(y + 1)"))]

    assert playing(tmp_path, play, alone=True) == [["[1]", "[1, 2]", "3"], ["", "5", "6"]]
