"""Errors announced on a slide: what comments and fences say about the exception of a cell. Pure."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from marpweave.check.claims import wants_of
from marpweave.check.compare import same
from marpweave.model.deck import Cell, ExpectedOutput, Notation
from marpweave.model.options import CheckOptions
from marpweave.model.outcome import Error, Outcome
from marpweave.read import markers
from marpweave.read.markers import COLON, END, IN_BRACKETS, JAPANESE, STOPS
from marpweave.read.notations import comment_tokens
from marpweave.read.syntax import end_of, parsed

EXCEPTION = r"(?:[A-Za-z_]\w*\.)*(?P<name>[A-Z][A-Za-z0-9_]*(?:Error|Exception|Warning|Interrupt|Exit|Iteration|Group))"
NAMED = re.compile(rf"(?<![\w.]){EXCEPTION}(?![A-Za-z0-9_])")
SPOKEN = re.compile(
    rf"^(?:(?:=>|->|→|⇒|>)?\s*(?:{markers.ERROR})?\s*{COLON}?\s*)?{EXCEPTION}"
    rf"(?:\s*{COLON}\s*(?P<message>\S.*)|\((?P<called>[^()]*)\)|\s*{IN_BRACKETS})?{END}?$", re.IGNORECASE)
"""A comment that only names an error: ``Raises TypeError: …``."""
FAILS = re.compile(markers.FAILS, re.IGNORECASE)
"""A comment that announces an error without naming it."""
DENIED = re.compile(markers.DENIED, re.IGNORECASE)
UNFORESEEN = frozenset({
    "NameError", "ModuleNotFoundError", "ImportError", "SyntaxError", "IndentationError", "TabError"})
"""Errors caused by the environment; comments about other errors do not refer to them."""
BASES = {"JSONDecodeError": "ValueError", "LinAlgError": "ValueError", "AxisError": "ValueError", "URLError": "OSError"}
"""Builtin base classes of well-known errors."""


def names_error(text: str, error: Error) -> bool | None:
    """Whether a comment beside a failing statement names its error; None if it is not about an error."""
    if any(re.search(r"\w", want) and same(want, error.summary, CheckOptions()) for want in wants_of(text)):
        return True
    spoken = SPOKEN.match(text)
    if spoken and is_called(spoken["name"], error):
        return _is_message(spoken["message"] or spoken["called"] or "", error.message)
    if any(is_called(name[1], error) for name in NAMED.finditer(text)) or _has_word(error.name, text):
        return None if DENIED.search(text) else True
    return False if spoken and error.name not in UNFORESEEN else None


def is_missed(expected: ExpectedOutput, cell: Cell) -> bool:
    """Whether a comment only announces an error, for a statement that ran without one."""
    text, line = expected.want, cell.source.split("\n")[expected.statement[0]]
    return not expected.marked and line[:1].strip() != "" and bool(SPOKEN.match(text) and NAMED.search(text))


def missed(cell: Cell) -> Iterator[ExpectedOutput]:
    """Comments that only announce an error, beside statements that cannot be claimed to print."""
    code, taken = cell.script.code, {each.first for each in cell.script.expected}
    tree = parsed(code) if NAMED.search(code) and not cell.script.session else None
    ends = {end_of(node) - 1: node for node in (tree.body if tree else ()) if not hasattr(node, "body")}
    for row, column, comment in comment_tokens(code) if ends else ():
        text, before = comment.lstrip("#").strip(), code.split("\n")[row][:column]
        match = SPOKEN.match(text) and NAMED.search(text)
        if match and row in ends and row not in taken and before.strip() and match["name"] not in before:
            yield _expected(row, column + comment.index(text), text)


def is_unforeseen(answer: str) -> bool:
    """Whether the answer in a session is an error that authors never intend."""
    last = answer.rstrip("\n").rpartition("\n")[2]
    return "Traceback (most recent call last):" in answer and last.partition(":")[0] in UNFORESEEN


def is_called(name: str, error: Error) -> bool:
    """Whether ``name`` is the name of the error, or of one of its builtin base classes."""
    kind, raised = getattr(builtins, name, None), getattr(builtins, BASES.get(error.name, error.name), None)
    related = isinstance(kind, type) and isinstance(raised, type) and issubclass(raised, kind)
    return name in (error.name, "Exception") or related


def error_at_end(want: str) -> tuple[str, str]:
    """Split a fence or a block of lines into the output before an error, and the line of the error."""
    lines = want.rstrip().split("\n")
    opening = (i for i, line in enumerate(lines)
               if "Traceback (most recent call last)" in line or re.match(r'-{20,}$|\s*File "', line))
    cut = next(opening, len(lines) - 1)
    return "\n".join(lines[:cut]), lines[-1].strip()


def stopped_at(cell: Cell, error: Error) -> tuple[int, int]:
    """0-based first and last source line of the top-level statement that raised; the whole cell if not valid Python."""
    rows, tree = _rows(cell, error), parsed(cell.script.code)
    around = [_span(node) for node in (tree.body if tree else ())]
    return next((span for span in around if rows and span[0] <= rows[0] <= span[1]), (0, cell.source.count("\n")))


def ended_at(cell: Cell, outcome: Outcome) -> tuple[int, int] | None:
    """0-based first and last source line of the statement in which a cell ended early."""
    if outcome.error:
        return stopped_at(cell, outcome.error)
    line = outcome.trouble.location.line - cell.location.line - 1 if outcome.trouble else None
    return None if line is None else (line, line)


def announcements(cell: Cell, error: Error) -> Iterator[tuple[ExpectedOutput, bool]]:
    """Comments about the error beside, below and above the statements on its stack, and whether they are correct."""
    code = cell.script.code
    comments = {row: (column, text.lstrip("#").strip()) for row, column, text in comment_tokens(code)
                if row >= cell.option_lines}
    lines, tree = code.split("\n"), parsed(code)
    alone = {row for row, (column, _) in comments.items() if not lines[row][:column].strip()}
    near: dict[int, bool] = {}
    for first, last in [_statement(row, tree) for row in _rows(cell, error)] if tree else ():
        near |= dict.fromkeys(_run(first - 1, -1, alone), False)
        near |= dict.fromkeys([*(row for row in comments if first <= row <= last), *_run(last + 1, 1, alone)], True)
    for row, beside in sorted((near if tree else dict.fromkeys(comments, False)).items()):
        is_right = _is_right(comments[row][1], error, beside=beside)
        if is_right is not None:
            yield _expected(row, lines[row].index(comments[row][1], comments[row][0]), comments[row][1]), is_right


def _is_right(text: str, error: Error, *, beside: bool) -> bool | None:
    """Whether a comment about the error is correct; None if it is not about it, or is above the statement and wrong."""
    named = names_error(text, error)
    if named or not beside:
        return named or None
    vague = FAILS.search(text) and not DENIED.search(text) and not NAMED.search(text)
    return True if named is None and vague and error.name not in UNFORESEEN else named


def _expected(row: int, column: int, text: str) -> ExpectedOutput:
    spoken = SPOKEN.match(text)
    at = text.rindex(spoken["name"], 0, spoken.end("name")) if spoken else 0
    return ExpectedOutput(Notation.COMMENT, text[at:], row, row, (row, row), column=column + at, width=len(text) - at)


def _rows(cell: Cell, error: Error) -> list[int]:
    """0-based source lines of the cell on the error's stack, outermost first."""
    last = re.split(r"\n(?:During handling|The above exception)", error.traceback)[-1]
    path = re.escape(str(cell.location.path))
    numbers = [*map(int, re.findall(rf'File "{path}", line (\d+)', last)), *filter(None, [error.line])]
    height = cell.source.count("\n") + 1
    return list(dict.fromkeys(row for line in numbers if 0 <= (row := line - cell.location.line - 1) < height))


