"""A deck that stays open: whatever is edited, each run gives what a fresh kernel gives, and nothing is left behind."""

import asyncio

import pytest

from marpweave.kernel.tree.session import Session
from marpweave.kernel.zygote import CAN_FORK, KernelStart, Zygote
from tests.e2e.test_warm import PROBES, deck_run, outcomes

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")]


def proven(found):
    """Outcomes with their provenance, but for how long they took."""
    return [(outcome, outcome.with_provenance(seconds=0.0).provenance) for outcome in found]


def in_session(play):
    """What a coroutine function returns that gets a session."""
    async def played():
        zygote = Zygote()
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
