"""One cell inside the kernel: its header, its syntax tree, what is recorded of it, and its tracebacks."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import marpweave
from marpweave.probe.audit.patches import patch_before
from marpweave.probe.cell.header import FigureSettings, Header, read_header, without_header
from marpweave.probe.cell.raised import deck_traceback, line_of, named_as_known, placed, text_of_traceback
from marpweave.probe.cell.record import MAX_NOTED, Record
from marpweave.probe.cell.tree import VALUE_HOOK, rewrite


@pytest.mark.parametrize("header", [
    Header(), Header(7, "図", (8, 9), FigureSettings(width=3.5, height=2, dpi=72.0, format="png", poster=(1, 3)))])
def test_a_header_is_read_as_it_was_written(header):
    assert read_header(header.before("x = 1\ny")) == header


def test_code_without_a_header_is_not_the_decks():
    assert read_header("# marp\nx") == Header()
    assert without_header(["x", "y"]) == ["x", "y"]
    assert without_header(Header(3).before("x\ny").split("\n")) == ["x", "y"]
    assert without_header([]) == []


def rewritten(code, header):
    tree = rewrite(ast.parse(code), header)
    return ast.unparse(tree), [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def test_statements_get_the_decks_lines():
    assert rewritten("x = 1\nif x:\n    y = 2", Header(11)) == ("x = 1\nif x:\n    y = 2", [11, 12, 13])
    assert rewritten("x = 1", Header()) == ("x = 1", [1])


def test_watched_expressions_and_assigned_values_are_hooked_and_no_others():
    code = "x = 1\nx\ny = (\n  2)\ndel x"
    assert rewritten(code, Header(11, watch=(12, 14, 15)))[0] == (
        f"x = 1\n{VALUE_HOOK}(12, x)\ny = {VALUE_HOOK}(13, 2)\ndel x")


def test_of_several_statements_on_a_line_only_the_last_is_watched():
    assert rewritten("5; f(x)", Header(1, watch=(1,)))[0] == f"5\n{VALUE_HOOK}(1, f(x))"
    assert rewritten("if x:\n    y = 5; f(y)", Header(1, watch=(2,)))[0] == f"if x:\n    y = 5\n    {VALUE_HOOK}(2, f(y))"


def test_a_long_sum_can_be_watched():
    (statement,) = rewrite(ast.parse("+".join("1" * 1500)), Header(1, watch=(1,))).body
    assert statement.value.func.id == VALUE_HOOK


@pytest.mark.parametrize(("code", "told"), [
    ("def f():\n yield 5\nlist(f())", [(2, 5)]), ("def f():\n yield\nlist(f())", []), ("def f():\n yield from [1]\nlist(f())", []),
    ("x = 1\nx += 1", [(2, 2)]), ("x = [1]\nx[0] += 1", [(2, 2)]), ("x = [1]\nx[id(x) * 0] += 1", []),
    ("x = 0\nx += 1; x = 5", [(2, 5)]), ("\nx: int = 3", [(2, 3)]), ("\nx: int", []), ("\nprint", [(2, print)])])
def test_watched_statements_tell_what_they_give(code, told):
    heard = []
    tree = rewrite(ast.parse(code), Header(1, watch=(2,)))
    exec(compile(tree, "deck", "exec"), {VALUE_HOOK: lambda line, value: heard.append((line, value)) or value})
    assert heard == told


def test_pieces_of_one_printed_line_stay_together():
    record = Record()
    for text, lines, stream in (("a", [3], "stdout"), ("b\n", [3], "stdout"), ("c", [3], "stdout"), ("d", [3], "stderr"), ("e", [4], "stderr")):
        record.write(stream, text, lines)
    assert [tuple(each.values()) for each in record.as_json()["writes"]] == [
        ("ab\n", [3], "stdout"), ("c", [3], "stdout"), ("d", [3], "stderr"), ("e", [4], "stderr")]


def test_values_are_told_by_their_texts():
    class Broken:
        def __repr__(self):
            raise ZeroDivisionError

    record = Record()
    for value in ("a", None, Broken()):
        record.value(3, value)
    text = "<Broken whose text raises ZeroDivisionError>"
    assert record.as_json()["values"] == [
        {"line": 3, "repr": "'a'", "str": "a"}, {"line": 3, "repr": "None", "str": "None"}, {"line": 3, "repr": text, "str": text}]


def test_floods_of_values_and_warnings_are_cut_and_notes_are_not():
    record = Record()
    for number in range(MAX_NOTED + 5):
        record.value(1, number)
        record.warn("UserWarning", "w", 1)
    record.value(2, 0)
    record.note("", "told", None)
    assert (len(record.values), len(record.warnings)) == (MAX_NOTED + 1, MAX_NOTED + 1)


def raised(code, path="deck.md"):
    try:
        exec(compile(code, path, "exec"), {})
    except (ArithmeticError, SyntaxError, ValueError) as error:
        return error


def test_a_traceback_begins_at_the_deck_and_has_no_markers(tmp_path):
    deck = tmp_path / "deck.md"
    deck.write_text("\n\nx = 1 / 0", encoding="utf-8")
    error = raised(deck.read_text(encoding="utf-8"), str(deck))
    tb = deck_traceback(error.__traceback__, str(deck))
    assert text_of_traceback(error, tb) == (
        f'Traceback (most recent call last):\n  File "{deck}", line 3, in <module>\n    x = 1 / 0\n'
        "ZeroDivisionError: division by zero\n")
    assert line_of(error, tb, str(deck)) == 3


CHAINED = """
try:
    owner.fail()
