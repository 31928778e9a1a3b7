"""One renderer for all programs that a test process runs, which saves each of them the start of Node.js and a browser.

Whoever lends it listens at a socket; a program that borrows it asks there, as it would ask its own. That a renderer gives
every deck what a new one would is proven in tests/e2e/test_renderer.py.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Client, Connection, Listener
from threading import Thread
from typing import Any, Self

from marpweave.render import renderer
from marpweave.render.live.slides import Sheet, Slides
from marpweave.render.prepare import Presentation
from marpweave.render.rendering import Rendering
from marpweave.serve import server

FOUND_BY = ("CHROME_PATH", "HOME", "LD_LIBRARY_PATH", "MARPWEAVE_NODE", "PATH")
"""Variables by which a program finds its tools: where they differ it starts its own renderer."""


class Lender:
    """Renders for others, from the first deck on."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self.renderer = self._open.enter_context(renderer.MarpRenderer())
        self._listener = self._open.enter_context(Listener(family="AF_UNIX"))
        self.address = str(self._listener.address)
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """End the renderer."""
        self._open.close()

    def _serve(self) -> None:
        while True:
            Thread(target=self._answer, args=[self._listener.accept()], daemon=True).start()

    def _answer(self, there: Connection) -> None:
        with there:
            try:
                wish, *question = there.recv()
                there.send(getattr(self.renderer, wish)(*question).result())
            except Exception as error:  # noqa: BLE001  for whoever asked
                there.send(error)


class Borrowed:
    """A renderer that is asked at an address."""

    deaths = 0
    """Nobody is told of a process that somebody else's deck has ended."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(renderer.SIDE_BY_SIDE)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def start(self) -> None:
        """It has been started."""

    def render(self, presentation: Presentation, formats: Sequence[str]) -> Future[Rendering]:
        """Begin to render a deck."""
        return self._pool.submit(_asked, self.address, "render", presentation, tuple(formats))

    def rehearse(self, presentation: Presentation) -> Future[object]:
        """Begin to rehearse a deck."""
        return self._pool.submit(_asked, self.address, "rehearse", presentation)

    def pngs(self, pictures: Sequence[str], density: float) -> Future[Sequence[bytes | None]]:
        """Begin to draw pictures."""
        return self._pool.submit(_asked, self.address, "pngs", tuple(pictures), density)

    def cited(self, request: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        """Begin to format citations."""
        return self._pool.submit(_asked, self.address, "cited", request)

    def slides(self, presentation: Presentation, known: Collection[str] = ()) -> Future[Slides]:
        """Begin to render the slides of a deck."""
        return self._pool.submit(_asked, self.address, "slides", presentation, tuple(known))

    def shots(self, sheet: Sheet) -> Future[Sequence[bytes]]:
        """Begin to take pictures of slides."""
        return self._pool.submit(_asked, self.address, "shots", sheet)

    def diagram(self, asked: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        """Begin to draw a diagram."""
        return self._pool.submit(_asked, self.address, "diagram", dict(asked))


def _asked(address: str, *question: Any) -> Any:
    with Client(address) as there:
        there.send(question)
        answer = there.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


def borrow(address: str, was: dict[str, str]) -> None:
    """Let this program render at an address, unless its tools are others than those of variables ``was``."""
    if all(os.environ.get(name) == was.get(name) for name in FOUND_BY):
        renderer.MarpRenderer = server.MarpRenderer = lambda **_: Borrowed(address)
