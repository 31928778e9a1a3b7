"""Formats new outputs in the author's style: number of digits, ``...``, remarks and quotes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from marpweave.check.claims import ABOUT, REMARK
from marpweave.check.compare import TOKEN, canonical_words, same_number
from marpweave.model.deck import Notation
from marpweave.read.markers import WIDE_BRACKETS

NOTE = re.compile(rf"^(?P<want>.*?\S)(?:\s*{WIDE_BRACKETS}\s*|\s{{2,}}\([^()]*\)\s*|\s+(?:#|←|<-)\s.*)$")
"""A remark in notations whose outputs may contain brackets: answers and comment lines."""
Part = list[re.Match[str]]


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One line of an expected output as written by the author."""

    lead: str
    """An introduction such as ``about``."""
    output: str
    remark: str


def parted(want: str, got: str, notation: Notation) -> tuple[ClaimLine, ...]:
    """The lines of ``want``, without treating words that are also in ``got`` as remarks."""
    lines, in_line = want.split("\n"), notation in (Notation.COMMENT, Notation.ARROW)
    pattern = REMARK if in_line else NOTE
    if notation is Notation.FENCE or any(map(pattern.match, got.split("\n"))):
        return tuple(ClaimLine("", line, "") for line in lines)
    return tuple(_parted(line, pattern, about=in_line) for line in lines)


def _parted(line: str, pattern: re.Pattern[str], *, about: bool) -> ClaimLine:
    match = pattern.match(line)
    core = next(filter(None, match.groups())) if match else line
    lead = ABOUT.match(core) if about else None
    start = lead.end() if lead else 0
    return ClaimLine(core[:start], core[start:], line[len(core):])


def spellings(want: str, got: str) -> Iterator[str]:
    """Spellings of ``got`` from the most to the least similar to ``want``: its ``...`` and digits, then in full."""
    for text in dict.fromkeys([got if "np." in want else canonical_words(got), got]):
        pairs = _aligned(want, text)
        if pairs is not None:
            yield _with_numbers(want, [(w, _with_digits(w.group(), g)) for w, g in pairs])
            yield _with_numbers(want, pairs)
        yield from _around_dots(want.split("\n"), text.split("\n"))
        yield text


def _around_dots(want: Sequence[str], got: Sequence[str]) -> Iterator[str]:
    """``got`` with as many lines above and below a line of ``...`` as ``want`` has."""
    for row, line in enumerate(want):
        if line.strip() in ("...", "…") and len(want) <= len(got):
            yield "\n".join([*got[:row], line, *got[len(got) - (len(want) - row - 1):]])


def quoted(want: str, got: str) -> str:
    """``got`` in the quotes of ``want``."""
    quote = want[0] if re.fullmatch(r"(['\"`])((?!\1).)*\1", want) else ""
    if not quote or got.startswith(quote):
        return got
    other = re.fullmatch(r"(['\"])([^'\"`\\]*)\1", got)
    return f"{quote}{other[2] if other else got}{quote}"


def shape(text: str) -> tuple[str, ...]:
    """The words and signs of a text, with all numbers treated as equal."""
    return tuple("0" if m.lastgroup == "number" else m.group() for m in TOKEN.finditer(text))


def _aligned(want: str, got: str) -> list[tuple[re.Match[str], str]] | None:
    """Pairs of a number in ``want`` and its new value, if only numbers differ around ``...``; otherwise None."""
    parts: list[Part] = [[]]
    for token in TOKEN.finditer(want):
        if token.lastgroup == "ellipsis":
            parts.append([])
        else:
            parts[-1].append(token)
    got_tokens = list(TOKEN.finditer(got))
    pairs: list[tuple[re.Match[str], str]] = []
    at = 0
    for number, part in enumerate(parts):
        first = at if number == 0 else len(got_tokens) - len(part) if number == len(parts) - 1 else None
        position = _find(part, got_tokens, at) if first is None else first
        if position is None or position < at or not _alike(part, got_tokens[position:position + len(part)]):
            return None
        pairs += [(w, g.group()) for w, g in zip(part, got_tokens[position:], strict=False) if w.lastgroup == "number"]
        at = position + len(part)
    return pairs if at == len(got_tokens) else None


def _find(part: Part, tokens: Sequence[re.Match[str]], at: int) -> int | None:
    return next((n for n in range(at, len(tokens) - len(part) + 1) if _alike(part, tokens[n:n + len(part)])), None)


def _alike(part: Part, tokens: Sequence[re.Match[str]]) -> bool:
    return len(part) == len(tokens) and all(
        w.lastgroup == g.lastgroup and (w.lastgroup in ("number", "address") or w.group() == g.group())
        for w, g in zip(part, tokens, strict=True))


def _with_numbers(want: str, numbers: Sequence[tuple[re.Match[str], str]]) -> str:
    pieces, at = [], 0
    for match, new in numbers:
        pieces += [want[at:match.start()], new]
        at = match.end()
    return "".join([*pieces, want[at:]])


def _with_digits(want: str, got: str) -> str:
    """``got`` rounded to the decimals of ``want``."""
    if same_number(want, got):
        return want
    decimals = re.fullmatch(r"[+-]?\d*\.(\d+)", want)
    if not decimals or not re.fullmatch(r"[+-]?\d*\.\d*", got):
        return got
    try:
        return str(Decimal(got).quantize(Decimal(1).scaleb(-len(decimals[1]))))
    except InvalidOperation:
        return got
