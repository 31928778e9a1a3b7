"""Any sequence of edits, and a warm build gives what a cold build gives."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from marpweave.cache.store import Store
from marpweave.model.deck import Cell
from tests.property.worlds import CODES, RESTLESS, World, Written, build, edited, histories, warm_is_cold, worlds


@given(histories())
def test_a_warm_build_gives_what_a_cold_build_gives(history):
    warm_is_cold(history)


@given(histories())
def test_nothing_runs_where_nothing_changed(history):
    world, changes = history
    store, worlds = Store({}), [world]
    for kind, detail in changes:
        worlds = edited(worlds, kind, detail)
    _, first = build(worlds[-1], store)
    _, again = build(worlds[-1], store)
    lasting = all(cell.cached and CODES[-1] not in cell.code for cell in worlds[-1].cells)
    assert again == [] if lasting else len(again) <= len(first)


@given(worlds, st.integers(0, 3))
def test_prose_comments_and_captions_run_nothing(world, at):
    cells = [replace(cell, cached=True, code=tuple(code for code in cell.code if code not in RESTLESS) or ("x",)) for cell in world.cells]
    store = Store({})
    build(replace(world, cells=tuple(cells)), store)
    i = at % len(cells)
    cells[i] = replace(cells[i], comment="別の話", prose="別の\n\n文", caption="別の図")
    assert build(replace(world, cells=tuple(cells)), store)[1] == []


def test_going_back_runs_nothing_and_gives_what_was():
    store = Store({})
    world = World((Written(("x = read('a')",)), Written(("print(x)", "draw()"))))
    first, _ = build(world, store)
    other, _ = build(replace(world, files={"a": 9}), store)
    assert other != first
    assert build(world, store) == (first, [])


def test_an_isolated_cell_runs_alone():
    store = Store({})
    cells = (Written(("x = 5",)), Written(("draw()",), isolate=True), Written(("print(x)",)))
    build(World(cells), store)
    changed = (cells[0], Written(("x = 7", "draw()"), isolate=True), cells[2])
    assert [cell.number for cell in build(World(changed), store)[1]] == [1, 2]
    assert [cell.number for cell in build(World((cells[0], cells[2])), store)[1] if isinstance(cell, Cell)] == []
