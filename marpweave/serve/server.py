"""`preview`: a server for this browser alone, from its start to Ctrl-C."""

from __future__ import annotations

import asyncio
import socket
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from marpweave.build.project import Project
from marpweave.errors import UsageError
from marpweave.render.renderer import MarpRenderer
from marpweave.serve import messages
from marpweave.serve.app import Shown, app_of
from marpweave.serve.kernels import workshop
from marpweave.serve.session import Session, Studio
from marpweave.serve.watch import Watch, names_of
from marpweave.serve.web.feed import Feed, Message
from marpweave.serve.web.guard import Door, Guard

BIGGEST = 1 << 20
"""Bytes of what a page may say at once."""
SECONDS_TO_END = 2


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: a free one."""


def preview(project: Project, address: Address, *, live: bool, opened: Callable[[str], None]) -> None:
    """Show decks in a browser until somebody stops it; ``opened`` gets the address that lets the browser in."""
    with ExitStack() as stack:
        renderer = stack.enter_context(MarpRenderer())
        renderer.start()
        listening = stack.enter_context(_socket(address))
        door = Door(address.host, listening.getsockname()[1])
        studio = Studio(project, renderer, stack.enter_context(workshop(project.settings)))
        desk = Desk(studio, live=live)
        opened(door.url)
        config = uvicorn.Config(
            Guard(app_of(desk.decks, desk.hear, desk.life), door), log_level="warning", ws_max_size=BIGGEST,
            ws_per_message_deflate=False, timeout_graceful_shutdown=SECONDS_TO_END, server_header=False)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run([listening])


def open_browser(url: str) -> None:
    """Open the page, if there is a browser that can be opened."""
    with suppress(webbrowser.Error):
        webbrowser.open(url)


def _socket(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        raise UsageError(f"cannot listen on {address.host}:{address.port}: {error.strerror}") from None


class Desk:
    """All decks of a preview: hears what is saved and what pages say, and has their drafts made one by one."""

    def __init__(self, studio: Studio, *, live: bool) -> None:
        self._studio, self._live = studio, live
        self._watch = Watch()
        self._thread = ThreadPoolExecutor(1, "drafts")
        self._asked: dict[str, None] = {}
        self._wake = asyncio.Event()
        self.decks: Mapping[str, Shown] = {path.stem: self._shown(path) for path in studio.project.settings.paths}

    def _shown(self, path: Path) -> Shown:
        feed = Feed(messages.hello(path, messages.EDITOR, live=self._live))
        return Shown(Session(path, self._studio, partial(self._tell, feed), partial(self._stir, path.stem)), feed)

    @asynccontextmanager
    async def life(self, _: Starlette) -> AsyncIterator[None]:
        """What goes on while the server runs."""
        self._loop = asyncio.get_running_loop()
        for name, shown in self.decks.items():
            self._watch.add(shown.session.inputs)
            self._ask(name)
        tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._draft())]
        yield
        for task in tasks:
            task.cancel()
        for shown in self.decks.values():
            shown.session.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._thread.shutdown()

    async def _follow(self) -> None:
        """Ask for a draft of every deck that depends on what was saved; of those that were saved first."""
        async for changes in self._watch.changes():
            concerned = [name for name, shown in self.decks.items() if shown.session.saved(changes)]
            for name in sorted(concerned, key=lambda name: changes.isdisjoint(names_of(self.decks[name].session.path))):
                self._ask(name)

    async def _draft(self) -> None:
        """Make the drafts that are asked for, one at a time."""
        while True:
            await self._wake.wait()
            name = next(iter(self._asked))
            del self._asked[name]
            if not self._asked:
                self._wake.clear()
            session = self.decks[name].session
            before = session.inputs
            await self._loop.run_in_executor(self._thread, session.refresh)
            if session.inputs != before:
                self._watch.add(session.inputs)

    def _ask(self, name: str) -> None:
        self._asked[name] = None
        self._wake.set()

    def _stir(self, name: str) -> None:
        self._loop.call_soon_threadsafe(self._ask, name)

    def _tell(self, feed: Feed, message: Message) -> None:
        self._loop.call_soon_threadsafe(feed.tell, message)

    def hear(self, shown: Shown, message: Mapping[str, Any]) -> None:
        """What a page says; what it should not say is not heard."""
        session = shown.session
        match message:
            case {"type": "accept", "id": str(name)}:
                session.accept(name)
            case {"type": "measured", "seq": int(number), "slides": list(slides)}:
                self._loop.run_in_executor(self._thread, session.measured, number, slides)
            case {"type": "run", "run": str(run), "cell": int(cell), "code": str(code)} if self._live:
                session.run_live(cell, code, run)
            case {"type": "stop", "run": str(run)}:
                session.live.stop(run)
