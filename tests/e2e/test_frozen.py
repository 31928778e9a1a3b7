"""Outcomes kept beside the decks: rendered where nothing can run, and told when they are out of date."""

import json
import shutil
import subprocess
import sys

import pytest

from marpweave.probe.audit.monitor import CAN_SEE
from tests.project import ROOT, Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")
DECK = """\
---
marp: true
execute: true
---

# 一

```python
#| label: start
from kit import double
x = 1
```

```python
#| label: data
from pathlib import Path
print(Path("data.txt").read_text())  # 7
```

```python
#| label: figure
#| fig-alt: 線
#| out-width: 300px
#| echo: false
import matplotlib.pyplot as plt
plt.plot([x, double(x)])
```

---

値は `{python} double(x)` です。

```python
#| label: end
x + 1  # 2
```
"""


def found(project, *arguments, code=1):
    built = project.check("--frozen", *arguments, code=code)
    assert built.ran == {"deck": []}
    return [(kind, line, message.partition("out of date: ")[2]) for kind, line, message in built.found("kind", "line", "message")]


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project"))
    project.write({"kit.py": "def double(x):\n    return 2 * x\n", "slides/data.txt": "7", "slides/deck.md": DECK})
    project.run("freeze")
    project.run("figures")
    return project


@pytest.fixture
def copied(frozen, tmp_path):
    copied = frozen.copy(tmp_path)
    shutil.rmtree(tmp_path / ".marpweave")
    return copied


def test_the_lock_has_a_line_for_each_step_and_stays_the_same(copied):
    lock = copied / "slides/deck.lock.json"
    lines = [json.loads(line.rstrip(",")) for line in lock.read_text(encoding="utf-8").splitlines() if line.startswith('{"label"')]
    assert [line["label"] for line in lines] == ["start", "data", "figure", "{python} double(x)", "end"]
    assert ["file", "slides/data.txt"] in [each[:2] for each in lines[1]["inputs"]]
    before = {path: path.read_bytes() for path in [lock, *(copied / "slides/_frozen").iterdir()]}
    copied.run("freeze")
    assert {path: path.read_bytes() for path in [lock, *(copied / "slides/_frozen").iterdir()]} == before


def test_nothing_is_run_and_all_is_there(copied):
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from marpweave.cli.main import main\ntry: main(['check', '--frozen', '--strict'])\n" \
              "finally: print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], cwd=copied.folder, capture_output=True, text=True, check=False)
    assert done.stdout == "slides/deck.md: 2 slides, 4 cells, 2 outputs proven: clean\n"
    assert "'nbclient'" not in done.stderr
    copied.run("--frozen", "--to", "html,md")
    woven = copied.text("dist/deck.md")
    assert "値は 2 です。" in woven
    assert "![w:300px 線](../figures/deck/figure.svg)" in woven


@pytest.mark.parametrize(("path", "old", "new", "stale"), [
    ("slides/deck.md", "# 一", "# 二", []),
    ("slides/deck.md", "x = 1", "x = 1  # 一", []),
    ("slides/data.txt", "7", "8", [("stale", 14, "slides/data.txt changed")]),
    ("kit.py", "2 * x", "x + x", [("stale", 20, "kit.py::double changed") if CAN_SEE else ("stale", 8, "kit.py changed")]),
    ("slides/deck.md", "x + 1", "x + 2", [("stale", 33, "its code is new since `build.py freeze`")]),
])
def test_what_is_out_of_date_is_told(path, old, new, stale, copied):
    copied.edit(path, old, new)
    told = found(copied, code=1 if stale else 0)
    assert told[:1] == stale[:1]


def test_cells_below_a_change_are_in_doubt_but_shown(copied):
    copied.edit("slides/deck.md", "x = 1", "x = 3 - 2")
    told = found(copied)
    assert told[0] == ("stale", 8, "its code is new since `build.py freeze`")
    assert {reason for _, _, reason in told[1:]} == {"start above has changed"}
    assert len(told) == 5


def test_a_deck_that_fails_keeps_what_it_had_and_unused_files_go(copied):
    lock, deck = copied / "slides/deck.lock.json", copied / "slides/deck.md"
    before = lock.read_bytes()
    deck.write_text(DECK.replace("x = 1", "x = 1 / 0"), encoding="utf-8")
    copied.run("freeze", code=1)
    assert lock.read_bytes() == before
    kept = {path.name for path in (copied / "slides/_frozen").iterdir()}
    deck.write_text(DECK.replace("x + 1  # 2", "x + 2  # 3"), encoding="utf-8")
    copied.run("freeze")
    assert len({path.name for path in (copied / "slides/_frozen").iterdir()} ^ kept) == 2


def test_what_is_missing_or_broken_is_told_with_the_remedy(copied):
    lock = copied / "slides/deck.lock.json"
    for path in (copied / "slides/_frozen").iterdir():
        path.write_bytes(b"")
    assert "slides/_frozen lacks files that slides/deck.lock.json names; run `build.py freeze`" in copied.run("--frozen", code=2).stderr
    lock.write_text("{", encoding="utf-8")
    assert "slides/deck.lock.json is damaged" in copied.run("--frozen", code=2).stderr
    lock.unlink()
    assert "slides/deck.lock.json does not exist; run `build.py freeze slides/deck.md`" in copied.run("--frozen", code=2).stderr
    assert "--frozen runs no cells" in copied.run("check", "--frozen", "--update", code=2).stderr
