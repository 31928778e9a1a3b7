"""Formats the citations of a deck, using cached results where possible, and inserts them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from marpweave.cache.environment import own_digest
from marpweave.cache.records import Record, decoded
from marpweave.cache.store import Store
from marpweave.check.verdicts import CellCheck
from marpweave.errors import ToolError
from marpweave.inputs.digests import digest
from marpweave.inputs.used import BuildInput, Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.citations.literature import STYLES, Literature, read_literature
from marpweave.render.node import NodeDiedError
from marpweave.render.programs.citing import citation_modules
from marpweave.render.renderer import Renderer
from marpweave.weave.citations.citations import Citations, citations_of
from marpweave.weave.citations.woven import Formatted, Written, with_citations

KIND = "citations"


class Entry(Record, frozen=True):
    """A source in a list."""

    key: str
    html: str


class Answer(Record, frozen=True):
    """The output of citations.mjs."""

    citations: tuple[Written, ...] = ()
    entries: tuple[Entry, ...] = ()
    faults: dict[str, str] = msgspec.field(default_factory=dict)
    """Why sources cannot be read, by key."""
    fault: str = ""
    """Why nothing can be formatted."""


@dataclass(frozen=True, slots=True)
class Citing:
    """A deck with formatted citations, and findings."""

    deck: Deck
    findings: tuple[Finding, ...] = ()
    used: tuple[BuildInput, ...] = ()
    is_whole: bool = True
    """False: a tool failed, and may succeed next time."""

    def of(self, checks: Sequence[CellCheck]) -> tuple[CellCheck, ...]:
        """The checks of its cells, with formatted citations in their captions."""
        return tuple(replace(check, cell=cell) for check, cell in zip(checks, self.deck.cells, strict=True))


def cited(deck: Deck, rooms: Sequence[Path], store: Store, renderer: Renderer) -> Citing:
    """A deck with formatted citations and lists; numbers are those of the full deck."""
    if not deck.bibliography.files:
        return Citing(deck)
    files = Files()
    literature = read_literature(deck, files, rooms)
    citations = citations_of(deck, literature.sources)
    if not citations.places:
        return Citing(deck, used=tuple(files.used()))
    whole = citations_of(deck.full, literature.sources) if deck.full else citations
    is_whole = True
    try:
        answer = _answer(_request(deck, literature, whole), store, renderer)
    except (NodeDiedError, ToolError) as error:
        answer, is_whole = Answer(fault=str(error)), False
    formatted = Formatted(dict(zip(whole.distinct, answer.citations, strict=False)),
                          {entry.key: entry.html for entry in answer.entries})
    findings = tuple(_findings(deck, literature, answer))
    return Citing(with_citations(deck, citations, formatted), findings, tuple(files.used()), is_whole)


def _request(deck: Deck, literature: Literature, citations: Citations) -> dict[str, Any]:
    sources = literature.sources
    return {
        "style": asdict(literature.style), "lang": deck.lang, "strings": sources.strings, "keys": citations.keys,
        "locales": {"ja-JP": (STYLES / "locales-ja-JP.xml").read_text(encoding="utf-8")},
        "sources": [{"key": each.key, "bibtex": each.bibtex, "csl": each.csl}
                    for each in sources.with_parents(citations.keys)],
        "citations": [asdict(each) for each in citations.distinct]}


def _answer(request: dict[str, Any], store: Store, renderer: Renderer) -> Answer:
    modules = citation_modules()
    key = digest(json.dumps([own_digest(("render", "weave")), modules.name, request]))
    known = store.record(KIND, key, Answer)
    if known is None:
        made = renderer.cited({**request, "modules": str(modules)}).result()
        known = decoded(json.dumps(made), Answer)
        store.put_record(KIND, key, known)
    return known


def _findings(deck: Deck, literature: Literature, answer: Answer) -> Iterator[Finding]:
    top = Location(deck.path, deck.bibliography.line or 1)
    if answer.fault:
        yield Finding(Kind.CITATION, top, f"citations are not formatted: {answer.fault}")
    for key, why in answer.faults.items():
        place = literature.sources.entries[key].place
        yield Finding(Kind.CITATION, top, f"{place}: @{key} cannot be read: {why.partition(' at line ')[0]}")
