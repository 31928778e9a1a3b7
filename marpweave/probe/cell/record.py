"""The results of one cell other than its Jupyter outputs, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from marpweave.probe.floods import text_of

MAX_NOTED = 1000
"""Maximum number of warnings of a cell, and of values of one watched line."""


@dataclass(slots=True)
class Record:
    """Filled while the cell runs."""

    writes: list[dict[str, Any]] = field(default_factory=list)
    """Printed and displayed text, with the lines on the call stack."""
    values: list[dict[str, Any]] = field(default_factory=list)
    """Values of watched expressions."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """Outputs of the examples of a doctest session."""
    warnings: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, str]] = field(default_factory=list)
    missing_glyphs: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None
    """The uncaught exception."""
    _evaluated: Counter[int] = field(default_factory=Counter)

    def write(self, stream: str, text: str, lines: Sequence[int]) -> None:
        """Record written ``text`` and its origin; parts of one line are merged."""
        last = self.writes[-1] if self.writes else None
        if last and (last["stream"], last["lines"]) == (stream, lines) and not last["text"][-1].endswith("\n"):
            last["text"].append(text)
        else:
            self.writes.append({"text": [text], "lines": lines, "stream": stream})

    def value(self, line: int, value: object) -> None:
        """Record the value of the expression on a watched line."""
        self._evaluated[line] += 1
        if self._evaluated[line] <= MAX_NOTED:
            self.values.append({"line": line, "repr": text_of(repr, value), "str": text_of(str, value)})

    def answer(self, line: int, got: str) -> None:
        """Record the output of an example of a session."""
        self.answers.append({"line": line, "got": got})

    def note(self, category: str, message: str, line: int | None) -> None:
        """Record a message for the author; ``category`` is a warning's class or ""."""
        self.warnings.append({"category": category, "message": message, "line": line})

    def warn(self, category: str, message: str, line: int | None) -> None:
        """Record a warning, up to a limit."""
        if len(self.warnings) < MAX_NOTED:
            self.note(category, message, line)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "writes": [{**each, "text": "".join(each["text"])} for each in self.writes],
            "values": self.values, "answers": self.answers, "warnings": self.warnings, "figures": self.figures,
            "missing_glyphs": self.missing_glyphs, "error": self.error,
        }
