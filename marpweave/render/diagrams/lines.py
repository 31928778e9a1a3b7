"""Maps lines in messages of Mermaid and Graphviz to lines of the source. Pure."""

from __future__ import annotations

import re

LINE = re.compile(r"\bline:? (\d+)\b", re.IGNORECASE)
OPTIONS = re.compile(r"(?:[ \t]*%%\|[^\n]*\n)*")
FRONT_MATTER = re.compile(OPTIONS.pattern + r"-{3}\s*[\n\r].*?[\n\r]-{3}\s*[\n\r]+", re.DOTALL)
COMMENT = re.compile(r"\s*%%(?!\{)")


def as_read(source: str, language: str) -> str:
    """The input of a tool: Mermaid's front matter must be on the first line, where our options are."""
    return OPTIONS.sub("", source, count=1) if language == "mermaid" and FRONT_MATTER.match(source) else source


def line_of(message: str, language: str, source: str) -> int:
    """The 1-based line of the source that a message refers to; if none, the first line of content."""
    kept = _kept(source) if language == "mermaid" else list(range(1, source.count("\n") + 2))
    named = LINE.search(message)
    return kept[min(max(int(named[1]) if named else 1, 1), len(kept)) - 1] if kept else 1


def _kept(source: str) -> list[int]:
    """The 1-based lines that Mermaid's parsers see: without front matter, comments, and leading blank lines."""
    front = FRONT_MATTER.match(source)
    height = front[0].count("\n") if front else 0
    lines = [(number, line) for number, line in enumerate(source.rstrip("\n").split("\n"), start=1)
             if number > height and not COMMENT.match(line)]
    first = next((at for at, (_, line) in enumerate(lines) if line.strip()), 0)
    return [number for number, _ in lines[first:]]
