"""The files that a build reads, each read once and kept as it was then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from marpweave.inputs.digests import ABSENT, digest, listing, presence, variable_digest

BuildInput = tuple[str, Path, str]
"""Kind, path and digest of a file, a listing, a link or a variable that a result was made from."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files and folders as they were when first read: every use of one sees the same bytes."""

    contents: dict[Path, bytes | None] = field(default_factory=dict)
    listings: dict[Path, list[str] | None] = field(default_factory=dict)
    links: dict[Path, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def read(self, path: Path) -> bytes | None:
        """A file's content; None: it cannot be read."""
        if path not in self.contents:
            self.place(path)
            try:
                self.contents[path] = path.read_bytes() if path.is_file() else None  # a pipe never ends
            except (OSError, ValueError):
                self.contents[path] = None
        return self.contents[path]

    def wrote(self, path: Path, content: bytes) -> None:
        """Take ``content`` as what was read, since it has just been written there."""
        self.contents[path] = content

    def listing(self, path: Path) -> list[str]:
        """The sorted names in a folder; empty if there is none."""
        if path not in self.listings:
            self.place(path)
            self.listings[path] = listing(str(path))
        return sorted(name.rpartition("/")[0] for name in self.listings[path] or ())

    def variable(self, name: str) -> None:
        """Count a variable of the environment as read."""
        self.variables.setdefault(name, variable_digest(os.environ, name))

    def place(self, path: Path) -> Path:
        """Where a path leads; the links on its way are read with that."""
        target = Path(os.path.realpath(path))  # Path.resolve refuses links in circles
        for link in links_on(path) if target != path else ():
            self.links.setdefault(link, presence(str(link)))
        return target

    def used(self) -> Iterator[BuildInput]:
        """Everything that was read, as it was then."""
        for path, content in self.contents.items():
            yield "file", path, ABSENT if content is None else digest(content)
        for path, names in self.listings.items():
            yield "listing", path, ABSENT if names is None else digest("\0".join(names))
        for path, state in self.links.items():
            yield "presence", path, state
        for name, value in self.variables.items():
            yield "environment", Path(name), value


def links_on(path: Path) -> tuple[Path, ...]:
    """The links through which a path leads, in their order, each in a folder as it is called without links."""
    absolute = path.absolute()
    at, remaining = Path(absolute.anchor), [*reversed(absolute.parts[1:])]
    links: dict[Path, None] = {}
    while remaining:
        name = remaining.pop()
        at = at.parent if name == ".." else at / name
        if name != ".." and at not in links and at.is_symlink():
            links[at] = None
            target = at.readlink()
            at = Path(target.anchor) if target.is_absolute() else at.parent
            remaining += reversed(target.parts[len(target.anchor):] if target.anchor else target.parts)
    return tuple(links)
