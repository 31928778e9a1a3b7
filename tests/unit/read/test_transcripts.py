"""Transcripts of IPython as sessions of doctest."""

import pytest

from marpweave.model.deck import Notation
from marpweave.read.notations import read_script
from marpweave.read.syntax import as_session


@pytest.mark.parametrize(("transcript", "session"), [
    ("In [1]: x = 1\n\nIn [2]: x + 1\nOut[2]: 2", ">>> x = 1\n\n>>> x + 1\n2"),
    ("# first\nIn[1]: for k in (1, 2):\n   ...:     print(k)\n   ...:\n1\n2",
     "# first\n>>> for k in (1, 2):\n...     print(k)\n...\n1\n2"),
    ("In [1]: eye(2)\nOut[1]: \narray([[1, 0],\n       [0, 1]])", ">>> eye(2)\n...\narray([[1, 0],\n       [0, 1]])"),
    ("In [1]: x\n\nOut[1]: 2\n\nText", ">>> x\n...\n2\n\nText"),
    ("In [1]: print(1) or 2\n1\nOut[1]: 2\n\nIn [2]: ", ">>> print(1) or 2\n1\n2\n\n"),
    ("In [1]: 1 / 0\n-----------------------------\nZeroDivisionError   Traceback (most recent call last)\n"
     "Cell In[1], line 1\n----> 1 1 / 0\n\nZeroDivisionError: division by zero\n\nIn [2]: 3\nOut[2]: 3",
     ">>> 1 / 0\nTraceback (most recent call last):\n    ...\n    ...\n    ...\n    ...\n"
     "ZeroDivisionError: division by zero\n\n>>> 3\n3"),
])
def test_each_line_of_a_transcript_becomes_one_of_a_session(transcript, session):
    assert "\n".join(as_session(transcript.split("\n"))) == session


def test_a_transcript_with_magics_stays_a_cell_of_ipython():
    assert not read_script("In [1]: %timeit x\nIn [2]: 3\nOut[2]: 3").session


def test_the_fence_below_a_cell_may_have_the_prompt_of_an_answer():
    (want,) = read_script("x", output="Out[3]: 5\n", marked=False).expected
    assert (want.notation, want.want, want.column, want.marked) == (Notation.FENCE, "5", 8, True)
