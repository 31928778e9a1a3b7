"""A deck with what it gave, values that its records may not hold, and how a record is changed on disk."""

import base64
import hashlib
import json
import shutil

from marpweave.inputs.digests import digest
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

DECK = """\
---
execute: true
---

# 一

値は `{python} 1 + 1` です。

```python
#| label: plot
draw()
print(1)
x
```

```python
#| label: text
#| error: true
1 / 0
```
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><g id="a"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
PICTURE = base64.b64encode(PNG).decode()
GAVE = {
    "plot": Outcome(
        outputs=(Stream("stdout", "1\n"), Display({"image/png": PICTURE, "text/plain": "picture"}), Display({"text/plain": "7"}, True)),
        figures=(Figure("plot.svg", SVG, (), PNG), Figure("plot-2.png", PNG)), writes=(Write("1", (12,)),),
        values=(Value(13, "7", "7"),), answers=(Answer(12, "1"),), warnings=(Warned("UserWarning", "careful", 11),),
        provenance=Provenance(inputs=(Input("file", "data.txt", digest("data")),))),
    "text": Outcome(outputs=(Error("ZeroDivisionError", "division by zero", 18, 'File "slides/deck.md", line 18, in <module>\n    1 / 0'),)),
    "{python} 1 + 1": Outcome(outputs=(Stream("stdout", "2"),)),
}
NOWHERE = "0" * 32
LARGE = "x" * 100_000_000
# -- the rows -------------------------------------------------------------------------

OUTCOME = {
    "a figure above its folder": (("figures", 0, "suffix"), "/../../../x.svg"),
    "a figure with an absolute name": (("figures", 0, "suffix"), "/abs/x.svg"),
    "a figure beside the deck": (("figures", 0, "suffix"), "/../../slides/deck.md"),
    "a figure with a backslash": (("figures", 0, "suffix"), "\\..\\x.svg"),
    "a figure that is Python": (("figures", 0, "suffix"), ".py"),
    "a figure named with a line end": (("figures", 0, "suffix"), ".svg\n"),
    "a figure named with NUL": (("figures", 0, "suffix"), "\0.svg"),
    "a figure numbered 1": (("figures", 0, "suffix"), "-1.svg"),
    "a figure of another cell": (("figures", 0, "suffix"), "x.svg"),
    "a figure with a name of its own": (("figures", 0, "name"), "/etc/x.svg"),
    "a figure that is a number": (("figures", 0), 7),
    "a figure whose digest is a path": (("figures", 0, "content"), "../../../../etc/passwd"),
    "a figure whose digest has capitals": (("figures", 0, "content"), "A" * 32),
    "a figure whose digest ends in a line end": (("figures", 0, "content"), NOWHERE + "\n"),
    "an animation whose digest is a path": (("figures", 0, "animation"), "/dev/zero"),
    "glyphs that are numbers": (("figures", 0, "missing_glyphs"), [1]),
    "a PNG called SVG": (("figures", 1, "suffix"), ".svg"),
    "an SVG called PNG": (("figures", 0, "suffix"), ".png"),
    "no figures": (("figures",), None),
    "a bundle with a false PNG": (("outputs", 1, "data", "image/png"), base64.b64encode(b"GIF89a").decode()),
    "a bundle with a PNG that leaves its address": (("outputs", 1, "data", "image/png"), PICTURE + ") <script>alert(1)</script>"),
    "a bundle with a false JPEG": (("outputs", 1, "data", "image/jpeg"), PICTURE),
    "a bundle with a false GIF": (("outputs", 1, "data", "image/gif"), "R0lG"),
    "a bundle with a false SVG": (("outputs", 1, "data", "image/svg+xml"), "<html><script>alert(1)</script></html>"),
    "a bundle with half an SVG": (("outputs", 1, "data", "image/svg+xml"), "<svg><g>"),
    "a bundle of numbers": (("outputs", 1, "data"), {"text/plain": 7}),
    "a bundle that is a list": (("outputs", 1, "data"), []),
    "a stream with another name": (("outputs", 0, "name"), "../stdout"),
    "a stream without text": (("outputs", 0, "text"), None),
    "an output of another type": (("outputs", 0, "type"), "script"),
    "an output without a type": (("outputs", 0), {"name": "stdout", "text": ""}),
    "an output that is text": (("outputs", 0), "text"),
    "outputs that are an object": (("outputs",), {}),
    "a million outputs": (("outputs",), [{"type": "stream", "name": "stdout", "text": ""}] * 1_000_000),
    "a record of 100 MB": (("outputs", 0, "text"), LARGE),
    "a place in step 99": (("writes", 0, "lines"), [[99, 0]]),
    "a place in step -2": (("writes", 0, "lines"), [[-2, 0]]),
    "a place at node 10000": (("values", 0, "line"), [-1, 10_000]),
    "a place below the deck": (("values", 0, "line"), [-1, -10_000]),
    "a place at line 0": (("answers", 0, "line"), 0),
    "a place at line 10**9": (("answers", 0, "line"), 10**9),
    "a place at line 10**40": (("warnings", 0, "line"), 10**40),
    "a place of three numbers": (("writes", 0, "lines"), [[0, 0, 0]]),
    "a place that is text": (("warnings", 0, "line"), "1"),
    "a place that is half a number": (("warnings", 0, "line"), 1.5),
    "a negative time": (("seconds",), -1.0),
    "an endless time": (("seconds",), float("inf")),
    "a time that is no number": (("seconds",), float("nan")),
    "a field that nobody knows": (("pickle",), "gASV"),
    "an outcome that is a list": ((), []),
    "an outcome that is null": ((), None),
}
TRACE = {
    "an outcome whose digest is a path": ((0, "outcome"), "../../../../../etc/passwd"),
    "an outcome whose digest is short": ((0, "outcome"), "ab"),
    "an input of two words": ((0, "inputs"), [["file", "data.txt"]]),
    "an input whose kind is a path": ((0, "inputs"), [["../x", "data.txt", ""]]),
    "inputs that are text": ((0, "inputs"), "data.txt"),
    "a view that is a list": ((0, "view"), []),
    "figures that are a word": ((0, "figures"), "yes"),
    "a result that is text": ((0,), "result"),
    "results that are an object": ((), {}),
}
CHANGED = {
    "a device": [["file", "/dev/zero", NOWHERE]],
    "a name with NUL": [["file", "a\0b", NOWHERE], ["listing", "a\0b", NOWHERE]],
    "a name of half a character": [["file", "\ud800", NOWHERE]],
    "a module without digests": [["code", "data.txt::f", ""]],
    "a module with too few digests": [["code", "data.txt::f g", f"{NOWHERE} {NOWHERE}"]],
    "a pattern that its cell does not have": [["deps", "/**", NOWHERE]],
    "a kind that nobody knows": [["moon", "full", NOWHERE]],
}
"""Inputs that may be somebody's, but are not as they were: a miss without a note."""
DECKS = {
    "facts that are a list": (("facts",), []),
    "a step whose digest is a path": (("steps", 0), "../x"),
}
REPORT = {
    "a finding of a kind that nobody knows": (("findings",), [{"kind": "moon", "line": 1, "message": "", "slide": 1, "want": None, "got": None}]),
    "a finding above the deck": (("findings",), [{"kind": "error", "line": -1, "message": "", "slide": 1, "want": None, "got": None}]),
    "a finding of two words": (("findings",), [["error", 1]]),
    "minus one slide": (("slides",), -1),
    "a count that is text": (("cells",), "many"),
    "a text whose digest is a path": (("text",), "../../x"),
    "inputs that are numbers": (("inputs",), [1, 2]),
    "no inputs": (("inputs",), None),
}
FONTS = {
    "a style sheet": (("faces", 0), "@import url(//example.com)"),
    "a family that leaves its rule": (("faces", 0, "family"), "x'; } body { background: url(//example.com)"),
    "a family with markup": (("faces", 0, "family"), "</style><script>alert(1)</script>"),
    "a weight that is text": (("faces", 0, "weight"), "400; } * { display: none"),
    "a font that is none": (("faces", 0, "content"), base64.b64encode(b"<script>").decode()),
    "a font that is no base64": (("faces", 0, "content"), "')}</style>"),
    "characters that are words": (("faces", 0, "characters"), ["ab"]),
    "missing characters that are words": (("missing",), ["<script>"]),
    "the list of an earlier version": ((), ["@import url(//example.com)", []]),
}
RENDERED = {
    "files above the folder": (("files",), {"../x.html": NOWHERE}),
    "files at an absolute place": (("files",), {"/etc/passwd": NOWHERE}),
    "files two folders down": (("files",), {"a/b/001.png": NOWHERE}),
    "a file whose digest is a word": (("files",), {"deck.html": "absent"}),
    "a fault on slide -7": (("faults", 0, "slide"), -7),
    "a fault of a kind that nobody knows": (("faults", 0, "kind"), "moon"),
    "half a slide": (("slides",), 0.5),
}
LOCK = {
    "an outcome whose digest is a path": (("steps", 0, "outcome"), "../deck.md"),
    "a key that is a path": (("steps", 0, "key"), "/etc/passwd"),
    "a step that is a list": (("steps", 0), []),
    "steps that are an object": (("steps",), {}),
    "no steps": (("steps",), None),
    "facts that are a list": (("facts",), []),
    "an input of four words": (("steps", 0, "inputs"), [["file", "a", "b", "c"]]),
    "a version that is a word": (("version",), "two"),
    "an earlier version": (("version",), 1),
    "a later version": (("version",), 99),
    "no version": ((), {}),
    "a field that nobody knows": (("run",), "rm"),
    "a list": ((), []),
    "null": ((), None),
}
RAW = {
    "nothing": b"", "half": b'{"a', "nested": b"[" * 200_000, "no UTF-8": b"\xff\xfe\xfd", "a number of 5000 digits": b"9" * 5000,
    "a number out of range": b"1e999", "NaN": b"NaN", "NUL": b"\0" * 64, "a pickle": b"\x80\x04N.",
}


