"""A long-running renderer, restarted when it crashes."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

from marpweave.files import work_folder
from marpweave.model.diagram import Frame
from marpweave.model.finding import Kind
from marpweave.render.live.slides import Sheet, Slides, slides_of, slides_request
from marpweave.render.node import Node, NodeDiedError
from marpweave.render.programs.tools import find_tools
from marpweave.render.rendering import Measured, Rendering, SlideFault, broken_themes, faults_by_slide, faults_of

if TYPE_CHECKING:
    from marpweave.render.prepare import Presentation

TIMEOUT = 120.0
"""Timeout in seconds for a deck in all formats."""
MAX_DECKS = 500
"""Number of decks after which the process is replaced, because memory leaks."""
SHARE = 0.25
"""Memory cost of rendering only slides, relative to a deck."""
SIDE_BY_SIDE = 2
NO_OFFICE = "LibreOffice soffice binary could not be found"


class Renderer(Protocol):
    """Renders decks to files."""

    def render(self, presentation: Presentation, formats: Sequence[str]) -> Future[Rendering]:
        """Start rendering a deck; its files exist until the renderer is closed."""

    def rehearse(self, presentation: Presentation) -> Future[object]:
        """Start rendering a deck to HTML and measuring it, only to be faster with the same slides later."""

    def pngs(self, pictures: Sequence[str], density: float) -> Future[Sequence[bytes | None]]:
        """Start converting images, given as data URIs, to PNG with ``density`` pixels per CSS pixel.

        None: an image cannot be drawn.
        """

    def cited(self, request: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        """Start formatting citations; see ``citations.mjs`` for the request."""

    def diagram(self, asked: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        """Start drawing a diagram; the result is SVG or an error."""


class MarpRenderer:
    """Runs Marp CLI and a browser in a process that starts with the first request, or with ``start``."""

    def __init__(
        self, *, timeout: float = TIMEOUT, max_decks: int = MAX_DECKS, live: bool = False, prints: bool = True,
    ) -> None:
        """``live``: it mostly renders single slides; ``prints``: it needs a browser, not only HTML."""
        self._timeout, self._max_decks = timeout, max_decks
        self._ready = {"live": live, "prints": prints}
        self._lock, self._open = Lock(), ExitStack()
        self._nodes: list[Node] = []
        self._numbers = count()
        self._current: Node | None = None
        self._decks = 0.0
        """How many the current process was asked for."""
        self._closing = False
        self.deaths = 0
        """How many of its processes ended unasked, as far as somebody has needed them since."""

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
        """Start the process without waiting; later errors are raised by requests.

        Only a missing tool raises ToolError immediately, after waiting for the download of a browser if necessary.
        """
        find_tools()
        self._pool.submit(self._running)

    def render(self, presentation: Presentation, formats: Sequence[str]) -> Future[Rendering]:
        """Start rendering a deck; its files exist until the renderer is closed."""
        return self._pool.submit(self._render, presentation, tuple(formats))

    def rehearse(self, presentation: Presentation) -> Future[object]:
        """Start rendering a deck to HTML and measuring it, only to be faster with the same slides later."""
        request = {**_request(presentation, ("html",)), "rehearses": True}
        return self._pool.submit(lambda: self._running().ask(request, timeout=self._timeout))

    def slides(self, presentation: Presentation, known: Collection[str] = ()) -> Future[Slides]:
        """Start rendering the slides of a deck, omitting those whose hashes are ``known``."""
        return self._pool.submit(lambda: slides_of(self._asked_twice(slides_request(presentation, known))))

    def pngs(self, pictures: Sequence[str], density: float) -> Future[Sequence[bytes | None]]:
        """Start converting images to PNG."""
        request = {"pictures": list(pictures), "density": density}
        return self._pool.submit(lambda: [drawn and base64.b64decode(drawn.partition(",")[2])
                                          for drawn in self._asked_twice(request)["drawn"]])

    def cited(self, request: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        """Start formatting citations."""
        return self._pool.submit(lambda: self._asked_twice({"citing": dict(request)})["cited"])

    def shots(self, sheet: Sheet) -> Future[Sequence[bytes]]:
        """Start taking pictures of slides, as PNG."""
        request = asdict(sheet)
        return self._pool.submit(lambda: [Path(file).read_bytes() for file in self._asked_twice(request)["files"]])

    def diagram(self, asked: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        """Start drawing a diagram; the result is SVG or an error."""
        return self._pool.submit(self._asked_twice, {"diagram": dict(asked)})

    def _asked_twice(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """The answer to a request, retried in a new process if the first one crashes."""
        try:
            answer = self._running(SHARE).ask(request, timeout=self._timeout)
        except NodeDiedError:
            answer = self._running(SHARE).ask(request, timeout=self._timeout)
        return _whole(answer)

    def _render(self, presentation: Presentation, formats: tuple[str, ...]) -> Rendering:
        request = _request(presentation, formats)
        try:
            return _rendering(_noted(_whole(self._running().ask(request, timeout=self._timeout))), presentation.known)
        except NodeDiedError:
            alone = self._new_node()  # another deck may have caused the crash
        try:
            return _rendering(_noted(_whole(alone.ask(request, timeout=self._timeout))), presentation.known)
        except NodeDiedError as death:
            return Rendering(complaints=dict.fromkeys(formats, str(death)))
        finally:
            alone.close()

    def _running(self, share: float = 1.0) -> Node:
        """The process, replaced if it crashed or rendered enough."""
        with self._lock:
            if self._current and self._current.alive and self._decks >= self._max_decks:
                self._current.close()
                self._current = None
            self.deaths += self._current is not None and not self._current.alive
            if self._current is None or not self._current.alive:
                self._current, self._decks = self._new_node(), 0.0
            self._decks += share
            return self._current

    def _new_node(self) -> Node:
        if self._closing:
            raise NodeDiedError("the renderer is closed")
        node = Node(find_tools(), self._home, self._home / str(next(self._numbers)), **self._ready)
        self._nodes.append(node)
        return node


def _request(presentation: Presentation, formats: Sequence[str]) -> dict[str, Any]:
    from marpweave.render.themes import shipped  # takes long, and the process is to start before

    markdown = presentation.markdown.removeprefix("\ufeff")
    pages = {source: page for source, page in presentation.frames.items() if isinstance(page, Frame)}
    beginnings = [*dict.fromkeys(page.beginning for page in pages.values())]
    frames = {source: (beginnings.index(page.beginning), page.html) for source, page in pages.items()}
    known = list(presentation.known.slides) if presentation.known else []
    plain, setup = asdict(replace(presentation, known=None)), presentation.setup
    are_shipped = not (setup.file or setup.engine) and shipped().issuperset(presentation.themes)
    return {**plain, "formats": formats, "markdown": markdown, "marks": (), "frames": frames,
            "beginnings": beginnings, "known": known, "shipped": are_shipped}


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    if "failed" in answer:
        raise RuntimeError(answer["failed"])
    return answer


def _noted(answer: dict[str, Any]) -> dict[str, Any]:
    """Add the notes to a PPTX made by LibreOffice."""
    from marpweave.render.programs.office import add_notes  # rarely needed

    for plain in answer["noted"]:
        add_notes(Path(answer["files"]["pptx"][0]), Path(plain))
    return answer


def _rendering(answer: Mapping[str, Any], known: Measured | None) -> Rendering:
    measured = answer["measured"] or {}
    told: list[SlideFault] = []
    if answer["plain"] is not None:
        told.append(SlideFault(1, Kind.WARNING, "", f"the PDF has no outline: Marp says {last_words(answer['plain'])}"))
    told += broken_themes(answer["broken"])
    return Rendering(
        {form: tuple(map(Path, files)) for form, files in answer["files"].items()},
        {form: last_words(said) for form, said in answer["complaints"].items()},
        len(measured["slides"]) if measured else None, (*faults_of(measured, known), *told), _title(measured, known),
        Path(measured["picture"]) if measured.get("picture") else None, _lasting(measured, known),
        _picture(measured, known), answer["kept"])


def _title(measured: Mapping[str, Any], known: Measured | None) -> str:
    return str(measured.get("title", known.title if known else ""))


def _picture(measured: Mapping[str, Any], known: Measured | None) -> str:
    """The cached thumbnail, if the first slide is unchanged."""
    first = next(iter(measured.get("keys") or ()), None)
    return known.picture if known and first in known.slides else ""


def _lasting(measured: Mapping[str, Any], known: Measured | None) -> dict[str, tuple[SlideFault, ...]]:
    """The measurements that are valid for the same slides next time."""
    fonts_fail = any(fault["kind"] == "font" for faults in measured.get("slides", ()) for fault in faults or ())
    if measured.get("requests") or measured.get("opens") or fonts_fail:  # an opened file may change
        return {}
    return dict(zip(measured.get("keys") or (), faults_by_slide(measured, known), strict=False))


def last_words(said: str) -> str:
    """The error messages in the output of the Marp CLI, without progress."""
    if NO_OFFICE in said:
        return "an editable PPTX needs LibreOffice, which was not found; install it, or set SOFFICE_PATH to its " \
               "`soffice`"
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip().removeprefix("[ ERROR ] ") for line in said.splitlines()]
    told = [line for line in lines if line and not line.startswith("[  INFO ]") and "=>" not in line]
    return "\n".join(told[-5:]) or "no output"
