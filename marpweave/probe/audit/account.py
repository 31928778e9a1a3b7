"""Turns observed uses of paths into inputs of a cell, except files that the deck has written itself.

A path is the deck's own if it was about to be written and has changed since: the deck created or replaced it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable

from marpweave.inputs import digests
from marpweave.probe.audit.owners import PathOwners, source_of
from marpweave.probe.witness.sights import (
    ALTER,
    ASK,
    BLIND,
    LIST,
    NETWORK,
    READ,
    RUN,
    SOCKET,
    WRITE,
    Sight,
    Stamp,
    stamp_of,
)

STATUS = r"|\b[lf]?stat\((?:[^()]|\([^()]*\))*\)(?!\s*\.\s*st_)"
"""Code that uses a whole stat result, not just one field of it."""
DETAILS = {"time": (re.compile(r"\b(?:get[acm]time|st_[acm]time(?:_ns)?)\b" + STATUS), digests.time_of),
           "mode": (re.compile(r"\b(?:st_mode|st_nlink|filemode)\b" + STATUS), digests.mode_of),
           "status": (re.compile(r"\b(?:getctime|st_(?:ctime(?:_ns)?|ino|uid|gid|blocks)|same(?:file|stat|openfile)|"
                                 r"(?:get|list)xattr)\b|\.owner\("), digests.status_of)}
"""Inputs that count only if code asks for them: a pattern of such code, and the function that reads the input."""
BY_NUMBER = re.compile(r"\bfstat\b|\bfileno\b|\bos\.open\b")
"""Matches code that may query metadata of an open file."""
HARMLESS = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts/",
            "/dev/fd/", "/proc/self/fd/")
OF_THIS_MOMENT = re.compile(r"/proc/(?:uptime|loadavg|\d+/)")
"""Files read by programs whose content changes constantly."""


class Account:
    """The inputs of the current cell; one object per kernel."""

    def __init__(self, owners: PathOwners) -> None:
        self.owners = owners
        self.own: dict[str, Stamp | None] = {}
        """Paths that the deck wrote, and what was there before."""
        self.matters: set[str] = set()
        """Details of files that the author's code has asked for so far."""
        self.by_number = False
        """Whether that may ask for them by a descriptor."""
        self.begin()

    def begin(self) -> None:
        """Reset for a new cell."""
        self.files: dict[str, Stamp | None] = {}
        self.asked: set[str] = set()
        self.seen: dict[tuple[str, str], str] = {}
        self.written: set[str] = set()
        self.volatile = ""

    def note(self, kind: str, name: str, found: str) -> None:
        """Add an input; the first observed state counts."""
        self.seen.setdefault((kind, name), found)

    def doubt(self, reason: str) -> None:
        """Record that something could not be observed; the first reason is kept."""
        self.volatile = self.volatile or reason

    def read_code(self, text: str) -> None:
        """Inspect code of the author's before it runs."""
        self.matters |= {kind for kind, (pattern, _) in DETAILS.items() if pattern.search(text)}
        self.by_number = self.by_number or BY_NUMBER.search(text) is not None

    def add(self, sights: Iterable[Sight]) -> None:
        """Process uses of paths, in order."""
        for sight in sights:
            self._add(sight)

    def _add(self, sight: Sight) -> None:
        if sight.act == BLIND:
            self.doubt(f"its inputs could not be observed ({sight.found})")
        elif sight.act == SOCKET:
            self._add_socket(sight)
        elif sight.act in (WRITE, ALTER):
            self._add_written(sight)
        elif self._is_told(sight):
            self.doubt(f"it reads {sight.path}, which differs each time")
        elif not self.owners.is_foreign(source_of(sight.path)):
            self._add_read(self._meant(sight))

    def _add_socket(self, sight: Sight) -> None:
        if sight.path == NETWORK:
            self.doubt("it uses the network")
        elif not self.owners.is_foreign(sight.path) and not self._is_own(sight.real, sight.stamp):
            self.doubt(f"it talks to another program, through {sight.path}")

    def _add_written(self, sight: Sight) -> None:
        if self.owners.is_foreign(sight.path):
            return
        self.written.add(sight.path)
        if sight.act == WRITE:
            self.own.setdefault(sight.real, sight.stamp)

    def _is_told(self, sight: Sight) -> bool:
        """Whether a path is not a regular file: a device, a pipe, a report of the machine."""
        if sight.act not in (READ, RUN) or sight.stamp is None or sight.path.startswith(HARMLESS):
            return False
        if OF_THIS_MOMENT.match(sight.path):
            return not sight.here
        return not stat.S_ISREG(sight.stamp[0]) and not self._is_own(sight.real, sight.stamp)

    def _meant(self, sight: Sight) -> Sight:
        """The path really used: the source instead of a compiled module, the target of a link made by the deck."""
        source = source_of(sight.path)
        if source != sight.path:
            return sight._replace(path=source, real=os.path.realpath(source), stamp=stamp_of(source))
        return sight._replace(path=sight.real) if sight.path in self.own else sight

    def _add_read(self, sight: Sight) -> None:
        path = sight.path
        if self.owners.is_foreign(path) or sight.real == self.owners.python or self._is_own(sight.real, sight.stamp):
            return
        act = ASK if sight.act == RUN and sight.stamp is None else sight.act
        if act == ASK and not self.owners.is_above(path):
            self.note("presence", path, sight.found or digests.presence(path))
            self.asked.add(path)
        elif act == LIST:
            self.note("listing", path, sight.found)
        elif act == READ or (act == RUN and not self.owners.is_told(path)):
            self.files.setdefault(path, sight.stamp)

    def _is_own(self, path: str, stamp: Stamp | None) -> bool:
        """Whether the deck created, replaced or removed what is at a path."""
        if path in self.own:
            return self.own[path] != stamp
        folder = os.path.dirname(path)  # noqa: PTH120
        while folder not in self.own and folder != os.path.dirname(folder):  # noqa: PTH120
            folder = os.path.dirname(folder)  # noqa: PTH120
        return folder in self.own and self.own[folder] is None and os.path.isdir(folder)  # noqa: PTH112

    def lasting(self) -> list[str]:
        """Files written by the cell that still exist."""
        return sorted(path for path in self.written
                      if os.path.lexists(path) or self.own.get(os.path.realpath(path)) is not None)

    def inputs(self) -> dict[tuple[str, str], str]:
        """The inputs, each with its state when used."""
        found = {(kind, path): stands for (kind, path), stands in self.seen.items()
                 if not (kind == "presence" and path in self.files and stands.startswith("file"))}
        for path, before in self.files.items():
            content = digests.file_digest(path)
            found["file", path] = content if stamp_of(path) == before else digests.CHANGING
        paths = self.asked.union(self.files if self.by_number else ())
        return found | {(kind, path): DETAILS[kind][1](path) for kind in self.matters for path in paths}
