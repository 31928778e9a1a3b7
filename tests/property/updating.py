"""Decks of all notations, the values that their cells print, and a kernel in this process that runs them."""

import ast
import contextlib
import doctest
import io
import re
import traceback
from functools import partial
from pathlib import Path

from hypothesis import strategies as st

from marpweave.check.update.law import lawful
from marpweave.check.update.rewrite import Drift, edits_of, rewritten
from marpweave.check.verdicts import check_deck
from marpweave.errors import DeckError
from marpweave.model.outcome import Answer, Display, Error, Outcome, Stream, Value, Write
from marpweave.read.parse import parse_deck

PATH = Path("deck.md")
OPEN, CLOSE = "\ue000", "\ue001"
"""Around what the author claims, in decks as they are made here; a mark that opens a line claims all of it."""


class Failing:
    """A value that cannot be printed."""

    def __repr__(self):
        return "Failing()"

    def __str__(self):
        raise ValueError("表示できない")


WORDS = ["a", "text b", "日本語", "合計: 3", "x = 5", "f(2)", "loss 0.52 at 3", "it's", '"q"', "'s'", "<class 'int'>", "array([1, 2])",
         "# 見出し", "#> 3", ">>> 1", ">>> f(2)", "... 2", "```", "---", "-> 4", "=> 4", "3 (m)", "3  # 個", "5（和）", "a, b", "None", "%d", "why?",
         "tab\tb", "a\rb", "\x1b[1mbold\x1b[0m", "nul\0", "end ", "出力: 3", "if x:", "1 ... 3", "...", "\u2028x", "\ufeffy", "a \\", "<!-- x -->",
         "Traceback (most recent call last):", "np.float64(0.5)", "[0.1 0.25]", "{'b': 1, 'a': 2}"]
line_texts = st.one_of(st.sampled_from(WORDS), st.integers(-99, 99).map(str), st.floats(-9, 9).map(lambda x: repr(round(x, 5))))
block_texts = st.lists(st.one_of(line_texts, st.just("")), max_size=4).map("\n".join)
objects = st.one_of(
    block_texts, line_texts, line_texts, st.integers(-99, 99), st.floats(-9, 9), st.lists(st.integers(0, 30), max_size=25), st.none(),
    st.builds(Failing))
claims = line_texts.map(lambda text: re.sub(r"[\r\0]", " ", text).strip() or "0")
claim_blocks = st.lists(claims, min_size=1, max_size=4).map("\n".join)
remarks = st.sampled_from(["", "", "（和）", "  # 個", " ← ここ"])

IN_LINE = ["print(x{i})  # => {c}{r}", "print(x{i})  # {c}{r}", "x{i}  # 出力: {c}{r}", "y = x{i}  # -> {c}", "print(x{i}) -> {c}",
           "for _ in range(2):\n    print(x{i})  #> {c}", "print(\n    x{i},  # -> 引数\n)  # {c}"]
BLOCKS = [("print(x{i})", "#> "), ("print(x{i})\n# 出力:", "# "), ("x{i}\nprint(x{i})", "# => "), ("if True:\n    print(x{i})", "    #> "),
          ("print(x{i})", ">>> "), ("x{i}", ">>> "), ("print(1)\nprint(x{i})", "# 出力: ")]
BARE = ["", "# 説明", "# >>> f(2)\n# 4", "z = 5  # 重み", 's = """why?\nprint(1)  # => 1\n%d\n"""', 's = """\n>>> 1\nprint(1) -> 1\n"""', "%matplotlib inline",
        'def f(x) -> int:\n    """2倍\n\n    >>> f(2)\n    4\n    """\n    return 2 * x', ">>> x0", f">>> f(3)\n{OPEN}6{CLOSE}", "print('a')  # TODO: x0 -> x1", "x0 = x0;",
        "config = {{\n    'a': 1,  # -> hidden\n}}", "print('-> 3')", "print('')", "# 出力:", f"In [1]: 1 + 1\nOut[1]: {OPEN}3{CLOSE}", "1 / 0  # ZeroDivisionError"]
PROMPTS = ["{b}>>> print(x{i})", "{b}>>> x{i}", "{b}>>> for _ in range(2):\n{b}...     print(x{i})", "{b}>>> for _ in range(2):\n{b}...     print(x{i})\n{b}...", "{b}>>> print(x{i})  # doctest: +ELLIPSIS",
           "{b}>>> for _ in range(2):\n{b}    print(x{i})", "{b}>>> if x{i}: print(1)\n{b}else: print(2)"]


def marked(lines):
    return [OPEN + line + CLOSE for line in lines]


@st.composite
def codes(draw, i):
    """The lines of a cell that is no session."""
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["line", "line", "block", "bare"]))
        if kind == "line":
            claim = OPEN + draw(claims) + CLOSE
            lines += draw(st.sampled_from(IN_LINE)).format(i=draw(i), c=claim, r=draw(remarks)).split("\n")
        elif kind == "block":
            code, prefix = draw(st.sampled_from(BLOCKS))
            claim = draw(claims if prefix.endswith(": ") else claim_blocks)
            lines += [*code.format(i=draw(i)).split("\n"), *marked(prefix + line for line in claim.split("\n"))]
            lines += draw(st.sampled_from([[], [""]]))
        else:
            lines += draw(st.sampled_from(BARE)).format().split("\n")
    return lines


