"""A module's parts: the skeleton that runs at import, and the bodies of its functions."""

import pytest

from marpweave.inputs.modules import SKELETON, read_module

SOURCE = '''"""A module."""
import math

LIMIT = 3


@staticmethod
def double(x, times=LIMIT):
    """Twice."""
    def inner():
        return 2
    return inner() * x


class Layer:
    """A layer."""
    size = 4

    def forward(self, x):
        return x + 1

    if LIMIT:
        async def later(self):
            return [lambda: 1 for _ in range(3)]
'''


def changed(old, new):
    before, after = read_module(SOURCE), read_module(SOURCE.replace(old, new))
    assert SOURCE.replace(old, new) != SOURCE
    return sorted(name for name in {*before.digests, *after.digests} if before.digests.get(name) != after.digests.get(name))


@pytest.mark.parametrize(("old", "new", "parts"), [
    ("LIMIT = 3", "LIMIT = 4", [SKELETON]), ("import math", "import cmath", [SKELETON]), ("times=LIMIT", "times=2", [SKELETON]),
    ("@staticmethod", "@classmethod", [SKELETON]), ("Twice", "Zweimal", [SKELETON]), ("size = 4", "size = 5", [SKELETON]),
    ("if LIMIT", "if not LIMIT", [SKELETON]), ("return 2", "return 3", ["double"]), ("inner() * x", "x * inner()", ["double"]),
    ("x + 1", "x + 2", ["Layer.forward"]), ("range(3)", "range(4)", ["Layer.later"]), ("x + 1", "x + 1  # one more", []),
    ("return x + 1", "yield x + 1", [SKELETON, "Layer.forward"]), ("return inner()", "yield from inner()", [SKELETON, "double"]),
    ("return 2", "yield 2", ["double"]), ("lambda: 1", "lambda: (yield)", ["Layer.later"]),
    ("LIMIT = 3\n", "# three\nLIMIT = 3\n\n\n\n", []),
    ("def forward(self, x):\n        return x + 1", "def backward(self, x):\n        return x + 1", [SKELETON, "Layer.backward", "Layer.forward"]),
])
def test_an_edit_changes_its_part_alone(old, new, parts):
    assert changed(old, new) == parts


def test_a_line_is_in_the_function_that_stands_in_no_other():
    module = read_module(SOURCE)
    assert [module.function_at(line) for line in (4, 7, 8, 11, 12, 15, 20, 24)] == [
        None, "double", "double", "double", "double", None, "Layer.forward", "Layer.later"]


def test_a_function_that_is_gone_has_no_digest():
    assert read_module("x = 1").digest(["f"])[1] == "-"


def test_functions_of_one_name_are_told_apart():
    module = read_module("def f():\n    return 1\n\ndef f():\n    return 2\n")
    assert [module.function_at(line) for line in (1, 4)] == ["f", "f:4"]
    assert module.digests["f"] != module.digests["f:4"]


def test_what_is_no_python_has_no_parts():
    assert read_module("def f(:") is None
