"""Code as a sequence of tokens, independent of comments, blanks and Python's version. Pure.

A syntax tree would not do: its dump differs between versions, it does not distinguish ``x`` from ``x;``, and a deep one
cannot be walked.
"""

from __future__ import annotations

import ast
import io
import token
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

SILENT = frozenset({token.COMMENT, token.NL, token.ENDMARKER})
NAMES = frozenset({token.NAME, token.ERRORTOKEN})
STARTS = frozenset(kind for kind, name in token.tok_name.items() if name in ("FSTRING_START", "TSTRING_START"))
ENDS = frozenset(kind for kind, name in token.tok_name.items() if name in ("FSTRING_END", "TSTRING_END"))
INDENT = "    "
Token = tuple[int, str, tuple[int, int], tuple[int, int]]
"""Kind, text, start and end; a position is a line, counted from 1, and a column in characters."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """Code without comments and layout."""

    text: str
    """One blank between tokens, one line per statement."""
    lines: tuple[int, ...]
    """The line of the code on which each token begins, counted from 1."""


@lru_cache(512)
def spelling_of(code: str) -> Spelling:
    """The spelling of code; code with IPython's magics, or that is not Python, stays as it is."""
    try:
        if tree_of(code):
            return _spelling(code)
    except (SyntaxError, RecursionError):
        pass  # a tree, but no tokens
    return Spelling(code.strip(), ())


def tree_of(code: str) -> ast.Module | None:
    """The syntax tree of Python as IPython takes it, ``await`` outside functions included; None for anything else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(code, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    assert isinstance(tree, ast.Module)
    return tree


def spelled(code: str) -> str:
    """The text of the spelling of Python code; raises SyntaxError if it has no tokens."""
    return _spelling(code).text


def _spelling(code: str) -> Spelling:
    text: list[str] = []
    words: list[str] = []
    lines: list[int] = []
    depth, name_end = 0, (0, 0)
    for kind, word, start, end in _tokens(code):
        if kind == token.NEWLINE:
            text.append(INDENT * depth + " ".join(words))
            words.clear()
        elif kind in (token.INDENT, token.DEDENT):
            depth += 1 if kind == token.INDENT else -1
        elif start == name_end and kind in NAMES:  # a name of letters that Python before 3.12 does not know
            words[-1] += word
        else:
            words.append(word)
            lines.append(start[0])
        name_end = end if kind in NAMES else (0, 0)
    return Spelling("\n".join(text), tuple(lines))


def _tokens(code: str) -> Iterator[Token]:
    """The tokens that matter; an f-string is one token, as before Python 3.12."""
    lines = code.split("\n")
    opened: list[tuple[int, int]] = []
    for kind, word, start, end, _ in _read(code):
        if kind in STARTS:
            opened.append(start)
        elif kind in ENDS:
            first = opened.pop()
            if not opened:
                yield token.STRING, between(lines, first, end), first, end
        elif not opened and kind not in SILENT:
            yield kind, word, start, end


def _read(code: str) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(f"{code}\n", newline="\n").readline)
    except tokenize.TokenError as error:
        raise SyntaxError(*error.args) from None


def between(lines: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text between two positions: a line, counted from 1, and a column in characters."""
    first, last = start[0] - 1, end[0] - 1
    if first == last:
        return lines[first][start[1]:end[1]]
    return "\n".join([lines[first][start[1]:], *lines[first + 1:last], lines[last][:end[1]]])
