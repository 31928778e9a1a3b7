"""Distributes messages to the pages of a deck: the full state to new pages, then changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

Message = Mapping[str, Any]
LASTING = ("hello", "slides", "running", "findings", "broken")
"""Types whose last message is part of the state, in the order in which pages need them; others are events."""

EDITED = "edited"
"""The key of an event inside a state message."""


class Feed:
    """The last messages of a deck, and queues of its pages; used in one thread."""

    def __init__(self, hello: Message) -> None:
        self._last: dict[str, Message] = {"hello": hello}
        self._pages: set[asyncio.Queue[str]] = set()

    @property
    def lang(self) -> str:
        """The language of the deck; "" if not yet known."""
        return str(self._last.get("slides", {}).get("lang", ""))

    def join(self) -> asyncio.Queue[str]:
        """A queue of messages for a new page."""
        page: asyncio.Queue[str] = asyncio.Queue()
        for kind in LASTING:
            if kind in self._last:
                page.put_nowait(_encoded(self._last[kind]))
        self._pages.add(page)
        return page

    def leave(self, page: asyncio.Queue[str]) -> None:
        """Remove a page."""
        self._pages.discard(page)

    def tell(self, message: Message) -> None:
        """Send a message to every page, unless nothing changed."""
        kind, last, lasting = message["type"], self._last.get(message["type"]), {**message}
        if EDITED in lasting:
            lasting[EDITED] = None
        if kind == "whole" and self._last.pop("broken", None) is None:
            return
        if kind in LASTING:
            if last == lasting:
                return
            self._last[kind] = lasting
        text = _encoded(_news(message, last) if kind == "slides" and last else message) if self._pages else ""
        for page in self._pages:
            page.put_nowait(text)


def _news(message: Message, last: Message) -> Message:
    """The message without slides that pages already have; ``css`` None: unchanged."""
    return {**message, "html": {key: html for key, html in message["html"].items() if key not in last["html"]},
            "css": None if message["css"] == last["css"] else message["css"]}


def _encoded(message: Message) -> str:
    return json.dumps(message, ensure_ascii=False)
