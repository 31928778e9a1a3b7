"""Lines as CommonMark and editors count them, only LF, CRLF and CR end one; similar words; encodings. Pure."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from contextlib import suppress

ANSI = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
KANA = re.compile(r"[\u3041-\u30fa]")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


def split_lines(text: str) -> list[str]:
    """The lines of ``text``, ends kept; ``str.splitlines`` would also cut at U+2028 and form feeds."""
    return LINE.findall(text)


def encoding_of(content: bytes) -> str:
    """What text that is not UTF-8 is in, where its bytes leave no doubt; "" elsewhere."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "UTF-16"
    for name, encoding in (("Shift JIS", "cp932"), ("EUC-JP", "euc_jp")):
        with suppress(UnicodeDecodeError):
            if KANA.search(content.decode(encoding)):
                return name
    return ""


def overwritten(text: str) -> str:
    """Text as a terminal shows it: a carriage return overwrites its line."""
    return "\n".join(line[line.rfind("\r", 0, max(len(line) - 1, 0)) + 1:] for line in text.split("\n"))


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
