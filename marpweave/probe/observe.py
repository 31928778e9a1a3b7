"""Runs inside the kernel: gives cells the deck's line numbers and tells what each cell did.

``kernel.client`` puts one comment line before a cell's code, a :data:`HEADER` with JSON; after the cell
one message of the MIME type :data:`MIME` carries what was seen. So a cell stays one request.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import logging
import os
import re
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType
from typing import Any, TextIO, cast

from marpweave.inputs.digests import digest, file_digest, place_digest
from marpweave.probe.audit import Audit
from marpweave.probe.floods import MIME, Descriptor, Limit, Room, limit_shell, text_of
from marpweave.probe.lines import Lines
from marpweave.probe.script import pose_as_script
from marpweave.probe.shell import hide_artists, keep_history, quiet_magics
from marpweave.probe.variables import Variables

HEADER = "# marpweave "
VALUE_HOOK = "__marpweave_value__"
MOST_NOTED = 1000
"""Warnings of a cell, and values of a watched line, that are kept."""
POINTERS = re.compile(r"^ +[~^][~^ ]*\n", re.MULTILINE)
"""Lines of a traceback that point at columns; blanks and comments that are edited move them."""


class Text(Sequence[str]):
    """The deck's lines, as tracebacks and ``inspect.getsource`` read them; who reads them is noted."""

    def __init__(self, text: str, read: Callable[[], None]) -> None:
        self._lines = [line + "\n" for line in re.split(r"\r\n|\n|\r", text)]
        self._read = read

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401
        self._read()
        return self._lines[index]

    def __len__(self) -> int:
        self._read()
        return len(self._lines)


class Tap(Limit):
    """A stdout that remembers which lines of the deck wrote what."""

    def __init__(self, stream: TextIO, observer: Observer) -> None:
        super().__init__(stream, observer.room)
        self._observer = observer

    def hand_on(self, text: str) -> None:
        """Note it, too."""
        self._observer.note_write(text)
        super().hand_on(text)


