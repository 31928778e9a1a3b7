"""Outcomes as records, and back. Pure.

Pictures are stored separately, by digest; of a figure's name only the suffix to its cell's label is kept. Lines become
addresses, a step and one of its tokens, which survive edits around a cell and comments in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Literal

from msgspec import Meta

from marpweave.cache.keys import Step
from marpweave.cache.records import Digest, Record, Seconds, decoded
from marpweave.inputs.digests import digest
from marpweave.model.deck import Cell
from marpweave.model.media import fits, is_figure
from marpweave.model.outcome import Answer, Display, Error, Figure, Outcome, Provenance, Stream, Value, Warned, Write

LineAddress = int | tuple[int, int]
"""``[step, token]``, ``[step, -1 - line]`` where no token begins, or a line that is in no step. `_Addresses` checks its
bounds: msgspec 0.22 reads beyond its memory if a number with bounds may also be a tuple."""
Suffix = Annotated[str, Meta(pattern=r"\A(-([2-9]|[1-9]\d{1,4}))?\.(svg|png)\Z")]
"""What follows the label in a figure's name."""
Many = Meta(max_length=300_000)
"""More than a cell can produce, because floods are truncated."""
THIS = -1
"""The step itself, as the first number of an address."""
TRACED = re.compile(r'\0", line (\[[^\]]*\]|\d+)(?:(, in [^\n]*\n    )[^\n]*)?')
"""A frame of a kept traceback: address, what follows up to the source line, and that line."""


class PackedStream(Record, tag="stream", frozen=True):
    """Text written to a stream."""

    name: Literal["stdout", "stderr"]
    text: str


class PackedDisplay(Record, tag="display", frozen=True):
    """A MIME bundle."""

    data: dict[str, str]
    is_result: bool

    def __post_init__(self) -> None:
        for mime, value in self.data.items():
            if not fits(mime, value):
                raise ValueError(f"a value called {mime} is not one")


class PackedError(Record, tag="error", frozen=True):
    """An exception that left the cell."""

    name: str
    message: str
    line: LineAddress | None
    traceback: str


class PackedFigure(Record, frozen=True):
    """A figure by the digests of its pictures."""

    suffix: Suffix
    content: Digest
    animation: Digest | None
    missing_glyphs: tuple[str, ...]


class PackedWrite(Record, frozen=True):
    """Text that one statement printed or displayed."""

    text: str
    lines: tuple[LineAddress, ...]
    stream: str


class PackedValue(Record, frozen=True):
    """The value of an expression statement."""

    line: LineAddress
    repr: str
    text: str
    """Its ``str()``; a field of that name would hide the type from msgspec."""


class PackedAnswer(Record, frozen=True):
    """The output of one example of a session."""

    line: LineAddress
    got: str


class PackedWarning(Record, frozen=True):
    """A warning or a note."""

    category: str
    message: str
    line: LineAddress | None


class PackedOutcome(Record, frozen=True):
    """The outcome of a step."""

    outputs: Annotated[tuple[PackedStream | PackedDisplay | PackedError, ...], Many]
    figures: Annotated[tuple[PackedFigure, ...], Many]
    writes: Annotated[tuple[PackedWrite, ...], Many]
    values: Annotated[tuple[PackedValue, ...], Many]
    answers: Annotated[tuple[PackedAnswer, ...], Many]
    warnings: Annotated[tuple[PackedWarning, ...], Many]
    seconds: Seconds


def pack(outcome: Outcome, step: Step, steps: Sequence[Step]) -> tuple[PackedOutcome, dict[str, bytes]]:
    """An outcome as a record, and the contents of its pictures by digest."""
    address = _Addresses(step, steps).address
    blobs = {digest(content): content for f in outcome.figures for content in (f.content, f.animation) if content}
    return PackedOutcome(
        outputs=tuple(_packed(output, address, step) for output in outcome.outputs),
        figures=tuple(PackedFigure(f.name.removeprefix(step.label), digest(f.content),
                                   digest(f.animation) if f.animation else None, f.missing_glyphs)
                      for f in outcome.figures),
        writes=tuple(PackedWrite(w.text, tuple(map(address, w.lines)), w.stream) for w in outcome.writes),
        values=tuple(PackedValue(address(v.line), v.repr, v.str) for v in outcome.values),
        answers=tuple(PackedAnswer(address(a.line), a.got) for a in outcome.answers),
        warnings=tuple(PackedWarning(w.category, w.message, None if w.line is None else address(w.line))
                       for w in outcome.warnings),
        seconds=outcome.provenance.seconds,
    ), blobs


