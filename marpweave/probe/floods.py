"""Limits how much one cell may print and display, on every channel."""

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
"""Type of the display with the observer's report on a cell."""
MAX_TEXT = 200_000
"""Characters that one cell may print; the rest is dropped with a note."""
MAX_DISPLAYED = 20_000_000
"""Characters that one cell may display, including images as base64."""
MAX_DISPLAYS = 1000
MAX_REPR = 10_000
MARK = "\0"
"""Written to a descriptor after the cell's own output."""
DRAIN_TIMEOUT = 2.0
"""Seconds to wait for the mark to arrive."""


class Room:
    """Counts what a cell has printed and displayed, and what it may still print."""

    def __init__(self, note: Callable[[str], None]) -> None:
        """``note`` is called once per flood."""
        self._note = note
        self.empty()

    def empty(self) -> None:
        """Reset for a new cell."""
        self._written = 0
        self._displayed = 0

    def text(self, size: int) -> int:
        """How many of ``size`` more characters may be printed."""
        room = min(size, MAX_TEXT - self._written)
        self._written += size
        if room < size and self._written - size <= MAX_TEXT:
            self._note(f"the output was cut after {MAX_TEXT:,} characters")
        return room

    def display(self, bundle: Mapping[str, Any]) -> dict[str, Any]:
        """The part of a MIME bundle that may be displayed."""
        shown = {mime: content for mime, content in bundle.items() if _fit(mime, content)}
        before = self._displayed
        size = sum(len(each if isinstance(each, str | bytes) else repr(each)) for each in shown.values())
        self._displayed += max(size, MAX_DISPLAYED // MAX_DISPLAYS)
        if before <= MAX_DISPLAYED < self._displayed:
            self._note(f"its displays were cut after {MAX_DISPLAYS:,} displays or {MAX_DISPLAYED:,} characters")
        return shown if self._displayed <= MAX_DISPLAYED else {}


def _fit(mime: object, content: object) -> bool:
    """Whether Jupyter can show it; a program must not forge the observer's report."""
    return isinstance(mime, str) and mime != MIME and (isinstance(content, str | bytes) or mime.endswith("json"))


class Sink(io.TextIOBase):
    """A text stream that is writable."""

    encoding = "UTF-8"
    errors = "strict"

    def writable(self) -> bool:
        """Always."""
        return True


class Limit(Sink):
    """A stream that truncates floods."""

    def __init__(self, stream: Any, room: Room, wrote: Callable[[str], None] = lambda _text: None,  # noqa: ANN401
                 errors: str = "strict") -> None:
        """``wrote`` is called with text passed on; ``errors``: handling of lone surrogates, as in Python."""
        self._stream = stream
        self._write = partial(type(stream).write, stream)  # bypasses wrappers that others have installed
        self._room, self._wrote, self.errors = room, wrote, errors

    def write(self, text: str) -> int:
        """Pass on as much of ``text`` as the limit allows."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        sent = text if text.isascii() else text.encode(self.encoding, self.errors).decode(self.encoding)
        room = self._room.text(len(sent))
        if room > 0:
            self._wrote(sent[:room])
            self._write(sent[:room])
        return len(text)

    def flush(self) -> None:
        """Flush the underlying stream."""
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stream, name)


class Descriptor(Limit):
    """Text written to a descriptor, which ipykernel's thread passes on to the stream a moment later."""

    def __init__(self, stream: Any, room: Room, number: int) -> None:  # noqa: ANN401
        super().__init__(stream, room)
        self._number = number
        self._process = os.getpid()
        self._pipe = _identity(number)
        self._awaited: threading.Event | None = None

    def write(self, text: str) -> int:
        """Pass on ``text`` without the mark, which shows that everything before it has arrived."""
        awaited = self._awaited
        if awaited is None or MARK not in text:
            return super().write(text)
        before, _, behind = text.rpartition(MARK)
        super().write(before + behind)
        awaited.set()
        return len(text)

    def is_ours(self) -> bool:
        """Whether output to the descriptor in this process arrives here."""
        return os.getpid() == self._process and _identity(self._number) == self._pipe

    def moved(self) -> None:
        """Continue in a forked process, with another pipe."""
        self._process, self._pipe = os.getpid(), _identity(self._number)

    def drain(self) -> None:
        """Wait until everything written so far has arrived; does nothing if the stream is not ours."""
        if not self.is_ours() or self._stream.write != self.write:
            return
        if self._awaited:  # of another thread, or of a wait that was interrupted
            self._awaited.wait(DRAIN_TIMEOUT)
        self._awaited = arrived = threading.Event()
        os.write(self._number, MARK.encode())
        arrived.wait(DRAIN_TIMEOUT)
        if self._awaited is arrived:
            self._awaited = None


def _identity(number: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(number)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def plain_line(bundle: Mapping[str, Any]) -> str:
    """A display as plain text, if it has one."""
    text = bundle.get("text/plain")
    return f"{text}\n" if isinstance(text, str) else ""


def limit_shell(
    shell: Any, room: Room, wrote: Callable[[str, str], None],  # noqa: ANN401
) -> tuple[Descriptor, ...]:
    """Limit programs' output, ``sys.stderr``, displays and results; ``sys.stdout`` has a limit of its own.

    ``wrote`` gets ``stderr`` or ``display``, and the text. Returns the descriptors that ipykernel watches.
    """
    streams = {1: sys.stdout, 2: sys.stderr}
    descriptors = [(stream, Descriptor(stream, room, number)) for number, stream in streams.items()]
    sys.stderr = Limit(sys.stderr, room, partial(wrote, "stderr"), "backslashreplace")

    def hold(_cell: object) -> None:
        for stream, descriptor in descriptors:
            stream.write = descriptor.write  # type: ignore[method-assign]

    shell.events.register("pre_run_cell", hold)  # IPython restores the stream's attributes after this cell
    shell._tee = lambda **_: contextlib.nullcontext()  # IPython would keep everything printed
    publish, show = shell.display_pub.publish, shell.displayhook.write_format_data
    watched = tuple(each for stream, each in descriptors if getattr(stream, "watch_fd_thread", None))

    def within(data: Mapping[str, Any]) -> dict[str, Any]:
        for each in watched:
            each.drain()  # output of programs comes before
        return room.display(data)

    def display(data: Mapping[str, Any], *args: Any, **options: Any) -> None:  # noqa: ANN401
        if shown := within(data):
            wrote("display", plain_line(shown))
            publish(shown, *args, **options)

    shell.display_pub.publish = display
    shell.displayhook.write_format_data = lambda bundle, *args: show(within(bundle), *args)
    return watched


def send_any_text(session: Any) -> None:  # noqa: ANN401
    """Let a kernel send lone surrogates, which UTF-8 cannot encode, as escapes, like Python's stderr."""
    pack = session.pack

    def packed(message: Any) -> Any:  # noqa: ANN401
        try:
            return pack(message)
        except UnicodeEncodeError:
            return pack(_escaped(message))

    session.pack = packed


def _escaped(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_escaped(key): _escaped(each) for key, each in value.items()}
    return [_escaped(each) for each in value] if isinstance(value, list | tuple) else value


def text_of(spell: Any, value: object) -> str:  # noqa: ANN401
    """The beginning of a value's ``repr`` or ``str``."""
    if type(value) in (list, tuple, str, bytes):
        value = value[:MAX_REPR]  # type: ignore[index]  # the text of the rest would be cut off
    try:
        return str(spell(value))[:MAX_REPR]
    except Exception as error:  # noqa: BLE001  a broken __repr__ is the author's affair
        return f"<{type(value).__name__} whose text raises {type(error).__name__}>"