def _statement(row: int, tree: ast.Module) -> tuple[int, int]:
    """Lines of the simple statement at ``row``; for a compound statement, only that line."""
    spans = [_span(node) for node in ast.walk(tree) if isinstance(node, ast.stmt) and not hasattr(node, "body")]
    return min((span for span in spans if span[0] <= row <= span[1]), key=lambda span: span[1] - span[0],
               default=(row, row))


def _span(node: ast.stmt) -> tuple[int, int]:
    return node.lineno - 1, end_of(node) - 1


def _run(row: int, step: int, alone: set[int]) -> Iterator[int]:
    """Rows of consecutive comment lines."""
    while row in alone:
        yield row
        row += step


def _is_message(words: str, message: str) -> bool:
    """Whether the words after an error's name are its message, the beginning of it, or a translation."""
    wants = [want.rstrip(STOPS) for want in wants_of(words.strip())]
    if any(not want or same(want, text, CheckOptions()) or re.match(re.escape(want) + r"(?!\w)", text)
           for want in wants for text in (message, message.strip("'\""))):
        return True
    return bool(JAPANESE.search(words) and not JAPANESE.search(message))


def _has_word(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w]){re.escape(name)}(?![A-Za-z0-9_])", text) is not None


def is_announced(cell: Cell, outcome: Outcome, *, on_slide: bool) -> bool:
    """Whether the cell raised the error that ``error:`` or, ``on_slide``, a comment or an error fence announces."""
    if outcome.error is None:
        return False
    announced = cell.options.execution.error
    return outcome.error.name == announced if isinstance(announced, str) else announced or on_slide
