"""Slides one by one, so that a page gets only those that changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marpweave.render.prepare import Presentation


@dataclass(frozen=True, slots=True)
class Slides:
    """The slides of a deck, identified by hash."""

    order: tuple[str, ...]
    """The hash of each slide; equal slides have equal hashes."""
    html: Mapping[str, str]
    """Hash -> slide without slide and page numbers, for slides not yet known."""
    pages: tuple[tuple[int, int] | None, ...]
    """The page number shown on each slide and the last page number; None: not shown."""
    css: str | None
    """None: already known."""
    style: str
    """The hash of the CSS."""
    size: tuple[int, int]
    title: str
    notes: tuple[str, ...]
    broken: Mapping[str, str] = field(default_factory=dict)
    """Why themes could not be read, by name."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Slides to take pictures of, with all resources."""

    shots: tuple[str, ...]
    """HTML of each slide."""
    styles: tuple[str, ...]
    """CSS."""
    size: tuple[int, int]
    lang: str


def slides_request(presentation: Presentation, known: Collection[str]) -> dict[str, Any]:
    """The request to the renderer."""
    markdown = presentation.markdown.removeprefix("\ufeff")
    addresses = {source: page for source, page in presentation.frames.items() if isinstance(page, str)}
    return {**asdict(presentation), "live": True, "markdown": markdown, "known": list(known), "frames": addresses}


def slides_of(answer: Mapping[str, Any]) -> Slides:
    """Parse the renderer's answer."""
    pages = tuple((page[0], page[1]) if page else None for page in answer["pages"])
    width, height = answer["size"]
    return Slides(tuple(answer["order"]), answer["html"], pages, answer["css"], answer["style"], (width, height),
                  answer["title"], tuple(answer["notes"]), answer["broken"])