@st.composite
def sessions(draw, i):
    indent = draw(st.sampled_from(["", "", "    ", "\t"]))
    lines = draw(st.sampled_from([[], [], ["# 足し算"], ["", "# 一"], ["#| echo: true"]]))
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(st.sampled_from(PROMPTS)).format(b=indent, i=draw(i)).split("\n")
        answer = draw(st.one_of(claim_blocks, claims, st.just("")))
        lines += marked(indent + line for line in answer.split("\n") if answer)
        lines += draw(st.sampled_from([[], [""], [indent + "# 次に"], ["", "説明", ""]]))
    return lines


@st.composite
def decks(draw):
    """A deck with marks around its claims, and the objects x0, x1 … that it prints."""
    given = draw(st.lists(objects, min_size=1, max_size=3))
    parts = [draw(st.sampled_from(["", "---\nmarp: true\nexecute: true\n---\n\n"]))]
    index = st.integers(0, len(given) - 1)
    for n in range(draw(st.integers(1, 3))):
        info, inside = draw(st.one_of(codes(index).map(lambda c: ("python", c)), sessions(index).map(lambda c: ("python", c)),
                                      sessions(index).map(lambda c: ("pycon", c))))
        lines = [f"```{info}", *inside, "```"]
        if draw(st.booleans()):
            fence = draw(claim_blocks).replace("```", "`")
            lines += [*draw(st.sampled_from([[], [""]])), "```output", *marked(fence.split("\n")), "```"]
        first, others = draw(st.sampled_from([("", ""), ("", ""), ("> ", "> "), ("- ", "  "), ("  ", "  ")]))
        parts += [f"文 {n}\n\n", *(_placed(line, others if row else first) + "\n" for row, line in enumerate(lines)), "\n---\n\n"]
    text = "".join(parts[:draw(st.sampled_from([-1, -1, -2]))] if len(parts) > 2 else parts)
    text = text if draw(st.booleans()) else text.removesuffix("\n")
    return draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"]))), given


def _placed(line, prefix):
    return OPEN + prefix + line[1:] if line.startswith(OPEN) else prefix + line


def plain(text):
    """A deck without its marks."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def outside(text):
    """What of a marked deck is no claim: the pieces between; a claimed line goes with its end."""
    pieces = re.split(f"(?m)(?:^{OPEN}[^{CLOSE}]*{CLOSE}(?:\r\n|\n|\\Z))+|{OPEN}[^{CLOSE}]*{CLOSE}", text)
    return [plain(piece) for piece in pieces]


# -- a kernel ------------------------------------------------------------------------------


class Kernel:
    """Runs the cells of a deck in one namespace and sees which lines printed what."""

    def __init__(self, given):
        self.names = {f"x{i}": value for i, value in enumerate(given)} | {"In": [0, 0], "Out": [0, 0]}

    def run(self, cell):
        script = cell.script
        if script.session:
            return Outcome(answers=tuple(self.answers(cell, script)))
        writes, values, outputs = [], [], []
        first = cell.location.line

        def tell(*args):
            lines = tuple(frame.lineno for frame in traceback.extract_stack() if frame.filename == "deck")
            writes.append(Write(" ".join(map(str, args)) + "\n", lines))

        def value(line, it):
            if it is not None:
                values.append(Value(line, repr(it), str(it)))
            return it

        self.names |= {"print": tell, "value": value}
        try:
            exec(self.compiled(script, first), self.names)
        except Exception as error:  # noqa: BLE001  any error is an outcome
            rows = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "deck"]
            outputs.append(Error(type(error).__name__, str(error), max(rows, default=None)))
        printed = "".join(w.text for w in writes)
        shown = [Display({"text/plain": values[-1].repr}, is_result=True)] if values and not outputs else []
        return Outcome(outputs=(Stream("stdout", printed), *shown, *outputs), writes=tuple(writes), values=tuple(values))

    def compiled(self, script, first):
        magics = "\n".join("pass" if line.startswith("%matplotlib") else line for line in script.code.split("\n"))
        tree = ast.increment_lineno(ast.parse(magics), first)
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr | ast.Assign):
                call = ast.Call(ast.Name("value", ast.Load()), [ast.Constant(node.lineno), node.value], [])
                node.value = ast.fix_missing_locations(ast.copy_location(call, node.value))
        return compile(tree, "deck", "exec")

    def answers(self, cell, script):
        self.names.pop("print", None)
        for example in doctest.DocTestParser().get_examples(script.code):
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                try:
                    exec(compile(example.source, "deck", "single"), self.names)
                except Exception as error:  # noqa: BLE001  any error is an answer
                    said.write("Traceback (most recent call last):\n" + traceback.format_exception_only(error)[-1])
            yield Answer(cell.location.line + 1 + example.lineno, said.getvalue())


def reread(text):
    try:
        return parse_deck(text, PATH)
    except DeckError:
        return None


def checked(text, given):
    deck = parse_deck(text, PATH)
    kernel = Kernel(given)
    return deck, check_deck(deck, [kernel.run(cell) for cell in deck.cells])


def updated(text, given, *, guarded=True):
    """What ``--update --strict`` makes of a deck; ``guarded``: as the law allows."""
    deck, checks = checked(text, given)
    drift = Drift(edits_of(checks, text, suspects=True))
    return rewritten(text, drift, drift, partial(lawful, text=text, deck=deck, reread=reread) if guarded else tuple).text
