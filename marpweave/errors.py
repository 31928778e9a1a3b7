"""The author's mistakes, each with a place.

MarpweaveError
├── DeckError      what stands in a deck: every fault of one deck, all at once
├── ToolError      Node, Marp CLI or a browser is missing or failed
└── UsageError     the command line asks for what cannot be

Our own bugs are findings of kind ``internal``, each with a report to send.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marpweave.model.finding import Finding

HERE = Path(__file__).resolve().parents[1]
"""The folder that marpweave stands in: a checkout of its repository, or that of installed packages."""


def is_checkout() -> bool:
    """Whether this is a checkout, with build.py and a Makefile, or an installed marpweave."""
    return (HERE / "package-lock.json").is_file()


def program_name() -> str:
    """What our program is called."""
    return "build.py" if is_checkout() else "marpweave"


def command(words: str) -> str:
    """A call of our program as a message tells it."""
    return f"`{program_name()} {words}`"


def reinstall() -> str:
    """What brings back a part of ours that is missing."""
    return "`make setup`" if is_checkout() else "`pip install --force-reinstall marpweave`"


class MarpweaveError(Exception):
    """Base of all errors that a user of the program can mend."""


class DeckError(MarpweaveError):
    """A deck cannot be read as it stands; ``findings`` names every fault with its place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(f"{f.location}: {f.message}" for f in findings))
        self.findings = tuple(findings)


class ToolError(MarpweaveError):
    """A program that we call is missing or failed; the message says what would help."""


class UsageError(MarpweaveError):
    """The command line asks for something that cannot be done."""
