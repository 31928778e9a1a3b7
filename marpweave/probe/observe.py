"""Sets up the kernel's shell for one deck, and reports after each cell what it did.

The client prepends one line to a cell's code (`header`); after the cell, one message of the MIME type ``floods.MIME``
contains the report. Each cell thus remains a single request.
"""

from __future__ import annotations

import io
import linecache
import logging
import os
import re
import sys
import warnings
from codeop import PyCF_ALLOW_INCOMPLETE_INPUT  # type: ignore[attr-defined]
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import FrameType, SimpleNamespace
from typing import Any, TextIO, cast

from marpweave.inputs.digests import digest, file_digest
from marpweave.probe.audit.hooks import Audit
from marpweave.probe.audit.lines import Lines
from marpweave.probe.audit.patches import patch
from marpweave.probe.audit.variables import Variables
from marpweave.probe.cell.header import FigureSettings, Header, read_header, without_header
from marpweave.probe.cell.raised import deck_traceback, line_of, message_of, named_as_known, placed, text_of_traceback
from marpweave.probe.cell.record import Record
from marpweave.probe.cell.session import answers
from marpweave.probe.cell.tree import VALUE_HOOK, rewrite
from marpweave.probe.floods import MIME, Descriptor, Limit, Room, limit_shell, send_any_text
from marpweave.probe.plots import show_plots
from marpweave.probe.script import pose_as_script
from marpweave.probe.shell import hide_artists, hide_captured, keep_history, quiet_magics
from marpweave.probe.within import Within

ISOLATED_HOOK = "__marpweave_isolated__"
SESSION_HOOK = "__marpweave_session__"


class Text(Sequence[str]):
    """The deck's lines for tracebacks and ``inspect.getsource``; reads are recorded."""

    def __init__(self, text: str, read: Callable[[], None]) -> None:
        self._lines = [line + "\n" for line in re.split(r"\r\n|\n|\r", text)]
        self._read = read

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401
        self._read()
        return self._lines[index]

    def __len__(self) -> int:
        self._read()
        return len(self._lines)


class Observer:
    """Observes the cells of one deck; ``record`` contains the results of the current one."""

    def __init__(self, shell: Any, path: str, search: list[str], variables: Mapping[str, Any]) -> None:  # noqa: ANN401
        """``path``, ``search`` and ``variables`` as for `install`."""
        self.shell = shell
        self.publish = shell.display_pub.publish
        """Sends a message past all limits."""
        self.path = path
        self.audit = Audit(search)
        self.lines = Lines(path, partial(self.audit.note, "lines", "", ""), self.audit.is_authors)
        self.variables = Variables(
            variables, self.audit.note, self.audit.is_authors, self.note_hidden)
        self.room = Room(lambda message: self.note("", message, None))
        self.shell_frame: FrameType | None = None
        self.descriptors: tuple[Descriptor, ...] = ()
        self.within = Within(shell, path)
        self.record = Record()

    @property
    def header(self) -> Header:
        """The header of the running code."""
        return self.within.header

    def show(self, text: str) -> None:
        """Set the deck's text for tracebacks."""
        lines = Text(text, partial(self.audit.note, "text", "", digest(f"{self.path}\0{text}")))
        cast("dict[str, Any]", linecache.cache)[self.path] = (len(text), None, lines, self.path)

    # -- what the cell does ------------------------------------------------------------

    def deck_lines(self) -> list[int]:
        """Lines of the deck on the call stack, innermost first."""
        frame, lines = sys._getframe(1), []
        while frame is not None and frame is not self.shell_frame:
            if frame.f_code.co_filename == self.path and frame.f_lineno not in lines:
                lines.append(frame.f_lineno)
            frame = frame.f_back  # type: ignore[assignment]
        return lines

    def note(self, category: str, message: str, line: int | None) -> None:
        """Send a message about the current cell to the author."""
        self.record.note(category, message, line)

    def note_hidden(self, name: str) -> None:
        """Tell the author that the cell reads a variable that is hidden from it."""
        self.note("", f"{name} is set, but hidden from cells; pass it on with `execute: {{env: [{name}]}}`",
                  next(iter(self.deck_lines()), None))

    def note_font(self, record: logging.LogRecord) -> bool:
        """A filter of log records: which font replaces a missing one depends on the machine."""
        if str(record.msg).startswith("findfont: Font family"):
            import matplotlib as mpl
            from matplotlib.font_manager import FontManager

            path = f"{mpl.get_cachedir()}/fontlist-v{FontManager.__version__}.json"
            self.audit.note("file", path, file_digest(path))
        return True

    def tap(self, stream: TextIO) -> Limit:
        """A stdout that writes to ``stream`` and records which lines of the deck wrote what."""
        return Limit(stream, self.room, partial(self.wrote, "stdout"))

    def wrote(self, stream: str, text: str) -> None:
        """Record which lines of the deck wrote ``text`` to ``stream``."""
        self.record.write(stream, text, self.deck_lines())

    def value(self, line: int, value: Any) -> Any:  # noqa: ANN401
        """Record the value of the watched expression at ``line``, and return it."""
        self.record.value(line, value)
        return value

    def session(self, text: str) -> None:
        """Run a doctest session and record its answers."""
        for line, got in answers(text, self.header.line, self.path, self.shell, self.room):
            self.record.answer(line, got)

    def isolated(self, cell: str) -> None:
        """Run a cell, including its header, in a forked process, and publish its outputs."""
        from marpweave.probe import isolate

        with self.audit.paused():
            outputs = isolate.run(self.shell, cell, self)
            self.publish({MIME: {"isolated": outputs}})

    def show_warning(  # noqa: PLR0913  the signature is Python's
        self, message: Warning | str, category: type[Warning], filename: str, lineno: int,
        file: TextIO | None = None, line: str | None = None,
    ) -> None:
        """Replace ``warnings.showwarning``: the location goes to the report, the message to the slide."""
        here = lineno if filename == self.path else next(iter(self.deck_lines()), None)
        self.record.warn(category.__name__, str(message), here)
        (file or sys.stderr).write(f"{category.__name__}: {message}\n")

    def show_error(self, *args: object, **kwargs: object) -> None:
        """Replace IPython's traceback by Python's, from the deck's first frame on."""
        _, raised, tb = sys.exc_info()
        if raised is None:
            return
        error = named_as_known(raised)
        tb = deck_traceback(tb, self.path)
        if tb is None and isinstance(error, SyntaxError) and error.filename == self.path and self.header.line:
            error = placed(error, self.header.line, self.within.code)
        with self.audit.paused():
            text = text_of_traceback(error, tb)
            line = line_of(error, tb, self.path)
        message = message_of(error)
        self.record.error = {"name": type(error).__name__, "message": message, "line": line}
        self.shell._showtraceback(type(error), message, [text])

    # -- events of the shell -----------------------------------------------------------

    def before_cell(self, cell: Any) -> None:  # noqa: ANN401
        """Read the cell's header and begin a new record."""
        if self.within.is_inner:
            if isinstance(sys.stdout, io.StringIO):  # `%%capture` restores ours
                sys.stdout = self.tap(sys.stdout)
            return
        self.audit.listen()
        self.shell_frame = _calling("run_cell_async")
        self.within.enter(read_header(cell.raw_cell), "\n".join(without_header(cell.raw_cell.split("\n"))))
        self.record = Record()
        self.room.empty()
        if self.header.figure != FigureSettings() or "matplotlib" in sys.modules:
            with suppress(ModuleNotFoundError):  # without matplotlib, the cell draws nothing
                from marpweave.probe.canvas import FIGURES

                FIGURES.begin(self.header.figure)
        self.audit.account.read_code(cell.raw_cell)
        if not cell.raw_cell.startswith(ISOLATED_HOOK):  # the child inspects the code itself
            self.lines.learn(cell.raw_cell)
            self.variables.learn(cell.raw_cell)

    def after_cell(self, result: Any) -> None:  # noqa: ANN401
        """Send the report."""
        try:
            str(result.error_in_exec)
        except BaseException:  # noqa: BLE001  ipykernel would make no reply of it
            result.error_in_exec = RuntimeError(message_of(result.error_in_exec))
        if self.within.is_inner:
            if "matplotlib.pyplot" in sys.modules:
                hide_captured(self.shell)
            return
        self.within.leave()
        for descriptor in self.descriptors:
            descriptor.drain()
        if not self.header.line:
            return
        if "matplotlib.pyplot" in sys.modules:
            from marpweave.probe.canvas import FIGURES

            self.record.figures, self.record.missing_glyphs = FIGURES.end(self.header.label, self.header.figure)
        with self.audit.paused():
            imported = self.lines.imported()
        self.lines.learn(imported)
        self.publish({MIME: {**self.record.as_json(), **self.audit.result(whole=self.record.error is not None)}})


