"""Runs code typed into a slide, in a disposable copy of the state after its cell."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from html import escape

from marpweave.build.runners.local import runs_of
from marpweave.build.settings import Settings
from marpweave.errors import MarpweaveError
from marpweave.model.outcome import PLAIN, Display, Error, Figure, Outcome, Stream
from marpweave.serve.draft import Draft
from marpweave.serve.kernels.forks import Forks
from marpweave.serve.web.feed import Message
from marpweave.weave.weave import safe_text

MAX_RUNS = 4
"""Maximum number of waiting runs."""


class LiveCells:
    """The live cells of one deck; all methods are called from one thread, except answers."""

    def __init__(self, forks: Forks, settings: Settings, tell: Callable[[Message], None]) -> None:
        self._forks, self._settings, self._tell = forks, settings, tell
        self._running: dict[str, Future[Outcome]] = {}

    def run(self, draft: Draft, cell: int, code: str, run: str) -> None:
        """Run code in place of the cell with an index; ``run`` identifies the answers."""
        cells = draft.checked.deck.cells
        if not 0 <= cell < len(cells) or run in self._running or len(self._running) >= MAX_RUNS:
            self._answer(cell, run, "error", _pre("not run: the cell is gone, or too many run already"))
            return
        plan, line = draft.plan, cells[cell].location.line
        self._answer(cell, run, "running", "")
        self._running[run] = future = self._forks.begin(
            self._forks.try_code(plan, runs_of([plan], self._settings)[0], code, line))
        future.add_done_callback(lambda ended: self._ended(ended, cell, run))

    def stop(self, run: str) -> None:
        """Stop a run."""
        future = self._running.get(run)
        if future:
            future.cancel()

    def close(self) -> None:
        """Stop everything."""
        for run in tuple(self._running):
            self.stop(run)

    def _ended(self, future: Future[Outcome], cell: int, run: str) -> None:
        del self._running[run]
        if future.cancelled():
            self._answer(cell, run, "stopped", "")
            return
        fault = future.exception()
        if fault:
            message = str(fault) if isinstance(fault, MarpweaveError) else f"not run: {fault!r}"
            self._answer(cell, run, "error", _pre(message))
            return
        outcome = future.result()
        failed = outcome.error or outcome.trouble or not outcome.ran
        self._answer(cell, run, "error" if failed else "done", "".join(_shown(outcome)))

    def _answer(self, cell: int, run: str, state: str, html: str) -> None:
        self._tell({"type": "live", "cell": cell, "run": run, "state": state, "html": html})


def _shown(outcome: Outcome) -> Iterator[str]:
    """The outputs of a cell as passive HTML."""
    for output in outcome.outputs:
        match output:
            case Stream(text=text):
                yield _pre(text)
            case Display(data={"image/png": png}):
                yield _image("image/png", base64.b64decode(png))
            case Display(data={"image/svg+xml": svg}):
                yield _image("image/svg+xml", svg.encode())
            case Display(data=data) if PLAIN in data:
                yield _pre(data[PLAIN])
            case Error():
                yield _pre(output.summary)
    yield from map(_figure, outcome.figures)
    if outcome.trouble:
        yield _pre(outcome.trouble.message)


def _figure(figure: Figure) -> str:
    return _image("image/svg+xml" if figure.name.endswith(".svg") else "image/png", figure.content)


def _image(mime: str, content: bytes) -> str:
    return f'<img src="data:{mime};base64,{base64.b64encode(content).decode()}" alt="">'


def _pre(text: str) -> str:
    return f"<pre><code>{escape(safe_text(text))}</code></pre>"
