"""Files that a build is made of: each is read once, and remembered as it was then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from marpweave.inputs.digests import ABSENT, digest, listing

Used = tuple[str, Path, str]
"""Kind, path and digest of a file or a listing that something was made of."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files and folders as they were when they were first read: all that is made of one is made of the same bytes."""

    contents: dict[Path, bytes | None] = field(default_factory=dict)
    listings: dict[Path, list[str] | None] = field(default_factory=dict)

    def read(self, path: Path) -> bytes | None:
        """A file's content; None where there is none that can be read."""
        if path not in self.contents:
            try:
                self.contents[path] = path.read_bytes() if path.is_file() else None  # a pipe never ends
            except (OSError, ValueError):
                self.contents[path] = None
        return self.contents[path]

    def wrote(self, path: Path, content: bytes) -> None:
        """From now on ``content`` is what was read: it has been put in its place."""
        self.contents[path] = content

    def listing(self, path: Path) -> list[str]:
        """The names in a folder, in order; none where there is no folder."""
        if path not in self.listings:
            self.listings[path] = listing(str(path))
        return sorted(name.rpartition("/")[0] for name in self.listings[path] or ())

    def used(self) -> Iterator[Used]:
        """What was read, as it was then."""
        for path, content in self.contents.items():
            yield "file", path, ABSENT if content is None else digest(content)
        for path, names in self.listings.items():
            yield "listing", path, ABSENT if names is None else digest("\0".join(names))
