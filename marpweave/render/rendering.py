"""What became of a deck in Marp and the browser: fresh from the renderer, and once its files are in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from marpweave.cache.records import Count, Digest, Ordinal, Record
from marpweave.model.finding import Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one slide."""

    slide: Ordinal
    kind: Kind
    element: str
    """Which one, with its first words; "" where it is the whole deck."""
    message: str
    """What is wrong with it."""
    code: str = ""
    """The text of a code block, by which its cell is found."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a renderer made of a deck; its files wait in the renderer's folder."""

    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    """By format; one that failed is missing."""
    complaints: Mapping[str, str] = field(default_factory=dict)
    """By format, why there is no file."""
    slides: int | None = None
    """None: it could not be measured."""
    faults: tuple[Fault, ...] = ()
    title: str = ""
    """As the HTML has it; "" where the deck has neither a title nor a heading."""
    picture: Path | None = None
    """The first slide as PNG."""


class RenderedDeck(Record, frozen=True):
    """A deck whose files are in place; remembered where nothing failed."""

    slides: Count | None
    faults: tuple[Fault, ...]
    files: dict[Annotated[str, Meta(pattern=r"\A(?!\.\.?/)[^/\\\0]+(/\d+\.png)?\Z")], Digest]
    """Path in the output folder -> digest of what was written."""
    complaints: dict[str, str]
    """By format, why there is no file."""


def faults_of(measured: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults of a deck, in the order of its slides; none where nothing was measured."""
    for number, slide in enumerate(measured.get("slides", ()), start=1):
        for fault in slide:
            kind, message = _told(fault)
            yield Fault(number, kind, fault["element"], message, fault.get("code", ""))
    for url in measured.get("requests", ()):
        yield Fault(1, Kind.RENDER, "", f"asks the network for {url}")


def _told(fault: Mapping[str, Any]) -> tuple[Kind, str]:
    match fault["kind"]:
        case "overflow" if fault["cut"] > 0:
            return Kind.OVERFLOW, f"is cut off by {fault['cut']} px at the {fault['edge']} edge"
        case "overflow":
            return Kind.OVERFLOW, f"stands {fault['margin']} px in the {fault['edge']} margin"
        case "cut":
            return Kind.OVERFLOW, f"is {fault['by']} px wider than its box, which cuts it off"
        case "small":
            return Kind.SMALL_TEXT, f"is {fault['px']:g} px high on a 720 px slide; " \
                                    "18 px is the least that a lecture hall can read"
        case "image":
            return Kind.MISSING_IMAGE, "cannot be shown"
        case "unclosed":
            slides = "slide" if fault["slides"] == 1 else f"{fault['slides']} slides"
            return Kind.RENDER, f"is never closed and takes in the {slides} behind it; close it"
        case _:
            return Kind.RENDER, f"has an error: {fault['message']}"
