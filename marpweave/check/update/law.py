"""The law of ``--update``: no code, no input of a session and no byte outside of a drifted output changes. Pure.

It compares the texts before and after and what they parse as, not the edits that lead from one to the other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from marpweave.check.update.renew import parted, shape
from marpweave.check.verdicts import Verdict
from marpweave.model.deck import Cell, Deck, Notation, Prose
from marpweave.model.options import Compare
from marpweave.read.notations import ARROW
from marpweave.read.syntax import is_code, parsed
from marpweave.text import line_end, split_lines

INPUT = re.compile(r"\s*(?:#+\s*)?>>> ?(?P<code>.*)$")
PROMPTS = re.compile(r"^[ \t]*>>>.*(?:\n[ \t]*\.\.\..*)*", re.MULTILINE)
"""An input of a session, with the prompt that closes it."""
ELLIPSIS = re.compile(r"\.\.\.|…")
TRACEBACK = "Traceback (most recent call last):"
Reread = Callable[[str], Deck | None]
"""The deck that a text is; None where it is none."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines ``first`` to ``last`` (1-based) of a file become ``lines``; ``last < first`` inserts before ``first``."""

    first: int
    last: int
    lines: tuple[str, ...]
    free: tuple[tuple[int, int], ...] = ()
    """Offsets of the text between which it may change; (): all of its lines."""


def lawful(edits: Sequence[Edit], text: str, deck: Deck, reread: Reread) -> tuple[Edit, ...]:
    """The edits that keep the law."""
    def grown(kept: tuple[Edit, ...], more: Sequence[Edit]) -> tuple[Edit, ...]:
        if not more or _keep((*kept, *more), text, deck, reread):
            return (*kept, *more)
        half = len(more) // 2
        return grown(grown(kept, more[:half]), more[half:]) if half else kept

    return tuple(edits) if _keep(edits, text, deck, reread) else grown((), [*_lawful_alone(edits, text, deck, reread)])


def _lawful_alone(edits: Sequence[Edit], text: str, deck: Deck, reread: Reread) -> Iterator[Edit]:
    """The edits that keep the law in their own cell, which parses fast; all edits of cells that do not parse alone."""
    lines = split_lines(text)
    for cell in deck.cells:
        above = cell.location.line - 1
        below, start = above + len(split_lines(cell.text)), sum(map(len, lines[:above]))
        inside, own = [edit for edit in edits if above < edit.first <= below], "".join(lines[above:below])
        alone = reread(own) if inside else None
        for edit in inside:
            free = tuple((first - start, last - start) for first, last in edit.free)
            moved = Edit(edit.first - above, edit.last - above, edit.lines, free)
            if alone is None or [each.source for each in alone.cells] != [cell.source] or \
                    _keep([moved], own, alone, reread):
                yield edit


def _keep(edits: Sequence[Edit], text: str, deck: Deck, reread: Reread) -> bool:
    """Whether all edits together keep the law."""
    new = apply_edits(text, edits)
    after = reread(new)
    return after is not None and _keeps_the_rest(text, new, edits) and _keeps_code(deck, after)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with the edits made; line ends stay as they are."""
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
    """Offsets between which the output of a verdict stands; the author's remarks and ``...`` are not in them."""
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
    fence = cell.output_fence if verdict.expected.notation is Notation.FENCE else None
    return (fence or cell).location.line + 1 + verdict.expected.first


def _kept(cell: Cell, verdict: Verdict) -> Iterator[list[tuple[int, int]]]:
    """What of each line of a claim stays: from column to column."""
    want, got = verdict.expected.want, verdict.got
    literal = cell.options.check.check is Compare.EXACT or ELLIPSIS.search(got) or (
        want.startswith(TRACEBACK) and not got.startswith(TRACEBACK))
    notation, given = verdict.expected.notation, got.split("\n")
    for line in parted(want, got, notation):
        if notation is Notation.SESSION and line.output.lstrip().startswith("#") and line.output not in given:
            yield [(0, len(line.output + line.remark))]
            continue
        start, end = len(line.lead), len(line.lead + line.output)
        dots = [] if literal else [match.span() for match in ELLIPSIS.finditer(line.output)]
        yield [*([(0, start)] if start else []), *((start + a, start + b) for a, b in dots),
               *([(end, end + len(line.remark))] if line.remark else [])]


def _keeps_the_rest(text: str, new: str, edits: Sequence[Edit]) -> bool:
    """Whether ``new`` is ``text`` but for what is free; what stood on lines of its own still does."""
    lines = split_lines(text)
    at = behind = 0
    for start, end in sorted(span for edit in edits for span in edit.free or [_whole(edit, lines)]):
        found = _find(new, text[behind:start], at, opens=_opens_line(text, behind))
        if found is None or (behind == 0 and found > 0):
            return False
        at, behind = found + start - behind, end
    last = len(new) - len(text[behind:])
    return at <= last and new.endswith(text[behind:]) and _opens_line(new, last) >= _opens_line(text, behind)


def _find(new: str, piece: str, at: int, *, opens: bool) -> int | None:
    found = new.find(piece, at)
    while found >= 0 and opens and not _opens_line(new, found):
        found = new.find(piece, found + 1)
    return found if found >= 0 else None


def _opens_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in "\r\n"


def _whole(edit: Edit, lines: Sequence[str]) -> tuple[int, int]:
    return sum(map(len, lines[:edit.first - 1])), sum(map(len, lines[:edit.last]))


def _keeps_code(before: Deck, after: Deck) -> bool:
    """Whether two decks are the same but for what their cells claim to give."""
    if (before.front_matter.text, len(before.cells)) != (after.front_matter.text, len(after.cells)):
        return False
    if [[_essence(block) for block in slide.blocks] for slide in before.slides] != \
            [[_essence(block) for block in slide.blocks] for slide in after.slides]:
        return False
    return all(_keeps_inputs(*cells) for cells in zip(before.cells, after.cells, strict=True))


def _essence(block: Prose | Cell) -> object:
    """Prose as it stands, and what of a cell runs."""
    if isinstance(block, Prose):
        return block.text
    script, fence = block.script, block.output_fence and block.output_fence.info
    if block.options.execution.source:
        return block.info, block.options, fence
    if script.session:
        return block.info, block.options, PROMPTS.findall(script.code)
    tree = parsed(script.code)
    return block.info, block.options, fence, ast.dump(tree) if tree else script.code


def _keeps_inputs(before: Cell, after: Cell) -> bool:
    """Whether all code behind prompts is still there, however the cell was read; numbers in an output may change."""
    left = iter(_inputs(after))
    return all(each in left for each in _inputs(before))


def _inputs(cell: Cell) -> list[tuple[str, ...]]:
    """Code behind prompts; in a session also what stands without one and begins as code does."""
    session, found = cell.script.session, []
    for line in cell.source.split("\n"):
        prompt, arrow = INPUT.match(line), ARROW.match(line)
        code = (arrow["code"] if arrow else line).strip()
        if prompt and is_code(prompt["code"]):
            found.append(shape(prompt["code"]))
        elif session and not prompt and is_code(code) and not code.isidentifier():
            found.append(shape(code)[:1])
    return found
