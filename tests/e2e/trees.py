"""Sessions in tests: decks that stay open."""

import asyncio
from contextlib import closing
from pathlib import Path

from marpweave.kernel import zygote
from marpweave.kernel.environments import own_environment
from marpweave.kernel.tree.incremental import MEMORY, IncrementalKernel
from tests.e2e.test_warm import PROBES, deck_run

CELLS = ("x = [1]", "import mod\nx.append(mod.f())\nprint(x)", "open('out.txt', 'w').write('a')\nprint(len(x))", "print(x, open('out.txt').read())")


def proven(found):
    """Outcomes with their provenance, but for how long they took."""
    return [(outcome, outcome.with_provenance(seconds=0.0).provenance) for outcome in found]


def alike(wanted, found, *, but=""):
    """All probes but one gave the same; each that did not is told whole, for the first may be why the others differ."""
    told = [f"{name}\n  wanted {one}\n  found  {other}" for name, one, other in zip(PROBES, wanted, found, strict=True) if one != other and name != but]
    assert not told, "\n".join(told)


def in_session(play, *, alone=False, memory=MEMORY):
    """What a coroutine function returns that gets a session of so many megabytes; ``alone``: its zygote is nobody else's, and may be killed."""
    async def played():
        started = closing(zygote.Zygote(own_environment(), Path())) if alone else zygote.zygote(zygote.KernelStart.WARM, own_environment(), Path())
        with started as each, closing(IncrementalKernel(each, memory)) as session:
            return await play(session)

    return asyncio.run(played())


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


def playing(folder, play, *, alone=False):
    return in_session(lambda session: play(Again(session, folder)), alone=alone)
