"""Jupyter's outputs as an outcome."""

import re
import time

import pytest

from marpweave.kernel.messages import coalesced, outcome_of, placed
from marpweave.model.outcome import (
    Answer,
    Display,
    Error,
    Figure,
    Input,
    Outcome,
    Provenance,
    Stream,
    Value,
    Warned,
    Write,
)


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


MIME = "application/x-seen"


def seen(**what):
    return {"output_type": "display_data", "data": {MIME: what}}


def test_outputs_figures_and_inputs_become_one_value():
    figure = {"name": "a.svg", "content": "PHN2Zy8+", "animation": ""}
    raw = [stream("\x1b[31mred\x1b[0m\n"),
           {"output_type": "execute_result", "data": {"text/plain": "1", "application/json": {"b": 1, "a": 2}}},
           seen(figures=[figure], missing_glyphs=["a.svg: 図", "b.svg: x"], writes=[{"text": "red", "lines": [3], "stream": "stderr"}],
                values=[{"line": 3, "repr": "'1'", "str": "1"}], answers=[{"line": 4, "got": "2\n"}],
                warnings=[{"category": "UserWarning", "message": "w", "line": None}],
                inputs=[["file", "a.txt", "00"]], written=["b.txt"], volatile="", unseen=["c.so"], watched="system calls")]
    outcome = outcome_of(raw, MIME, seconds=2.0)
    assert outcome == Outcome(
        outputs=(Stream("stdout", "red\n"), Display({"text/plain": "1", "application/json": '{"a": 2, "b": 1}'}, is_result=True)),
        figures=(Figure("a.svg", b"<svg/>", missing_glyphs=("図",), animation=b""),),
        writes=(Write("red", (3,), "stderr"),), values=(Value(3, "'1'", "1"),), answers=(Answer(4, "2\n"),),
        warnings=(Warned("UserWarning", "w", None),))
    assert outcome.provenance == Provenance(
        seconds=2.0, inputs=(Input("file", "a.txt", "00"),), written=(Input("file", "b.txt", ""),), unseen=("c.so",),
        watched="system calls")


def test_a_cell_of_which_nothing_was_seen_is_volatile():
    assert outcome_of([], MIME, seconds=0.0).provenance.volatile == "its inputs were not observed"


def test_an_error_gets_the_place_that_the_observer_saw():
    raw = [{"output_type": "error", "ename": "X", "evalue": "\x1b[1mlong\x1b[0m", "traceback": ["a", "\x1b[1mb"]},
           seen(error={"name": "X", "message": "long", "line": 7})]
    assert outcome_of(raw, MIME, seconds=0.0).outputs == (Error("X", "long", 7, "a\nb"),)
    assert outcome_of(raw[:1], MIME, seconds=0.0).outputs == (Error("X", "long", None, "a\nb"),)


def test_outputs_of_an_isolated_cell_stand_in_place_of_its_message():
    inside = [stream("in\n"), seen(volatile="", inputs=[["file", "a", "1"]])]
    outcome = outcome_of([seen(isolated=inside), seen(volatile="outer")], MIME, seconds=0.0)
    assert outcome.outputs == (Stream("stdout", "in\n"),)


def test_an_outcome_that_shows_the_projects_path_depends_on_it(tmp_path):
    silent, shown = Outcome(outputs=(Stream("stdout", "x"),)), Outcome(outputs=(Stream("stdout", f"{tmp_path}/x"),))
    assert placed(silent, tmp_path, "here").provenance == Provenance()
    assert placed(shown, tmp_path, "here").provenance.inputs == (Input("place", "", "here"),)
