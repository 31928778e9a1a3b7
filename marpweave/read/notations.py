"""Parses the expected outputs in a cell. Pure.

There are six notations (docs/OUTPUTS.md); all other comments are plain comments.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from marpweave.inputs.spelling import tree_of
from marpweave.model.deck import ExpectedOutput, Notation, Script
from marpweave.read.markers import COLON, OUTPUT
from marpweave.read.syntax import (
    ANSWER,
    Python,
    as_python,
    as_session,
    end_of,
    indent_of,
    is_code,
    is_transcript,
    is_value,
)
from marpweave.text import split_lines

MARKER = re.compile(rf"^(?P<mark>\s*(?:=>|->|→|⇒|>>>|>|(?:{OUTPUT})\s*{COLON})\s*)(?P<want>\S.*)$", re.IGNORECASE)
HEADING = re.compile(rf"^#+\s*(?:{OUTPUT})\s*{COLON}?\s*$", re.IGNORECASE)
"""Opens a block of comment lines that hold the output."""
LINE_MARK = re.compile(r"^(?P<indent>\s*)(?P<prefix>#+\s*(?:=>|->|→|⇒|>>>|>) ?)(?P<want>.*)$")
ARROW = re.compile(r"^(?P<code>\s*\S.*?\S)(?P<arrow>\s+->\s*)(?P<want>\S.*?)\s*$")
PROMPT = re.compile(r"^(?P<prefix>\s*>>> ?)(?P<want>.*)$")


@lru_cache(512)
def read_script(
    source: str, *, pycon: bool = False, option_lines: int = 0, output: str | None = None, marked: bool = True,
) -> Script:
    """Parse a cell's source; ``output`` is the content of the fence below it, certainly an output if ``marked``."""
    lines = [""] * option_lines + source.split("\n")[option_lines:]
    script = _session(lines, pycon=pycon) or _script(lines)
    if output is None or script.session:
        return script
    height, statement = len(split_lines(output)), (0, max(len(lines) - 1, 0))
    rows = output.rstrip("\n").split("\n")
    values = [row[_column(row):] for row in rows]
    want = ExpectedOutput(Notation.FENCE, "\n".join(values), 0, height - 1, statement,
                          marked=marked or values != rows, column=_column(rows[0]))
    return replace(script, expected=(*script.expected, want))


def _script(lines: Sequence[str]) -> Script:
    """Parse notations 5 and 6 if the cell is not valid Python as written, then the comments."""
    for claims in ({}, _arrow_rows(lines), _prompt_rows(lines)):
        python = as_python(lines, claims)
        if python is not None:
            break
    if python is None or _are_answered(python, lines):
        return Script("\n".join(lines))
    rows = sorted(claims.keys() & python.replaced)
    code = "\n".join(claims[row] if row in rows else line for row, line in enumerate(lines))
    expected = [*(_prompts(rows, lines) if rows and PROMPT.match(lines[rows[0]]) else _arrows(rows, lines)),
                *_comments(python.plain, python.tree)]
    strays = tuple(_strays(python.plain, {row for each in expected for row in range(each.first, each.last + 1)}))
    return Script(code, tuple(sorted(expected, key=lambda e: e.first)), strays=strays)


# -- notation 4: doctest sessions ----------------------------------------------------


def _session(lines: Sequence[str], *, pycon: bool) -> Script | None:
    first = next((line for line in map(str.strip, lines) if line and not line.startswith("#")), "")
    written, ipython = lines, is_transcript(lines)
    if not (first.startswith(">>>") or ipython):
        return Script("") if pycon else None
    import doctest  # takes long, and few decks have sessions

    lines = as_session(written) if ipython else written
    code = "\n".join(lines)
    try:
        examples = doctest.DocTestParser().get_examples(code)
    except ValueError:
        return None
    if ipython and any(tree_of(example.source) is None for example in examples):
        return None  # magics, which only IPython runs
    expected = []
    for example in examples:
        if example.options.get(doctest.SKIP):
            continue
        last = _last_prompt(lines, example.lineno)
        height = example.want.count("\n")
        expected.append(ExpectedOutput(
            Notation.SESSION, example.want, last + 1, last + height, (example.lineno, last),
            column=_column(written[last + 1]) if height else 0, prefix=indent_of(lines[example.lineno])))
    return Script(code, tuple(expected), session=True)


def _column(text: str) -> int:
    """Where an output begins: behind ``Out[1]: ``, if that is there."""
    return prompt.end() if (prompt := ANSWER.match(text)) else 0


def _last_prompt(lines: Sequence[str], row: int) -> int:
    """The last row of an input, including a bare ``...`` that ends a block."""
    return row + sum(1 for _ in takewhile(lambda line: line.lstrip(" \t").startswith("..."), lines[row + 1:]))


# -- notations 5 and 6: not valid Python as written --------------------------------------


def _arrow_rows(lines: Sequence[str]) -> dict[int, str]:
    """``print(OR(0, 0)) -> 0``: one call and its output per line."""
    matches = {row: match for row, line in enumerate(lines) if (match := ARROW.match(line))}
    return {row: match["code"] for row, match in matches.items() if tree_of(match["code"].strip()) is not None}


def _arrows(rows: Sequence[int], lines: Sequence[str]) -> Iterator[ExpectedOutput]:
    for row in rows:
        match = ARROW.match(lines[row])
        assert match
        yield ExpectedOutput(Notation.ARROW, match["want"], row, row, (row, row),
                             column=match.start("want"), width=len(match["want"]))


