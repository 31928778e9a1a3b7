"""What happens to the decks of a preview while its server runs, and when it ends."""

import asyncio
import signal
import threading
from pathlib import Path
from types import SimpleNamespace

from marpweave.build.settings import Settings
from marpweave.serve.sessions import Sessions


def test_a_server_whose_decks_cannot_be_followed_ends_and_says_why():
    def refused():
        raise OSError("no kernels here")

    async def lived():
        async with sessions.life(None):
            await asyncio.wait_for(ended.wait(), 60)

    sessions, ended = Sessions(SimpleNamespace(paths=(), root=Path()), refused, refused, live=False), asyncio.Event()
    before = signal.signal(signal.SIGINT, lambda *_: ended.set())
    try:
        asyncio.run(lived())
    finally:
        signal.signal(signal.SIGINT, before)
    assert str(sessions.fault) == "no kernels here"


class Slow:
    """A session whose draft goes on for a moment when the preview ends, or until it is closed."""

    inputs = frozenset()

    def __init__(self, *_):
        self.began, self.is_closed, self.happened = threading.Event(), threading.Event(), []

    def refresh(self):
        self.began.set()
        self.is_closed.wait(0.3)
        self.happened.append("drafted")

    def close(self):
        self.is_closed.set()
        self.happened.append("closed")


def test_a_session_is_closed_when_no_draft_is_made_any_more(tmp_path, monkeypatch):
    async def lived():
        async with sessions.life(None):
            await asyncio.to_thread(slow.began.wait, 30)

    slow, deck = Slow(), tmp_path / "deck.md"
    monkeypatch.setattr("marpweave.serve.session.Session", lambda *_: slow)
    sessions = Sessions(Settings(tmp_path, (deck,)), lambda: None, lambda: None, live=False)
    asyncio.run(lived())
    assert slow.happened == ["drafted", "closed"]
