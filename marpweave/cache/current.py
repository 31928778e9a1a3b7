"""The current state of inputs; each is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from marpweave.inputs import digests as inputs
from marpweave.inputs.modules import Module, read_module
from marpweave.model.environment import Moves, moved
from marpweave.model.outcome import Input

BY_PATH: Mapping[str, Callable[[str], str]] = {
    "file": inputs.file_digest, "module": inputs.file_digest, "listing": inputs.listing_digest,
    "presence": inputs.presence, "time": inputs.time_of, "mode": inputs.mode_of,
    "status": inputs.status_of, "importable": inputs.importable,
    "distributions": inputs.distributions}
OF_DECK = ("text", "deps", "place")
"""Kinds whose digests depend on the deck."""
OF_TEXT = ("text", "lines")
"""Kinds that cannot change while the deck's text is the same."""
CHANGED: Mapping[str, str] = {
    "listing": "files were added to or removed from {}", "time": "the modification time of {} changed",
    "mode": "the permissions of {} changed", "status": "the state of {} changed",
    "environment": "the variable {} changed",
    "outside": "the variable {} was set or unset",
    "distributions": "the packages in {} changed", "text": "the deck's own text changed",
    "lines": "the cell moved to other lines", "place": "the project was moved"}
"""Messages for changes that are not of a file's content."""


@dataclass(frozen=True, slots=True)
class Where:
    """What an input may be relative to: a deck, and a step of it."""

    deck: Path
    text: str
    spot: str = ""
    """See `Step`."""


NOWHERE = Where(Path(), "")


@dataclass(frozen=True, slots=True)
class CurrentInputs:
    """Inputs as they are now, each read once."""

    root: Path
    environment: Mapping[str, str]
    moves: Moves = ()
    """Folders outside of the project, and where the state of each is that is looked at; records name the first."""
    digests: dict[tuple[str, str, str], str] = field(default_factory=dict)
    modules: dict[str, Module | None] = field(default_factory=dict)
    home: Path = field(init=False)
    """The project's folder, resolved."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "home", self.root.resolve())

    def again(self) -> CurrentInputs:
        """Inputs as they are at a later time."""
        return replace(self, digests={}, modules={})

    def digest(self, kind: str, name: str, where: Where) -> str:
        """The digest that an input of a step would have if it were read now."""
        if kind == "lines":
            return where.spot
        key = (kind, name, str(where.deck) if kind in OF_DECK else "")
        if key not in self.digests:
            self.digests[key] = self._look(kind, name, where)
        return self.digests[key]

    def change(self, inputs: Iterable[Input], where: Where) -> str:
        """The first change among inputs, as a message; "": nothing changed."""
        for kind, name, was in inputs:
            if kind == "code":
                part = self._changed_part(name, was)
                if part is not None:
                    return f"{part} changed"
                continue
            now = self.digest(kind, name, where)
            if now != was:
                return _change_message(kind, name, was, now)
        return ""

    def _changed_part(self, name: str, was: str) -> str | None:
        """The part of a module that changed, or None; ``was``: digests of the file, its skeleton and some functions."""
        path, _, functions = name.partition("::")
        whole, *parts = was.split() or [""]
        if self.digest("file", path, NOWHERE) == whole:
            return None
        module = self._module(path)
        if module is None:
            return path
        names = functions.split()
        if len(parts) != len(names) + 1:
            return path
        differ = [each for each, old, new in zip(["", *names], parts, module.digest(names), strict=True) if old != new]
        return None if not differ else f"{path}::{differ[0]}".removesuffix("::")

    def _module(self, path: str) -> Module | None:
        if path not in self.modules:
            try:
                self.modules[path] = read_module(self._place(path).read_text(encoding="utf-8"))
            except (OSError, ValueError):
                self.modules[path] = None
        return self.modules[path]

    def named(self, path: Path) -> str:
        """A path as records name it: relative to the project's folder if it is inside."""
        if path.is_relative_to(self.home):
            return path.relative_to(self.home).as_posix()
        return str(moved(path, tuple((there, here) for here, there in self.moves)))

    def _place(self, name: str) -> Path:
        """Where an input is, by its name in records."""
        return moved(self.home / name, self.moves)

    def _look(self, kind: str, name: str, where: Where) -> str:
        if kind in BY_PATH:
            return BY_PATH[kind](str(self._place(name)))
        folder = where.deck.resolve().parent
        match kind:
            case "environment":
                return inputs.variable_digest(self.environment, name)
            case "outside":
                return "set" if name in self.environment else inputs.ABSENT
            case "place":
                return inputs.place_digest([*dict.fromkeys([str(folder), str(self.root)])])
            case "deps":
                return inputs.glob_digest(folder, name)
            case "text":
                return inputs.digest(f"{where.deck}\0{where.text}")
        return inputs.ABSENT


def _change_message(kind: str, name: str, was: str, now: str) -> str:
    if kind in CHANGED:
        return CHANGED[kind].format(name)
    if was == inputs.ABSENT:
        return f"{name} appeared"
    return f"{name} is gone" if now == inputs.ABSENT else f"{name} changed"
