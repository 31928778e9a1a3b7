"""Lines as CommonMark and editors count them: only LF, CRLF and CR end one. Pure."""

from __future__ import annotations

import re

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


def split_lines(text: str) -> list[str]:
    """The lines of ``text``, ends kept; ``str.splitlines`` would also cut at U+2028 and form feeds."""
    return LINE.findall(text)


def line_end(line: str) -> str:
    """What ends ``line``; "" at the end of a file."""
    return line[len(line.rstrip("\r\n")):]
