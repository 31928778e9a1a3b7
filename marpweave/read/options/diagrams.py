"""Parses Mermaid and Graphviz fences, with Quarto's options in their comments. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, takewhile
from typing import Any

from markdown_it.token import Token

from marpweave.read.options.fences import language_of
from marpweave.read.options.options import checked_options
from marpweave.read.options.values import READERS, Reader
from marpweave.read.yaml import Entry, Fault, read_mapping

LANGUAGES: Mapping[str, str] = {"mermaid": "mermaid", "dot": "dot", "graphviz": "dot"}
"""Info word, in braces or not -> language."""
OPTION_MARKS = {"mermaid": "%%|", "dot": "//|"}
OPTIONS: Mapping[str, Reader] = {
    name: READERS[name] for name in (
        "label", "eval", "echo", "fig-cap", "fig-alt", "fig-width", "fig-height", "out-width")}
OTHER_NAMES = {"alt": "fig-alt"}
PIXELS_PER_INCH = 96
ACCESSIBILITY = re.compile(r"^[ \t]*(accTitle|accDescr)[ \t]*(?::[ \t]*(.+)|\{([^}]*)\})", re.MULTILINE)
"""Mermaid's accessibility statements."""


@dataclass(frozen=True, slots=True)
class DiagramFence:
    """A diagram, its place in the text and faults in its options."""

    token: Token
    language: str
    values: Mapping[str, Any]
    faults: tuple[Fault, ...]
    """With lines relative to the opening fence."""

    @property
    def alt(self) -> str:
        """Alternative text: the author's, or the caption."""
        texts = {key: line or block for key, line, block in ACCESSIBILITY.findall(self.token.content)}
        choices = (self.values.get("fig-alt"), texts.get("accDescr"), texts.get("accTitle"), self.values.get("fig-cap"))
        return " ".join(next(filter(None, choices), "").split())

    @property
    def width(self) -> str | None:
        """Width on the slide, if set."""
        inches = self.values.get("fig-width")
        return self.values.get("out-width") or (f"{inches * PIXELS_PER_INCH:g}px" if inches else None)

    @property
    def height(self) -> float | None:
        """Maximum height on the slide in CSS pixels, if set."""
        inches = self.values.get("fig-height")
        return inches * PIXELS_PER_INCH if inches else None

    @property
    def echo(self) -> str:
        """The fence to show before the picture, without its options, or ""."""
        if not self.values.get("echo", False):
            return ""
        lines, mark = self.token.content.split("\n"), OPTION_MARKS[self.language]
        shown = dropwhile(lambda line: line.lstrip().startswith(mark), lines)
        return f"{self.token.markup}{self.language}\n{chr(10).join(shown)}{self.token.markup}"


def find_diagrams(tokens: Sequence[Token]) -> Iterator[DiagramFence]:
    """The fences that contain diagrams."""
    for token in tokens:
        language = LANGUAGES.get(re.sub(r"^\{(\w+)\}$", r"\1", language_of(token.info)), "")
        if token.type != "fence" or not token.map or not language:
            continue
        fence = _read(token, language)
        if fence.values.get("eval", True):
            yield fence


def _read(token: Token, language: str) -> DiagramFence:
    lines = token.content.split("\n")
    mark = OPTION_MARKS[language]
    block = [line.strip().removeprefix(mark).removeprefix(" ")
             for line in takewhile(lambda line: line.lstrip().startswith(mark), lines)]
    reading = read_mapping("\n".join(block))
    entries = [_named(entry) for entry in reading.entries or ()]
    values, faults = checked_options(entries, OPTIONS)
    broken = [Fault(fault.line + 1, fault.message) for fault in reading.faults]
    if reading.entries is None and not broken:
        broken = [Fault(1, f"`{OPTION_MARKS[language]}` lines must be `key: value`")]
    return DiagramFence(token, language, values, (*broken, *faults))


def _named(entry: Entry) -> Entry:
    """An entry with our name for its key, and its line relative to the opening fence."""
    return replace(entry, key=OTHER_NAMES.get(entry.key, entry.key), line=entry.line + 1)
