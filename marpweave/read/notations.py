"""The ways an author writes an expected output: reading them out of a cell. Pure.

Six notations (README, "Expected outputs"); what is no expectation stays what it is, a comment.
"""

from __future__ import annotations

import ast
import doctest
import io
import re
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marpweave.model.deck import Cell, ExpectedOutput, Form, Script
from marpweave.text import split_lines

WORDS = r"(?:Output|Outputs|Out|Prints|Result|出力結果|出力|実行結果|結果|表示)"
MARKER = re.compile(rf"^(?P<mark>\s*(?:=>|->|→|⇒|>>>|>|{WORDS}\s*[:：])\s*)(?P<want>\S.*)$", re.IGNORECASE)
HEADING = re.compile(rf"^#+\s*{WORDS}\s*[:：]?\s*$", re.IGNORECASE)
LINE_MARK = re.compile(r"^(?P<indent>\s*)(?P<prefix>#+\s*(?:=>|->|→|⇒|>>>|>) ?)(?P<want>.*)$")
ARROW = re.compile(r"^(?P<code>\s*\S.*?\S)(?P<arrow>\s+->\s*)(?P<want>\S.*?)\s*$")
PROMPT = re.compile(r"^(?P<prefix>\s*>>> ?)(?P<want>.*)$")
MAGIC = re.compile(r"^\s*(?:%|!|\?)|\?\s*$")
CELL_MAGIC = re.compile(r"^%%")


def read_cell(cell: Cell) -> Script:
    """Find the expected outputs of a cell in all notations."""
    lines = cell.source.split("\n")
    script = _session(cell, lines) or _script(lines)
    fence = cell.output_fence
    if fence is not None and not script.session:
        last = max(len(lines) - 1, 0)
        height = len(split_lines(fence.source))
        want = ExpectedOutput(Form.FENCE, fence.source.rstrip("\n"), 0, height - 1, (0, last))
        script = replace(script, expected=(*script.expected, want))
    return script


def _script(lines: Sequence[str]) -> Script:
    """Read forms 5 and 6 where the cell is no Python as it stands, then the comments."""
    code, expected = "\n".join(lines), []
    if parsed(code) is None:
        for read in (_arrows, _prompts):
            changed, found = read(lines)
            if found and parsed(changed) is not None:
                code, expected = changed, list(found)
                break
    tree = parsed(code)
    if tree is None:
        return Script("\n".join(lines))
    return Script(code, tuple(sorted([*expected, *_comments(code, tree)], key=lambda e: e.first)))


def parsed(code: str) -> ast.Module | None:
    """The syntax tree of a cell, IPython's magics left out; None where it is no Python."""
    if CELL_MAGIC.match(code.lstrip()):
        return None
    plain = "\n".join(_without_magic(line) for line in code.split("\n"))
    for text in (plain, code):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
                tree = compile(text, "<cell>", "exec", flags)
                assert isinstance(tree, ast.Module)
                return tree
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
    return None


def _without_magic(line: str) -> str:
    if not MAGIC.search(line):
        return line
    return line[:len(line) - len(line.lstrip())] + "pass"


# -- form 4: doctest sessions ----------------------------------------------------


def _session(cell: Cell, lines: Sequence[str]) -> Script | None:
    first = next((line for line in lines[cell.option_lines:] if line.strip()), "")
    if not first.lstrip().startswith(">>>"):
        return Script("") if _is_pycon(cell) else None
    code = "\n".join([""] * cell.option_lines + list(lines[cell.option_lines:]))
    try:
        examples = doctest.DocTestParser().get_examples(code)
    except ValueError:
        return None
    expected = []
    for example in examples:
        if example.options.get(doctest.SKIP):
            continue
        last = example.lineno + example.source.count("\n") - 1
        height = example.want.count("\n")
        expected.append(ExpectedOutput(
            Form.SESSION, example.want, last + 1, last + height, (example.lineno, last),
            prefix=" " * example.indent))
    return Script(code, tuple(expected), session=True)


def _is_pycon(cell: Cell) -> bool:
    return cell.info.split()[0].lower() == "pycon" if cell.info.split() else False


# -- forms 5 and 6: no Python as they stand ------------------------------------------


def _arrows(lines: Sequence[str]) -> tuple[str, list[ExpectedOutput]]:
    """``print(OR(0, 0)) -> 0``: one call and its output a line."""
    code, found = list(lines), []
    for number, line in enumerate(lines):
        match = ARROW.match(line)
        if match and parsed(match["code"].strip()) is not None:
            code[number] = match["code"]
            found.append(ExpectedOutput(
                Form.ARROW, match["want"], number, number, (number, number),
                column=match.start("want"), width=len(match["want"])))
    return "\n".join(code), found


