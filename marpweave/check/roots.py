"""Root causes: reports each failure of a deck once, with the lines that fail because of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from marpweave.model.finding import Finding

MAX_LINES = 8
"""Maximum number of lines listed with a root cause."""
EVERYTHING = "*"
"""Stands for the names bound by ``from package import *``."""


class Roots:
    """The failures of a deck so far, and what depends on them."""

    def __init__(self) -> None:
        self.causes: list[Finding] = []
        self.following: dict[int, list[int]] = {}
        self.lost: dict[str, int] = {}
        """Names that are not what they should be, with their root; ``.x`` is an attribute, ``module x`` a package."""
        self.ended: int | None = None
        """The root after which no name of the cells above is certain."""

    def add(self, finding: Finding, lacks: Collection[str], *, doubtful: Collection[str] = ()) -> int:
        """Add a finding, or its line to the root cause that explains it -> number of the root cause.

        It is explained by a lost name that it ``lacks``, or else by one of the ``doubtful`` names.
        """
        root = next((self.lost[name] for name in (*lacks, *sorted(doubtful)) if name in self.lost), None)
        if root is None and lacks:
            root = self.lost.get(EVERYTHING, self.ended)
        if root is None:
            root = len(self.causes)
            self.causes.append(finding)
        else:
            self.following.setdefault(root, []).append(finding.location.line)
        for name in lacks:
            self.lost.setdefault(name, root)
        return root

    def lose(self, names: Iterable[str], root: int) -> None:
        """Mark names that a failed step should have defined."""
        self.lost |= dict.fromkeys(names, root)

    def lose_all(self, root: int) -> None:
        """Mark all names of the cells above as lost."""
        self.ended = root if self.ended is None else self.ended

    def renew(self, bound: Collection[str], read: Collection[str]) -> None:
        """Names bound by a step are valid again, unless it read an invalid one."""
        root = next((self.lost[name] for name in sorted(read) if name in self.lost and name not in bound), None)
        for name in bound:
            if root is None:
                self.lost.pop(name, None)
            else:
                self.lost[name] = root

    def findings(self, number_of: Callable[[int], str]) -> Iterator[Finding]:
        """The root causes, each with the numbers of the lines that depend on it."""
        for number, finding in enumerate(self.causes):
            lines = sorted(set(self.following.get(number, ())) - {finding.location.line})
            yield replace(finding, message=finding.message + _consequences(list(map(number_of, lines))))


def _consequences(lines: list[str]) -> str:
    if not lines:
        return ""
    listed = ", ".join(lines[:MAX_LINES]) + (f" … ({len(lines)} in all)" if len(lines) > MAX_LINES else "")
    return f" (also affects line{'s' * (len(lines) > 1)} {listed})"
