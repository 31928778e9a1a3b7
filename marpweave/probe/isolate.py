"""Runs a cell in a forked process, whose state is discarded.

The child records Jupyter's outputs; the parent publishes them as if the cell had run there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from marpweave.probe.floods import Limit, Sink, plain_line

CAN_ISOLATE = hasattr(os, "fork") and sys.platform != "darwin"
"""On macOS, system libraries used by NumPy and matplotlib crash after a fork of a process with threads."""


class Stream(Sink):
    """A text stream that records what is written as outputs."""

    def __init__(self, name: str, outputs: list[dict[str, Any]]) -> None:
        self.name = name
        self.outputs = outputs

    def write(self, text: str) -> int:
        """Append to the last output if it is of the same stream."""
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == self.name:
            last["text"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": self.name, "text": [text]})
        return len(text)


class Display:
    """Replaces the shell's ``display_pub`` and ``displayhook``."""

    def __init__(self, shell: Any, code: str, outputs: list[dict[str, Any]], observer: Any) -> None:  # noqa: ANN401
        self.shell = shell
        self.quiet = shell.displayhook.semicolon_at_end_of_expression(code)
        self.outputs = outputs
        self.observer = observer

    def publish(self, data: Any, metadata: Any = None, **_: object) -> None:  # noqa: ANN401
        """Record a display."""
        shown = self.observer.room.display(data)
        self.observer.wrote("display", plain_line(shown))
        self._append("display_data", shown)

    def publish_unlimited(self, data: Any) -> None:  # noqa: ANN401
        """Record the observer's report."""
        self._append("display_data", data)

    def clear_output(self, *_: object, **__: object) -> None:
        """Discard earlier displays."""
        self.outputs.clear()

    def __call__(self, value: object) -> None:
        """Record the value of a last expression."""
        if value is not None and not self.quiet:
            data, _ = self.shell.display_formatter.format(value)
            self._append("execute_result", self.observer.room.display(data))

    def _append(self, kind: str, data: Any) -> None:  # noqa: ANN401
        from ipykernel.jsonutil import encode_images, json_clean

        if data:
            self.outputs.append({"output_type": kind, "data": json_clean(encode_images(data)), "metadata": {}})


def run(shell: Any, code: str, observer: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Run a cell in a child, observed there; return its outputs."""
    reading, writing = os.pipe()
    child, listen = _forked()
    if child == 0:
        try:
            listen()
            os.close(reading)
            observer.audit.copied()
            with os.fdopen(writing, "w", encoding="utf-8", errors="surrogatepass") as pipe:
                json.dump(_recorded(shell, code, observer), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        listen()
        with os.fdopen(reading, encoding="utf-8", errors="surrogatepass") as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
    except BaseException:  # interrupted, but the child may still be running
        with suppress(OSError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        raise
    if not said:
        raise RuntimeError("the isolated cell's process died")
    outputs: list[dict[str, Any]] = json.loads(said)
    return outputs


def _forked() -> tuple[int, Callable[[], None]]:
    """Fork; return the child's process id as `os.fork` does, and a function that unblocks interrupts.

    They are blocked because one directly after the fork would leave the child running as a second kernel.
    """
    late: list[int] = []
    heard = signal.signal(signal.SIGINT, lambda number, _: late.append(number))

    def listen() -> None:
        signal.signal(signal.SIGINT, heard)
        for number in late:
            signal.raise_signal(number)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the kernel's other threads only wait for messages and hold no locks
            return os.fork(), listen
    except BaseException:
        listen()
        raise


def _recorded(shell: Any, code: str, observer: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    outputs: list[dict[str, Any]] = []
    display = Display(shell, code, outputs, observer)
    sys.stdout = observer.tap(Stream("stdout", outputs))
    sys.stderr = Limit(Stream("stderr", outputs), observer.room, partial(observer.wrote, "stderr"), "backslashreplace")
    observer.publish = display.publish_unlimited
    shell._showtraceback = lambda kind, error, lines: outputs.append(
        {"output_type": "error", "ename": kind.__name__, "evalue": str(error), "traceback": lines})
    shell.display_pub.publish, shell.display_pub.clear_output = display.publish, display.clear_output
    sys.displayhook = display
    observer.within.leave()  # the child is not inside a cell
    shell.run_cell(code, store_history=False)
    return [{**each, "text": "".join(each["text"])} if "text" in each else each for each in outputs]
