"""Bibliographies -> the sources in them by key, as written: BibTeX, and CSL as JSON or YAML. Pure.

An entry is cut out, not understood: what formats citations reads those alone that are cited.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

BEGINS = re.compile(r"@[ \t]*(?P<type>\w+)\s*[{(]\s*(?P<key>[^\s,{}()\"#%=]*)")
TOKEN = re.compile(r"[{})]|^[ \t]*@[ \t]*\w+\s*[{(]", re.MULTILINE)
PARENT = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]([^}\"]*)", re.IGNORECASE)
NO_ENTRIES = frozenset({"comment", "preamble"})


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of a bibliography."""

    key: str
    place: str
    """Where it stands: ``refs.bib:12``."""
    bibtex: str = ""
    csl: str = ""
    """JSON; "": it is BibTeX."""
    parents: tuple[str, ...] = ()
    """Keys of entries from which it takes what it lacks."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What bibliographies hold."""

    entries: Mapping[str, Source] = field(default_factory=dict)
    """The first of each key."""
    strings: str = ""
    """Abbreviations that BibTeX defines for all of its entries."""
    again: Mapping[str, str] = field(default_factory=dict)
    """Where a key stands that stands before, too."""
    faults: tuple[str, ...] = ()
    """What is wrong with the files, each with its place."""

    def with_parents(self, keys: Sequence[str]) -> tuple[Source, ...]:
        """The sources of some keys, and those that they need."""
        wanted = dict.fromkeys(key for key in keys if key in self.entries)
        for key in (waiting := list(wanted)):
            more = [each for each in self.entries[key].parents if each in self.entries and each not in wanted]
            wanted |= dict.fromkeys(more)
            waiting += more
        return tuple(self.entries[key] for key in wanted)


@lru_cache(4)  # of a deck that is previewed, the same at each save
def sources_in(files: tuple[tuple[str, bytes], ...]) -> Sources:
    """The sources in files, given by their names as messages say them."""
    entries: dict[str, Source] = {}
    again: dict[str, str] = {}
    strings: list[str] = []
    faults: list[str] = []
    for name, content in files:
        for found in _read(name, content):
            if not isinstance(found, Source):
                faults.append(found)
            elif not found.key:
                strings.append(found.bibtex)
            elif entries.setdefault(found.key, found) is not found:
                again.setdefault(found.key, found.place)
    return Sources(entries, "\n".join(strings), again, tuple(faults))


def _read(name: str, content: bytes) -> Iterator[Source | str]:
    """The entries of a file, and what is wrong with it."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        yield f"{name}:{content[:error.start].count(10) + 1}: is not UTF-8; save it as UTF-8"
        return
    yield from (_csl if name.lower().endswith((".json", ".yaml", ".yml")) else _bibtex)(name, text)


def _bibtex(name: str, text: str) -> Iterator[Source | str]:
    at, line, counted = 0, 1, 0
    while begin := BEGINS.search(text, at):
        line, counted = line + text.count("\n", counted, begin.start()), begin.start()
        kind, key, place = begin["type"].lower(), begin["key"], f"{name}:{line}"
        end = _end(text, begin)
        at = end or _next(text, begin)
        if end is None:
            yield f"{place}: the entry {key!r} is never closed; its braces do not pair"
        elif kind == "string":
            yield Source("", place, text[begin.start():end])
        elif key and kind not in NO_ENTRIES:
            entry = text[begin.start():end]
            parents = (each.strip() for found in PARENT.findall(entry) for each in found.split(","))
            yield Source(key, place, entry, parents=tuple(parents))


def _end(text: str, begin: re.Match[str]) -> int | None:
    """Where an entry ends; None where it takes in the next one."""
    opening = text.index("(" if "(" in begin[0] and "{" not in begin[0] else "{", begin.start())
    depth, round_ = 0, text[opening] == "("
    for token in TOKEN.finditer(text, opening):
        match token[0]:
            case "{":
                depth += 1
            case "}":
                depth -= 1
                if depth == 0 and not round_:
                    return token.end()
            case ")":
                if depth == 0 and round_:
                    return token.end()
            case _:
                return None
    return None


def _next(text: str, begin: re.Match[str]) -> int:
    """Where the next entry begins a line."""
    found = next((token for token in TOKEN.finditer(text, begin.end()) if "@" in token[0]), None)
    return found.start() if found else len(text)


def _csl(name: str, text: str) -> Iterator[Source | str]:
    try:
        found = json.loads(text) if name.lower().endswith(".json") else yaml.load(text, _Texts)
    except json.JSONDecodeError as error:
        yield f"{name}:{error.lineno}: {error.msg}"
        return
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        yield f"{name}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', None) or 'cannot be read'}"
        return
    listed = found.get("references", found.get("items")) if isinstance(found, dict) else found
    if not isinstance(listed, list):
        yield f"{name}:1: holds no list of sources"
        return
    yield from _items(name, listed)


class _Texts(yaml.BaseLoader):
    """Reads scalars as text, and no aliases: a few lines of those can stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="has an alias, which is not read", problem_mark=mark)
        return super().compose_node(parent, index)


def _items(name: str, listed: Sequence[Any]) -> Iterator[Source | str]:
    for number, item in enumerate(listed, start=1):
        key = str(item.get("id", "")) if isinstance(item, dict) else ""
        if key:
            yield Source(key, f"{name}: source {number}", csl=json.dumps({**item, "id": key}, ensure_ascii=False))
        else:
            yield f"{name}: source {number} has no 'id'"
