"""Never stale, with the real kernel: each edit, and exactly the cells that run again for it."""

import re
from importlib.metadata import version

import pytest

from marpweave.build import explain
from marpweave.build import project as projects
from marpweave.build.settings import Settings
from marpweave.cache import environment
from marpweave.probe.monitor import CAN_SEE
from tests.project import Project
from tests.running import project_of, run

pytestmark = pytest.mark.usefixtures("kernel")
DECK = """\
---
marp: true
execute: true
---

# 一

文です。

```python
#| label: start
import os
from importlib.metadata import entry_points
from pathlib import Path
from kit import double
x = len(entry_points(group="no.such")) + 1
```

```python
#| label: data
print(Path("data.txt").read_text().strip())  # 7
```

```python
#| label: module
print(double(x))  # 2
```

```python
#| label: variable
print(os.environ.get("COURSE"))  # None
```

```python
#| label: figure
#| fig-cap: 図1
#| fig-alt: 線
import matplotlib.pyplot as plt
plt.plot([x, double(x)])
```

```python
#| label: alone
#| isolate: true
x = 9
print(x)  # 9
```

```python
#| label: folder
print(sorted(p.name for p in Path("extra").iterdir()))  # ['a.txt']
```

```python
#| label: absent
print(Path("later.txt").exists())  # False
```

```python
#| label: hidden
#| deps: ["raw/*.bin"]
print(2)  # 2
```

値は `{python} x` です。

```python
#| label: end
x  # 1
```
"""
LABELS = ["start", "data", "module", "variable", "figure", "alone", "folder", "absent", "hidden", "end"]
CHAIN = [label for label in LABELS if label != "alone"]
CORE = "def double(x):\n    return 2 * x\n\n\ndef halve(x):\n    return x / 2\n"
FILES = {"slides/deck.md": DECK, "slides/data.txt": "7\n", "slides/extra/a.txt": "", "slides/raw/one.bin": "1",
         "kit/__init__.py": "from kit.core import double\n", "kit/core.py": CORE,
         "kit/unused.py": "ONE = 1\n"}


def upto(label):
    """A cell that is not known runs in a fresh kernel, behind all cells above it but the isolated ones."""
    return [each for each in LABELS[:LABELS.index(label) + 1] if each != "alone" or label == "alone"]


def deck(old, new):
    return {"slides/deck.md": DECK.replace(old, new)}


EDITS = {
    # what is edited -> files written, and the cells that run
    "nothing": ({}, []),
    "prose": (deck("文です。", "別の文です。\n\nもう一つ。"), []),
    "a heading": (deck("# 一", "# 二\n\n---\n\n## 三"), []),
    "a comment": (deck(" + 1\n", " + 1  # 始めの値\n\n"), []),
    "blank lines in a cell": (deck("import os\nfrom", "import os\n\n\nfrom"), []),
    "spaces in code": (deck("plt.plot([x, double(x)])", "plt.plot([x,   double( x )])"), []),
    "a caption": (deck("図1", "図2"), []),
    "echo": (deck("#| label: data\n", "#| label: data\n#| echo: false\n"), []),
    "a tolerance": (deck("#| label: data\n", "#| label: data\n#| atol: 0.1\n"), []),
    "a width on the slide": (deck("#| fig-cap", "#| out-width: 50%\n#| fig-cap"), []),
    "an expected output": (deck("# 7", "# => 7"), []),
    "a module that nobody imports": ({"kit/unused.py": "ONE = 2\n"}, []),
    "a file that nobody reads": ({"slides/other.txt": "1"}, []),
    "another deck": ({"slides/other.md": "---\nmarp: true\n---\n"}, []),
    "a figure's height": (deck("#| fig-cap", "#| fig-height: 2\n#| fig-cap"), LABELS),
    "a semicolon": (deck("x  # 1\n```\n", "x;  # 1\n```\n"), CHAIN),
    "a label with a figure": (deck("label: figure", "label: plot"), [*CHAIN[:4], "plot"]),
    "a label without a figure": (deck("label: data", "label: facts"), []),
    "the last cell": (deck("x  # 1", "x + 0  # 1"), CHAIN),
    "the first cell": (deck(" + 1\n", " + 1 + 0\n"), LABELS),
    "an isolated cell": (deck("x = 9", "x = 8 + 1"), upto("alone")),
    "a timeout": (deck("#| label: absent\n", "#| label: absent\n#| timeout: 9\n"), CHAIN),
    "a function of the package": ({"kit/core.py": CORE.replace("2 * x", "x + x")}, LABELS),
    "a function that no cell calls": ({"kit/core.py": CORE.replace("x / 2", "x * 0.5")}, [] if CAN_SEE else LABELS),
    "what runs at import": ({"kit/core.py": CORE + "LIMIT = 1\n"}, LABELS),
    "a comment in the package": ({"kit/core.py": "# twice\n" + CORE}, [] if CAN_SEE else LABELS),
    "data": ({"slides/data.txt": "7\n\n"}, LABELS),
    "a file in a listed folder": ({"slides/extra/b.txt": ""}, CHAIN),
    "a file that was absent": ({"slides/later.txt": ""}, CHAIN),
    "a named input": ({"slides/raw/one.bin": "2"}, CHAIN),
    "a module that shadows": ({"slides/kit.py": "def double(x):\n    return 2 * x\n"}, LABELS),
    "the prelude": (deck("execute: true", "execute:\n  prelude: 'y = 1'"), LABELS),
    "a new cell": (deck("値は", "```python\n#| label: new\nz = 1\n```\n\n値は"), [*CHAIN[:-1], "new", "end"]),
    "a cell less": (deck("```python\n#| label: absent\nprint(Path(\"later.txt\").exists())  # False\n```\n", ""),
                    [each for each in CHAIN if each != "absent"]),
}


