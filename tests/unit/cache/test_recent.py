"""A session reads what it needs again and again once."""

import pytest

from marpweave.cache.store import Recent


def test_what_was_read_since_the_last_turn_but_one_is_remembered():
    files = {"a": b"1", "b": b"2"}
    recent = Recent(files)
    assert (recent["a"], recent["b"]) == (b"1", b"2")
    files.clear()
    recent.turn()
    assert recent["a"] == b"1"
    recent.turn()
    assert recent["a"] == b"1"
    assert "b" not in recent


def test_what_is_written_stands_in_the_files_and_is_read_from_memory():
    files = {"a": b"1"}
    recent = Recent(files)
    recent["a"] = b"2"
    assert files == {"a": b"2"}
    del files["a"]
    assert recent["a"] == b"2"


def test_what_is_not_there_is_looked_for_again():
    files = {}
    recent = Recent(files)
    with pytest.raises(KeyError):
        recent["a"]
    files["a"] = b""
    assert recent["a"] == b""
