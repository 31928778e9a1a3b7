"""How much a cell may print, and what is waited for."""

import io
import os
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from marpweave.probe.floods import Descriptor, Limit, Room, limit_shell
from marpweave.probe.isolate import Stream


def test_a_stream_that_is_not_held_is_not_waited_for():
    reader, writer = os.pipe()
    Descriptor(io.StringIO(), Room(print), writer).drain()
    os.close(writer)
    assert os.read(reader, 9) == b""


def test_code_that_asks_a_stream_writes_utf_8_to_it():
    """As tqdm does, which draws its bar by ASCII where it is told nothing."""
    for stream in (Limit(io.StringIO(), Room(print)), Stream("stdout", [])):
        assert (stream.encoding, stream.writable()) == ("UTF-8", True)


@pytest.mark.parametrize("content", [b"bytes", None, 3])
def test_only_text_is_written_and_recorded(content):
    wrote, stream = [], io.StringIO()
    with pytest.raises(TypeError, match=r"write\(\) argument must be str"):
        Limit(stream, Room(print), wrote.append).write(content)
    assert (wrote, stream.getvalue()) == ([], "")


class Slow(io.StringIO):
    """A stream that takes its time to read what programs write to a descriptor."""

    def __init__(self, shown):
        super().__init__()
        self.shown, (self.reader, writer) = shown, os.pipe()
        self.before = os.dup(1)
        os.dup2(writer, 1)
        os.close(writer)
        self.watch_fd_thread = threading.Thread(target=self.watch)
        self.watch_fd_thread.start()

    def watch(self):
        while said := os.read(self.reader, 99):
            time.sleep(0.2)
            self.write(said.decode())

    def write(self, text):
        self.shown += [text] * bool(text)
        return len(text)

    def close(self):
        os.dup2(self.before, 1)
        self.watch_fd_thread.join()


def test_later_output_is_waited_for_where_a_wait_was_interrupted(monkeypatch):
    shown = []
    stream = Slow(shown)
    descriptor = Descriptor(stream, Room(print), 1)
    stream.write = descriptor.write
    try:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(os, "write", interrupted_behind(os.write))
            descriptor.drain()
        os.write(1, b"a")
        descriptor.drain()
        assert shown == ["a"]
    finally:
        stream.close()


def interrupted_behind(write):
    def interrupted(number, content):
        write(number, content)
        raise KeyboardInterrupt

    return interrupted


def test_what_programs_write_comes_before_what_is_displayed_later(monkeypatch):
    shown, held = [], []
    stream = Slow(shown)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())   # it is limited, too
    shell = SimpleNamespace(
        events=SimpleNamespace(register=lambda _event, hold: held.append(hold)),
        display_pub=SimpleNamespace(publish=lambda data: shown.append(data["text/plain"])),
        displayhook=SimpleNamespace(write_format_data=lambda data: shown.append(data["text/plain"])))
    try:
        limit_shell(shell, Room(print), lambda stream, text: None)
        held[0](None)
        for show in (shell.display_pub.publish, shell.displayhook.write_format_data):
            os.write(1, b"a")
            show({"text/plain": "b"})
    finally:
        stream.close()
    assert shown == ["a", "b", "a", "b"]
