"""A session follows what its prelude reads: states behind an old one are not resumed."""

import json
import os

import pytest

from marpweave.cache.current import NOWHERE, CurrentInputs
from marpweave.kernel.zygote import CAN_FORK
from tests.e2e.test_warm import deck_run, outcomes
from tests.e2e.trees import deck_of, in_session, proven, seen

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")]
READS = "x = open('given.txt').read()"
IMPORTS = "from kit import x"


def deck(prelude, *cells):
    return deck_of(cells).replace("execute: true", f"execute:\n  prelude: {json.dumps(prelude)}")


def history(folder, *states):
    """What a session gives after each state of the deck and of the files beside it."""
    async def play(session):
        found = []
        for text, files in states:
            for name, content in files.items():
                (folder / name).write_text(content)
            now = CurrentInputs(folder, os.environ)
            found.append(await session.run(deck_run(folder, text), progress=lambda *_: None, holds=lambda outcome, now=now: not now.change(
                [(each.kind, each.name, each.digest) for each in outcome.provenance.inputs], NOWHERE)))
        return found

    return in_session(play)


@pytest.mark.parametrize(("prelude", "first", "second"), [
    (READS, {"given.txt": "1"}, {"given.txt": "2"}),
    (IMPORTS, {"kit.py": "x = 1\n"}, {"kit.py": "x = 2\n"}),
    ("from kit import read\nx = read()", {"kit.py": "def read():\n    return open('given.txt').read()\n", "given.txt": "1"}, {"given.txt": "2"}),
])
def test_what_the_prelude_reads_is_edited_and_all_cells_see_it(prelude, first, second, tmp_path):
    text = deck(prelude, "y = x\nprint(x)", "print(y, x)")
    assert [seen(found) for found in history(tmp_path, (text, first), (text, second), (text, first))] == [
        ["1", "1 1"], ["2", "2 2"], ["1", "1 1"]]


def test_a_first_cell_that_is_edited_depends_on_what_the_prelude_reads_as_in_a_fresh_kernel(tmp_path):
    given = {"given.txt": "1"}
    *_, found = history(tmp_path, (deck(READS, "print(x)"), given), (deck(READS, "print(x, 0)"), {}))
    assert proven(found) == outcomes(tmp_path, "cold", deck(READS, "print(x, 0)"))


def test_a_cell_behind_a_dead_kernel_depends_on_what_the_prelude_reads(tmp_path):
    text = deck(READS, "import os\nos._exit(1)", "print(x)")
    found = history(tmp_path, (text, {"given.txt": "1"}), (text, {"given.txt": "2"}))
    assert [seen(each)[1] for each in found] == ["1", "2"]
