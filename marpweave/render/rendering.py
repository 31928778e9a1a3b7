"""What became of a deck in Marp and the browser: fresh from the renderer, and once its files are in place."""

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
"""The kind of the record of an index page, under the digest of its folder."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one slide."""

    slide: Ordinal
    kind: Kind
    element: str
    """Which one, with its first words; "" where it is the whole deck; a theme's name."""
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
    """The first slide as PNG; None: it is known."""
    measured: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    """The faults of slides by their keys, where they will be the same again."""
    small: str = ""
    """The first slide for a page of many, as a data URI; "" where it is still to be made."""
    kept: Mapping[str, str] | None = None
    """What Marp worked out for it; None: it is known, or not to be kept."""


class Listed(Record, frozen=True):
    """The index page of an output folder, and what it was made from, as the last build left them."""

    inputs: tuple[Input, ...]


class Measured(Record, frozen=True):
    """What was measured on slides, each by a key of its HTML and all that stands around it."""

    slides: dict[Digest, tuple[Fault, ...]]
    title: str
    picture: Annotated[str, Meta(pattern=r"\A(data:image/png;base64,[A-Za-z0-9+/=]+)?\Z")]
    """Of the first one, small."""


class WorkedOut(Record, frozen=True):
    """What Marp worked out for a deck: formulas, highlighted code and styles, by keys of all that they depend on.

    It goes into HTML as it is: only what this user's own programs have written counts.
    """

    texts: dict[Digest, str]
    seal: Digest


class RenderedDeck(Record, frozen=True):
    """A deck whose files are in place; remembered where nothing failed."""

    slides: Count | None
    faults: tuple[Fault, ...]
    files: dict[Annotated[str, Meta(pattern=r"\A(?!\.\.?/)[^/\\\0]+(/\d+\.png)?\Z")], Digest]
    """Path in the folder of its outputs -> digest of what was written."""
    complaints: dict[str, str]
    """By format, why there is no file."""


def faults_of(measured: Mapping[str, Any], known: Measured | None = None) -> Iterator[Fault]:
    """The faults of a deck, in the order of its slides; none where nothing was measured."""
    for number, faults in enumerate(faults_by_slide(measured, known), start=1):
        yield from (replace(fault, slide=number) for fault in faults)
    for url in measured.get("requests", ()):
        yield Fault(1, Kind.RENDER, "", f"asks the network for {url}")


def broken_themes(broken: Mapping[str, str]) -> Iterator[Fault]:
    """Themes that cannot be read, each with the reason; decks that ask for one are shown in another."""
    return (Fault(1, Kind.OPTION, name, f"cannot be read: {why}") for name, why in broken.items())


def faults_by_slide(measured: Mapping[str, Any], known: Measured | None) -> Iterator[tuple[Fault, ...]]:
    """The faults of each slide, each as if it were the first; those that were not measured are known."""
    keys = measured.get("keys") or ()
    for number, faults in enumerate(measured.get("slides", ())):
        if faults is None:
            assert known is not None
            yield known.slides[keys[number]]
        else:
            yield tuple(_fault(each) for each in faults)


def _fault(fault: Mapping[str, Any]) -> Fault:
    kind, message = _told(fault)
    return Fault(1, kind, fault["element"], message, fault.get("code", ""))


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
            return Kind.RENDER, "cannot be loaded, so that text is missing: the browser needs a font of the machine, " \
                                "such as those of the package fonts-dejavu-core"
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
                                    "18 px is the least that a lecture hall can read"
        case "label":
            return Kind.SMALL_LABEL, f"has text {fault['px']:g} px high on a 720 px slide; " \
                                     "draw the text larger, or the figure smaller"
        case _:
            return Kind.EMPTY, f"its content fills {fault['filled']} % of the free height; " \
                               "add to it, enlarge it, or merge it with another slide"
