"""A Node.js process that runs Marp and a browser; it ends with this program, even if that is killed."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from marpweave.errors import ToolError, command, reinstall
from marpweave.render.programs.tools import Tools

SCRIPT = Path(__file__).with_name("js") / "renderer.mjs"
SECONDS_TO_END = 10.0
FORMATS: Mapping[str, tuple[str, Sequence[str] | None]] = {
    "html": ("html", ()),
    "pdf": ("pdf", ("--pdf", "--pdf-outlines", "--pdf-outlines.pages=false")),
    "pptx": ("pptx", ("--pptx",)),
    "png": ("png", ("--images", "png")),
    "handout": ("handout.pdf", None),
    "notes": ("notes.html", None),
    "notes-txt": ("txt", ("--notes",)),
}
"""Formats -> the suffix of files, and the Marp CLI's options; None: not made by the Marp CLI."""


class NodeDiedError(Exception):
    """The process ended before answering."""


class Node:
    """A Node.js process; it answers concurrent requests, matched by id."""

    def __init__(self, tools: Tools, home: Path, folder: Path, *, live: bool = False, prints: bool = True) -> None:
        """``folder``: its working folder in ``home``, which it deletes if this program is killed.

        ``live``: it mostly renders single slides; ``prints``: it needs a browser for printing.
        """
        start = {"marp": str(tools.marp), "browser": str(tools.browser.path),
                 "arguments": tools.browser.arguments, "home": str(home), "folder": str(folder),
                 "live": live, "prints": prints, "formats": FORMATS}
        folder.mkdir()
        self._complaints = folder / "stderr.txt"
        with self._complaints.open("wb") as complaints:
            self._process = subprocess.Popen(
                [tools.node, SCRIPT, json.dumps(start)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=complaints, env={**tools.environment, "TMPDIR": str(folder)}, text=True, encoding="utf-8",
                start_new_session=True)  # Ctrl-C is handled by this program
        assert self._process.stdin is not None
        self._stdin = self._process.stdin
        self._ids = count()
        self._pending: dict[int, Future[dict[str, Any]]] = {}
        self._lock = Lock()
        self._fault: Exception | None = None
        self._ready = False
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        """Whether it is running."""
        return self._fault is None

    def ask(self, request: dict[str, Any], *, timeout: float) -> dict[str, Any]:
        """Send a request and return the answer; raises NodeDiedError if there is none, ToolError if tools fail."""
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            if self._fault:
                raise self._fault
            number = next(self._ids)
            self._pending[number] = future
            self._say({**request, "id": number})
        try:
            return future.result(timeout)
        except TimeoutError:
            self.kill()
            raise NodeDiedError(f"timed out after {timeout:g} s") from None

    def close(self) -> None:
        """End it after all pending answers."""
        with self._lock:
            self._fault = self._fault or NodeDiedError("it was closed")
            pending = list(self._pending.values())
        for future in pending:
            future.exception()
        with self._lock:
            self._say("end")
            with contextlib.suppress(OSError):
                self._stdin.close()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.kill()
        self._listener.join()

    def kill(self) -> None:
        """Kill it and its browser."""
        self._process.kill()
        self._process.wait()

    def _say(self, message: object) -> None:
        """Write one line of JSON; a dead process is detected when its answer is missing."""
        with contextlib.suppress(OSError, ValueError):
            self._stdin.write(json.dumps(message) + "\n")
            self._stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        broken = ""
        for line in self._process.stdout:
            answer = json.loads(line)
            self._ready |= "ready" in answer
            broken = answer.get("broken", broken)
            future = self._pending.pop(answer.get("id", -1), None)
            if future:
                future.set_result(answer)
        with self._lock:
            self._fault = self._reason(broken)
            pending, self._pending = self._pending, {}
        for future in pending.values():
            future.set_exception(self._fault)

    def _reason(self, broken: str) -> Exception:
        """The exception for its end."""
        if broken:
            return ToolError(f"the browser failed; see {command('doctor')}\n{broken}")
        said = self._complaints.read_text("utf-8", "replace") if self._complaints.is_file() else ""
        last = "\n".join(said.strip().splitlines()[-5:]) or "no output"
        if self._ready or self._process.wait() < 0:
            return NodeDiedError(f"the rendering process ended: {last}")
        return ToolError(f"the Marp CLI does not start; run {reinstall()} again\n{last}")