def _prompts(lines: Sequence[str]) -> tuple[str, list[ExpectedOutput]]:
    """Code, then ``>>> 0`` lines that hold the output."""
    code, found = list(lines), []
    since = number = 0
    while number < len(lines):
        match = PROMPT.match(lines[number])
        if not match:
            number += 1
            continue
        first, want = number, []
        while number < len(lines) and (match := PROMPT.match(lines[number])):
            want.append(match["want"])
            code[number] = ""
            number += 1
        found.append(ExpectedOutput(
            Form.PROMPT, "\n".join(want), first, number - 1, (since, max(first - 1, since)),
            since=since, prefix=">>> "))
        since = number
    return "\n".join(code), found


# -- forms 1 and 2: comments ----------------------------------------------------------


def _comments(code: str, tree: ast.Module) -> Iterator[ExpectedOutput]:
    lines = code.split("\n")
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    taken = -1
    since = 0
    for row, column, comment in _comment_tokens(code):
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


def _comment_tokens(code: str) -> Iterator[tuple[int, int, str]]:
    """(0-based line, column, text) of every comment."""
    plain = "\n".join(_without_magic(line) for line in code.split("\n"))
    try:
        for token in tokenize.generate_tokens(io.StringIO(plain, newline="\n").readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0] - 1, token.start[1], token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _trailing(row: int, column: int, comment: str, statements: Sequence[ast.stmt]) -> ExpectedOutput | None:
    """``print(x)  # 10``: a comment behind a printing statement or a bare expression."""
    statement = _innermost(row + 1, statements)
    body = comment.lstrip("#")
    marked = MARKER.match(body)
    want = marked["want"] if marked else body.strip()
    if statement is None or not want or not _may_claim(statement, marked=bool(marked)):
        return None
    want = want.rstrip()
    start = column + len(comment) - len(body) + (marked.start("want") if marked else len(body) - len(body.lstrip()))
    return ExpectedOutput(
        Form.COMMENT, want, row, row, (statement.lineno - 1, _end(statement) - 1),
        marked=bool(marked), column=start, width=len(want), prefix=marked["mark"].strip() if marked else "")


def _may_claim(statement: ast.stmt, *, marked: bool) -> bool:
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant) or marked
    return marked and isinstance(statement, ast.Assign)


def _innermost(line: int, statements: Sequence[ast.stmt]) -> ast.stmt | None:
    """The simple statement on 1-based ``line``."""
    simple = [s for s in statements if s.lineno <= line <= _end(s) and not hasattr(s, "body")]
    return min(simple, key=lambda s: _end(s) - s.lineno, default=None)


def _block(row: int, since: int, lines: Sequence[str], statements: Sequence[ast.stmt]) -> ExpectedOutput | None:
    """``#> a`` lines under a statement, or ``# 出力:`` with a line each."""
    above = next((r for r in range(row - 1, -1, -1) if lines[r].strip()), None)
    if above is None:
        return None
    indent = len(lines[row]) - len(lines[row].lstrip())
    ending = [s for s in statements if _end(s) == above + 1 and s.col_offset == indent]
    if not ending:
        return None
    statement = min(ending, key=lambda s: s.lineno)
    span = (statement.lineno - 1, _end(statement) - 1)
    if HEADING.match(lines[row].strip()):
        return _headed(row, since, lines, span)
    match = LINE_MARK.match(lines[row])
    labelled = MARKER.match(lines[row].strip().lstrip("#"))
    if match:
        return _marked_lines(row, since, lines, span)
    if labelled:
        start = lines[row].rindex(labelled["want"])
        prefix = lines[row][indent:start]
        return ExpectedOutput(Form.LINES, labelled["want"].rstrip(), row, row, span, since=since, prefix=prefix)
    return None


def _headed(row: int, since: int, lines: Sequence[str], span: tuple[int, int]) -> ExpectedOutput | None:
    """``# 出力:`` closes a cell: the comment lines below hold what was printed since the last block."""
    below: list[str] = []
    prefix = "# "
    for line in lines[row + 1:]:
        match = re.match(r"\s*(#\s?)(.*)$", line)
        if not match:
            break
        below.append(match[2])
    if not below:
        return None
    return ExpectedOutput(Form.LINES, "\n".join(below), row + 1, row + len(below), span, since=since, prefix=prefix)


def _marked_lines(row: int, since: int, lines: Sequence[str], span: tuple[int, int]) -> ExpectedOutput:
    want: list[str] = []
    prefix = ""
    for line in lines[row:]:
        match = LINE_MARK.match(line)
        if not match or (prefix and match["prefix"].rstrip() != prefix.rstrip()):
            break
        prefix = prefix or match["prefix"]
        want.append(match["want"])
    return ExpectedOutput(
        Form.LINES, "\n".join(want), row, row + len(want) - 1, span, since=since,
        prefix=prefix if prefix.endswith(" ") else prefix + " ")


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
