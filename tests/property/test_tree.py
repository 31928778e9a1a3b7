"""The law for a deck that stays open: whatever was edited before, a run gives what a fresh kernel gives."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from marpweave.cache.current import CurrentInputs, Where
from marpweave.kernel.client import run_decks
from marpweave.kernel.environments import own_environment
from marpweave.kernel.tree.incremental import IncrementalKernel
from marpweave.kernel.zygote import CAN_FORK, KernelStart, Zygote
from tests.e2e.trees import deck_of, deck_run

pytestmark = [pytest.mark.attack, pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")]
CODES = ("x = [1]", "x.append(2)\nprint(x)", "print(x)", "x = x + [3]", "import random\nrandom.seed(1)\nprint(random.random())", "print(random.random())",
         "def f():\n    return 1 / len(x)", "print(f())", "x.clear()", "print(open('out.txt').read())", "open('out.txt', 'w').write('a')",
         "open('out.txt', 'w').write('b')", "import contextvars\nv = contextvars.ContextVar('v')\nt = v.set(1)",
         "print(v.get())\nv.reset(t)", "await __import__('asyncio').sleep(0)", "import os\nos._exit(1)", "In[-2:]", "x", "_", "import threading\nthreading.Thread(target=str).start()",
         "#| isolate: true\nx.append(9)\nprint(x)", "import warnings\nwarnings.warn('w')")
cells = st.lists(st.sampled_from(CODES), min_size=1, max_size=6)
edits = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(("set", "insert", "remove")), st.sampled_from(CODES)), min_size=1, max_size=4)


def edited(codes, edit):
    place, kind, code = edit[0] % len(codes), edit[1], edit[2]
    behind = place + (kind != "insert")
    return [*codes[:place], *([] if kind == "remove" and len(codes) > 1 else [code]), *codes[behind:]]


def written(folder):
    return {path: path.read_text() for path in folder.glob("out.txt")}


@settings(max_examples=settings().max_examples // 50, suppress_health_check=list(HealthCheck))
@given(cells, edits)
@example(["import random\nrandom.seed(1)\nprint(random.random())", "x = [1]"], [(1, "set", "print(random.random())")])
def test_whatever_was_edited_a_session_gives_what_a_fresh_kernel_gives(codes, edits):
    states = [codes]
    for edit in edits:
        states.append(edited(states[-1], edit))

    async def live(folder):
        zygote = Zygote(own_environment(), folder)
        session = IncrementalKernel(zygote)
        try:
            for state in states:
                run, files = deck_run(folder, deck_of(state)), written(folder)
                where, now = Where(run.deck.path, run.deck.text), CurrentInputs(folder, os.environ)
                found = await session.run(run, progress=lambda *_: None, holds=lambda outcome, now=now, where=where: not now.change(
                    [(each.kind, each.name, each.digest) for each in outcome.provenance.inputs], where))
            return run, found, files
        finally:
            session.close()
            zygote.close()

    with tempfile.TemporaryDirectory() as name:
        run, found, files = asyncio.run(live(Path(name)))
        for path in Path(name).glob("out.txt"):
            path.unlink()
        for path, content in files.items():
            path.write_text(content)
        (cold,) = asyncio.run(run_decks([run], jobs=1, progress=lambda *_: None, start=KernelStart.COLD))
    assert found == cold
