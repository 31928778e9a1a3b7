"""All decks of a preview, from the start of the server to its end.

Browsers get their pages at once; the modules that make drafts are imported meanwhile.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette

from marpweave.serve import messages
from marpweave.serve.app import Previewed
from marpweave.serve.watch import Configured, Watch, concerned, names_of
from marpweave.serve.web.feed import Feed, Message
from marpweave.serve.web.pictures import Pictures

if TYPE_CHECKING:
    from marpweave.build.project import Project
    from marpweave.build.settings import Settings
    from marpweave.serve.session import Context, Session


class Sessions:
    """Handles saved files and messages of pages, and has drafts made one at a time."""

    def __init__(
        self, settings: Settings, context: Callable[[], Context], project: Callable[[], Project], *, live: bool,
    ) -> None:
        """``context`` may be slow; it and ``project`` (with the current configuration) are called in another thread."""
        self._settings, self._make, self._live = settings, context, live
        self._configured = Configured(settings, lambda: project().settings)
        self._sessions: dict[str, Session] = {}
        """By the deck's name; none before the context is there."""
        self.fault: BaseException | None = None
        """Of ours: why the decks could not be followed."""
        self._watch = Watch()
        self._thread = ThreadPoolExecutor(1, "drafts")
        self._requested: dict[str, None] = {}
        self._wake = asyncio.Event()
        self.decks: Mapping[str, Previewed] = {settings.name_of(path): self._previewed(path) for path in settings.paths}

    def _previewed(self, path: Path) -> Previewed:
        name = self._settings.name_of(path)
        return Previewed(name, Feed(messages.hello(path, name, self._settings.editor, live=self._live)), Pictures())

    def _open(self) -> dict[str, Session]:
        from marpweave.serve.session import Pages, Session

        self._context = self._make()
        sessions = {}
        for path in self._settings.paths:
            deck = self.decks[self._settings.name_of(path)]
            pages = Pages(deck.pictures, partial(self._tell, deck.feed), partial(self._stir, deck.name))
            sessions[deck.name] = Session(path, self._context, pages)
        return sessions

    @asynccontextmanager
    async def life(self, _: Starlette) -> AsyncIterator[None]:
        """Lifespan of the server."""
        self._loop = asyncio.get_running_loop()
        task = asyncio.create_task(self._work())
        task.add_done_callback(self._ended)
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self._thread.shutdown()  # a draft in progress may still start something
        for session in self._sessions.values():
            session.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Stop the server if the task that follows the decks has ended."""
        self.fault = None if task.cancelled() else task.exception()
        if self.fault:
            signal.raise_signal(signal.SIGINT)

    async def _work(self) -> None:
        """Open the sessions, follow saved files, and make drafts."""
        self._sessions = await self._loop.run_in_executor(self._thread, self._open)
        for name, session in self._sessions.items():
            self._watch.add(session.inputs)
            self._request(name)
        self._watch.add(self._configured.files)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._draft())

    async def _follow(self) -> None:
        """Request drafts of every deck affected by changes, directly changed decks first."""
        async for changes in self._watch.changes():
            if concerned(self._configured.files, changes):
                await self._configure()
            written = frozenset().union(*(session.written for session in self._sessions.values()))
            stale = [name for name, session in self._sessions.items()
                     if session.saved(changes, by_author=bool(changes - written))]
            for name in sorted(stale, key=lambda name: changes.isdisjoint(names_of(self._sessions[name].path))):
                self._request(name)

    async def _configure(self) -> None:
        """Report if the configuration has changed since the start of the preview."""
        old_fault = self._configured.fault
        await self._loop.run_in_executor(self._thread, self._configured.reread)
        if self._configured.fault:
            for deck in self.decks.values():
                deck.feed.tell(messages.broken(self._configured.fault))
        elif old_fault:
            for name, session in self._sessions.items():
                session.saved(frozenset(), by_author=True)
                self._request(name)

    async def _draft(self) -> None:
        """Make the requested drafts, one at a time."""
        while True:
            await self._wake.wait()
            name = next(iter(self._requested))
            del self._requested[name]
            if not self._requested:
                self._wake.clear()
            session = self._sessions[name]
            before = session.inputs
            await self._loop.run_in_executor(self._thread, session.refresh)
            if session.inputs != before:
                self._watch.add(session.inputs)

    def _request(self, name: str) -> None:
        self._requested[name] = None
        self._wake.set()

    def _stir(self, name: str) -> None:
        self._loop.call_soon_threadsafe(self._request, name)

    def _tell(self, feed: Feed, message: Message) -> None:
        if message["type"] == "whole" and self._configured.fault:
            message = messages.broken(self._configured.fault)
        self._loop.call_soon_threadsafe(feed.tell, message)

    def hear(self, deck: Previewed, message: Mapping[str, Any]) -> None:
        """Handle a message from a page; invalid ones are ignored."""
        session = self._sessions.get(deck.name)
        if not session:
            return
        match message:
            case {"type": "accept", "id": str(name)}:
                session.accept(name)
            case {"type": "measured", "seq": int(number), "slides": list(slides)}:
                self._context.host.start()  # the page is loaded, and cells may be edited next
                self._loop.run_in_executor(self._thread, session.measured, number, slides)
            case {"type": "run", "run": str(run), "cell": int(cell), "code": str(code)} if self._live:
                session.run_live(cell, code, run)
            case {"type": "stop", "run": str(run)}:
                session.live.stop(run)
