"""Records that were changed by somebody else write nothing, run nothing, and are misses where they do not fit."""

import os

import pytest

from marpweave.cache.store import Folder, Store
from marpweave.inputs.digests import digest
from marpweave.model.finding import Kind
from marpweave.render.prepare import fonts_for
from marpweave.render.render import Request, stands
from marpweave.render.rendering import RenderedDeck, SlideFault
from tests.attack.records.records import (
    ALL,
    CHANGED,
    DECKS,
    FONTS,
    NOWHERE,
    OUTCOME,
    RAW,
    RENDERED,
    REPORT,
    TRACE,
    blob,
    change,
    is_a_miss,
    with_outcome,
    with_value,
    without,
)

TEXT = "重み x"


def test_records_of_our_own_are_taken(project, capsys):
    before = project.tree()
    assert project.call(capsys, "build", "--to", "md") == (0, "", [])
    assert project.call(capsys, "build", "--to", "md") == (0, "", [])
    assert project.call(capsys, "build", "--frozen", "--to", "md") == (0, "", [])
    assert project.tree() == before


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


@pytest.mark.parametrize("kind", ["step", "deck", "report", "blob"])
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


@pytest.mark.parametrize("kind", ["step", "blob"])
def test_what_is_no_file(kind, project, built, capsys):
    before = project.tree()
    for path in list((built / kind).rglob("*")):
        if path.is_file():
            path.unlink()
            os.mkfifo(path)
    is_a_miss(project, capsys, before, ran=ALL, notes=0)


@pytest.fixture
def fonts(tmp_path):
    """Where fonts were kept, and what makes them again -> whether they are the same, and how many records did not fit."""
    files = Folder(tmp_path / "cache")
    made = fonts_for(TEXT, Store(files))

    def again():
        store = Store(files)
        return fonts_for(TEXT, store) == made, len(store.damaged)

    assert again() == (True, 0)
    return files.path, again


@pytest.mark.parametrize("edit", [*map(with_value, *zip(*FONTS.values(), strict=True)), *(lambda _, raw=raw: raw for raw in RAW.values())],
                         ids=[*FONTS, *RAW])
def test_fonts(edit, fonts):
    kept, again = fonts
    assert change(kept, "fonts", edit) == 1
    assert again() == (True, 1)


def test_fonts_that_are_no_file(fonts):
    kept, again = fonts
    (path,) = (path for path in (kept / "fonts").rglob("*") if path.is_file())
    path.unlink()
    os.mkfifo(path)
    assert again() == (True, 0)


@pytest.mark.parametrize("row", RENDERED)
def test_a_rendering(row, tmp_path):
    out, files = tmp_path / "dist", Folder(tmp_path / "cache")
    store = Store(files)
    fault = SlideFault(1, Kind.OVERFLOW, "list", "is cut off")
    store.put_record("rendered", NOWHERE, RenderedDeck(2, (fault,), {"deck.html": digest("page"), "deck/001.png": digest("1")}, {}))
    assert store.record("rendered", NOWHERE, RenderedDeck).faults == (fault,)
    assert change(files.path, "rendered", with_value(*RENDERED[row])) == 1
    assert (store.record("rendered", NOWHERE, RenderedDeck), len(store.damaged)) == (None, 1)
    assert not out.exists()


@pytest.mark.parametrize(("files", "known"), [
    ({}, False), ({"deck.html": digest("page")}, False), ({"deck.html": digest("page"), "deck.pdf": digest("other")}, False),
    ({"deck.html": digest("page"), "deck.pdf": digest("print")}, True)])
def test_a_rendering_is_known_where_every_file_of_it_stands(files, known, tmp_path):
    (tmp_path / "deck.html").write_text("page")
    (tmp_path / "deck.pdf").write_text("print")
    assert stands(RenderedDeck(1, (), files, {}), "deck", Request(("html", "pdf"), tmp_path)) is known
