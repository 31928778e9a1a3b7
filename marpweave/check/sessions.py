"""Doctest sessions: examples and answers, by doctest's own rules. Pure."""

from __future__ import annotations

import codeop
import doctest

from marpweave.check.claims import REMARK
from marpweave.check.compare import same, tidy
from marpweave.model.deck import Cell, Script
from marpweave.model.options import CheckOptions, Compare
from marpweave.read.syntax import is_transcript


def examples(script: Script) -> list[doctest.Example]:
    """The examples of a session: prompts and answers."""
    return doctest.DocTestParser().get_examples(script.code)


def flags_of(example: doctest.Example) -> int:
    """Doctest flags set by the example's directives: ``# doctest: +ELLIPSIS``."""
    return sum(flag for flag, on in example.options.items() if on)


def flags_by_row(cell: Cell) -> dict[int, int]:
    """Doctest flags of each example, by its 0-based row; IPython breaks long values into lines."""
    wrapped = doctest.NORMALIZE_WHITESPACE if is_transcript(cell.source.split("\n")) else 0
    return {example.lineno: flags_of(example) | wrapped for example in examples(cell.script)}


def unprompted(cell: Cell) -> int | None:
    """Line of the first prompt whose statement continues without ``... ``, which doctest takes for its output."""
    for example in examples(cell.script):
        if example.want.strip() and _is_incomplete(example.source):
            return cell.location.line + 1 + example.lineno
    return None


def _is_incomplete(source: str) -> bool:
    try:
        return codeop.compile_command(source + "\n", symbol="single") is None
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return False


def answers(want: str, got: str, flags: int, options: CheckOptions) -> bool:
    """Whether an answer matches what is below its prompt, ignoring remarks; for an error, its last line suffices."""
    plain = "".join(_without_remark(line) for line in want.splitlines(keepends=True))
    if any(same_session(each, got, flags, options) for each in dict.fromkeys([want, plain])):
        return True
    printed, header, error = got.rpartition("Traceback (most recent call last):\n")
    return bool(header and not printed) and tidy(want).split("\n") == tidy(error).split("\n")


def _without_remark(line: str) -> str:
    remark = REMARK.match(line.rstrip("\n"))
    return f"{remark['want'] or remark['before']}\n" if remark else line


def same_session(want: str, got: str, flags: int, options: CheckOptions) -> bool:
    """Compare by doctest's rules, or by the cell's ``check`` option if set."""
    if options.check not in (None, Compare.EXACT):
        return same(want, got, options)
    if want.startswith("Traceback (most recent call last):"):
        want, got = ("\n".join(t.rstrip("\n").split("\n")[-1:]) for t in (want, got))
        if flags & doctest.IGNORE_EXCEPTION_DETAIL:
            want, got = (t.partition(":")[0].rpartition(".")[2] for t in (want, got))
    return doctest.OutputChecker().check_output(want, got, flags)
