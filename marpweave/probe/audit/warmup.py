"""Which code has started, where there is no ``sys.monitoring``: in CPython 3.11.

Its interpreter counts from -8 up to 0 how often a code object starts or jumps back, and then optimizes it
(``co_warmup`` in ``cpython/code.h``). To read that costs the code nothing. Code that is optimized may have run at any
time since.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import CodeType

try:
    import ctypes
except ImportError:  # a Python that was built without it
    CAN_COUNT = False
else:
    class Head(ctypes.Structure):
        """The first fields of a code object."""

        _fields_ = (("object", ctypes.c_char * tuple.__basicsize__), ("tables", ctypes.c_void_p * 3),
                    ("flags", ctypes.c_int), ("warmup", ctypes.c_short))

    def _counts() -> bool:
        """Whether this interpreter counts as it is known to."""
        if sys.implementation.name != "cpython" or sys.version_info[:2] != (3, 11):
            return False
        call = eval(compile("lambda: None", "", "eval"))
        head = Head.from_address(id(call.__code__))
        before = head.warmup
        call()
        return head.flags == call.__code__.co_flags and (before, head.warmup) == (COLD, COLD + 1)

    COLD = -8
    """The count of code that has never run."""
    CAN_COUNT = _counts()


class Starts:
    """Which functions, classes and comprehensions of a module have started."""

    def __init__(self, module: CodeType) -> None:
        """``module`` must outlive this."""
        self._counted = [(code.co_firstlineno, Head.from_address(id(code))) for code in inner(module)]
        self._before = [COLD] * len(self._counted)

    def lines(self) -> set[int]:
        """The first lines of those that have started since `begin`, and of those that may have."""
        return {line for (line, head), before in zip(self._counted, self._before, strict=True)
                if head.warmup != before or before == 0}

    def begin(self) -> None:
        """Forget what has started."""
        self._before = [head.warmup for _, head in self._counted]


def parts_of(code: CodeType) -> list[CodeType]:
    """The code objects of the functions and classes that stand in a code object."""
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def inner(code: CodeType) -> Iterator[CodeType]:
    """Those, and the ones that stand in them."""
    for part in parts_of(code):
        yield part
        yield from inner(part)
