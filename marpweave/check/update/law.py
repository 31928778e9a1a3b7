"""The law of ``--update``: only drifted outputs change; no code, no session input and no other byte does. Pure.

It is checked on the texts before and after and on what they parse as, not on the edits that lead from one to the other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from marpweave.check.update.edits import LineEdit, apply_edits
from marpweave.check.update.renew import shape
from marpweave.model.deck import Cell, Deck, Prose
from marpweave.read.notations import ARROW
from marpweave.read.syntax import is_code, parsed
from marpweave.text import split_lines

INPUT = re.compile(r"\s*(?:#+\s*)?>>> ?(?P<code>.*)$")
PROMPTS = re.compile(r"^[ \t]*>>>.*(?:\n[ \t]*\.\.\..*)*", re.MULTILINE)
"""An input of a session, including the prompt that closes it."""
Reread = Callable[[str], Deck | None]
"""Parses a text; None if it is not a valid deck."""


def lawful(edits: Sequence[LineEdit], text: str, deck: Deck, reread: Reread) -> tuple[LineEdit, ...]:
    """The edits that obey the law."""
    def grown(accepted: tuple[LineEdit, ...], candidates: Sequence[LineEdit]) -> tuple[LineEdit, ...]:
        if not candidates or _keep((*accepted, *candidates), text, deck, reread):
            return (*accepted, *candidates)
        half = len(candidates) // 2
        return grown(grown(accepted, candidates[:half]), candidates[half:]) if half else accepted

    return tuple(edits) if _keep(edits, text, deck, reread) else grown((), [*_lawful_alone(edits, text, deck, reread)])


def _lawful_alone(edits: Sequence[LineEdit], text: str, deck: Deck, reread: Reread) -> Iterator[LineEdit]:
    """Check each cell on its own, which is fast; keep all edits of cells that cannot be parsed on their own."""
    lines = split_lines(text)
    for cell in deck.cells:
        above = cell.location.line - 1
        below, start = _end(cell), sum(map(len, lines[:above]))
        cell_edits, cell_text = [edit for edit in edits if above < edit.first <= below], "".join(lines[above:below])
        alone = reread(cell_text) if cell_edits else None
        for edit in cell_edits:
            free = tuple((first - start, last - start) for first, last in edit.free)
            moved = LineEdit(edit.first - above, edit.last - above, edit.lines, free)
            if alone is None or [each.source for each in alone.cells] != [cell.source] or \
                    _keep([moved], cell_text, alone, reread):
                yield edit


def _end(cell: Cell) -> int:
    """The last line of a cell, including the fence below that may contain its output."""
    last, fence = cell.location.line - 1 + len(split_lines(cell.text)), cell.plain_fence
    return fence.location.line + len(split_lines(fence.source)) + 1 if fence else last


def _keep(edits: Sequence[LineEdit], text: str, deck: Deck, reread: Reread) -> bool:
    """Whether all edits together obey the law."""
    new = apply_edits(text, edits)
    after = reread(new)
    return after is not None and _keeps_the_rest(text, new, edits) and _keeps_code(deck, after)


def _keeps_the_rest(text: str, new: str, edits: Sequence[LineEdit]) -> bool:
    """Whether ``new`` differs from ``text`` only in free ranges, and whole lines remain whole lines."""
    lines = split_lines(text)
    at = behind = 0
    for start, end in sorted(span for edit in edits for span in edit.free or [_span(edit, lines)]):
        position = _find(new, text[behind:start], at, opens=_opens_line(text, behind))
        if position is None or (behind == 0 and position > 0):
            return False
        at, behind = position + start - behind, end
    last = len(new) - len(text[behind:])
    return at <= last and new.endswith(text[behind:]) and _opens_line(new, last) >= _opens_line(text, behind)


def _find(new: str, piece: str, at: int, *, opens: bool) -> int | None:
    position = new.find(piece, at)
    while position >= 0 and opens and not _opens_line(new, position):
        position = new.find(piece, position + 1)
    return position if position >= 0 else None


def _opens_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in "\r\n"


def _span(edit: LineEdit, lines: Sequence[str]) -> tuple[int, int]:
    return sum(map(len, lines[:edit.first - 1])), sum(map(len, lines[:edit.last]))


def _keeps_code(before: Deck, after: Deck) -> bool:
    """Whether two decks differ only in the expected outputs of their cells."""
    if (before.front_matter.text, len(before.cells)) != (after.front_matter.text, len(after.cells)):
        return False
    if [[*map(_essence, [None, *slide.blocks], slide.blocks)] for slide in before.slides] != \
            [[*map(_essence, [None, *slide.blocks], slide.blocks)] for slide in after.slides]:
        return False
    return all(_keeps_inputs(*cells) for cells in zip(before.cells, after.cells, strict=True))


def _essence(above: Prose | Cell | None, block: Prose | Cell) -> object:
    """Prose as written without a possible output of the cell above it, or the executable part of a cell."""
    if isinstance(block, Prose):
        output = above.plain_fence if isinstance(above, Cell) else None
        return block.text.replace(output.source, "", 1) if output else block.text
    script, fence = block.script, block.output_fence and block.output_fence.info
    if block.options.execution.source:
        return block.info, block.options, fence
    if script.session:
        return block.info, block.options, PROMPTS.findall(script.code)
    tree = parsed(script.code)
    return block.info, block.options, fence, ast.dump(tree) if tree else script.code


def _keeps_inputs(before: Cell, after: Cell) -> bool:
    """Whether all code behind prompts is preserved, however the cell is parsed; numbers in an output may change."""
    remaining = iter(_inputs(after))
    return all(each in remaining for each in _inputs(before))


def _inputs(cell: Cell) -> list[tuple[str, ...]]:
    """Code behind prompts; in a session also lines without prompt that look like code."""
    session, inputs = cell.script.session, []
    for line in cell.source.split("\n"):
        prompt, arrow = INPUT.match(line), ARROW.match(line)
        code = (arrow["code"] if arrow else line).strip()
        if prompt and is_code(prompt["code"]):
            inputs.append(shape(prompt["code"]))
        elif session and not prompt and is_code(code) and not code.isidentifier():
            inputs.append(shape(code)[:1])
    return inputs
