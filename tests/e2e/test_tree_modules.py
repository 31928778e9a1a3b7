"""A session follows modules that are edited, from states that have imported them."""

import os

import pytest

from marpweave.cache.current import NOWHERE, CurrentInputs
from marpweave.kernel.zygote import CAN_FORK
from marpweave.probe.audit.monitor import CAN_SEE
from tests.e2e.trees import playing

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not (CAN_FORK and CAN_SEE), reason="needs forks, and functions that are seen")]
CELLS = ("import kit\nx = [kit.early()]", "x.append(2)\nprint(x)", "print(kit.late())")
KIT = "def early():\n    return 1\n\n\ndef late():\n    return 3\n"


def follows(folder):
    """Runs cells after edits of the module -> what each shows, and how many ran."""
    def unchanged(outcome):
        found = [(each.kind, each.name, each.digest) for each in outcome.provenance.inputs if each.kind != "lines"]
        return not CurrentInputs(folder, os.environ).change(found, NOWHERE)

    def follow(*edits):
        async def play(again):
            found = []
            for cells, kit in edits:
                (folder / "kit.py").write_text(kit)
                found.append((await again(cells, holds=unchanged), len(again.ran)))
            return found

        return playing(folder, play)

    return follow


def test_a_function_is_edited_and_the_cells_above_its_first_call_do_not_run_again(tmp_path):
    assert follows(tmp_path)((CELLS, KIT), (CELLS, KIT.replace("3", "4")), (CELLS, "# moved\n" + KIT.replace("3", "5"))) == [
        (["", "[1, 2]", "3"], 3), (["", "[1, 2]", "4"], 1), (["", "[1, 2]", "5"], 1)]


def test_a_module_of_which_more_has_changed_is_imported_anew(tmp_path):
    assert follows(tmp_path)((CELLS, KIT), (CELLS, KIT.replace("1", "7")), (CELLS, KIT.replace("def early():", "N = 8\n\n\ndef early(n=N):"))) == [
        (["", "[1, 2]", "3"], 3), (["", "[7, 2]", "3"], 3), (["", "[1, 2]", "3"], 3)]


@pytest.mark.parametrize(("cell", "shown", "body", "then"), [
    ("import os\nread, write = os.pipe()\nif not os.fork():\n    os.write(write, bytes([kit.late()]))\n    os._exit(0)\nx = os.read(read, 1)[0]", "3", "return 4", "4"),
    ("import multiprocessing as m\nwith m.get_context('fork').Pool(1) as pool:\n    x = pool.apply(kit.late)", "3", "return 4", "4"),
    ("x = kit.late.__code__.co_consts[1]", "3", "return 4", "4"),
    ("import inspect\nx = inspect.isgeneratorfunction(kit.late)", "False", "yield 3", "True"),
    ("import inspect\nx = [*inspect.getclosurevars(kit.late).builtins]", "[]", "return len([1])", "['len']"),
])
def test_a_function_that_a_cell_uses_without_running_it_counts(cell, shown, body, then, tmp_path):
    cells = ("import kit", cell, "print(x)")
    found = follows(tmp_path)((cells, KIT), (cells, KIT.replace("return 3", body)))
    assert [seen for seen, _ in found] == [["", "", shown], ["", "", then]]


def test_a_generator_that_waits_keeps_no_old_code(tmp_path):
    cells, kit = ("import kit\nx = kit.late()", "print(next(x))"), KIT.replace("return 3", "yield 3")
    assert follows(tmp_path)((cells, kit), (cells, kit.replace("3", "4"))) == [(["", "3"], 2), (["", "4"], 1)]


def test_a_kernel_behind_the_last_cell_follows_too(tmp_path):
    first, more = CELLS[:2], (*CELLS[:2], "print(kit.late())")
    assert follows(tmp_path)((first, KIT), (more, KIT.replace("3", "4"))) == [(["", "[1, 2]"], 2), (["", "[1, 2]", "4"], 1)]