except ValueError as error:
    raise {raised} from error
"""


@pytest.mark.parametrize("error", ["KeyError(1)", "ExceptionGroup('all', [error])"])
def test_a_traceback_shows_no_frames_of_ours(error):
    def text(owner):
        try:
            exec(compile(CHAINED.format(raised=error), "deck.md", "exec"), {"owner": owner})
        except Exception as raised:  # noqa: BLE001
            return text_of_traceback(raised, raised.__traceback__)

    class Owner:
        @staticmethod
        def fail():
            raise ValueError("no")

    before = text(Owner)
    patch_before(Owner, "fail", lambda: None)
    assert before.count("in fail") == text(Owner).count("in fail") == error.count("Group") + 1
    assert text(Owner) == before


def test_the_innermost_line_of_the_deck_is_told():
    error = raised("def f():\n    return [].index(1)\n\nf()")
    assert line_of(error, deck_traceback(error.__traceback__, "deck.md"), "deck.md") == 2
    assert line_of(error, deck_traceback(error.__traceback__, "other.md"), "other.md") is None


def test_a_syntax_error_stands_where_it_is_in_the_deck(tmp_path):
    deck = tmp_path / "deck.md"
    deck.write_text("# Title\n\ntext", encoding="utf-8")   # Python would show a line of this file
    error = placed(raised("x = 1\ny =", str(deck)), 20, "x = 1\ny =")
    assert line_of(error, None, str(deck)) == 21
    assert text_of_traceback(error, None) == f'  File "{deck}", line 21\n    y =\nSyntaxError: invalid syntax\n'


def test_the_probe_needs_nothing_but_python_and_travels_with_inputs(tmp_path):
    """It is put on the path of kernels in which marpweave is not installed."""
    home = Path(marpweave.__file__).parent
    (tmp_path / "marpweave").mkdir()
    for name in ("__init__.py", "probe", "inputs"):
        (tmp_path / "marpweave" / name).symlink_to(home / name)
    imports = [".".join(path.relative_to(home.parent).with_suffix("").parts) for room in ("probe", "inputs")
               for path in sorted((home / room).rglob("*.py")) if path.stem not in ("__init__", "canvas")]
    code = f"import sys; sys.path.append({str(tmp_path)!r}); import {', '.join(imports)}; print({imports[-1]}.__file__)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.startswith(str(tmp_path))) == ("", True)


def test_unfinished_code_is_a_syntax_error_in_every_python():
    class _IncompleteInputError(SyntaxError):
        """As Python 3.13 has one."""

    raised = _IncompleteInputError("incomplete input", ("a.md", 3, 1, "print((", 3, 1))
    shown = named_as_known(raised)
    assert text_of_traceback(shown, None) == text_of_traceback(SyntaxError(*raised.args), None)
    other = ValueError("no")
    assert named_as_known(other) is other
