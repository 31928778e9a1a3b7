"""Lines as CommonMark counts them (LF, CRLF and CR only), encodings, similar words. Pure."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from contextlib import suppress

ANSI = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
KANA = re.compile(r"[\u3041-\u30fa]")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


def split_lines(text: str) -> list[str]:
    """Split ``text`` into lines, keeping line ends; ``str.splitlines`` would also split at U+2028 and form feeds."""
    return LINE.findall(text)


def encoding_of(content: bytes) -> str:
    """Name the encoding of text that is not UTF-8; "" if it cannot be told for certain."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "UTF-16"
    for name, encoding in (("Shift JIS", "cp932"), ("EUC-JP", "euc_jp")):
        with suppress(UnicodeDecodeError):
            if KANA.search(content.decode(encoding)):
                return name
    return ""


def overwritten(text: str) -> str:
    """Text as a terminal shows it: a carriage return overwrites the current line."""
    return "\n".join(line[line.rfind("\r", 0, max(len(line) - 1, 0)) + 1:] for line in text.split("\n"))


def fence_for(text: str) -> str:
    """A backtick fence longer than any backtick fence in ``text``."""
    rows: list[str] = re.findall(r"(?:^|\r) {0,3}(`{3,})", text, re.MULTILINE)
    return "`" * max([3, *(len(row) + 1 for row in rows)])


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The word most similar to ``word``, or "" if none is similar enough."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, [*words], 1, cutoff)), "")


def line_end(line: str) -> str:
    """The line terminator of ``line``; "" for a last line without one."""
    return line[len(line.rstrip("\r\n")):]
