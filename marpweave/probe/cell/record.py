"""What one cell gave besides its outputs, as JSON can carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from marpweave.probe.floods import text_of

MAX_NOTED = 1000
"""Warnings of a cell, and values of one watched line, that are kept."""


@dataclass(slots=True)
class Record:
    """Filled while the cell runs."""

    writes: list[dict[str, Any]] = field(default_factory=list)
    """What was printed and displayed, and by which lines."""
    values: list[dict[str, Any]] = field(default_factory=list)
    """What watched expressions gave."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What the examples of a doctest session gave."""
    warnings: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, str]] = field(default_factory=list)
    missing_glyphs: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None
    """The exception that ended the cell."""
    _evaluated: Counter[int] = field(default_factory=Counter)

    def write(self, stream: str, text: str, lines: Sequence[int]) -> None:
        """Note who wrote ``text``; pieces of one line stay together."""
        last = self.writes[-1] if self.writes else None
        if last and (last["stream"], last["lines"]) == (stream, lines) and not last["text"][-1].endswith("\n"):
            last["text"].append(text)
        else:
            self.writes.append({"text": [text], "lines": lines, "stream": stream})

    def value(self, line: int, value: object) -> None:
        """Note what the expression on a watched line gave."""
        self._evaluated[line] += 1
        if self._evaluated[line] <= MAX_NOTED:
            self.values.append({"line": line, "repr": text_of(repr, value), "str": text_of(str, value)})

    def answer(self, line: int, got: str) -> None:
        """Note what one example of a session gave."""
        self.answers.append({"line": line, "got": got})

    def note(self, category: str, message: str, line: int | None) -> None:
        """Note something for the author; ``category`` is a warning's class or ""."""
        self.warnings.append({"category": category, "message": message, "line": line})

    def warn(self, category: str, message: str, line: int | None) -> None:
        """Note a warning of the code; a flood of them is cut."""
        if len(self.warnings) < MAX_NOTED:
            self.note(category, message, line)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "writes": [{**each, "text": "".join(each["text"])} for each in self.writes],
            "values": self.values, "answers": self.answers, "warnings": self.warnings, "figures": self.figures,
            "missing_glyphs": self.missing_glyphs, "error": self.error,
        }
