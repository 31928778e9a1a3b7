"""Jupyter's outputs as an outcome."""

import re
import time

import pytest

from marpweave.kernel.messages import coalesced


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_each_stream_has_one_text_and_stdout_stands_before_stderr():
    shown = {"output_type": "display_data", "data": {}}
    assert coalesced([stream("a", "stderr"), stream("b"), shown, stream("c", "stderr"), stream("d")]) == [
        stream("bd"), stream("ac", "stderr"), shown]


@pytest.mark.parametrize("text", [
    "", "\r", "a\r", "a\rb", "a\r\n", "a\rb\r\nc", "a\r\r\n", "a\rb\rc\n\rd", "\r\n\r\n", "10%\r50%\r100%\ndone\n", "a\n\r"])
def test_a_line_that_goes_back_to_its_start_is_overwritten(text):
    assert coalesced([stream(text)])[0]["text"] == re.sub(r".*\r(?=[^\n])", "", text)


def test_a_line_without_an_end_takes_no_time():
    begun = time.process_time()
    coalesced([stream("x" * 50_000)] * 40)
    assert time.process_time() - begun < 5