class Observer(ast.NodeTransformer):
    """What is seen of the cell that runs now; also the syntax-tree transformer that shifts its lines."""

    variables: Variables

    def __init__(self, shell: Any, path: str, audit: Audit) -> None:  # noqa: ANN401
        self.shell = shell
        self.tell = shell.display_pub.publish
        self.path = path
        self.audit = audit
        self.shell_frame: FrameType | None = None
        self.descriptors: tuple[Descriptor, ...] = ()
        self.lines = Lines(path, partial(audit.note, "lines", "", ""), audit.is_authors)
        self.room = Room(lambda message: self.note("", message, None))
        self.begin({})

    def begin(self, header: dict[str, Any]) -> None:
        """Forget the last cell; ``header`` describes the one that runs now."""
        self.line: int = header.get("line", 0)
        self.label: str = header.get("label", "")
        self.watch = frozenset(header.get("watch", ()))
        self.figure_options: dict[str, Any] = header.get("figure", {})
        self.room.empty()
        self.writes: list[dict[str, Any]] = []
        self.values: list[dict[str, Any]] = []
        self.valued: Counter[int] = Counter()
        self.answers: list[dict[str, Any]] = []
        self.warnings: list[dict[str, Any]] = []
        self.figures: list[dict[str, Any]] = []
        self.missing_glyphs: list[str] = []
        self.error: dict[str, Any] | None = None

    # -- lines -----------------------------------------------------------------

    def visit(self, tree: ast.AST) -> ast.AST:
        """Move a cell's tree to the deck's lines and hook the expressions that are watched."""
        if not self.line:
            return tree
        ast.increment_lineno(tree, self.line - 1)
        if self.watch:
            for node in list(ast.walk(tree)):
                if isinstance(node, ast.Expr | ast.Assign) and self.watch & {*range(node.lineno, _end(node) + 1)}:
                    node.value = _hooked(node.value, node.lineno)
        return tree

    def deck_lines(self) -> list[int]:
        """Lines of the deck on the call stack, innermost first."""
        frame, lines = sys._getframe(2), []
        while frame is not None and frame is not self.shell_frame:
            if frame.f_code.co_filename == self.path and frame.f_lineno not in lines:
                lines.append(frame.f_lineno)
            frame = frame.f_back  # type: ignore[assignment]
        return lines

    def note_font(self, record: logging.LogRecord) -> bool:
        """A font that was asked for and is not there: what comes instead depends on the fonts of the machine."""
        if str(record.msg).startswith("findfont: Font family"):
            import matplotlib as mpl
            from matplotlib.font_manager import FontManager

            path = f"{mpl.get_cachedir()}/fontlist-v{FontManager.__version__}.json"
            self.audit.note("file", path, file_digest(path))
        return True

    # -- what the cell gives -----------------------------------------------------

    def note_write(self, text: str) -> None:
        """Remember who printed ``text``; pieces of one line stay together."""
        lines = self.deck_lines()
        last = self.writes[-1] if self.writes else None
        if last and last["lines"] == lines and not last["text"][-1].endswith("\n"):
            last["text"].append(text)
        else:
            self.writes.append({"text": [text], "lines": lines})

    def value(self, line: int, value: Any) -> Any:  # noqa: ANN401
        """Remember what the watched expression at ``line`` gave, and hand it on."""
        self.valued[line] += 1
        if value is not None and self.valued[line] <= MOST_NOTED:
            self.values.append({"line": line, "repr": text_of(repr, value), "str": text_of(str, value)})
        return value

    def note(self, category: str, message: str, line: int | None) -> None:
        """Remember something for the report."""
        self.warnings.append({"category": category, "message": message, "line": line})

    def tell_hidden(self, name: str) -> None:
        """The cell asks for a variable that it cannot see."""
        self.note("", f"{name} is set outside but cells do not see it; let it through by `execute: {{env: [{name}]}}`",
                  next(iter(self.deck_lines()), None))

    def show_warning(  # noqa: PLR0913  the signature is Python's
        self, message: Warning | str, category: type[Warning], filename: str, lineno: int,
        file: TextIO | None = None, line: str | None = None,
    ) -> None:
        """Replace ``warnings.showwarning``: the place goes to the report, the words to the slide."""
        here = lineno if filename == self.path else next(iter(self.deck_lines()), None)
        if len(self.warnings) < MOST_NOTED:
            self.note(category.__name__, str(message), here)
        (file or sys.stderr).write(f"{category.__name__}: {message}\n")

    def show_error(self, *args: object, **kwargs: object) -> None:
        """Replace IPython's tracebacks by Python's own, from the deck's first frame on."""
        kind, error, tb = sys.exc_info()
        if kind is None or error is None:
            return
        while tb is not None and tb.tb_frame.f_code.co_filename != self.path:
            tb = tb.tb_next
        with self.audit.paused():
            text = POINTERS.sub("", "".join(traceback.format_exception(kind, error, tb)))
            line = self.line_of(error, tb)
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        self.error = {"name": kind.__name__, "message": message, "line": line}
        self.shell._showtraceback(kind, error, [text])

    def line_of(self, error: BaseException, tb: Any) -> int | None:  # noqa: ANN401
        """Line of the deck that an exception comes from: its innermost frame there."""
        if isinstance(error, SyntaxError) and error.filename == self.path and error.lineno:
            return error.lineno + (self.line - 1 if tb is None else 0)
        return max(((depth, frame.lineno) for depth, frame in enumerate(traceback.extract_tb(tb))
                    if frame.filename == self.path), default=(0, None))[1]

    # -- doctest sessions ----------------------------------------------------------

    def session(self, text: str) -> None:
        """Run a doctest session example by example, as doctest does, and keep each answer."""
        import doctest

        for example in doctest.DocTestParser().get_examples(text):
            if example.options.get(doctest.SKIP):
                continue
            line = self.line + example.lineno
            self.answers.append({"line": line, "got": self.answer(example.source, line)})

    def answer(self, source: str, line: int) -> str:
        """What one example prints, shows or raises, as doctest sees it."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(Limit(printed, self.room)), _displaying_as_python_does():
            try:
                code = compile("\n" * (line - 1) + source, self.path, "single", self.shell.compile.flags)
                exec(code, self.shell.user_ns)
            except Exception as error:  # noqa: BLE001  any error is an answer
                last = "".join(traceback.format_exception_only(error))
                return f"{printed.getvalue()}Traceback (most recent call last):\n{last}"
        return printed.getvalue()

    def tap(self, stream: TextIO) -> Tap:
        """A stdout that goes to ``stream``."""
        return Tap(stream, self)

    def isolated(self, cell: str) -> None:
        """Run a cell, header and all, in a copy of the state, and publish what it gave."""
        from marpweave.probe import isolate

        with self.audit.paused():
            outputs = isolate.run(self.shell, cell, self)
            self.tell({MIME: {"isolated": outputs}})

    # -- events of the shell ---------------------------------------------------------

    def before_cell(self, cell: Any) -> None:  # noqa: ANN401
        """Read the cell's header."""
        self.shell_frame = _calling("run_cell_async")
        first = cell.raw_cell.partition("\n")[0]
        self.begin(json.loads(first.removeprefix(HEADER)) if first.startswith(HEADER) else {})
        if self.figure_options or "matplotlib" in sys.modules:
            from marpweave.probe import canvas

            canvas.begin_cell(self.figure_options)
        self.audit.account.read_code(cell.raw_cell)
        if not first.startswith("__marpweave_isolated__"):  # it is the copy that learns
            self.lines.learn(cell.raw_cell)
            self.variables.learn(cell.raw_cell)

    def after_cell(self, _result: object) -> None:
        """Send what was seen."""
        for descriptor in self.descriptors:
            descriptor.drain()
        if not self.line:
            return
        if "matplotlib.pyplot" in sys.modules:
            from marpweave.probe import canvas

            canvas.show()
            self.figures, missing = canvas.end_cell(self.label, self.figure_options.get("fig_format", "svg"))
            self.missing_glyphs = missing
        with self.audit.paused():
            imported = self.lines.imported()
        self.lines.learn(imported)
        seen = {name: getattr(self, name) for name in (
            "values", "answers", "warnings", "figures", "missing_glyphs", "error")}
        seen["writes"] = [{**each, "text": "".join(each["text"])} for each in self.writes]
        self.tell({MIME: {**seen, **self.audit.result(whole=self.error is not None)}})


