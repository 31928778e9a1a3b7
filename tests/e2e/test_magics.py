"""Cell magics that run their body themselves: it stays the deck's, line for line, and is observed."""

import pytest

from marpweave.model.finding import Kind
from tests.e2e.test_kernel import printed, run, told

pytestmark = pytest.mark.usefixtures("kernel")

FAILS = "x = 1\nx / 0"


@pytest.mark.parametrize("before", [
    "%%capture", "%%time", "%%capture\n%%time", "%%time\n%%capture", "\n%%time", "#| label: a\n%%capture",
    "%%capture\n# a comment\n",
])
def test_an_error_below_a_cell_magic_is_told_where_it_stands(tmp_path, before):
    result = run(tmp_path, f"{before}\n{FAILS}")
    place = 6 + before.count("\n") + 3
    assert told(result) == [(Kind.ERROR, place, "ZeroDivisionError: division by zero")]


@pytest.mark.parametrize("magic", ["%%capture", "%%time", "%%capture\n%%time"])
def test_a_claim_below_a_cell_magic_is_checked(tmp_path, magic):
    result = run(tmp_path, f"{magic}\na = 1\na + 1  # 3", "a  # 1")
    line = 6 + magic.count("\n") + 3
    assert told(result) == [(Kind.SUSPECT, line, "looks like an output, but the code gives a different one")]
    assert result.checks[1].checked == 1


def test_a_claim_about_captured_text_is_checked(tmp_path):
    result = run(tmp_path, "%%capture said\nprint(1)  # 1\nprint(2)  # 3", "print(said.stdout.split())  # ['1', '2']")
    assert [(kind, line) for kind, line, _ in told(result)] == [(Kind.SUSPECT, 9)]
    assert [check.checked for check in result.checks] == [1, 1]


def test_what_a_captured_cell_reads_is_known(tmp_path):
    result = run(tmp_path, "%%capture said\nprint(open('data.txt').read())", "print(said.stdout)  # 12",
                 files=[("data.txt", "12")])
    assert told(result) == []
    first = result.checks[0].outcome.provenance
    assert not first.volatile
    assert any(each.name.endswith("data.txt") for each in first.inputs)


def test_code_from_elsewhere_is_no_line_of_the_deck(tmp_path):
    result = run(tmp_path, "get_ipython().run_cell('7 + 1\\n\\n\\n1 + 1')\nb = 5\nb  # 5", "get_ipython().run_cell('')\nb  # 5")
    assert told(result) == []
    assert [check.checked for check in result.checks] == [1, 1]


def test_a_captured_plot_is_not_shown(tmp_path):
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"
    result = run(tmp_path, f"%%capture\n{plot}", plot, f"%%capture --no-display\n{plot}", f"#| isolate: true\n%%capture\n{plot}")
    assert [len(check.outcome.figures) for check in result.checks] == [0, 1, 1, 0]


def test_a_copy_of_the_state_runs_its_magic_like_the_deck(tmp_path):
    result = run(tmp_path, "#| isolate: true\n%%capture\na = 1\na  # 2", "#| isolate: true\nprint('seen')  # seen")
    assert [(kind, line) for kind, line, _ in told(result)] == [(Kind.SUSPECT, 10)]
    assert printed(result.checks[1]) == "seen\n"
