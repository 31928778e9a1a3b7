"""Reads the bibliographies and the citation style of a deck."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.weave.citations.citations import citations_of, findings_in
from marpweave.weave.citations.sources import Sources, sources_in
from marpweave.weave.embed import ALLOW, OUTSIDE

STYLES = Path(__file__).with_name("styles")
BUILT_IN = ("apa", "harvard1", "sist02", "vancouver")
"""Our own styles, and those included in citation-js."""
DEPENDENT = re.compile(r"""<link\b[^>]*\bhref="([^"]*)"[^>]*\brel="independent-parent\"""")


@dataclass(frozen=True, slots=True)
class CslStyle:
    """A CSL style: the name of one known to citation-js, or the text of another."""

    name: str = ""
    xml: str = ""


@dataclass(frozen=True, slots=True)
class Literature:
    """The sources that a deck can cite, and the style."""

    sources: Sources
    style: CslStyle
    faults: tuple[str, ...]


def read_literature(deck: Deck, files: Files, rooms: Sequence[Path]) -> Literature:
    """Read the bibliographies and the style of a deck; files named by the deck must be in one of ``rooms``."""
    within = [room.resolve() for room in rooms] if deck.bibliography.line else [Path("/")]
    reader = _Reader(deck, files, within)
    contents = tuple((name, content) for path in deck.bibliography.files
                     for name, content in [reader.read(path, "bibliography")] if content is not None)
    sources = sources_in(contents)
    style = reader.style()
    return Literature(sources, style, (*reader.faults, *sources.faults))


def citation_findings(deck: Deck, files: Files, rooms: Sequence[Path]) -> Iterator[Finding]:
    """All findings about citations that do not require formatting them."""
    if not deck.bibliography.files:
        return
    literature = read_literature(deck, files, rooms)
    top = Location(deck.path, deck.bibliography.line or 1)
    yield from (Finding(Kind.CITATION, top, fault) for fault in literature.faults)
    citations = citations_of(deck, literature.sources)
    for key in filter(literature.sources.again.__contains__, citations.keys):
        first = literature.sources.entries[key].place
        again = literature.sources.again[key]
        yield Finding(Kind.WARNING, top, f"{again}: duplicate key @{key}; the entry at {first} is used")
    if literature.sources.entries or not literature.faults:  # otherwise missing keys only follow from the fault
        whole = citations_of(deck.full, literature.sources) if deck.full else citations
        yield from findings_in(citations, whole, literature.sources, deck)


class _Reader:
    """Reads the files of one deck, collecting faults."""

    def __init__(self, deck: Deck, files: Files, rooms: Sequence[Path]) -> None:
        self.deck, self.files, self.rooms = deck, files, rooms
        self.faults: list[str] = []

    def read(self, path: Path, what: str) -> tuple[str, bytes | None]:
        """The display name and content of a file; None, with a fault recorded, if it cannot be read."""
        name, target = os.path.relpath(path, self.deck.path.parent), self.files.place(path)
        content = self.files.read(target)
        if content is None:
            self.faults.append(f"{what} {name} is missing")
        elif not any(map(target.is_relative_to, self.rooms)):
            self.faults.append(f"{what} {name} {OUTSIDE}, at {target}; {ALLOW}")
            return name, None
        return name, content

    def style(self) -> CslStyle:
        """The configured style, or the default of the deck's language."""
        usual = "sist02" if self.deck.lang == "ja" else "apa"
        name = self.deck.bibliography.style or usual
        if name not in BUILT_IN and not name.endswith(".csl"):
            self.faults.append(f"unknown style {name!r}; name a CSL file, or one of {', '.join(BUILT_IN)}")
            name = usual
        xml = "" if name in BUILT_IN else self._file(Path(name))
        if xml:
            return CslStyle(xml=xml)
        built_in = name if name in BUILT_IN else usual
        ours = STYLES / f"{built_in}.csl"
        return CslStyle(xml=ours.read_text(encoding="utf-8")) if ours.is_file() else CslStyle(built_in)

    def _file(self, path: Path) -> str:
        name, content = self.read(path, "style")
        xml = content.decode("utf-8-sig", "replace") if content else ""
        parent = DEPENDENT.search(xml)
        if parent:
            self.faults.append(f"style {name} only refers to another one; use {parent[1]}")
        elif content is not None and not re.search(r"<style\b", xml):
            self.faults.append(f"style {name} is not CSL")
        else:
            return xml
        return ""
