"""Spellings of an output in a one-line comment, and which comments are claims at all. Pure."""

from __future__ import annotations

import re
from contextlib import suppress

from marpweave.check.compare import as_literal, tidy
from marpweave.model.deck import Cell, ExpectedOutput, Notation, OutputFence
from marpweave.read import markers
from marpweave.read.markers import COLON, GAP, JAPANESE, SEPARATOR, SEPARATORS, WIDE_BRACKETS

REMARK = re.compile(
    rf"^(?P<want>.+?)\s*(?:{WIDE_BRACKETS}|(?<=\s)\([^()]*\))\s*$|^(?P<before>.+?)\s+(?:#|--|←|<-|//)\s.*$")
ABOUT = re.compile(rf"^(?:≈|≒|~|{markers.ABOUT})\s*")
"""May precede an output."""
ARRAY = re.compile(r"\b(?:array|tensor)\((.*?)(?:,\s*dtype=[\w.<>']+)?\)", re.DOTALL)
LABELLED = re.compile(rf"^(?P<label>[^\d\W][\w ]{{0,30}}?)\s*(?:{COLON}|=)\s*(?P<value>\S.*)$")
BLANK = re.compile(rf"(?:[^\d\W][\w ]{{0,30}}\s?(?:{COLON}|=)\s?)?{GAP}")
"""An open answer: nothing, ``?``, ``____``, ``sum: ?``."""
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
MAX_LENGTH = 2_000
"""Longer claims and outputs are compared verbatim."""


def wants_of(want: str) -> list[str]:
    """A comment as written, then without remark, ``about`` and quotes."""
    wants = [want]
    if len(want) > MAX_LENGTH:
        return wants
    remark = REMARK.match(want)
    if remark:
        wants.append(remark["want"] or remark["before"])
    wants += [ABOUT.sub("", w) for w in wants if ABOUT.match(w)]
    wants += [w[1:-1] for w in wants if len(w) > 2 and w[0] == w[-1] and w[0] in "'\"`"]
    return wants


def spellings(got: str, want: str) -> list[str]:
    """Spellings of an output on one line like ``want``: lines joined, without commas or ``array()``."""
    text = tidy(got)
    if len(text) > MAX_LENGTH or "\n" in want:
        return [text]
    lines = text.split("\n")
    joined = [between.join(lines) for between in {" ", ", ", *joints(want)}] if len(lines) > 1 else []
    joined += [as_claimed(want, text)]
    bare = [ARRAY.sub(r"\1", t) for t in (text, *joined) if ARRAY.search(t)]
    spaced = [listed(t) for t in (text, *joined) if "[" in t]
    return list(dict.fromkeys([text, *joined, *bare, *spaced]))


def as_claimed(want: str, got: str) -> str:
    """``got`` on one line, joined like ``want``; unchanged if ``want`` has several lines or no separators."""
    lines = got.split("\n")
    items = got.split() if len(lines) == 1 else lines
    if any(lines[0].count(opening) > lines[0].count(closing) for opening, closing in ("()", "[]", "{}")):
        return got if "\n" in want else " ".join(map(str.strip, lines))
    between = sorted(joints(want), key=lambda joint: want.count(joint) != len(items) - 1)
    if not between or "\n" in want or (len(lines) == 1 and not (between[0].strip() and all(map(is_scalar, items)))):
        return got
    return between[0].join(items)


def joints(want: str) -> list[str]:
    """Separators used in a one-line claim."""
    return [sign for sign in SEPARATORS if sign in want]


def listed(text: str) -> str:
    """An array as printed by NumPy, with commas instead of blanks."""
    return re.sub(r"(?<=[\w\].])\s+(?=[-\w\[.])", ", ", text)


def points_at_something(mark: str, want: str, got: str) -> bool:
    """Whether an arrow before Japanese words is a remark, because the output has no Japanese words."""
    return mark in ("→", "⇒") and bool(JAPANESE.search(want)) and not JAPANESE.search(got)


def reads_as_value(want: str, got: str) -> bool:
    """Whether a bare comment looks like a value of the same kind as the output, and so like a claim."""
    w, g = LABELLED.match(want), LABELLED.match(got)
    if (w and g and w["label"] == g["label"]) or NUMBER.sub("0", want) == NUMBER.sub("0", got):
        return True  # only the numbers differ: 2.006 s, 2.837 s
    if re.fullmatch(r"<[\w .']+>", want):
        return got.startswith("<")
    want_words, got_words = (re.split(SEPARATOR, text.strip()) for text in (want, got))
    if len(want_words) == len(got_words) > 1 and all(map(is_scalar, (*want_words, *got_words))):
        return True
    try:
        claimed = as_literal(re.sub(r"\b(?:nan|inf)\b", "0", listed(want)) if want.startswith("[") else want)
    except ValueError:
        return False
    if isinstance(claimed, str) or claimed is Ellipsis:
        return isinstance(claimed, str) and not got.lstrip("-").replace(".", "", 1).isdigit()
    if isinstance(claimed, tuple):
        return got.startswith("(")  # (3, 2) beside an array is its shape
    if isinstance(claimed, list | set | dict):
        return got.startswith((want[0], "array(", "["))
    return is_scalar(got)


def is_of_value(want: str, code: str) -> bool:
    """Whether a claim beside code that gave nothing is a value; what ``print`` wrote may have been redirected."""
    return not re.match(r"\s*(?:print|display)\(", code) and is_value(want)


def is_value(want: str) -> bool:
    """Whether a claim, without its remark, is a Python literal or an array."""
    for text in wants_of(want):
        with suppress(ValueError):
            as_literal(listed(text))
            return True
    return False


def reads_as_output(want: str, got: str) -> bool:
    """Whether unmarked lines resemble an output: only numbers or few lines differ."""
    want_lines, got_lines = ([" ".join(line.split()) for line in text.strip("\n").split("\n")] for text in (want, got))
    if len(want_lines) == len(got_lines) == 1:
        return reads_as_value(want.strip(), got.strip())
    shared = sum(line in got_lines for line in want_lines if line)
    shapes = [[NUMBER.sub("0", line) for line in text] for text in (want_lines, got_lines)]
    return 2 * shared >= max(len(want_lines), len(got_lines)) or shapes[0] == shapes[1]


def fence_of(cell: Cell, claim: ExpectedOutput) -> OutputFence | None:
    """The fence that contains a claim; None: it is in the cell itself."""
    return cell.output_fence or cell.plain_fence if claim.notation is Notation.FENCE else None


def is_string(text: str) -> bool:
    """Whether ``text`` is a Python string literal."""
    try:
        return isinstance(as_literal(text), str)
    except ValueError:
        return False


def is_scalar(text: str) -> bool:
    """Whether ``text`` is a number, a truth value or None."""
    try:
        return isinstance(as_literal(text), int | float | complex | bool | None)
    except ValueError:
        return text in ("nan", "inf", "-inf")
