"""A preview, and a page of it without a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.processes import at_work
from tests.project import PROGRAM, Project, begun, ended, lent

SECONDS = 90.0
"""Longer than a session waits for a process that does not answer; the machine may be busy."""
COMMAND = ("preview", "--no-open")
DECK = """---
marp: true
execute: true
---

# First

Plain words.

---

# Second

```python
x = 20
print(x + 1)
```

---

# Third

```python
print(x * 2)
```
"""
"""A deck that tests begin with."""
TAG = re.compile(r"<script.*?</script>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a preview listens, and what opens it."""

    port: int
    token: str
    pid: int

    @property
    def origin(self) -> str:
        """Of its pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address with the token."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """What lets a request in."""
        return f"marpweave-{self.port}={self.token}"

    @contextmanager
    def page(self, name: str = "deck") -> Iterator[Page]:
        """A page of a deck."""
        with connect(f"ws://127.0.0.1:{self.port}/ws/{name}", origin=self.origin, max_size=None,  # type: ignore[arg-type]
                     additional_headers={"Cookie": self.cookie}) as socket:
            yield Page(socket)


    def processes(self, word: str) -> list[int]:
        """What the preview has started, directly or not, with a word in its command."""
        found = [self.pid]
        for pid in found:
            found += [int(child) for task in Path(f"/proc/{pid}/task").glob("*") for child in _text(task / "children").split()]
        return [pid for pid in found[1:] if word in _text(Path(f"/proc/{pid}/cmdline"))]


def _text(path: Path) -> str:
    """What the system says of a process; "" where it has ended."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


@dataclass(slots=True)
class Page:
    """What a page has been told."""

    socket: ClientConnection
    told: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    css: str = ""
    messages: list[Mapping[str, Any]] = field(default_factory=list)

    def until(self, holds: Callable[[Page], bool]) -> Page:
        """Listen until something holds."""
        while not holds(self):
            try:
                message = json.loads(self.socket.recv(SECONDS))
            except TimeoutError:
                raise AssertionError(f"{self.slides} {[each for each in self.told.values() if each['type'] != 'slides']}") from None
            self.messages.append(message)
            self.told[message["type"]] = message
            if message["type"] == "slides":
                self.html |= message["html"]
                self.css = self.css if message["css"] is None else message["css"]
            if message["type"] == "whole":
                self.told.pop("broken", None)
        return self

    def say(self, **message: Any) -> None:
        """Say something to the server."""
        self.socket.send(json.dumps(message))

    @property
    def slides(self) -> list[str]:
        """The text of each slide."""
        return [" ".join(unescape(TAG.sub(" ", self.html[key])).split()) for key in self.order]

    @property
    def order(self) -> list[str]:
        """The hash of each slide."""
        order: list[str] = self.told["slides"]["order"] if "slides" in self.told else []
        return order

    @property
    def running(self) -> list[str]:
        """The labels of the cells that run or wait."""
        return [cell["label"] for cell in self.told.get("running", {"cells": []})["cells"]]

    @property
    def found(self) -> list[tuple[str, int]]:
        """The kind and line of each finding."""
        return [(each["kind"], each["line"]) for each in self.told.get("findings", {"findings": []})["findings"]]

    def shows(self, *words: str) -> Page:
        """Listen until slides have these words, and nothing runs any more."""
        return self.until(lambda page: page.is_still and all(any(word in slide for slide in page.slides) for word in words))

    @property
    def is_still(self) -> bool:
        """Whether everything is shown and nothing runs."""
        return "running" in self.told and not self.running


@contextmanager
def previewed(project: Project, *arguments: str) -> Iterator[Endpoint]:
    """Preview decks of a project, in a fork with the renderer and the zygote of all; nothing is left of it afterwards."""
    with NamedTemporaryFile("r", encoding="utf-8") as said:
        pid = begun((*COMMAND, *arguments), project.folder, Path(said.name), renderer=lent["at"])
        try:
            deadline, line = time.monotonic() + SECONDS, ""
            while not line.endswith("\n") and time.monotonic() < deadline:
                time.sleep(0.01)
                line += said.read()
            yield _endpoint(line, pid)
        finally:
            os.kill(pid, signal.SIGINT)
            assert ended(pid, within=SECONDS) == 0


@contextmanager
def previewed_alone(project: Project, *arguments: str) -> Iterator[Endpoint]:
    """Preview decks of a project in a process that starts everything itself; nothing is left of it afterwards."""
    process = subprocess.Popen([sys.executable, PROGRAM, *COMMAND, *arguments], cwd=project.folder, text=True, stdout=subprocess.PIPE)
    assert process.stdout
    try:
        yield _endpoint(process.stdout.readline(), process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def _endpoint(line: str, pid: int) -> Endpoint:
    said = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=(\S+)\n", line)
    assert said
    return Endpoint(int(said[1]), said[2], pid)


def files_at_rest(project: Project) -> dict[Path, bytes]:
    """All files of a project, once the results of a first run are stored and nothing that was started is at work."""
    before, deadline = files(project), time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.3)
        is_idle, now = not at_work(os.getpid()), files(project)
        if is_idle and now == before and any("deck" in path.parts for path in now):
            return now
        before = now
    raise AssertionError(f"it does not come to rest: {sorted(before)}")


def files(project: Project) -> dict[Path, bytes]:
    """All files of a project."""
    found = {}
    for path in project.folder.rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):  # what is written in one step has another name before
            found[path.relative_to(project.folder)] = path.read_bytes()
    return found
