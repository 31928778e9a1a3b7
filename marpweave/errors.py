"""Errors that a user can fix.

MarpweaveError
├── DeckError      faults in a deck's text: all of one deck at once, each with its place
├── ToolError      Node, Marp CLI or a browser is missing or failed
└── UsageError     the command line asks for something impossible

Bugs in marpweave itself become findings of kind ``internal``.
"""
from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marpweave.model.finding import Finding

HERE = Path(__file__).resolve().parents[1]
"""The folder that marpweave stands in: a checkout of its repository, or that of installed packages."""


def is_checkout() -> bool:
    """Whether marpweave runs from a checkout (with build.py and a Makefile) rather than an installed package."""
    return (HERE / "package-lock.json").is_file()


def program_name() -> str:
    """The name under which users call the program."""
    return "build.py" if is_checkout() else "marpweave"


def say(text: str) -> None:
    """Write a line to stderr; where that cannot be, as on a full disk, nobody reads it, and nothing fails for it."""
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def command(words: str) -> str:
    """A call of the program, formatted for a message."""
    return f"`{program_name()} {words}`"


def reinstall() -> str:
    """The command that restores a missing part of marpweave."""
    return "`make setup`" if is_checkout() else "`pip install --force-reinstall marpweave`"


class MarpweaveError(Exception):
    """Base of all errors that a user can fix."""


class DeckError(MarpweaveError):
    """A deck cannot be parsed; ``findings`` lists every fault with its place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(f"{f.location}: {f.message}" for f in findings))
        self.findings = tuple(findings)


class ToolError(MarpweaveError):
    """An external program is missing or failed; the message names a remedy."""


class UsageError(MarpweaveError):
    """The command line asks for something impossible."""
