"""Which functions of a module a cell ran, where the interpreter itself is asked how often it started them."""

import sys

import pytest

from marpweave.probe.audit import monitor, warmup
from marpweave.probe.audit.monitor import Functions

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="other versions count otherwise, or tell by themselves")
SOURCE = """\
def plain():
    return 1

def outer():
    return [(lambda: x)() for x in range(2)]

def lazy():
    yield 1
    yield 2

class Net:
    def forward(self):
        return self

    def backward(self):
        return self
"""


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """A module as it is imported, and what is asked which of its functions ran."""
    monkeypatch.setattr(monitor, "HEARS", False)
    path = tmp_path / "mod.py"
    path.write_text(SOURCE, encoding="utf-8")
    code = compile(SOURCE, str(path), "exec")
    functions, names = Functions(lambda _: False), {}
    functions.load(str(path), SOURCE.encode(), code)
    exec(code, names)
    functions.begin()

    def ran():
        """Since it was last asked."""
        files = functions.files()
        module = functions.module(str(path))
        found = functions.ran(str(path), module) if module else None
        functions.begin()
        return found if files else []

    return names, ran, functions


def test_this_interpreter_counts_as_it_is_known_to():
    assert warmup.CAN_COUNT


def test_only_what_has_started_since_counts(watched):
    names, ran, _ = watched
    assert ran() == []
    held = names["lazy"]()
    assert ran() == []
    names["plain"]()
    next(held)
    names["Net"]().forward()
    assert ran() == ["Net.forward", "lazy", "plain"]
    assert ran() == []
    next(held)
    names["plain"]()
    assert ran() == ["lazy", "plain"]


def test_code_within_a_function_is_part_of_it(watched):
    names, ran, _ = watched
    held = names["outer"]()
    assert (held, ran()) == ([0, 1], ["outer"])


@pytest.mark.parametrize("calls", [1, 7, 8, 9, 100])
def test_however_often_a_function_ran_it_is_never_missed_again(calls, watched):
    names, ran, functions = watched
    for _ in range(calls):
        names["plain"]()
    assert ran() == ["plain"]
    names["plain"]()
    assert ran() == ["plain"]
    path, code = names["plain"].__code__.co_filename, names["plain"].__code__
    assert functions.has_run(path, code) and not functions.has_run(path, names["outer"].__code__)


def test_a_traced_function_counts(watched):
    names, ran, _ = watched
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    names["plain"]()
    sys.settrace(before)
    assert ran() == ["plain"]


def test_where_code_was_copied_the_whole_file_counts(watched):
    names, ran, functions = watched
    functions.install()
    names["plain"]()
    names["outer"].__code__ = names["outer"].__code__.replace()
    assert ran() is None
