"""Splits bibliographies (BibTeX, CSL as JSON or YAML) into entries by key. Pure.

Entries are not parsed here: citation-js parses those that are cited.
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
    """Its location: ``refs.bib:12``."""
    bibtex: str = ""
    csl: str = ""
    """CSL JSON; "": the entry is BibTeX."""
    parents: tuple[str, ...] = ()
    """Keys of entries from which it inherits missing fields."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The contents of bibliographies."""

    entries: Mapping[str, Source] = field(default_factory=dict)
    """The first entry of each key."""
    strings: str = ""
    """BibTeX abbreviations, which apply to all of its entries."""
    again: Mapping[str, str] = field(default_factory=dict)
    """Duplicate keys, with the location of each."""
    faults: tuple[str, ...] = ()
    """Problems in the files, each with its location."""

    def with_parents(self, keys: Sequence[str]) -> tuple[Source, ...]:
        """The sources of some keys, and the entries from which those inherit."""
        wanted = dict.fromkeys(key for key in keys if key in self.entries)
        for key in (waiting := list(wanted)):
            parents = [each for each in self.entries[key].parents if each in self.entries and each not in wanted]
            wanted |= dict.fromkeys(parents)
            waiting += parents
        return tuple(self.entries[key] for key in wanted)


@lru_cache(4)  # unchanged between the saves of a deck that is previewed
def sources_in(files: tuple[tuple[str, bytes], ...]) -> Sources:
    """The sources in files, given as pairs of display name and content."""
    entries: dict[str, Source] = {}
    again: dict[str, str] = {}
    strings: list[str] = []
    faults: list[str] = []
    for name, content in files:
        for entry in _read(name, content):
            if not isinstance(entry, Source):
                faults.append(entry)
            elif not entry.key:
                strings.append(entry.bibtex)
            elif entries.setdefault(entry.key, entry) is not entry:
                again.setdefault(entry.key, entry.place)
    return Sources(entries, "\n".join(strings), again, tuple(faults))


def _read(name: str, content: bytes) -> Iterator[Source | str]:
    """The entries of a file, and problems in it."""
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
            yield f"{place}: the entry {key!r} is never closed: its braces are unbalanced"
        elif kind == "string":
            yield Source("", place, text[begin.start():end])
        elif key and kind not in NO_ENTRIES:
            entry = text[begin.start():end]
            parents = (each.strip() for keys in PARENT.findall(entry) for each in keys.split(","))
            yield Source(key, place, entry, parents=tuple(parents))


def _end(text: str, begin: re.Match[str]) -> int | None:
    """The end of an entry; None if it would extend into the next one (unbalanced braces)."""
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
    """The start of the next entry."""
    opening = next((token for token in TOKEN.finditer(text, begin.end()) if "@" in token[0]), None)
    return opening.start() if opening else len(text)


def _csl(name: str, text: str) -> Iterator[Source | str]:
    try:
        content = json.loads(text) if name.lower().endswith(".json") else yaml.load(text, _Texts)
    except json.JSONDecodeError as error:
        yield f"{name}:{error.lineno}: {error.msg}"
        return
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        yield f"{name}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', None) or 'cannot be read'}"
        return
    listed = content.get("references", content.get("items")) if isinstance(content, dict) else content
    if not isinstance(listed, list):
        yield f"{name}:1: holds no list of sources"
        return
    yield from _items(name, listed)


class _Texts(yaml.BaseLoader):
    """Reads scalars as text, and rejects aliases: a few lines of them can expand to gigabytes."""

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
