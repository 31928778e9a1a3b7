"""Records searches for modules, and which of the project's modules were loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from importlib.machinery import FileFinder, all_suffixes

from marpweave.inputs import digests
from marpweave.probe.audit.modules import Modules
from marpweave.probe.audit.owners import PathOwners, source_of
from marpweave.probe.witness.sights import ASK, LIST, READ, Sight


class Imports:
    """The first meta path finder: finds nothing, but records searches."""

    def __init__(self, owners: PathOwners) -> None:
        self.owners = owners
        self.is_foreign = cache(owners.is_foreign)
        """Of folders: there are few, and each is asked about at every import and after every cell."""
        self.modules = Modules()
        self.begin()

    def begin(self) -> None:
        """Reset for a new cell, and invalidate Python's caches of folder listings."""
        self.asked: dict[str, tuple[str, ...]] = {}
        self.loads: set[str] = set()
        """Files that were read as modules."""
        self.listed: set[str] = set()
        """Folders that were listed."""
        for folder, finder in list(sys.path_importer_cache.items()):
            if isinstance(finder, FileFinder) and not self.is_foreign(folder):
                finder.invalidate_caches()

    def find_spec(self, name: str, path: Sequence[str] | None = None, _target: object = None) -> None:
        """Record a search for a module, in its package's folders or on ``sys.path``."""
        if name not in self.asked and name not in sys.builtin_module_names:
            folders = tuple(map(os.path.abspath, sys.path if path is None else list(path)))
            if not all(map(self.is_foreign, folders)):
                self.asked[name] = folders

    def invalidate_caches(self) -> None:
        """Part of the finder protocol; there are no caches."""

    def excused(self, sights: Iterable[Sight], by_code: Container[tuple[str, str]]) -> Iterator[Sight]:
        """Filter out uses of paths by Python's module search; ``by_code``: uses by code itself, which remain."""
        candidates = self._candidates()
        excused = {LIST: self.listed, READ: self.loads, ASK: candidates}
        for sight in sights:
            path = source_of(sight.path)
            if not sight.here or path not in excused.get(sight.act, ()) or (sight.act, path) in by_code:
                yield sight

    def _candidates(self) -> set[str]:
        """Every path at which a requested module could be."""
        bases = {os.path.join(folder, name.rpartition(".")[2]) for name, folders in self.asked.items()  # noqa: PTH118
                 for folder in folders}
        folders = {folder for folders in self.asked.values() for folder in folders}
        suffixes = [ending for suffix in all_suffixes() for ending in (suffix, f"{os.sep}__init__{suffix}")]
        return {*folders, *bases, *(base + suffix for base in bases for suffix in suffixes), *self.loads}

    def inputs(self) -> Iterator[tuple[str, str]]:
        """Paths, without suffix, at which a module was searched until it was found, and what is there.

        Anything there that was not found must have appeared since.
        """
        for name, folders in self.asked.items():
            spec = getattr(sys.modules.get(name), "__spec__", None)
            origin = getattr(spec, "origin", None) or ""
            for folder in folders if origin != "frozen" else ():
                base = os.path.join(folder, name.rpartition(".")[2])  # noqa: PTH118
                inside = f"{base}.", f"{base}{os.sep}"
                if not self.owners.is_foreign(folder):
                    stands = digests.importable(base)
                    is_new = name not in sys.modules and not any(path.startswith(inside) for path in self.loads)
                    yield base, digests.CHANGING if is_new and stands != digests.ABSENT else stands
                if origin.startswith(inside):
                    break

    def loaded(self) -> set[str]:
        """Files of the project's modules that were loaded since the last call."""
        specs = [getattr(sys.modules.get(name), "__spec__", None) for name in self.modules.new()]
        origins = [getattr(spec, "origin", None) for spec in specs]
        found = {origin for origin in origins if isinstance(origin, str) and os.path.isabs(origin)}  # noqa: PTH117
        return {origin for origin in found | self.loads if not self.owners.is_foreign(origin)}

    def load(self, path: str) -> None:
        """Record that a module's file is read; if its code fails, it never stays in ``sys.modules``."""
        name = source_of(path)
        if os.path.isabs(name) and not self.owners.is_foreign(name):  # noqa: PTH117
            self.loads.add(name)
