"""Compares an expected output (want) with the actual one (got). Pure except ``check: regex``."""

from __future__ import annotations

import ast
import cmath
import re
from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from itertools import accumulate

from marpweave.check.patterns import TooHardError, matches
from marpweave.model.options import CheckOptions, Compare
from marpweave.text import ANSI, overwritten

FINEST_RTOL = 1e-9
"""Floats are never compared more precisely, however many digits the author copied."""

TOKEN = re.compile(r"""
    (?P<ellipsis>\.\.\.|…)
  | (?P<address>(?<=\bat\ )0x[0-9a-fA-F]{6,})
  | (?P<number>(?<![\w.])[+-]?(?:\d[\d_]*+(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+j?+(?!\w|\.\w))
  | (?P<string>'(?:[^'\\\n]|\\.){0,1000}+'|"(?:[^"\\\n]|\\.){0,1000}+")
  | (?P<word>\w+)
  | (?P<newline>\n)
  | (?P<sign>[^\s\w])
""", re.VERBOSE)
NUMPY_SCALAR = re.compile(r"\bnp\.(?:float|int|uint|complex|bool|str)\w*\(([^()]*)\)")
NUMPY_BOOL = re.compile(r"\bnp\.(True|False)_?\b")
OPENING, CLOSING = "([{", ")]}"
MAX_DEPTH = 100
"""Items of braces nested more deeply are compared in order."""
WIDE = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Accepts any exponent that a slide may contain."""
MAX_STEPS = 1_000_000
"""Maximum number of token comparisons around ``...``, about a second's worth."""

Token = tuple[str, str]


def same(want: str, got: str, options: CheckOptions) -> bool:
    """Whether ``got`` matches ``want``, according to the cell's ``check`` option (default ``numeric``).

    Raises TooHardError if the comparison would take too long.
    """
    want, got = tidy(want), tidy(got)
    match options.check or Compare.NUMERIC:
        case Compare.OFF:
            return True
        case Compare.EXACT:
            return want == got
        case Compare.REGEX:
            return matches(want, got)
        case Compare.ELLIPSIS:
            return _matches_around_ellipses(want, got)
        case Compare.NUMERIC:
            return want == got or _match(tokens(want), tokens(got), options)


