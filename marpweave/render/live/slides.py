"""A deck's slides one by one, for a page that is sent only those that changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marpweave.render.prepare import Presentation


@dataclass(frozen=True, slots=True)
class Slides:
    """A deck as a page shows it; what is the same as before has the same hash."""

    order: tuple[str, ...]
    """The hash of each slide; two that are alike have one."""
    html: Mapping[str, str]
    """Hash -> slide, with its number and page left empty, for those that were not known."""
    pages: tuple[tuple[int, int] | None, ...]
    """The page number that each slide shows, and the last one; None: it shows none."""
    css: str | None
    """None: it was known."""
    style: str
    """The hash of the CSS."""
    size: tuple[int, int]
    title: str
    notes: tuple[str, ...]
    broken: Mapping[str, str] = field(default_factory=dict)
    """Why themes could not be read, by name."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Slides of which pictures are wanted, and all that they are shown with."""

    shots: tuple[str, ...]
    """Each slide's HTML."""
    styles: tuple[str, ...]
    """CSS."""
    size: tuple[int, int]
    lang: str


def slides_request(presentation: Presentation, known: Collection[str]) -> dict[str, Any]:
    """What the renderer is asked."""
    markdown = presentation.markdown.removeprefix("\ufeff")
    addresses = {source: page for source, page in presentation.frames.items() if isinstance(page, str)}
    return {**asdict(presentation), "live": True, "markdown": markdown, "known": list(known), "frames": addresses}


def slides_of(answer: Mapping[str, Any]) -> Slides:
    """What the renderer answered."""
    pages = tuple((page[0], page[1]) if page else None for page in answer["pages"])
    width, height = answer["size"]
    return Slides(tuple(answer["order"]), answer["html"], pages, answer["css"], answer["style"], (width, height),
                  answer["title"], tuple(answer["notes"]), answer["broken"])
