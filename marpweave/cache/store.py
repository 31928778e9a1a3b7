"""Content-addressed results of earlier builds, as files: records by key, pictures by digest.

Everything is a picture or a record of a declared shape, never a pickle: a store that others fill cannot run code here.
Damaged files count as missing.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from marpweave.cache.records import MAX_BYTES, T, decoded, encoded
from marpweave.files import DAY, write_bytes
from marpweave.inputs.digests import digest

VERSION = "v2"
TAG = b"""Signature: 8a477f597d28d172789f06886806bc55
# Results of marpweave's earlier builds; may be removed at any time.
"""
MAX_KEPT = 1 << 30
"""Above this size, the least recently used results are removed."""


class Folder(MutableMapping[str, bytes]):
    """Files in a folder, each written atomically."""

    def __init__(self, path: Path) -> None:
        self.path = path / VERSION
        self.grown = False
        self.fault = ""
        """Why nothing more can be stored; "": it can."""

    def __getitem__(self, name: str) -> bytes:
        path = self.path / name
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise KeyError(name)
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            if time.time() - status.st_mtime > DAY:
                os.utime(path)
        except OSError:
            raise KeyError(name) from None
        return content

    def __setitem__(self, name: str, content: bytes) -> None:
        if self.fault:
            return
        try:
            if not self.path.is_dir():
                write_bytes(self.path.parent / ".gitignore", b"*\n")
                write_bytes(self.path.parent / "CACHEDIR.TAG", TAG)
            write_bytes(self.path / name, content, lasting=False)
            self.grown = True
        except OSError as error:
            self.fault = f"{error.filename}: {error.strerror}"

    def __delitem__(self, name: str) -> None:
        try:
            (self.path / name).unlink()
        except OSError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        files = (path for path in self.path.rglob("*") if path.is_file())
        return (path.relative_to(self.path).as_posix() for path in files)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def close(self) -> str:
        """Limit the folder's size -> why it could not store everything, or ""."""
        if self.grown:
            self.prune()
        self.grown = False
        return f"results were not stored: {self.fault}" if self.fault else ""

    def prune(self, most: int = MAX_KEPT) -> None:
        """Remove the least recently used files until the rest is small enough."""
        files = []
        for path in self.path.rglob("*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                if stat.S_ISREG(status.st_mode):
                    files.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, path in files)
        for _, size, path in sorted(files):
            if total <= most:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size


@dataclass(slots=True)
class Recent(MutableMapping[str, bytes]):
    """Other files, of which those that were used since the last turn but one are remembered.

    What another program adds to a record meanwhile counts as not there until it is read again.
    """

    files: MutableMapping[str, bytes]
    _old: dict[str, bytes] = field(default_factory=dict)
    _new: dict[str, bytes] = field(default_factory=dict)

    def turn(self) -> None:
        """Forget what nobody has asked for since the last turn."""
        self._old, self._new = self._new, {}

    def __getitem__(self, name: str) -> bytes:
        content = self._new.get(name) or self._old.get(name)
        self._new[name] = kept = self.files[name] if content is None else content
        return kept

    def __setitem__(self, name: str, content: bytes) -> None:
        self.files[name] = self._new[name] = content

    def __delitem__(self, name: str) -> None:
        self._new.pop(name, None)
        self._old.pop(name, None)
        del self.files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def close(self) -> str:
        """Close the files."""
        return _closed(self.files)


@dataclass(slots=True)
class Store:
    """Records and pictures in any mapping from names to bytes."""

    files: MutableMapping[str, bytes]
    damaged: set[str] = field(default_factory=set)
    """Names of the damaged files that were met."""

    def record(self, kind: str, key: str, shape: type[T]) -> T | None:
        """The record of that shape; None if it is missing or damaged."""
        name = _name(kind, key)
        content = self.files.get(name)
        if content is None:
            return None
        mark, _, body = content.partition(b"\n")
        try:
            if mark.decode() == digest(body):
                return decoded(body, shape)
        except ValueError:
            pass
        self.damaged.add(name)
        return None

    def put_record(self, kind: str, key: str, value: object) -> None:
        """Keep a record under a key."""
        body = encoded(value)
        self.files[_name(kind, key)] = digest(body).encode() + b"\n" + body

    def blob(self, key: str) -> bytes:
        """A picture by its digest; raises KeyError if it is missing or damaged."""
        content = self.files[_name("blob", key)]
        if digest(content) != key:
            self.damaged.add(_name("blob", key))
            raise KeyError(key)
        return content

    def put_blob(self, content: bytes) -> None:
        """Keep a picture."""
        name = _name("blob", digest(content))
        if self.files.get(name) != content:
            self.files[name] = content

    def close(self) -> str:
        """Remove what is too much, and send what is shared -> what went wrong, or ""."""
        return _closed(self.files)


def _closed(files: MutableMapping[str, bytes]) -> str:
    """Close what can be closed, as a dict cannot -> what went wrong, or ""."""
    close: Callable[[], str] | None = getattr(files, "close", None)
    return close() if close else ""


def _name(kind: str, key: str) -> str:
    return f"{kind}/{key[:2]}/{key[2:]}"
