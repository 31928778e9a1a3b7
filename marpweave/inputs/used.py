"""The files that a build reads, each read once and kept as it was then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from marpweave.inputs.digests import ABSENT, digest, listing

BuildInput = tuple[str, Path, str]
"""Kind, path and digest of a file or a listing that a result was made from."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files and folders as they were when first read: every use of one sees the same bytes."""

    contents: dict[Path, bytes | None] = field(default_factory=dict)
    listings: dict[Path, list[str] | None] = field(default_factory=dict)

    def read(self, path: Path) -> bytes | None:
        """A file's content; None: it cannot be read."""
        if path not in self.contents:
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
            self.listings[path] = listing(str(path))
        return sorted(name.rpartition("/")[0] for name in self.listings[path] or ())

    def used(self) -> Iterator[BuildInput]:
        """Everything that was read, as it was then."""
        for path, content in self.contents.items():
            yield "file", path, ABSENT if content is None else digest(content)
        for path, names in self.listings.items():
            yield "listing", path, ABSENT if names is None else digest("\0".join(names))
