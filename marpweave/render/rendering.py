"""The result of rendering a deck: as returned by the renderer, and after its files were moved into place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from marpweave.cache.records import Count, Digest, Ordinal, Record
from marpweave.model.finding import Kind
from marpweave.model.outcome import Input

INDEX = "index"
"""The kind of record for an index page; its key is the digest of its folder."""


@dataclass(frozen=True, slots=True)
class SlideFault:
    """A fault measured on a slide."""

    slide: Ordinal
    kind: Kind
    element: str
    """The element concerned, with its first words; "" for the whole deck; or the name of a theme."""
    message: str
    """What is wrong with it."""
    code: str = ""
    """The text of a code block, to find its cell."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """The result of a renderer; the files are in the renderer's folder."""

    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    """By format; missing if it failed."""
    complaints: Mapping[str, str] = field(default_factory=dict)
    """Error messages by format."""
    slides: int | None = None
    """None: not measured."""
    faults: tuple[SlideFault, ...] = ()
    title: str = ""
    """As in the HTML; "" if the deck has neither title nor heading."""
    picture: Path | None = None
    """The first slide as PNG; None: cached."""
    measured: Mapping[str, tuple[SlideFault, ...]] = field(default_factory=dict)
    """The faults of slides by key, if they are reproducible."""
    small: str = ""
    """A thumbnail of the first slide as a data URI; "" if not yet made."""
    kept: Mapping[str, str] | None = None
    """Intermediate results of Marp; None: cached, or not to be cached."""


class Listed(Record, frozen=True):
    """The index page of an output folder and its inputs, as left by the last build."""

    inputs: tuple[Input, ...]


class Measured(Record, frozen=True):
    """Measurements of slides, by a key of their HTML and context."""

    slides: dict[Digest, tuple[SlideFault, ...]]
    title: str
    picture: Annotated[str, Meta(pattern=r"\A(data:image/png;base64,[A-Za-z0-9+/=]+)?\Z")]
    """Thumbnail of the first slide."""


class WorkedOut(Record, frozen=True):
    """Intermediate results of Marp: formulas, highlighted code, themes and styles, by keys of all their inputs.

    They are inserted into HTML unchecked, so only those authenticated by this user's secret are used.
    """

    texts: dict[Digest, str]
    seal: Digest


class RenderedDeck(Record, frozen=True):
    """A deck whose files are in place; cached unless something failed."""

    slides: Count | None
    faults: tuple[SlideFault, ...]
    files: dict[Annotated[str, Meta(pattern=r"\A(?!\.\.?/)[^/\\\0]+(/\d+\.png)?\Z")], Digest]
    """Path in its output folder -> digest of the content."""
    complaints: dict[str, str]
    """Error messages by format."""


def faults_of(measured: Mapping[str, Any], known: Measured | None = None) -> Iterator[SlideFault]:
    """The faults of a deck in the order of its slides; none if not measured."""
    for number, faults in enumerate(faults_by_slide(measured, known), start=1):
        yield from (replace(fault, slide=number) for fault in faults)
    for url in measured.get("requests", ()):
        yield SlideFault(1, Kind.RENDER, "", f"requests {url} from the network")


def broken_themes(broken: Mapping[str, str]) -> Iterator[SlideFault]:
    """Themes that cannot be read, each with the reason; decks that ask for one are shown in another."""
    return (SlideFault(1, Kind.OPTION, name, f"cannot be read: {why}") for name, why in broken.items())


def faults_by_slide(measured: Mapping[str, Any], known: Measured | None) -> Iterator[tuple[SlideFault, ...]]:
    """The faults of each slide, numbered as if it were the first; cached ones for slides not measured again."""
    keys = measured.get("keys") or ()
    for number, faults in enumerate(measured.get("slides", ())):
        if faults is None:
            assert known is not None
            yield known.slides[keys[number]]
        else:
            yield tuple(_fault(each) for each in faults)


def _fault(fault: Mapping[str, Any]) -> SlideFault:
    kind, message = _told(fault)
    return SlideFault(1, kind, fault["element"], message, fault.get("code", ""))


def _told(fault: Mapping[str, Any]) -> tuple[Kind, str]:
    match fault["kind"]:
        case "overflow" if fault["cut"] > 0:
            return Kind.OVERFLOW, f"is cut off by {fault['cut']} px at the {fault['edge']} edge"
        case "overflow":
            return Kind.OVERFLOW, f"reaches {fault['margin']} px into the {fault['edge']} margin"
        case "cut":
            return Kind.OVERFLOW, f"is {fault['by']} px wider than its box, which cuts it off"
        case "image":
            return Kind.MISSING_IMAGE, "cannot be shown"
        case "font":
            return Kind.RENDER, "cannot be loaded, so that text is missing: the browser needs a system font, " \
                                "for example from the package fonts-dejavu-core"
        case "unclosed":
            slides = "slide" if fault["slides"] == 1 else f"{fault['slides']} slides"
            return Kind.RENDER, f"is never closed and swallows the {slides} after it; close it"
        case "math":
            return Kind.RENDER, f"has an error: {fault['message']}"
        case _:
            return _too_small(fault)


def _too_small(fault: Mapping[str, Any]) -> tuple[Kind, str]:
    match fault["kind"]:
        case "small":
            return Kind.SMALL_TEXT, f"is {fault['px']:g} px high on a 720 px slide; " \
                                    "a lecture hall cannot read text below 18 px"
        case "label":
            return Kind.SMALL_LABEL, f"has text {fault['px']:g} px high on a 720 px slide; " \
                                     "draw the text larger, or the figure smaller"
        case _:
            return Kind.EMPTY, f"its content fills {fault['filled']} % of the free height; " \
                               "add to it, enlarge it, or merge it with another slide"