def unpack(packed: PackedOutcome, step: Step, steps: Sequence[Step], blob: Callable[[str], bytes]) -> Outcome:
    """The outcome of a record, with lines as they are now.

    Raises KeyError if a picture is lost, ValueError if a picture or an address is invalid.
    """
    addresses = _Addresses(step, steps)
    line = addresses.line
    return Outcome(
        outputs=tuple(_unpacked(output, addresses, step) for output in packed.outputs),
        figures=tuple(_figure(figure, step.label, blob) for figure in packed.figures),
        writes=tuple(Write(w.text, tuple(map(line, w.lines)), w.stream) for w in packed.writes),
        values=tuple(Value(line(v.line), v.repr, v.text) for v in packed.values),
        answers=tuple(Answer(line(a.line), a.got) for a in packed.answers),
        warnings=tuple(Warned(w.category, w.message, None if w.line is None else line(w.line))
                       for w in packed.warnings),
        provenance=Provenance(seconds=packed.seconds, cached=True))


def _figure(packed: PackedFigure, label: str, blob: Callable[[str], bytes]) -> Figure:
    content = blob(packed.content)
    animation = blob(packed.animation) if packed.animation else b""
    if not is_figure(content, packed.suffix[-4:]) or (animation and not is_figure(animation, ".png")):
        raise ValueError(f"the figure {label}{packed.suffix} is not a picture")
    return Figure(label + packed.suffix, content, packed.missing_glyphs, animation)


def _packed(
    output: Stream | Display | Error, address: Callable[[int], LineAddress], step: Step,
) -> PackedStream | PackedDisplay | PackedError:
    match output:
        case Stream():
            return PackedStream(output.name, output.text)  # type: ignore[arg-type]
        case Display():
            return PackedDisplay(dict(output.data), output.is_result)
        case Error():
            frame = rf'(?<=File "){re.escape(str(step.what.location.path))}", line (\d+)'
            traced = re.sub(frame, lambda at: f'\0", line {json.dumps(address(int(at[1])))}', output.traceback)
            line = None if output.line is None else address(output.line)
            return PackedError(output.name, output.message, line, traced)


def _unpacked(
    output: PackedStream | PackedDisplay | PackedError, addresses: _Addresses, step: Step,
) -> Stream | Display | Error:
    match output:
        case PackedStream():
            return Stream(output.name, output.text)
        case PackedDisplay():
            return Display(output.data, output.is_result)
        case PackedError():
            def frame(match: re.Match[str]) -> str:
                number = addresses.line(decoded(match[1], LineAddress))  # type: ignore[arg-type]
                source = match[2] + addresses.source(number) if match[2] else ""
                return f'{step.what.location.path}", line {number}{source}'

            at = output.line
            return Error(output.name, output.message, None if at is None else addresses.line(at),
                         TRACED.sub(frame, output.traceback))


class _Addresses:
    """Converts lines of a deck to addresses, and back, for one step. Looks at others only where it names them."""

    def __init__(self, step: Step, steps: Sequence[Step]) -> None:
        """``steps`` are all of the deck, in order."""
        self.step = step
        self.steps = steps

    def address(self, line: int) -> LineAddress:
        """The address of a line."""
        for number, step in self._numbered():
            first = step.what.location.line
            if first <= line <= _last_line(step):
                return number, step.lines.index(line) if line in step.lines else first - line - 1
        return line

    def line(self, address: LineAddress) -> int:
        """The line of an address; raises ValueError for one that is not in the deck."""
        if isinstance(address, int):
            line = address
        else:
            number, token = address
            step = next((step for place, step in self._numbered() if place == number), None)
            if step is None or token >= len(step.lines):
                raise ValueError(f"the deck has no address {address}")
            line = step.lines[token] if token >= 0 else step.what.location.line - token - 1
        if not 1 <= line <= _last_line(self.steps[-1]):
            raise ValueError(f"the deck has no address {address}")
        return line

    def _numbered(self) -> Iterator[tuple[int, Step]]:
        """The step itself, and those whose state lasts, each with its number in addresses."""
        yield THIS, self.step
        yield from ((step.place, step) for step in self.steps if step.place is not None)

    def source(self, line: int) -> str:
        """The source line that a traceback shows, as it is now."""
        for _, step in self._numbered():
            lines, at = step.what.source.split("\n"), line - step.what.location.line - 1
            if isinstance(step.what, Cell) and 0 <= at < len(lines):
                return lines[at].strip()
        return ""


def _last_line(step: Step) -> int:
    return step.what.location.line + step.what.source.count("\n") + isinstance(step.what, Cell)
