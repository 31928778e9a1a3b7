"""A deck that stays open: whatever is edited, each run gives what a fresh kernel gives, and nothing is left behind."""

import asyncio
from dataclasses import replace

import pytest

from marpweave.kernel.tree.fresh import FreshKernel
from marpweave.kernel.zygote import CAN_FORK, KernelStart
from tests.e2e.test_warm import PROBES, deck_run, outcomes
from tests.e2e.trees import CELLS, alike, deck_of, in_session, playing, proven, seen

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")]


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """A folder with the deck of all probes, and what each gives in a fresh kernel."""
    folder = tmp_path_factory.mktemp("probes")
    return folder, outcomes(folder, KernelStart.COLD)


@pytest.mark.attack
def test_every_probe_gives_the_same_in_a_fork(probed):
    folder, cold = probed
    alike(cold, outcomes(folder, KernelStart.WARM))


@pytest.mark.attack
def test_every_probe_gives_the_same_in_a_session_and_again_from_the_snapshot_before_it(probed):
    folder, cold = probed

    async def twice(session):
        run, again = deck_run(folder), []
        first = await session.run(run, progress=lambda *_: None, holds=lambda _: True)
        for number in reversed(range(len(PROBES))):
            upto = replace(run, steps=run.steps[:number + 1])
            again.append((await session.run(upto, progress=lambda *_: None, holds=lambda past, old=first[number]: past is not old))[-1])
        return proven(first), proven(again[::-1])

    first, again = in_session(twice)
    alike(cold, first)
    alike(cold, again, but="descriptors")  # it has fewer connections


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
        ["", "", "True", "1"], {2: "threads are still running", 3: "threads are still running"}, ["", "", "True", "True 1"], ["print(t.is_alive(), x)"])


def test_a_cell_that_runs_again_and_gives_something_else_is_shown_as_it_is_now(tmp_path):
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    cells = (thread, "n = time.time_ns()\nprint(n)", "print(object())", "print(n)")

    async def play(again):
        first = await again(cells)
        _, shown, _, behind, edited = await again((*cells[:3], "print(n, 1)", "print(n)"))
        return shown != first[1], behind == f"{shown} 1", edited == shown, again.ran

    assert playing(tmp_path, play) == (True, True, True, ["print(object())", "print(n, 1)", "print(n)"])


def test_behind_a_program_that_runs_on_there_is_no_snapshot(tmp_path):
    program = "import subprocess\np = subprocess.Popen(['sleep', '600'])"

    async def play(again):
        first = await again((program, "print(p.poll())"))
        faults = dict(again.session.faults)
        return first, faults, await again((program, "print(p.poll(), 1)"))

    assert playing(tmp_path, play) == (["", "None"], {1: "a program that it started is still running"}, ["", "None 1"])


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
        session, run = FreshKernel(), deck_run(tmp_path, deck_of(CELLS))
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