def install(shell: Any, path: str, text: str, search: list[str], variables: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Set up the kernel's shell for one deck.

    ``path`` is the deck's name in messages, ``text`` its content for tracebacks. ``search`` is appended to
    ``sys.path``, so that a ``copy.py`` beside a deck does not shadow the standard library. ``variables``: see
    `Variables`.
    """
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), *search]))
    observer = Observer(shell, path, search, variables)
    audit = observer.audit
    audit.install()
    observer.lines.install()
    observer.show(text)
    observer.variables.install()
    _replace_parts_of(shell, observer)
    logging.getLogger("matplotlib.font_manager").addFilter(observer.note_font)
    pose_as_script(path)
    observer.descriptors = limit_shell(shell, observer.room, observer.wrote)
    sys.stdout = observer.tap(sys.stdout)
    patch(warnings, "showwarning", observer.show_warning)
    warnings.filterwarnings("ignore", message="To exit: use 'exit'")
    sys.path.extend(folder for folder in search if folder not in sys.path)


def _replace_parts_of(shell: Any, observer: Observer) -> None:  # noqa: ANN401
    """Make the shell compile cells at the deck's lines, and ask the observer where a notebook behaves differently."""
    keep_history(shell, without_header)
    shell.compile.flags &= ~PyCF_ALLOW_INCOMPLETE_INPUT  # report incomplete code as an error
    shell.input_transformers_cleanup.insert(0, without_header)
    shell.ast_transformers.append(SimpleNamespace(visit=lambda tree: rewrite(tree, observer.header)))
    shell.events.register("pre_run_cell", observer.before_cell)
    shell.events.register("post_run_cell", observer.after_cell)
    for name in ("showtraceback", "showsyntaxerror", "showindentationerror", "show_usage_error"):
        setattr(shell, name, observer.show_error)
    shell._format_exception_for_storage = lambda *_args, **_kwargs: {}  # IPython 9 would read all sources
    hooks = {VALUE_HOOK: observer.value, SESSION_HOOK: observer.session, ISOLATED_HOOK: observer.isolated}
    shell.user_ns.update({**hooks, "exit": sys.exit, "quit": sys.exit})
    shell.user_ns_hidden.update(dict.fromkeys(hooks))
    send_any_text(shell.kernel.session)
    shell.kernel.log.setLevel(logging.ERROR)  # else it makes records of every message, which nobody gets
    quiet_magics(shell, observer.note)
    hide_artists(shell)
    show_plots(shell)


def _calling(name: str) -> FrameType | None:
    """The frame of a function with that name on the call stack; frames below it are not the deck's."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_code.co_name != name:
        frame = frame.f_back
    return frame
