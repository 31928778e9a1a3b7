"""Lines as CommonMark and editors count them, only LF, CRLF and CR end one; and similar words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


def split_lines(text: str) -> list[str]:
    """The lines of ``text``, ends kept; ``str.splitlines`` would also cut at U+2028 and form feeds."""
    return LINE.findall(text)


def fence_for(text: str) -> str:
    """A row of backticks that no row in a text closes."""
    rows: list[str] = re.findall(r"(?:^|\r) {0,3}(`{3,})", text, re.MULTILINE)
    return "`" * max([3, *(len(row) + 1 for row in rows)])


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The most similar of some words; "": none is similar enough."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, [*words], 1, cutoff)), "")


def line_end(line: str) -> str:
    """What ends ``line``; "" at the end of a file."""
    return line[len(line.rstrip("\r\n")):]
