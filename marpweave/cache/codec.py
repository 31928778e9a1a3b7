"""Outcomes as JSON, and back. Pure.

Pictures are kept apart by their digests. Lines become places that survive edits around a cell and comments in it:
which step, and which node of its syntax tree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marpweave.cache.keys import Step
from marpweave.inputs.digests import digest
from marpweave.model.deck import Cell
from marpweave.model.outcome import Answer, Display, Error, Figure, Outcome, Stream, Value, Warned, Write

Place = int | list[int]
"""``[step, node]``, ``[step, -1 - line]`` where no node begins, or a line that is in no step."""
THIS = -1
"""The step itself, as a place's first number."""
TRACED = re.compile(r'\0", line (\[[^\]]*\]|\d+)(?:(, in [^\n]*\n    )[^\n]*)?')
"""A frame of a kept traceback: place, what follows up to the source line, and that line."""


def pack(outcome: Outcome, step: Step, steps: Sequence[Step]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """An outcome as JSON values, and the contents of its pictures by digest."""
    place = _Places(step, steps).place
    blobs = {digest(content): content for f in outcome.figures for content in (f.content, f.animation) if content}
    return {
        "outputs": [_packed(output, place, step) for output in outcome.outputs],
        "figures": [[f.name, digest(f.content), digest(f.animation) if f.animation else "", [*f.missing_glyphs]]
                    for f in outcome.figures],
        "writes": [[w.text, [place(line) for line in w.lines]] for w in outcome.writes],
        "values": [[place(v.line), v.repr, v.str] for v in outcome.values],
        "answers": [[place(a.line), a.got] for a in outcome.answers],
        "warnings": [[w.category, w.message, place(w.line)] for w in outcome.warnings],
        "seconds": outcome.seconds,
    }, blobs


def unpack(packed: Mapping[str, Any], step: Step, steps: Sequence[Step], blob: Callable[[str], bytes]) -> Outcome:
    """The outcome again, its lines where they are now; raises KeyError where a picture is lost."""
    places = _Places(step, steps)
    line = places.line
    return Outcome(
        outputs=tuple(_unpacked(output, places, step) for output in packed["outputs"]),
        figures=tuple(Figure(name, blob(content), tuple(glyphs), blob(moving) if moving else b"")
                      for name, content, moving, glyphs in packed["figures"]),
        writes=tuple(Write(text, tuple(map(line, lines))) for text, lines in packed["writes"]),
        values=tuple(Value(line(at), repr_, str_) for at, repr_, str_ in packed["values"]),
        answers=tuple(Answer(line(at), got) for at, got in packed["answers"]),
        warnings=tuple(Warned(category, message, None if at is None else line(at))
                       for category, message, at in packed["warnings"]),
        seconds=packed["seconds"], cached=True)


def _packed(output: Stream | Display | Error, place: Callable[[int | None], Any], step: Step) -> dict[str, Any]:
    match output:
        case Stream():
            return {"stream": output.name, "text": output.text}
        case Display():
            return {"data": dict(output.data), "is_result": output.is_result}
        case Error():
            frame = rf'(?<=File "){re.escape(str(step.what.location.path))}", line (\d+)'
            traced = re.sub(frame, lambda at: f'\0", line {place(int(at[1]))}', output.traceback)
            return {"error": output.name, "message": output.message, "line": place(output.line), "traceback": traced}


def _unpacked(output: Mapping[str, Any], places: _Places, step: Step) -> Stream | Display | Error:
    if "stream" in output:
        return Stream(output["stream"], output["text"])
    if "data" in output:
        return Display(output["data"], output["is_result"])
    at = output["line"]

    def frame(found: re.Match[str]) -> str:
        number = places.line(json.loads(found[1]))
        source = found[2] + places.source(number) if found[2] else ""
        return f'{step.what.location.path}", line {number}{source}'

    traceback = TRACED.sub(frame, output["traceback"])
    return Error(output["error"], output["message"], None if at is None else places.line(at), traceback)


class _Places:
    """Lines of a deck as places, seen from one step."""

    def __init__(self, step: Step, steps: Sequence[Step]) -> None:
        self.step = step
        self.chain = [each for each in steps if not each.isolated]

    def place(self, line: int | None) -> Any:  # noqa: ANN401
        """The place of a line; None stays None."""
        if line is None:
            return None
        for number, step in [(THIS, self.step), *enumerate(self.chain)]:
            first = step.what.location.line
            last = first + step.what.source.count("\n") + isinstance(step.what, Cell)
            if first <= line <= last:
                return [number, step.lines.index(line) if line in step.lines else first - line - 1]
        return line

    def line(self, place: Place) -> int:
        """The line of a place."""
        if isinstance(place, int):
            return place
        number, node = place
        step = self.step if number == THIS else self.chain[number]
        return step.lines[node] if node >= 0 else step.what.location.line - node - 1

    def source(self, line: int) -> str:
        """The source line that a traceback shows, as it is now."""
        for step in (self.step, *self.chain):
            lines, at = step.what.source.split("\n"), line - step.what.location.line - 1
            if isinstance(step.what, Cell) and 0 <= at < len(lines):
                return lines[at].strip()
        return ""
