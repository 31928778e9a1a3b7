"""Line edits of an author's file, and which characters of a line they may change. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marpweave.check.claims import fence_of
from marpweave.check.update.renew import parted
from marpweave.check.verdicts import Verdict
from marpweave.model.deck import Cell, Notation
from marpweave.model.options import Compare
from marpweave.text import line_end, split_lines

ELLIPSIS = re.compile(r"\.\.\.|…")
TRACEBACK = "Traceback (most recent call last):"


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Replaces lines ``first`` to ``last`` (1-based) by ``lines``; ``last < first`` inserts before ``first``."""

    first: int
    last: int
    lines: tuple[str, ...]
    free: tuple[tuple[int, int], ...] = ()
    """Ranges of offsets in the text that may change; (): all of its lines."""


def apply_edits(text: str, edits: Iterable[LineEdit]) -> str:
    """``text`` after the edits; line ends are preserved."""
    lines = split_lines(text)
    for edit in sorted(edits, key=lambda e: e.first, reverse=True):
        old = lines[edit.first - 1:edit.last]
        ends = [line_end(line) for line in old or lines[edit.first - 2:edit.first - 1]]
        usual = next(filter(None, [*ends, line_end(lines[0])]), "\n")
        new = [line + ((ends[n] if n < len(old) else "") or usual) for n, line in enumerate(edit.lines)]
        new[-1:] = [line + ends[-1] for line in edit.lines[-1:]]
        if new and not old and not ends[-1]:
            lines[edit.first - 2] += usual
        lines[edit.first - 1:edit.last] = new
    return "".join(lines)


def free_spans(cell: Cell, verdict: Verdict, lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Ranges of offsets that hold the output of a verdict, without the author's remarks and ``...``."""
    expected, first = verdict.expected, first_line(cell, verdict) - 1
    start, height = sum(map(len, lines[:first])), expected.last - expected.first + 1
    end = start + sum(map(len, lines[first:first + height]))
    if expected.notation in (Notation.COMMENT, Notation.ARROW):
        start += lines[first].rfind(expected.want)
        end = start + len(expected.want)
    spans, at = [], start
    words_of = expected.want.split("\n")
    for raw, words, stays in zip(lines[first:first + height], words_of, _kept(cell, verdict), strict=False):
        behind = start if end - start == len(words) else start + raw.rfind(words)
        for a, b in stays:
            spans.append((at, behind + a if a else start))
            at = behind + b
        start += len(raw)
    return (*spans, (at, end))


def first_line(cell: Cell, verdict: Verdict) -> int:
    """1-based line of the file where an output begins."""
    return (fence_of(cell, verdict.expected) or cell).location.line + 1 + verdict.expected.first


def _kept(cell: Cell, verdict: Verdict) -> Iterator[list[tuple[int, int]]]:
    """The column ranges to preserve in each line of a claim."""
    want, got = verdict.expected.want, verdict.got
    literal = cell.options.check.check is Compare.EXACT or ELLIPSIS.search(got) or (
        want.startswith(TRACEBACK) and not got.startswith(TRACEBACK))
    notation, got_lines = verdict.expected.notation, got.split("\n")
    for line in parted(want, got, notation):
        if notation is Notation.SESSION and line.output.lstrip().startswith("#") and line.output not in got_lines:
            yield [(0, len(line.output + line.remark))]
            continue
        start, end = len(line.lead), len(line.lead + line.output)
        dots = [] if literal else [match.span() for match in ELLIPSIS.finditer(line.output)]
        yield [*([(0, start)] if start else []), *((start + a, start + b) for a, b in dots),
               *([(end, end + len(line.remark))] if line.remark else [])]
