"""Sessions in tests: decks that stay open."""

import asyncio
from pathlib import Path

from marpweave.kernel.environments import own_environment
from marpweave.kernel.tree.session import Session
from marpweave.kernel.zygote import Zygote
from tests.e2e.test_warm import deck_run

CELLS = ("x = [1]", "import mod\nx.append(mod.f())\nprint(x)", "open('out.txt', 'w').write('a')\nprint(len(x))", "print(x, open('out.txt').read())")


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


