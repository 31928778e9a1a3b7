"""Records by somebody else, each signed as ours are: a miss and one note, or one clear message; nothing else happens.

A row says what is changed in a valid store or lock file: a kind of record, the place in it, and what is put there.
"""

import base64
import hashlib
import json
import os
import shutil

import pytest

from marpweave.build.runners import Kernels
from marpweave.cache.keys import label_of
from marpweave.cache.store import VERSION, Folder, Store
from marpweave.cli.main import main
from marpweave.inputs.digests import digest
from marpweave.model.finding import Kind
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
from marpweave.render import render
from marpweave.render.browser import Fault
from marpweave.render.render import Rendered

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


# -- a project whose cells need no kernel -----------------------------------------------


class Project:
    """A deck, what it would give, and which steps ran."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.ran = folder / "project", []
        self.store = self.folder / ".marpweave/cache" / VERSION
        (self.folder / "slides").mkdir(parents=True, exist_ok=True)
        (self.folder / "slides/deck.md").write_text(DECK, encoding="utf-8")
        (self.folder / "data.txt").write_text("data", encoding="utf-8")
        monkeypatch.chdir(self.folder)
        monkeypatch.setattr(Kernels, "run", self.run)

    def run(self, plans, events):
        self.ran += [label_of(plan.steps[n]) for plan in plans for n in plan.wanted]
        return [[GAVE[label_of(plan.steps[n])] for n in plan.wanted] for plan in plans]

    def call(self, capsys, *arguments):
        """Exit code, what was said on stderr, and what ran."""
        self.ran.clear()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr().err.replace("rendering md …\n", "")
        return ended.value.code, said, list(self.ran)

    def tree(self):
        """All files but results, with their contents."""
        return {path: path.read_bytes() for path in self.folder.parent.rglob("*")
                if path.is_file() and not {".marpweave", "there"} & {*path.parts}}


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


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project that was built and frozen, with nothing that remembers where it stands."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        project = Project(folder, patch)
        for arguments in (["build", "--to", "md"], ["freeze"]):
            with pytest.raises(SystemExit) as ended:
                main(arguments)
            assert ended.value.code == 0
        without(project.store, "report")
    return folder


@pytest.fixture
def project(template, tmp_path, monkeypatch):
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path, monkeypatch)


@pytest.fixture
def built(project):
    return project.store


@pytest.fixture
def frozen(project):
    return project.folder / "slides"


def test_records_of_our_own_are_taken(project, capsys):
    before = project.tree()
    assert project.call(capsys, "build", "--to", "md") == (0, "", [])
    assert project.call(capsys, "build", "--to", "md") == (0, "", [])
    assert project.call(capsys, "build", "--frozen", "--to", "md") == (0, "", [])
    assert project.tree() == before


def is_a_miss(project, capsys, before, *, ran, notes=1, arguments=("build", "--to", "md")):
    """The build does what it did from nothing, says one sentence, and writes nowhere else."""
    code, said, runs = project.call(capsys, *arguments)
    assert (code, said.count("damaged files"), said.count("\n"), "Traceback" in said) == (0, notes, notes, False)
    assert {*runs} == {*ran}
    assert project.tree() == before


ALL = ["plot", "text", "{python} 1 + 1"]


# -- the local store -----------------------------------------------------------------------


@pytest.mark.parametrize("row", OUTCOME)
def test_an_outcome(row, project, built, capsys):
    before = project.tree()
    assert with_outcome(built, "plot", with_value(*OUTCOME[row]))
    is_a_miss(project, capsys, before, ran=["plot", "{python} 1 + 1"])


@pytest.mark.parametrize("trace", ['[99, 0]', '[0, 9999]', '0', '[[[', '1e9', '99999999999999999999'])
def test_a_place_in_a_traceback(trace, project, built, capsys):
    before = project.tree()
    traceback = f'File "\0", line {trace}, in <module>\n    x'
    edit = with_value(("outputs", 0, "traceback"), traceback)
    assert with_outcome(built, "text", edit)
    code, said, _ = project.call(capsys, "build", "--to", "md")
    assert (code, "Traceback" in said, project.tree()) == (0, False, before)


@pytest.mark.parametrize("content", [
    b"<html/>", b"GIF89a", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', b'<svg onload="alert(1)"/>',
    b'<svg><a href="java\nscript:alert(1)"/></svg>', b"<svg><foreignObject/></svg>", b'<!DOCTYPE svg [<!ENTITY x "y">]><svg>&x;</svg>',
    b'<?xml-stylesheet href="x.xsl"?><svg/>', b"<svg>", b""])
def test_a_figure_that_is_none_or_runs(content, project, built, capsys):
    before = project.tree()
    assert with_outcome(built, "plot", with_value(("figures", 0, "content"), blob(built, content)))
    is_a_miss(project, capsys, before, ran=["plot", "{python} 1 + 1"])


@pytest.mark.parametrize("row", TRACE)
def test_a_trace(row, project, built, capsys):
    before = project.tree()
    assert change(built, "step", with_value(*TRACE[row])) == 3
    is_a_miss(project, capsys, before, ran=ALL)


@pytest.mark.parametrize("row", CHANGED)
def test_an_input_that_is_not_what_it_was(row, project, built, capsys):
    before = project.tree()
    change(built, "step", with_value((0, "inputs"), CHANGED[row]))
    is_a_miss(project, capsys, before, ran=ALL, notes=0)


@pytest.mark.parametrize("row", DECKS)
def test_a_ledger(row, project, built, capsys):
    before = project.tree()
    change(built, "deck", with_value(*DECKS[row]))
    without(built, "step")
    is_a_miss(project, capsys, before, ran=ALL)


@pytest.mark.parametrize("row", REPORT)
def test_a_report(row, project, built, capsys):
    project.call(capsys, "build", "--to", "md")
    before = project.tree()
    assert change(built, "report", with_value(*REPORT[row])) == 1
    is_a_miss(project, capsys, before, ran=[])


def test_a_report_with_a_pattern_that_its_deck_does_not_have(project, built, capsys):
    project.call(capsys, "build", "--to", "md")
    before = project.tree()
    assert change(built, "report", with_value(("inputs",), CHANGED["a pattern that its cell does not have"])) == 1
    is_a_miss(project, capsys, before, ran=[], notes=0)


@pytest.mark.parametrize("row", FONTS)
def test_fonts(row, project, built, capsys):
    before = project.tree()
    assert change(built, "fonts", with_value(*FONTS[row])) == 1
    is_a_miss(project, capsys, before, ran=[])


@pytest.mark.parametrize("kind", ["step", "deck", "fonts", "report", "blob"])
@pytest.mark.parametrize("row", RAW)
def test_what_is_no_record_at_all(row, kind, project, built, capsys):
    if kind == "report":
        project.call(capsys, "build", "--to", "md")
    before = project.tree()
    if kind == "deck":
        without(built, "step")
    if kind == "blob":
        assert with_outcome(built, "plot", lambda body: RAW[row])
    else:
        assert change(built, kind, lambda body: RAW[row])
    is_a_miss(project, capsys, before, ran={"step": ALL, "deck": ALL, "blob": ["plot", "{python} 1 + 1"]}.get(kind, []))


@pytest.mark.parametrize("kind", ["step", "blob", "fonts"])
def test_what_is_no_file(kind, project, built, capsys):
    before = project.tree()
    for path in list((built / kind).rglob("*")):
        if path.is_file():
            path.unlink()
            os.mkfifo(path)
    is_a_miss(project, capsys, before, ran=[] if kind == "fonts" else ALL, notes=0)


@pytest.mark.parametrize("row", RENDERED)
def test_a_rendering(row, tmp_path):
    out, files = tmp_path / "dist", Folder(tmp_path / "cache")
    store = Store(files)
    fault = Fault(1, Kind.OVERFLOW, "list", "is cut off")
    store.put_record("rendered", NOWHERE, Rendered(2, (fault,), {"deck.html": digest("page"), "deck/001.png": digest("1")}))
    assert store.record("rendered", NOWHERE, Rendered).faults == (fault,)
    assert change(files.path, "rendered", with_value(*RENDERED[row])) == 1
    assert (store.record("rendered", NOWHERE, Rendered), len(store.damaged)) == (None, 1)
    assert not out.exists()


@pytest.mark.parametrize(("files", "known"), [
    ({}, False), ({"deck.html": digest("page")}, False), ({"deck.html": digest("page"), "deck.pdf": digest("other")}, False),
    ({"deck.html": digest("page"), "deck.pdf": digest("print")}, True)])
def test_a_rendering_is_known_where_every_file_of_it_stands(files, known, tmp_path):
    (tmp_path / "deck.html").write_text("page")
    (tmp_path / "deck.pdf").write_text("print")
    seen = render._known(Rendered(1, (), files), "deck", ("html", "pdf"), tmp_path)
    assert (seen is not None) is known


# -- a shared store ------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["a figure above its folder", "a million outputs", "a place in step 99", "an outcome that is null"])
def test_an_outcome_of_another_machine(row, project, capsys):
    there = project.folder / "there"
    arguments = ("build", "--to", "md", "--cache", there.as_uri())
    shutil.rmtree(project.folder / ".marpweave")
    assert {*project.call(capsys, *arguments)[2]} == {*ALL}
    shutil.rmtree(project.folder / ".marpweave")
    assert project.call(capsys, *arguments) == (0, "", [])
    shutil.rmtree(project.folder / ".marpweave")
    before = project.tree()
    assert with_outcome(there, "plot", with_value(*OUTCOME[row]))
    is_a_miss(project, capsys, before, ran=["plot", "{python} 1 + 1"], arguments=arguments)
    assert project.call(capsys, *arguments) == (0, "", [])


# -- lock files ------------------------------------------------------------------------------


def is_refused(project, capsys):
    """One sentence with the remedy, and nothing is written."""
    before = project.tree()
    code, said, ran = project.call(capsys, "build", "--frozen", "--to", "md")
    assert (code, said[:7], said.count("\n"), ran) == (2, "error: ", 1, [])
    assert "run `build.py freeze`" in said
    assert project.tree() == before


@pytest.mark.parametrize("row", LOCK)
def test_a_lock_file(row, project, frozen, capsys):
    lock = frozen / "deck.lock.json"
    lock.write_bytes(with_value(*LOCK[row])(lock.read_bytes()))
    is_refused(project, capsys)


@pytest.mark.parametrize("row", RAW)
def test_what_is_no_lock_file(row, project, frozen, capsys):
    (frozen / "deck.lock.json").write_bytes(RAW[row])
    is_refused(project, capsys)


def refrozen(folder, edit):
    """Edit the kept outcome of the cell with the figures."""
    lock = folder / "deck.lock.json"
    content = json.loads(lock.read_bytes())
    (line,) = (line for line in content["steps"] if line["label"] == "plot")
    body = edit((folder / "_frozen" / line["outcome"]).read_bytes())
    line["outcome"] = digest(body)
    (folder / "_frozen" / digest(body)).write_bytes(body)
    lock.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize("row", OUTCOME)
def test_a_kept_outcome(row, project, frozen, capsys):
    refrozen(frozen, with_value(*OUTCOME[row]))
    is_refused(project, capsys)


@pytest.mark.parametrize("row", RAW)
def test_what_is_no_kept_outcome(row, project, frozen, capsys):
    refrozen(frozen, lambda body: RAW[row])
    is_refused(project, capsys)


@pytest.mark.parametrize("row", ["a list", "an outcome whose digest is a path"])
def test_freezing_anew_beside_a_damaged_lock_file_removes_nothing(row, project, frozen, capsys):
    other, kept = frozen / "other.lock.json", frozen / "_frozen"
    other.write_bytes(with_value(*LOCK[row])((frozen / "deck.lock.json").read_bytes()))
    (kept / "notes.txt").write_text("mine", encoding="utf-8")
    before = project.tree()
    code, _, _ = project.call(capsys, "freeze")
    assert (code, project.tree()) == (0, before)


def test_a_deck_cut_short_since_it_was_frozen_is_out_of_date(project, frozen, capsys):
    deck = frozen / "deck.md"
    deck.write_text(DECK[:DECK.index("```python")] + DECK[DECK.index("```python\n#| label: text"):], encoding="utf-8")
    code, said, ran = project.call(capsys, "check", "--frozen")
    assert (code, said, ran) == (1, "", [])
