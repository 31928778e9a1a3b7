"""Combines the Jupyter outputs of a cell and the observer's report into an outcome. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from os.path import normpath
from pathlib import Path, PurePath
from typing import Any

from marpweave.model.media import fits
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
from marpweave.text import ANSI, overwritten

WITHOUT_PATH = ("environment", "outside", "place", "text", "lines")
"""Kinds of inputs whose names are not paths."""


def outcome_of(raw: Sequence[Mapping[str, Any]], mime: str, *, seconds: float) -> Outcome:
    """The outcome of one cell; ``mime``: type of the display that contains the observer's report."""
    seen: dict[str, Any] = {}
    outputs: list[Stream | Display | Error] = []
    for output in _flat(coalesced(raw), mime):
        data = output.get("data", {})
        if mime in data:
            seen = data[mime]
        else:
            outputs.append(_output(output))
    error = seen.get("error")
    if error:
        outputs = [_located(o, error) if isinstance(o, Error) else o for o in outputs]
    return Outcome(
        outputs=tuple(outputs),
        figures=_figures(seen),
        writes=tuple(Write(w["text"], tuple(w["lines"]), w["stream"]) for w in seen.get("writes", ())),
        values=tuple(Value(v["line"], v["repr"], v["str"]) for v in seen.get("values", ())),
        answers=tuple(Answer(a["line"], a["got"]) for a in seen.get("answers", ())),
        warnings=tuple(Warned(w["category"], w["message"], w["line"]) for w in seen.get("warnings", ())),
        provenance=_provenance(seen, seconds))


def _provenance(seen: Mapping[str, Any], seconds: float) -> Provenance:
    return Provenance(
        seconds=seconds,
        inputs=tuple(Input(*each) for each in seen.get("inputs", ())),
        written=tuple(Input("file", name, "") for name in seen.get("written", ())),
        volatile=seen.get("volatile", "its inputs were not observed"),
        unseen=tuple(seen.get("unseen", ())),
        watched=seen.get("watched", ""))


def placed(outcome: Outcome, root: Path, place: str) -> Outcome:
    """An outcome that shows the path of the project depends on it: a copy of the project has another."""
    shown = repr((outcome.outputs, outcome.values, outcome.answers, outcome.warnings))
    found = {Input("place", "", place)} if repr(str(root))[1:-1] in shown else set()
    return outcome.with_provenance(inputs=tuple(sorted({*outcome.provenance.inputs, *found})))


def confined(outcome: Outcome, visible: Sequence[str]) -> Outcome:
    """Restrict an outcome to what a sandboxed cell can depend on and leave behind.

    Files it wrote are gone, and nothing outside of the ``visible`` folders and files exists for it, whatever it
    reports. A hostile cell can thus only falsify results of its own deck.
    """
    found = (each for each in outcome.provenance.inputs
             if each.kind in WITHOUT_PATH or _is_within(each.name.partition("::")[0], visible))
    return outcome.with_provenance(inputs=tuple(found), written=())


def _is_within(name: str, visible: Sequence[str]) -> bool:
    path = PurePath(normpath(name))
    return path.is_absolute() and any(path.is_relative_to(folder) for folder in visible)


def coalesced(raw: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Outputs with one text per stream, stdout before stderr, because their relative order is not reliable.

    nbclient's implementation uses a regular expression that takes minutes for a long line.
    """
    texts: dict[str, list[str]] = {}
    outputs: list[Mapping[str, Any]] = []
    for output in raw:
        if output["output_type"] != "stream":
            outputs.append(output)
            continue
        if output["name"] not in texts:
            outputs.append(output)
        texts.setdefault(output["name"], []).append(output["text"])
    whole = [{**o, "text": overwritten("".join(texts[o["name"]]))} if o["output_type"] == "stream" else o
             for o in outputs]
    for at, (one, other) in enumerate(pairwise(whole)):
        if (one.get("name"), other.get("name")) == ("stderr", "stdout"):
            whole[at:at + 2] = other, one
    return whole


def _flat(raw: Sequence[Mapping[str, Any]], mime: str) -> Iterator[Mapping[str, Any]]:
    """Outputs, with the message of an isolated cell replaced by its outputs."""
    for output in raw:
        inside = output.get("data", {}).get(mime, {}).get("isolated")
        yield from (output,) if inside is None else inside


def _figures(seen: Mapping[str, Any]) -> tuple[Figure, ...]:
    missing = [message.partition(": ") for message in seen.get("missing_glyphs", ())]
    return tuple(
        Figure(f["name"], base64.b64decode(f["content"]),
               missing_glyphs=tuple(character for name, _, character in missing if name == f["name"]),
               animation=base64.b64decode(f["animation"]))
        for f in seen.get("figures", ()))


def _output(output: Mapping[str, Any]) -> Stream | Display | Error:
    kind = output["output_type"]
    if kind == "stream":
        return Stream(output["name"], ANSI.sub("", output["text"]))
    if kind == "error":
        traceback = ANSI.sub("", "\n".join(output["traceback"]))
        return Error(output["ename"], ANSI.sub("", output["evalue"]), None, traceback)
    data = {mime: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
            for mime, value in output["data"].items()}
    data = {mime: value for mime, value in data.items() if fits(mime, value)}
    return Display(data, is_result=kind == "execute_result")


def _located(error: Error, seen: Mapping[str, Any]) -> Error:
    return Error(seen["name"], seen["message"], seen["line"], error.traceback)