def _prompt_rows(lines: Sequence[str]) -> dict[int, str]:
    """``>>> 0`` lines that hold the output of the code above them."""
    start = next((row for row, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)
    rows = {row: "" for row, line in enumerate(lines) if PROMPT.match(line)}
    return {} if start in rows else rows


def _prompts(rows: Sequence[int], lines: Sequence[str]) -> Iterator[ExpectedOutput]:
    since, held = 0, set(rows)
    for first in (row for row in rows if row - 1 not in held):
        last = next(row for row in range(first, len(lines)) if row + 1 not in held)
        wants = [match["want"] for line in lines[first:last + 1] if (match := PROMPT.match(line))]
        above = next((row for row in range(first - 1, since, -1) if lines[row].strip()), since)
        yield ExpectedOutput(Notation.PROMPT, "\n".join(wants), first, last, (since, above), since=since, prefix=">>> ")
        since = last + 1


def _are_answered(python: Python, lines: Sequence[str]) -> bool:
    """Whether a value follows a prompt, so that prompts mark code rather than output."""
    above = {row + 1: match["want"] for row in python.replaced if (match := PROMPT.match(lines[row]))}
    values = {node.lineno: node.value for node in ast.walk(python.tree) if isinstance(node, ast.Expr)}
    return any(is_value(values[row + 1]) or (isinstance(values[row + 1], ast.Name) and is_code(want))
               for row, want in above.items() if row + 1 in values)


# -- notations 1 and 2: comments ----------------------------------------------------------


def _comments(code: str, tree: ast.Module) -> Iterator[ExpectedOutput]:
    lines = code.split("\n")
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    taken = -1
    since = 0
    for row, column, comment in comment_tokens(code):
        if row <= taken:
            continue
        if lines[row][:column].strip():
            expected = _trailing(row, column, comment, statements)
        else:
            expected = _block(row, since, lines, statements)
            if expected:
                taken, since = expected.last, expected.last + 1
        if expected:
            yield expected


def comment_tokens(code: str) -> Iterator[tuple[int, int, str]]:
    """(0-based line, column, text) of every comment."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(code, newline="\n").readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0] - 1, token.start[1], token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _trailing(row: int, column: int, comment: str, statements: Sequence[ast.stmt]) -> ExpectedOutput | None:
    """``print(x)  # 10``: a comment after a printing statement or a bare expression."""
    statement = next((s for s in statements if end_of(s) == row + 1 and not hasattr(s, "body")), None)
    body = comment.lstrip("#")
    marked = MARKER.match(body)
    want = marked["want"] if marked else body.strip()
    if statement is None or not want or not _may_claim(statement, marked=bool(marked)):
        return None
    want = want.rstrip()
    start = column + len(comment) - len(body) + (marked.start("want") if marked else len(body) - len(body.lstrip()))
    return ExpectedOutput(
        Notation.COMMENT, want, row, row, (statement.lineno - 1, end_of(statement) - 1),
        marked=bool(marked), column=start, width=len(want), prefix=marked["mark"].strip() if marked else "")


def _strays(code: str, taken: Set[int]) -> Iterator[ExpectedOutput]:
    """Marked comments outside of the rows that expected outputs have taken."""
    for row, _, comment in comment_tokens(code):
        marked = MARKER.match(comment.lstrip("#"))
        if marked and row not in taken:
            yield ExpectedOutput(Notation.COMMENT, marked["want"], row, row, (row, row), prefix=marked["mark"].strip())


def _may_claim(statement: ast.stmt, *, marked: bool) -> bool:
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant) or marked
    return marked and isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)


def _block(row: int, since: int, lines: Sequence[str], statements: Sequence[ast.stmt]) -> ExpectedOutput | None:
    """``#> a`` lines under a statement, or ``# Output:`` with a comment line for each line."""
    above = next((r for r in range(row - 1, -1, -1) if lines[r].strip()), None)
    if above is None:
        return None
    indent = len(indent_of(lines[row]))
    ending = [s for s in statements if end_of(s) == above + 1 and s.col_offset == indent]
    if not ending:
        return None
    statement = min(ending, key=lambda s: s.lineno)
    span = (statement.lineno - 1, end_of(statement) - 1)
    if HEADING.match(lines[row].strip()):
        return _headed(row, since, lines, span)
    if LINE_MARK.match(lines[row]):
        return _marked_lines(row, since, lines, span)
    labelled = MARKER.match(lines[row].strip().lstrip("#"))
    if not labelled:
        return None
    prefix = lines[row][indent:lines[row].rindex(labelled["want"])]
    return ExpectedOutput(Notation.LINES, labelled["want"].rstrip(), row, row, span, since=since, prefix=prefix)


def _headed(row: int, since: int, lines: Sequence[str], span: tuple[int, int]) -> ExpectedOutput | None:
    """``# Output:`` closes a cell: the comment lines below hold what was printed since the last block."""
    below: list[str] = []
    for line in lines[row + 1:]:
        match = re.match(r"\s*#\s?(.*)$", line)
        if not match or indent_of(line) != indent_of(lines[row]):
            break
        below.append(match[1])
    if not below:
        return None
    return ExpectedOutput(Notation.LINES, "\n".join(below), row + 1, row + len(below), span, since=since, prefix="# ")


def _marked_lines(row: int, since: int, lines: Sequence[str], span: tuple[int, int]) -> ExpectedOutput:
    want: list[str] = []
    prefix = ""
    for line in lines[row:]:
        match = LINE_MARK.match(line)
        if not match or match["indent"] != indent_of(lines[row]):
            break
        prefix = prefix or match["prefix"]
        if match["prefix"].rstrip() != prefix.rstrip():
            break
        want.append(match["want"])
    return ExpectedOutput(
        Notation.LINES, "\n".join(want), row, row + len(want) - 1, span, since=since,
        prefix=prefix if prefix.endswith(" ") else prefix + " ")
