"""Runs inside the kernel: how much one cell may give, whichever way it takes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

MIME = "application/vnd.marpweave+json"
"""What the observer saw of a cell, as a display."""
MOST_TEXT = 200_000
"""Characters that one cell may print; the rest of a flood is dropped with a note."""
MOST_DISPLAYED = 20_000_000
"""Characters that one cell may display, pictures as base64 among them."""
MOST_DISPLAYS = 1000
MOST_REPR = 10_000
END = "\0"
"""What is written behind a cell's own words to a descriptor."""
PATIENCE = 2.0
"""Seconds until it has come."""


class Room:
    """What one cell has printed and displayed, and whether there is room for more."""

    def __init__(self, note: Callable[[str], None]) -> None:
        """``note`` is told once of each flood."""
        self._note = note
        self.empty()

    def empty(self) -> None:
        """Begin with the next cell."""
        self._written = 0
        self._displayed = 0

    def text(self, size: int) -> int:
        """How many of ``size`` more characters may be printed."""
        room = min(size, MOST_TEXT - self._written)
        self._written += size
        if room < size and self._written - size <= MOST_TEXT:
            self._note(f"the output was cut after {MOST_TEXT:,} characters")
        return room

    def display(self, bundle: Mapping[str, Any]) -> dict[str, Any]:
        """What of one thing more may be displayed; what was seen of a cell, only the observer tells."""
        shown = {mime: content for mime, content in bundle.items() if _fit(mime, content)}
        before = self._displayed
        size = sum(len(each if isinstance(each, str | bytes) else repr(each)) for each in shown.values())
        self._displayed += max(size, MOST_DISPLAYED // MOST_DISPLAYS)
        if before <= MOST_DISPLAYED < self._displayed:
            self._note(f"what it displays was cut after {MOST_DISPLAYS:,} displays or {MOST_DISPLAYED:,} characters")
        return shown if self._displayed <= MOST_DISPLAYED else {}


def _fit(mime: object, content: object) -> bool:
    """Whether Jupyter knows what to do with it; a program must not pose as our observer."""
    return isinstance(mime, str) and mime != MIME and (isinstance(content, str | bytes) or mime.endswith("json"))


class Limit(io.TextIOBase):
    """A stream that stops a flood."""

    def __init__(self, stream: Any, room: Room) -> None:  # noqa: ANN401
        self._stream = stream
        self._write = partial(type(stream).write, stream)  # its own, whatever others have hung before it
        self._room = room

    def write(self, text: str) -> int:
        """Hand ``text`` on, as long as the cell has room for it."""
        room = self._room.text(len(text))
        if room > 0:
            self.hand_on(text[:room])
        return len(text)

    def hand_on(self, text: str) -> None:
        """What there is room for."""
        self._write(text)

    def flush(self) -> None:
        """Flush the stream behind."""
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stream, name)


class Descriptor(Limit):
    """What is written to a descriptor; ipykernel hands it on to its stream in a thread, a moment later."""

    def __init__(self, stream: Any, room: Room, number: int) -> None:  # noqa: ANN401
        super().__init__(stream, room)
        self._number = number
        self._process = os.getpid()
        self._pipe = _identity(number)
        self._awaited: threading.Event | None = None

    def write(self, text: str) -> int:
        """Hand ``text`` on, but for the sign that all before it has come."""
        awaited = self._awaited
        if awaited is None or END not in text:
            return super().write(text)
        before, _, behind = text.rpartition(END)
        super().write(before + behind)
        awaited.set()
        return len(text)

    def drain(self) -> None:
        """Wait until all has come that was written by now; where the stream is not held, no sign would come."""
        if os.getpid() != self._process or _identity(self._number) != self._pipe or self._stream.write != self.write:
            return
        self._awaited = threading.Event()
        os.write(self._number, END.encode())
        self._awaited.wait(PATIENCE)
        self._awaited = None


def _identity(number: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(number)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def limit_shell(shell: Any, room: Room) -> tuple[Descriptor, ...]:  # noqa: ANN401
    """Limit what programs print, ``sys.stderr``, displays and results; ``sys.stdout`` is tapped.

    What is written to the descriptors comes through those that are returned, where ipykernel watches them.
    """
    streams = {1: sys.stdout, 2: sys.stderr}
    descriptors = [(stream, Descriptor(stream, room, number)) for number, stream in streams.items()]
    sys.stderr = Limit(sys.stderr, room)

    def hold(_cell: object) -> None:
        for stream, descriptor in descriptors:
            stream.write = descriptor.write  # type: ignore[method-assign]

    shell.events.register("pre_run_cell", hold)  # later than now: IPython takes back what this cell does to a stream
    shell._tee = lambda **_: contextlib.nullcontext()  # IPython would keep whatever is printed
    publish, show = shell.display_pub.publish, shell.displayhook.write_format_data

    def within(data: Mapping[str, Any], *args: Any, **options: Any) -> None:  # noqa: ANN401
        if shown := room.display(data):
            publish(shown, *args, **options)

    shell.display_pub.publish = within
    shell.displayhook.write_format_data = lambda bundle, *args: show(room.display(bundle), *args)
    return tuple(each for stream, each in descriptors if getattr(stream, "watch_fd_thread", None))


def text_of(spell: Any, value: object) -> str:  # noqa: ANN401
    """The beginning of a value's ``repr`` or ``str``."""
    if type(value) in (list, tuple, str, bytes):
        value = value[:MOST_REPR]  # type: ignore[index]  # the text of the rest would be cut off
    try:
        return str(spell(value))[:MOST_REPR]
    except Exception as error:  # noqa: BLE001  a broken __repr__ is the author's affair
        return f"<{type(value).__name__} whose text raises {type(error).__name__}>"