def tidy(text: str) -> str:
    """Text as a terminal shows it, without colours, trailing blanks and surrounding blank lines."""
    lines = overwritten(ANSI.sub("", text)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def same_number(want: str, got: str, *, rtol: float | None = None, atol: float | None = None) -> bool:
    """Whether ``got`` equals ``want`` to the precision written, rounded or truncated; integers must be equal."""
    if want.replace("_", "") == got.replace("_", ""):
        return True
    plain = rtol is None and atol is None
    if plain and (_is_integer(want) or _is_integer(got)) and "e" not in want.lower():
        return _is_integer(want) and _is_integer(got) and _integer(want) == _integer(got)
    try:
        with localcontext(WIDE):
            w, g = Decimal(want.replace("_", "")), Decimal(got.replace("_", ""))
            if plain and _is_integer(got):
                return w == g
            return _same_decimal(want, w, g, rtol=rtol, atol=atol)
    except ArithmeticError:  # not a decimal number, or the exponent is out of range
        return _same_complex(want, got)


def _same_decimal(want: str, w: Decimal, g: Decimal, *, rtol: float | None, atol: float | None) -> bool:
    if not (w.is_finite() and g.is_finite()):
        return w == g
    if rtol is not None or atol is not None:
        return abs(w - g) <= Decimal(str(atol or 0.0)) + Decimal(str(rtol or 0.0)) * abs(g)
    finest = Decimal(str(FINEST_RTOL)) * abs(g)
    return abs(w - g) <= finest or (_has_decimals(want) and _rounds_to(w, g))


def canonical_words(text: str) -> str:
    """``np.float64(0.5)`` -> ``0.5``, ``np.True_`` -> ``True``: makes NumPy 1 and 2 agree."""
    return NUMPY_BOOL.sub(r"\1", NUMPY_SCALAR.sub(r"\1", text))


def tokens(text: str) -> list[Token]:
    """The numbers, words and signs of ``text``; line breaks count only outside of brackets."""
    result: list[Token] = []
    depth = 0
    for match in TOKEN.finditer(canonical_words(text)):
        kind, word = str(match.lastgroup), match.group()
        depth += (word in OPENING) - (word in CLOSING) if kind == "sign" else 0
        if kind == "newline" and (depth > 0 or not result or result[-1][0] == "newline"):
            continue
        if kind == "string":
            word = _unquoted(word)
        result.append((kind, word))
    return _braces_sorted(result)


def as_literal(text: str) -> object:
    """The Python literal in ``text``; raises ValueError if there is none."""
    try:
        return ast.literal_eval(canonical_words(text.strip()))
    except (SyntaxError, ValueError, MemoryError, RecursionError, TypeError) as error:
        raise ValueError(text) from error


def _match(want: Sequence[Token], got: Sequence[Token], options: CheckOptions) -> bool:
    """Match token by token; ``...`` matches any number of tokens."""
    w = g = 0
    star: int | None = None
    resume = steps = 0
    while g < len(got):
        steps += 1
        if steps > MAX_STEPS:
            raise TooHardError("the output is too long to match around `...`; show less of it, or all of it")
        if w < len(want) and want[w][0] == "ellipsis":
            star, resume, w = w, g, w + 1
        elif w < len(want) and _same_token(want[w], got[g], options):
            w, g = w + 1, g + 1
        elif star is not None:
            resume += 1
            w, g = star + 1, resume
        else:
            return False
    return all(kind == "ellipsis" for kind, _ in want[w:])


def _same_token(want: Token, got: Token, options: CheckOptions) -> bool:
    if want[0] == got[0] == "number":
        return same_number(want[1], got[1], rtol=options.rtol, atol=options.atol)
    return want == got or want[0] == got[0] == "address"


def _braces_sorted(tokens: list[Token]) -> list[Token]:
    """Sort the items of every ``{…}``, so that sets and dicts compare regardless of order."""
    opened: list[int] = []
    at = 0
    if _depth(tokens) > MAX_DEPTH:
        return tokens
    while at < len(tokens):
        if tokens[at] == ("sign", "{"):
            opened.append(at)
        elif tokens[at] == ("sign", "}") and opened:
            start = opened.pop()
            inside = _items(tokens[start + 1:at])
            tokens[start + 1:at] = [t for i, item in enumerate(sorted(inside))
                                   for t in ([("sign", ",")] if i else []) + item]
        at += 1
    return tokens


def _depth(tokens: Sequence[Token]) -> int:
    """The nesting depth of braces."""
    return max(accumulate((token[1] == "{") - (token[1] == "}") for token in tokens if token[0] == "sign"), default=0)


def _items(inside: list[Token]) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    depth = 0
    for token in inside:
        depth += (token[1] in OPENING) - (token[1] in CLOSING) if token[0] == "sign" else 0
        if token == ("sign", ",") and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return items


def _matches_around_ellipses(want: str, got: str) -> bool:
    """Find the parts between ellipses in order, each at its earliest position; no backtracking is needed."""
    head, *rest = re.split(r"\.\.\.|…", " ".join(want.split()))
    got = " ".join(got.split())
    if not rest:
        return head == got
    *between, tail = rest
    if not (got.startswith(head) and got.endswith(tail)):
        return False
    at, end = len(head), len(got) - len(tail)
    for piece in between:
        start = got.find(piece, at, end)
        if start < 0:
            return False
        at = start + len(piece)
    return at <= end


def _is_integer(number: str) -> bool:
    return re.fullmatch(r"[+-]?\d[\d_]*", number) is not None


def _integer(number: str) -> str:
    """Sign and digits of an integer, of any length; leading zeros count: ``007`` is not 7."""
    digits = number.replace("_", "").lstrip("+-")
    return "-" * (number.startswith("-") and digits.strip("0") != "") + digits


def _has_decimals(number: str) -> bool:
    """False for ``0.`` (as NumPy prints it) and ``1e2``, which have no decimals to round to, like ``1``."""
    return re.search(r"\.\d", number) is not None


def _rounds_to(want: Decimal, got: Decimal) -> bool:
    """Whether ``got``, rounded or truncated to the decimals of ``want``, equals ``want``."""
    unit = Decimal(1).scaleb(int(want.as_tuple().exponent))
    cut = abs(want) <= abs(got) < abs(want) + unit and (want < 0) == (got < 0)
    return abs(want - got) <= unit / 2 or cut


def _same_complex(want: str, got: str) -> bool:
    try:
        w, g = complex(want), complex(got)
        return cmath.isfinite(w) and cmath.isfinite(g) and abs(w - g) <= FINEST_RTOL * abs(g)
    except (ValueError, OverflowError):
        return False


def _unquoted(string: str) -> str:
    """The content of a string literal."""
    return "'" + string[1:-1].replace('\\"', '"').replace("\\'", "'") + "'"
