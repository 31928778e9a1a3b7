"""The renderer that stays open: started once, asked many times, restarted when it dies."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, Self

from marpweave.files import work_folder
from marpweave.model.finding import Kind
from marpweave.render.live.slides import Slides, slides_of, slides_request
from marpweave.render.node import Node, NodeDiedError
from marpweave.render.prepare import Presentation
from marpweave.render.programs import find_tools
from marpweave.render.rendering import Fault, Rendering, faults_of

TIMEOUT = 120.0
"""Seconds a deck may take, in all its formats."""
MAX_DECKS = 500
"""Decks after which a process is replaced: each leaves a little memory behind."""
SHARE = 0.25
"""Of a deck's memory that its slides alone leave behind."""
SIDE_BY_SIDE = 2


class Renderer(Protocol):
    """What makes files of decks."""

    def render(self, presentation: Presentation, formats: Sequence[str]) -> Future[Rendering]:
        """Begin to render a deck; its files are there until the renderer is closed."""


class MarpRenderer:
    """Marp CLI and a browser in a process that starts on the first deck, or earlier when asked to."""

    def __init__(self, *, timeout: float = TIMEOUT, max_decks: int = MAX_DECKS, live: bool = False) -> None:
        """``live``: it is asked for slides, and seldom for files."""
        self._timeout, self._max_decks, self._live = timeout, max_decks, live
        self._lock, self._open = Lock(), ExitStack()
        self._nodes: list[Node] = []
        self._current: Node | None = None
        self._decks = 0.0
        """How many the current process was asked for."""
        self._closing = False
        self.deaths = 0
        """How many of its processes ended while they were asked for slides."""

    def __enter__(self) -> Self:
        self._home = self._open.enter_context(work_folder())
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, "renderer")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._closing = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._open, self._lock:
            for node in self._nodes:
                if kind:
                    node.kill()
                node.close()

    def start(self) -> None:
        """Start the process and warm it up, without waiting; what goes wrong is told to whoever renders."""
        self._pool.submit(self._running)

    def render(self, presentation: Presentation, formats: Sequence[str]) -> Future[Rendering]:
        """Begin to render a deck; its files are there until the renderer is closed."""
        return self._pool.submit(self._render, presentation, tuple(formats))

    def slides(self, presentation: Presentation, known: Collection[str] = ()) -> Future[Slides]:
        """Begin to render the slides of a deck for a page that has the slides and the style of these hashes."""
        return self._pool.submit(self._slides, slides_request(presentation, known))

    def _slides(self, request: dict[str, Any]) -> Slides:
        try:
            answer = self._running(SHARE).ask(request, timeout=self._timeout)
        except NodeDiedError:
            self.deaths += 1
            answer = self._running(SHARE).ask(request, timeout=self._timeout)
        return slides_of(_whole(answer))

    def _render(self, presentation: Presentation, formats: tuple[str, ...]) -> Rendering:
        request = _request(presentation, formats)
        try:
            return _rendering(_whole(self._running().ask(request, timeout=self._timeout)))
        except NodeDiedError:
            alone = self._new_node()  # another deck may have been the cause
        try:
            return _rendering(_whole(alone.ask(request, timeout=self._timeout)))
        except NodeDiedError as death:
            return Rendering(complaints=dict.fromkeys(formats, str(death)))
        finally:
            alone.close()

    def _running(self, share: float = 1.0) -> Node:
        """The process, a new one where it has died or rendered enough."""
        with self._lock:
            if self._current and self._current.alive and self._decks >= self._max_decks:
                self._current.close()
            if self._current is None or not self._current.alive:
                self._current, self._decks = self._new_node(), 0.0
            self._decks += share
            return self._current

    def _new_node(self) -> Node:
        if self._closing:
            raise NodeDiedError("the renderer is closed")
        node = Node(find_tools(), self._home, self._home / str(len(self._nodes)), live=self._live)
        self._nodes.append(node)
        return node


def _request(presentation: Presentation, formats: Sequence[str]) -> dict[str, Any]:
    markdown = presentation.markdown.removeprefix("\ufeff")
    return {**asdict(presentation), "formats": formats, "markdown": markdown, "marks": ()}


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    if "failed" in answer:
        raise RuntimeError(answer["failed"])
    return answer


def _rendering(answer: Mapping[str, Any]) -> Rendering:
    measured = answer["measured"] or {}
    plain = (Fault(1, Kind.WARNING, "", f"the PDF has no outline: Marp says {last_words(answer['plain'])}"),) \
        if answer["plain"] is not None else ()
    return Rendering(
        {form: tuple(map(Path, files)) for form, files in answer["files"].items()},
        {form: last_words(said) for form, said in answer["complaints"].items()},
        len(measured["slides"]) if measured else None, (*faults_of(measured), *plain), measured.get("title", ""),
        Path(measured["picture"]) if measured.get("picture") else None)


def last_words(said: str) -> str:
    """What the Marp CLI complained of, its progress left out."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip().removeprefix("[ ERROR ] ") for line in said.splitlines()]
    told = [line for line in lines if line and not line.startswith("[  INFO ]") and "=>" not in line]
    return "\n".join(told[-5:]) or "it said nothing"
