"""Code as keys spell it: without comments and blanks, equal in every version of Python."""

import ast

import pytest

from marpweave.inputs.digests import digest
from marpweave.inputs.modules import read_module
from marpweave.inputs.spelling import spelled, spelling_of

CODE = """\
# 始め
import numpy as np


def f(x,  *rest: int) -> str:
    '''Two
      lines.'''
    if x:  # a comment
        return f"{x!r:>{10}} {{x}} {x = }" \\
            f'''{
x}'''

    return rb"\\d" + [  # another
        1_000, 0x1F, 1e-3j,
    ]; データ = 1

class A: pass
x;
"""
SPELLED = '''\
import numpy as np
def f ( x , * rest : int ) -> str :
    """Two
      lines."""
    if x :
        return f"{x!r:>{10}} {{x}} {x = }" f"""{
x}"""
    return rb"\\d" + [ 1_000 , 0x1F , 1e-3j , ] ; データ = 1
class A : pass
x ;'''.replace('"""', "\'\'\'")

def test_comments_and_blanks_are_not_spelled():
    assert spelled(CODE) == SPELLED


def test_what_is_spelled_means_the_same():
    assert ast.dump(ast.parse(spelled(CODE))) == ast.dump(ast.parse(CODE))
    assert spelled(spelled(CODE)) == spelled(CODE)


def test_every_version_of_python_spells_alike():
    assert digest(spelled(CODE)) == "8702350d34fecad82593de47f9525d33"
    assert read_module(CODE).digests == {
        "": "f7981e84d2f089e561ca2fe6477f52b7", "f": "0a96ce4295773a917a7049c9c8f8f311"}


@pytest.mark.parametrize(("one", "other"), [
    ("x", "x;"), ("f(1)", "f(1,)"), ("'a b'", "'a  b'"), ("f'{a[\"b c\"]}'", "f'{a[\"b  c\"]}'"), ("f'{x=}'", "f'{x =}'"),
    ("if x:\n  a\n  b", "if x:\n  a\nb"), ("'''a\n b'''", "'''a\n  b'''"), ("a b", "ab"),
])
def test_what_may_matter_is_spelled(one, other):
    assert spelling_of(one).text != spelling_of(other).text


def test_each_token_has_its_line():
    assert spelling_of("x = (  # 1\n\n  2)\nif x:\n    y").lines == (1, 1, 1, 3, 3, 4, 4, 4, 5)


@pytest.mark.parametrize("code", ["%time  x  # 1", "!echo  a", "x =", "if x:\nreturn", "\0"])
def test_what_is_no_python_stands_as_it_is(code):
    assert spelling_of(code).text == code.strip()


def test_deep_sums_are_spelled():
    code = "+".join(["1"] * 1000)
    assert spelling_of(code).text == " + ".join(["1"] * 1000)
