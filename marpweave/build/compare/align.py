"""Pairs the slides of two versions of a deck. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from marpweave.inputs.digests import digest

ALIKE = 0.5
"""Minimum similarity of two versions of a slide."""
HEADED = 0.6
"""Minimum similarity of two slides with the same heading."""
TAG = re.compile(r"<(/?)([a-z][\w-]*)[^<>]*>", re.IGNORECASE)
DATA = re.compile(r"data:([\w/.+-]*)[^\s\"'()&<>]{80,}")
MOVES = re.compile(r"data:(?:image/gif|(?:audio|video)/[\w.+-]+),\w+")
"""Moving content, which a still picture of the slide does not show."""
HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.DOTALL | re.IGNORECASE)
ATTRIBUTES = re.compile(r'\s(?:alt|href|title|aria-label|srcset|data-marpit-fragments?)="([^"]*)"')
FRAME = ("svg", "foreignobject", "section")
"""Tags that all slides contain."""
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
NAMES = re.compile(r'\s(?:id|for|aria-level|aria-labelledby|aria-describedby|data-marpit-scope-\w+)="[^"]*"'
                   r'|(?<=href=")#[^"]*|(?<=url\()#[^)]*')
"""Parts that depend on other slides: generated numbers and references to them, and heading levels."""


@dataclass(frozen=True, slots=True)
class Match:
    """A pair of 0-based slide indices, before and after."""

    before: int | None
    """None: added."""
    after: int | None
    """None: removed."""
    moved: bool = False
    """Whether its position relative to other slides changed."""


def inert(html: str) -> str:
    """A slide without scripts, which Marp adds to the last one."""
    return SCRIPT.sub("", html)


def brief(html: str) -> str:
    """A slide with pictures replaced by digests."""
    return DATA.sub(lambda found: f"data:{found[1]},{digest(found[0])}", html)


def normalised(html: str) -> str:
    """A brief slide without names that depend on earlier slides."""
    return NAMES.sub("", html)


def heading_of(html: str) -> str:
    """The first heading of a slide, or ""."""
    found = HEADING.search(html)
    return text_of(found[2]) if found else ""


def text_of(html: str) -> str:
    """The text of HTML."""
    return " ".join(unescape(TAG.sub(" ", html)).split())


def substance(html: str) -> tuple[str, ...]:
    """The content of a slide apart from its look: text, links, alternative texts, animations, steps."""
    return text_of(html), *ATTRIBUTES.findall(html), *MOVES.findall(html)


def aligned(before: Sequence[str], after: Sequence[str]) -> tuple[Match, ...]:
    """Pair the normalised slides of two decks by content, in the order of ``after``."""
    scores = _scores(before, after)
    kept = _in_order(scores, len(before), len(after))
    paired = {new: old for old, new in kept}
    left, free = {*range(len(before))} - set(paired.values()), {*range(len(after))} - paired.keys()
    moved: set[int] = set()
    for _, old, new in sorted(((score, -old, -new) for (old, new), score in scores.items()), reverse=True):
        if -old in left and -new in free:
            paired[-new] = -old
            moved.add(-new)
            left.remove(-old)
            free.remove(-new)
    return _merged([Match(paired.get(new), new, new in moved) for new in range(len(after))], sorted(left))


def _merged(there: Sequence[Match], gone: Sequence[int]) -> tuple[Match, ...]:
    """Insert removed slides at their former positions."""
    pairs = list(there)
    for old in reversed(gone):
        at = next((n for n, pair in enumerate(pairs)
                   if pair.before is not None and pair.before > old and not pair.moved), len(pairs))
        pairs.insert(at, Match(old, None))
    return tuple(pairs)


def _scores(before: Sequence[str], after: Sequence[str]) -> dict[tuple[int, int], float]:
    """The similarity of pairs of slides that may match."""
    olds, news = ([(html, heading_of(html), _pieces(html)) for html in side] for side in (before, after))
    found: dict[tuple[int, int], float] = {}
    for i, (old, title, pieces) in enumerate(olds):
        for j, (new, heading, others) in enumerate(news):
            score = 1.0 if old == new else 0.99 * _shared(pieces, others)
            score = max(score, HEADED) if title and title == heading else score
            if score >= ALIKE:
                found[i, j] = score
    return found


def _pieces(html: str) -> Counter[str]:
    """The elements of a slide, and its text as character bigrams, since Japanese has no blanks."""
    text = text_of(html)
    tags = (tag.lower() for closing, tag in TAG.findall(html) if not closing)
    return Counter([text[n:n + 2] for n in range(len(text) - 1)]) + Counter(tag for tag in tags if tag not in FRAME)


def _shared(one: Counter[str], other: Counter[str]) -> float:
    """Similarity from 0 to 1."""
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 1.0


def _in_order(scores: dict[tuple[int, int], float], olds: int, news: int) -> list[tuple[int, int]]:
    """The non-crossing pairs with the largest total similarity."""
    best = [[0.0] * (news + 1) for _ in range(olds + 1)]
    for i in range(olds - 1, -1, -1):
        for j in range(news - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + scores.get((i, j), 0.0))
    found, i, j = [], 0, 0
    while i < olds and j < news:
        if (i, j) in scores and best[i][j] == best[i + 1][j + 1] + scores[i, j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found
