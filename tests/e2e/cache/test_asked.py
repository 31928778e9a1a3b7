"""Never stale, with the real kernel: what a cell asks for, it depends on."""

import pytest

from tests.e2e.cache.course import CORE, FILES, build
from tests.project import Project
from tests.running import run

pytestmark = pytest.mark.usefixtures("kernel")

@pytest.mark.parametrize(("code", "reason"), [
    ("import socket\nx = socket.socket().connect_ex(('127.0.0.1', 9))", "it uses the network"),
])
def test_what_cannot_be_seen_runs_every_time_unless_its_author_answers_for_it(code, reason, empty):
    def deck(options):
        return "---\nexecute: true\n---\n\n```python\nx = 1\n```\n\n```python\n#| label: wild\n" + options + code + "\n```\n"

    empty.write({"slides/deck.md": deck("")})
    build(empty)
    again = build(empty)
    assert again["executed"] == ["cell-1", "wild"]
    assert [(f["kind"], f["message"]) for f in again["findings"]] == [("warning", (
        f"{reason}: its inputs cannot be tracked, so it runs in every build; list them in `#| deps:`, "
        "or set `#| cache: true` or `false`"))]
    empty.write({"slides/deck.md": deck("#| cache: true\n")})
    build(empty)
    assert build(empty)["executed"] == []


def test_a_cell_that_asks_its_own_source_depends_on_the_text(empty):
    deck = "---\nexecute: true\n---\n\n```python\nimport inspect\ndef f():  # 元の話\n    pass\n\nprint(inspect.getsource(f).count('話'))  # 1\n```\n"
    empty.write({"slides/deck.md": deck})
    assert build(empty)["findings"] == []
    empty.write({"slides/deck.md": deck.replace("元の話", "元")})
    changed = build(empty)
    assert (changed["executed"], changed["findings"][0]["got"]) == (["cell-1"], "0")


@pytest.mark.parametrize("cell", [
    "import sys\nprint(sys._getframe().f_lineno)",
    "import inspect\nprint(inspect.currentframe().f_lineno)",
    pytest.param("def f(): ...\nprint(f.__code__)", marks=pytest.mark.attack),
    pytest.param("import dis\ndis.dis(lambda: 1)", marks=pytest.mark.attack),
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error.__traceback__.tb_lineno)",
    pytest.param("import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()", marks=pytest.mark.attack),
    pytest.param("import logging, sys\nlogging.basicConfig(format='%(lineno)d', stream=sys.stdout)\nlogging.error('x')", marks=pytest.mark.attack),
    pytest.param("import warnings\nwith warnings.catch_warnings(record=True) as caught:\n    warnings.warn('x')\nprint(caught[0])", marks=pytest.mark.attack),
    "def wait():\n    yield\nwaiting = wait()\nnext(waiting)\nprint(waiting.gi_frame.f_lineno)",
    "from kit import core\nprint(core.line_of_caller())",
])
def test_a_cell_that_asks_for_its_lines_depends_on_them(cell, empty):
    def deck(prose):
        return f"---\nexecute: true\n---\n\n```python\nx = 1\n```\n\n{prose}\n\n```python\n#| label: asks\n{cell}\n```\n"

    module = "import sys\n\ndef line_of_caller():\n    return sys._getframe(1).f_lineno\n"
    empty.write({"slides/deck.md": deck("文。"), "kit/__init__.py": "", "kit/core.py": module})
    build(empty)
    assert build(empty)["executed"] == []
    empty.write({"slides/deck.md": deck("文。\n\nもう一つ。")})
    assert build(empty)["executed"] == ["cell-1", "asks"]


def test_cells_whose_packages_look_at_their_caller_do_not_depend_on_lines(empty):
    code = """\
import collections, dataclasses, enum, functools, inspect, logging, typing
import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import BaseEstimator

P = collections.namedtuple("P", "x")
T = typing.TypeVar("T")
E = enum.Enum("E", "a b")

@dataclasses.dataclass
class A:
    x: int = 1

class Model(BaseEstimator):
    def __init__(self, alpha=1): self.alpha = alpha

@functools.lru_cache
def f(x: int) -> int: return x

print(P(1), A(2), E.a, Model(2).get_params(), inspect.signature(f), np.vectorize(f)([1, 2]))
logging.warning("x")
plt.plot([0, 1])
plt.tight_layout()
"""
    deck = "---\nexecute: true\n---\n\n{}\n\n```python\n" + code + "```\n"
    empty.write({"slides/deck.md": deck.format("文。")})
    build(empty)
    empty.write({"slides/deck.md": deck.format("文。\n\nもう一つ。")})
    assert build(empty)["executed"] == []