def install(shell: Any, path: str, text: str, search: list[str], variables: dict[str, list[str]]) -> None:  # noqa: ANN401
    """Set the kernel's shell up for one deck.

    ``path`` is the deck's name in messages, ``text`` its content for tracebacks. ``search`` goes to
    the end of ``sys.path``: a ``copy.py`` beside a deck must not shadow the library's. ``variables`` are names
    of the ``machine``'s own and of those that are ``hidden`` from cells.
    """
    audit = Audit(search)
    observer = Observer(shell, path, audit)
    lines = Text(text, partial(audit.note, "text", "", digest(f"{path}\0{text}")))
    cast("dict[str, Any]", linecache.cache)[path] = (len(text), None, lines, path)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), *search]))
    observer.variables = Variables(variables, place_digest(search), audit.note, audit.is_authors)
    observer.variables.tell = observer.tell_hidden
    keep_history(shell, _without_header)
    shell.compile.cache = lambda *args, **kwargs: path
    shell.input_transformers_cleanup.insert(0, _without_header)
    shell.ast_transformers.append(observer)
    shell.events.register("pre_run_cell", observer.before_cell)
    shell.events.register("post_run_cell", observer.after_cell)
    for name in ("showtraceback", "showsyntaxerror", "showindentationerror", "show_usage_error"):
        setattr(shell, name, observer.show_error)
    shell._format_exception_for_storage = lambda *_args, **_kwargs: {}  # IPython 9 reads all sources for its history
    hooks = {VALUE_HOOK: observer.value, "__marpweave_session__": observer.session,
             "__marpweave_isolated__": observer.isolated}
    shell.user_ns.update({**hooks, "exit": sys.exit, "quit": sys.exit})
    shell.user_ns_hidden.update(dict.fromkeys(hooks))
    logging.getLogger("matplotlib.font_manager").addFilter(observer.note_font)
    quiet_magics(shell, observer.note)
    hide_artists(shell)
    pose_as_script(path)
    observer.descriptors = limit_shell(shell, observer.room)
    sys.stdout = observer.tap(sys.stdout)
    warnings.showwarning = observer.show_warning
    warnings.filterwarnings("ignore", message="To exit: use 'exit'")
    sys.path.extend(folder for folder in search if folder not in sys.path)


def _calling(name: str) -> FrameType | None:
    """The frame of a function of that name on the call stack: below it is nothing of the deck's."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_code.co_name != name:
        frame = frame.f_back
    return frame


def _without_header(lines: list[str]) -> list[str]:
    return lines[1:] if lines and lines[0].startswith(HEADER) else lines


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _hooked(expression: ast.expr, line: int) -> ast.expr:
    hook, place = ast.Name(VALUE_HOOK, ast.Load()), ast.Constant(line)
    call = ast.Call(hook, [place, expression], [])
    for new in (hook, place, call):  # one by one: what fills in all of them gives up on a sum of 1,000 terms
        ast.copy_location(new, expression)
    return call


@contextlib.contextmanager
def _displaying_as_python_does() -> Iterator[None]:
    """Doctest sees what the plain Python prompt shows, not IPython's display."""
    hook, sys.displayhook = sys.displayhook, sys.__displayhook__
    try:
        yield
    finally:
        sys.displayhook = hook