def put(value, path, new):
    if not path:
        return new
    value = dict(value) if isinstance(value, dict) else list(value)
    first, *rest = path
    value[first] = put(value[first], rest, new) if rest else new
    return value


def change(store, kind, edit):
    """Edit the records of a kind in a store and sign them anew -> how many there were."""
    changed = 0
    for path in list((store / kind).rglob("*")):
        if path.is_file():
            body = edit(path.read_bytes().partition(b"\n")[2])
            path.write_bytes(signed(body))
            changed += 1
    return changed


def signed(body):
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body


def with_value(path, new):
    return lambda body: json.dumps(put(json.loads(body), path, new)).encode()


def blob(store, content):
    name = digest(content)
    path = store / "blob" / name[:2] / name[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


def with_outcome(store, label, edit):
    """Edit the outcome of one step, wherever it is named."""
    def step(body):
        traces = json.loads(body)
        for trace in traces:
            if trace["label"] == label:
                was = (store / "blob" / trace["outcome"][:2] / trace["outcome"][2:]).read_bytes()
                trace["outcome"] = blob(store, edit(was))
        return json.dumps(traces).encode()

    return change(store, "step", step)


def without(store, kind):
    shutil.rmtree(store / kind)


def is_a_miss(project, capsys, before, *, ran, notes=1, arguments=("build", "--to", "md")):
    """The build does what it did from nothing, says one sentence, and writes nowhere else."""
    code, said, runs = project.call(capsys, *arguments)
    assert (code, said.count("damaged files"), said.count("\n"), "Traceback" in said) == (0, notes, notes, False)
    assert {*runs} == {*ran}
    assert project.tree() == before


ALL = ["plot", "text", "{python} 1 + 1"]