def build(project, *arguments, **options):
    """What the report says of the deck."""
    return next(deck for deck in project.check(*arguments, code=None, **options).decks if deck["path"] == "slides/deck.md")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that was built once."""
    project = Project(tmp_path_factory.mktemp("project")).write(FILES)
    report = build(project)
    assert report["executed"] == LABELS
    assert [f["kind"] for f in report["findings"]] == ["stale-figure"]
    return project


@pytest.fixture
def copied(project, tmp_path):
    return project.copy(tmp_path)


@pytest.fixture
def empty(tmp_path):
    return Project(tmp_path)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_runs_what_can_change_and_nothing_else(edit, copied):
    files, runs = EDITS[edit]
    copied.write(files)
    warm = build(copied)
    assert warm["executed"] == runs
    cold = build(copied, "--no-cache") if runs != LABELS else warm  # every cell ran in a fresh kernel: that is a build from nothing
    assert [warm[key] for key in ("findings", "checked", "unchecked")] == [cold[key] for key in ("findings", "checked", "unchecked")]
    assert build(copied)["executed"] == []


def test_a_variable_that_is_not_let_through_is_told_and_not_seen(copied):
    told = build(copied, environment={"COURSE": "1"})
    assert told["executed"] == LABELS
    assert [(f["kind"], f["line"], f["message"]) for f in told["findings"] if f["kind"] != "stale-figure"] == [
        ("warning", 31, "COURSE is set outside but cells do not see it; let it through by `execute: {env: [COURSE]}`")]
    assert build(copied, environment={"COURSE": "2"})["executed"] == []
    assert build(copied, environment={"OTHER": "1"})["executed"] == []


def test_a_variable_that_is_let_through_is_an_input_of_all_cells(copied):
    copied.write(deck("execute: true", "execute: {env: [COURSE]}"))
    assert build(copied, environment={"COURSE": "1"})["executed"] == LABELS
    assert build(copied, environment={"COURSE": "1"})["executed"] == []
    changed = build(copied, environment={"COURSE": "2"})
    assert changed["executed"] == LABELS
    assert [f["got"] for f in changed["findings"] if f["kind"] == "suspect"] == ["2"]
    lines = told(copied, "why", "slides/deck.md:start")
    assert lines == ["slides/deck.md:10: start: runs: the variable COURSE changed"]


def test_a_project_in_a_cache_folder_is_a_project_all_the_same(tmp_path):
    project, home = Project(tmp_path / ".cache/project").write(FILES), {"HOME": str(tmp_path)}
    build(project, environment=home)
    project.write(EDITS["a function of the package"][0])
    assert build(project, environment=home)["executed"] == LABELS
    project.write(EDITS["data"][0])
    assert build(project, environment=home)["executed"] == LABELS


def test_a_damaged_store_is_as_good_as_none(copied):
    for path in (copied / ".marpweave/cache").rglob("*"):
        if path.is_file() and path.parent.parent.name in ("step", "blob", "report"):
            path.write_bytes(path.read_bytes()[:-3])
    built = copied.check(code=1)
    assert re.search(r"note: \d+ damaged files in \S+ count as not there", built.stderr)
    assert built.ran == {"deck": LABELS}
    assert build(copied)["executed"] == []


def test_the_store_says_what_it_is(copied):
    folder = copied / ".marpweave/cache"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


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
        f"{reason}: that cannot be seen, so it runs in every build; name what it depends on in `#| deps:`, "
        "or say `#| cache: true` or `false`"))]
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
    "def f(): ...\nprint(f.__code__)",
    "import dis\ndis.dis(lambda: 1)",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error.__traceback__.tb_lineno)",
    "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()",
    "import logging, sys\nlogging.basicConfig(format='%(lineno)d', stream=sys.stdout)\nlogging.error('x')",
    "import warnings\nwith warnings.catch_warnings(record=True) as caught:\n    warnings.warn('x')\nprint(caught[0])",
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
    empty.check()
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


def test_machines_share_what_they_found(tmp_path):
    a, b = (Project(tmp_path / name).write(FILES) for name in "ab")
    place = (tmp_path / "shared").as_uri()
    assert build(a, "--cache", place)["executed"] == LABELS
    assert build(b, "--cache", place, "--cache-read-only")["executed"] == []
    assert build(b)["executed"] == []


def test_a_memory_file_system_is_shared_in_a_process(tmp_path):
    for name in "ab":
        Project(tmp_path / name).write(FILES)
        ran = run(tmp_path / name, "slides/deck.md", cache=tmp_path / name / "cache", shared="memory://course")
        assert all(check.outcome.provenance.cached is (name == "b") for check in ran.checks)


@pytest.mark.parametrize(("place", "code", "said"), [
    ("nonsense://a/b", 2, "error: --cache nonsense://a/b: Protocol not known: nonsense"),
    ("file:///proc/no/such/place", 1, "note: the shared store is left alone: "),
])
def test_a_shared_store_that_cannot_be_used_is_told(place, code, said, copied):
    copied.write(EDITS["the first cell"][0])
    assert said in copied.run("check", "--cache", place, code=code).stderr


def test_a_font_that_is_not_there_ties_a_figure_to_the_fonts_of_the_machine(tmp_path):
    code = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.title('a', family='{font}')"
    for font, tied in (("No Such Font", True), ("DejaVu Sans", False)):
        Project(tmp_path).write({"slides/deck.md": f"---\nexecute: true\n---\n\n```python\n{code.format(font=font)}\n```\n"})
        ran = run(tmp_path, "slides/deck.md")
        assert any("fontlist-v" in each.name for each in ran.checks[0].outcome.provenance.inputs) is tied


def told(project, *arguments):
    return project.run(*arguments).stdout.splitlines()


def test_why_names_the_first_thing_that_changed(copied):
    assert [line.rpartition(": ")[2] for line in told(copied, "why")] == ["known"] * 11
    copied.write({"slides/data.txt": "8"})
    lines = told(copied, "why", "slides/deck.md")
    assert lines[:3] == ["slides/deck.md:10: start: runs: a cell below it does", "slides/deck.md:19: data: runs: slides/data.txt changed",
                         "slides/deck.md:24: module: runs: it follows a cell that runs"]
    assert told(copied, "why", "slides/deck.md:data") == lines[1:2]
    assert copied.run("why", "slides/deck.md:dat", code=2).stderr == "error: slides/deck.md has no cell 'dat' that runs\n"


@pytest.mark.parametrize(("edit", "label", "reason"), [
    ("a function of the package", "module" if CAN_SEE else "start", "kit/core.py::double changed" if CAN_SEE else "kit/core.py changed"),
    ("what runs at import", "start", "kit/core.py changed"), ("the last cell", "end", "its code or an option is new"),
    ("a file in a listed folder", "folder", "files appeared in or left slides/extra"),
    ("a file that was absent", "absent", "slides/later.txt appeared"),
    ("a named input", "hidden", "raw/*.bin changed"), ("a module that shadows", "start", "slides/kit appeared"),
    ("a figure's height", "figure", "its code or an option is new"), ("a label with a figure", "plot", "its label or its claims changed"),
])
def test_why_knows_every_kind_of_change(edit, label, reason, copied):
    copied.write(EDITS[edit][0])
    (line,) = told(copied, "why", f"slides/deck.md:{label}")
    assert line.endswith(f"{label}: runs: {reason}")


def test_why_names_a_package_of_another_version(copied, monkeypatch):
    monkeypatch.setattr(projects, "facts", lambda: {**environment.facts(), "numpy": "0.1"})
    settings = Settings(copied.folder, (copied / "slides/deck.md",), cache=copied / ".marpweave/cache")
    assert next(explain.why(project_of(settings))).endswith(f"start: runs: numpy {version('numpy')} -> 0.1")


def test_impact_names_slides_and_figures(copied):
    lines = told(copied, "impact", "kit/core.py")
    assert lines[0] == "slides/deck.md:10: slide 1: start"
    assert lines[-1] == f"slides/deck.md: and {8 if CAN_SEE else 10} more below, which run behind it"
    assert told(copied, "impact", "slides/data.txt")[0] == "slides/deck.md:19: slide 1: data"
    assert told(copied, "impact", "kit/unused.py") == ["no slide depends on kit/unused.py"]
    if CAN_SEE:
        assert "slides/deck.md:34: slide 1: figure, figures/deck/figure.svg" in told(copied, "impact", "kit/core.py::double")
        assert told(copied, "impact", "kit/core.py::halve") == ["no slide depends on kit/core.py::halve"]
    copied.write(EDITS["the last cell"][0])
    assert told(copied, "impact", "kit/core.py") == ["slides/deck.md: not built as it stands now; build it to know"]
