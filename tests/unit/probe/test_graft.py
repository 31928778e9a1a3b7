"""Which edits of a module that was imported its functions can follow, and what must be imported anew."""

import subprocess
import sys

import pytest

from marpweave.probe.audit.monitor import CAN_SEE

pytestmark = pytest.mark.skipif(not CAN_SEE, reason="this Python does not tell which functions ran")
PROGRAM = """
import os, sys
from marpweave.probe.audit.hooks import Audit
from marpweave.probe.tree.graft import graft
sys.path.append(os.getcwd())
audit = Audit([os.getcwd()])
audit.install()
import mod
from mod import late
mod.early()
{before}
audit.result(whole=False)
open("mod.py", "w").write({edited!r})
print(graft(audit.functions), end=" ")
{then}
"""
MODULE = """\
import warnings

LIMIT = 2

def early():
    return LIMIT

BY = (lambda: 1)()

def late(by=BY):
    def inner():
        return by
    return inner()

class Net:
    def forward(self):
        return 1

    @property
    def size(self):
        return 2

def count():
    yield 100

async def wait():
    return 100

def fail():
    warnings.warn("late")
    raise ValueError
"""


@pytest.fixture
def followed(tmp_path):
    def followed(edited, then="", *, before=""):
        (tmp_path / "mod.py").write_text(MODULE, encoding="utf-8")
        done = subprocess.run([sys.executable, "-P", "-c", PROGRAM.format(edited=edited, then=then, before=before)], cwd=tmp_path,
                              capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.strip()
    return followed


@pytest.mark.parametrize(("old", "new", "then", "said"), [
    ("return inner()", "return inner() + 4", "print(late(), mod.late())", "True 5 5"),
    ("return by\n", "return by * 7\n", "print(late())", "True 7"),
    ("return 1\n", "return 11\n", "print(mod.Net().forward())", "True 11"),
    ("return 2\n", "return 22\n", "print(mod.Net().size)", "True 22"),
    ("LIMIT = 2\n", "# Where it ends:\n\nLIMIT = 2\n", "print(mod.early.__code__.co_firstlineno, mod.early())", "True 7 2"),
    ("yield 100", "yield 200", "print(list(mod.count()))", "True [200]"),
    ("return 1\n", "return 1\n", "print(late())", "True 1"),
])
def test_functions_that_have_not_run_follow_their_file(old, new, then, said, followed):
    assert followed(MODULE.replace(old, new), then) == said


@pytest.mark.parametrize(("old", "new"), [
    ("return LIMIT", "return LIMIT + 1"),
    ("LIMIT = 2", "LIMIT = 3"),
    ("lambda: 1", "lambda: 9"),
    ("return 1\n", "return super().forward\n"),
    ("return inner()", "yield inner()"),
    ("def early", "def unlike():\n    return 1\n\ndef early"),
    ("def early():", "def early(:"),
    ("    @property\n", ""),
])
def test_what_has_run_must_be_imported_anew(old, new, followed):
    assert followed(MODULE.replace(old, new), "print(mod.early(), late(), mod.Net().forward())") == "False 2 1 1"


FAILED = "try:\n    mod.fail()\nexcept ValueError as error:\n    held = error"


@pytest.mark.parametrize(("before", "old", "new"), [
    ("held = mod.count()", "yield 100", "yield 200"),
    ("held = mod.count()\nnext(held)", "LIMIT", "\nLIMIT"),
    ("held = mod.wait()", "return 100", "return 200"),
    ("warnings.simplefilter('ignore')\n" + FAILED, "LIMIT", "\nLIMIT"),
    ("import gc\ngc.freeze()", "return inner()", "return 5"),
    (FAILED + "\ndel held", "LIMIT", "\nLIMIT"),
], ids=["generator", "half a generator", "coroutine", "traceback", "hidden", "warned"])
def test_where_code_is_held_that_cannot_be_exchanged_a_module_must_be_imported_anew(before, old, new, followed):
    assert followed(MODULE.replace(old, new, 1), "print(mod.early())", before=f"import warnings\n{before}") == "False 2"


def test_a_copied_function_must_be_imported_anew(followed):
    copy = "mod.late.__code__ = mod.late.__code__.replace(co_name='other')\n"
    then = f"{copy}open('mod.py', 'a').write('#')\nprint(graft(audit.functions))"
    assert followed(MODULE, then) == "True False"


def test_a_function_that_is_followed_counts_as_an_input_when_it_runs(followed):
    then = "late()\nprint([(n.rpartition('/')[2], len(d.split())) for k, n, d in audit.result(whole=False)['inputs'] if k == 'code'])"
    assert followed(MODULE.replace("return inner()", "return 5"), then) == "True [('mod.py::late', 3)]"


def test_functions_of_a_followed_module_have_run_when_they_ran_before(followed):
    moved = "\n\n" + MODULE
    then = f"open('mod.py', 'w').write({moved.replace('return LIMIT', 'return 0')!r})\nprint(graft(audit.functions), mod.early())"
    assert followed(moved, then) == "True False 2"
