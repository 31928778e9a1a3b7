"""How much a cell may print, and what is waited for."""

import io
import os

from marpweave.probe.floods import Descriptor, Room


def test_a_stream_that_is_not_held_is_not_waited_for():
    reader, writer = os.pipe()
    Descriptor(io.StringIO(), Room(print), writer).drain()
    os.close(writer)
    assert os.read(reader, 9) == b""
