"""Serves images on slides by the digest of their content."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from mimetypes import guess_extension
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from marpweave.inputs.digests import digest
from marpweave.model.diagram import Frame

if TYPE_CHECKING:
    from marpweave.weave.embed import Picture

PLACE = "/p/"
PAGE = "text/html"
Content = tuple[str, bytes]
"""MIME type and bytes."""

_digest = lru_cache(8)(digest)
"""Cached for content shared by many pages, such as libraries of several megabytes."""


class Pictures:
    """Images of the current slides and of the previous ones, which a page may still request."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        """Data URI -> address."""
        self._old: dict[str, Content] = {}
        self._current: dict[str, Content] = {}
        self._old_pages: dict[str, Frame] = {}
        self._pages: dict[str, Frame] = {}

    def addressed(self, images: Mapping[str, Picture]) -> dict[str, Picture]:
        """The images of slides, with URLs in place of data URIs."""
        last, self._addresses = self._addresses, {}
        known, self._old, self._current = {**self._old, **self._current}, self._current, {}
        for uri in {uri for picture in images.values() for uri in (picture.still, picture.moving) if uri}:
            name = last[uri] if uri in last else _named(uri)
            self._addresses[uri] = name
            self._current[name] = known[name] if name in known else _content(uri)
        return {source: replace(picture, still=self._address(picture.still), moving=self._address(picture.moving))
                for source, picture in images.items()}

    def framed(self, frames: Mapping[str, Frame | str]) -> dict[str, str]:
        """URLs of live pages by the source of the image that they replace."""
        pages = {source: frame for source, frame in frames.items() if isinstance(frame, Frame)}
        names = {source: f"{digest(_digest(page.beginning) + page.html)}.html" for source, page in pages.items()}
        self._old_pages, self._pages = self._pages, {names[source]: page for source, page in pages.items()}
        return {source: PLACE + name for source, name in names.items()}

    def content(self, name: str) -> Content | None:
        """An image or a live page by name."""
        if page := self._pages.get(name) or self._old_pages.get(name):
            return PAGE, (page.beginning + page.html).encode("utf-8", "replace")
        return self._current.get(name) or self._old.get(name)

    def _address(self, uri: str) -> str:
        return PLACE + self._addresses[uri] if uri else ""


def _named(uri: str) -> str:
    mime, content = _content(uri)
    return digest(content) + (guess_extension(mime) or "")


def _content(uri: str) -> Content:
    """Type and bytes of a data URI."""
    head, _, body = uri.partition(",")
    mime, coded = head.removeprefix("data:").partition(";")[0], head.endswith(";base64")
    return mime or "text/plain", base64.b64decode(body) if coded else unquote_to_bytes(body)