def test_the_history_of_cells_holds_no_comments(empty):
    deck = "---\nexecute: true\n---\n\n```python\nx=1  # {}\nif x:  x = 2\n```\n\n```python\nprint(In[1:], _i, sep='|')\n```\n" \
           "\n```output\n['x = 1\\nif x : x = 2', \"print ( In [ 1 : ] , _i , sep = '|' )\"]|x = 1\nif x : x = 2\n```\n"
    empty.write({"slides/deck.md": deck.format("一")})
    assert build(empty)["findings"] == []
    empty.write({"slides/deck.md": deck.format("二")})
    assert build(empty)["executed"] == []


@pytest.mark.parametrize("asks", ["os.getcwd()", "os.path.abspath('x')", "__file__", "os.environ['PYTHONPATH']"])
def test_a_cell_that_asks_where_it_is_runs_again_elsewhere_and_no_other(asks, tmp_path):
    deck = f"---\nexecute: true\n---\n\n```python\n#| isolate: true\nimport os\nprint({asks})\n```\n\n```python\nx = 1\n```\n"
    project = Project(tmp_path / "a").write({"slides/deck.md": deck})
    build(project)
    assert build(project.copy(tmp_path / "b"))["executed"] == ["cell-1"]


def test_the_home_is_an_input_of_who_asks_for_it(tmp_path):
    deck = "---\nexecute: true\n---\n\n```python\n#| isolate: true\nfrom pathlib import Path\nprint(Path.home())\n```\n\n```python\nx = 1\n```\n"
    project = Project(tmp_path).write({"slides/deck.md": deck})
    build(project, environment={"HOME": str(tmp_path)})
    assert build(project, environment={"HOME": str(tmp_path / "b")})["executed"] == ["cell-1"]


def test_equal_decks_have_results_of_their_own(empty):
    deck = "---\nexecute: true\n---\n\n```python\nimport sys\nprint(sys._getframe().f_code.co_filename)\n```\n\n```output\nslides/deck.md\n```\n"
    empty.write({"slides/a.md": deck})
    empty.check(code=1)
    empty.write({"slides/deck.md": deck})
    first = build(empty)
    assert (first["executed"], first["findings"]) == (["cell-1"], [])


def test_named_inputs_that_are_not_there_are_told_and_answer_for_nothing(empty):
    deck = "---\nexecute: true\n---\n\n```python\n#| label: wild\n#| deps: [typo]\nimport socket\n" \
           "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))\n```\n"
    empty.write({"slides/deck.md": deck})
    findings = [(f["kind"], f["line"], f["message"]) for f in build(empty)["findings"] if f["kind"] != "warning"]
    assert findings == [("option", 7, "deps: no file matches 'typo'")]
    assert build(empty)["executed"] == ["wild"]
    empty.write({"slides/typo": ""})
    assert build(empty)["executed"] == ["wild"]
    assert build(empty)["executed"] == []


def test_a_cell_that_shows_code_of_the_package_depends_on_all_of_it(empty):
    deck = "---\nexecute: true\n---\n\n```python\nimport inspect\nfrom kit import core\nprint(inspect.getsource(core.halve))\n```\n"
    empty.write({**FILES, "slides/deck.md": deck})
    build(empty)
    assert build(empty)["executed"] == []
    empty.write({"kit/core.py": CORE.replace("x / 2", "x * 0.5")})
    assert build(empty)["executed"] == ["cell-1"]


def test_lines_of_findings_follow_the_text(empty):
    deck = "---\nexecute: true\n---\n\n```python\nimport warnings\nwarnings.warn('何か')\n```\n\n```python\n1 / 0\n```\n"
    empty.write({"slides/deck.md": deck})
    assert [f["line"] for f in build(empty)["findings"]] == [7, 11]
    empty.write({"slides/deck.md": deck.replace("---\n\n```", "---\n\n文。\n\n```", 1).replace("warnings.warn", "\n# 話\nwarnings.warn")})
    moved = build(empty)
    assert (moved["executed"], [f["line"] for f in moved["findings"]]) == ([], [11, 15])


def test_a_cell_that_gives_something_else_each_time_is_told(empty):
    wild = "import time\nprint(time.perf_counter_ns() > 0, time.perf_counter_ns())"
    deck = "---\nexecute: true\n---\n\n```python\n" + wild + "\n```\n\n```python\nprint(1)  # 1\n```\n"
    empty.write({"slides/deck.md": deck})
    build(empty)
    empty.write({"slides/deck.md": deck.replace("print(1)", "print(0 + 1)")})
    report = build(empty)
    assert [(f["kind"], f["line"]) for f in report["findings"] if f["kind"] != "unchecked"] == [("nondeterministic", 5)]


def test_a_font_that_is_not_there_ties_a_figure_to_the_fonts_of_the_machine(tmp_path):
    code = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.title('a', family='{font}')"
    for font, tied in (("No Such Font", True), ("DejaVu Sans", False)):
        Project(tmp_path).write({"slides/deck.md": f"---\nexecute: true\n---\n\n```python\n{code.format(font=font)}\n```\n"})
        ran = run(tmp_path, "slides/deck.md")
        assert any("fontlist-v" in each.name for each in ran.checks[0].outcome.provenance.inputs) is tied
