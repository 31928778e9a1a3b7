"""Decks that use what other decks make: in one build all of them are right, warm or cold."""

import base64

import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")
MAKER = """\
---
execute: true
---

```python
#| label: numbers
from pathlib import Path
Path("numbers.txt").write_text("1 2 3\\n")
n = 3
```

```python
#| label: line
#| fig-alt: 線
#| fig-height: 2
import matplotlib.pyplot as plt
plt.plot([0, n])
```
"""
READER = """\
---
execute: true
---

![線](../figures/z-maker/line.svg)

```python
#| label: sum
from pathlib import Path
f = Path("numbers.txt")
print(sum(map(int, f.read_text().split())) if f.exists() else "no numbers")
```
"""
LONELY = """\
---
execute: true
---

```python
#| label: writes
#| isolate: true
open("note.txt", "w").write("one")
```

```python
#| label: reads
print(open("note.txt").read())
```
"""


def build(project, *arguments, code=0):
    return project.build("--to", "md", *arguments, code=code).ran


def shown(project, deck):
    return project.text(f"dist/{deck}.md")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The reader's name comes first, so that only what it read can put it behind the maker."""
    project = Project(tmp_path_factory.mktemp("project")).write({"slides/a-reader.md": READER, "slides/z-maker.md": MAKER})
    build(project, "--jobs", "1")
    return project


@pytest.fixture
def copied(built, tmp_path):
    return built.copy(tmp_path / "project")


def test_a_deck_reads_what_another_wrote_in_a_first_build(built):
    assert "\n6\n" in shown(built, "a-reader")
    assert build(built) == {"a-reader": [], "z-maker": []}


def test_an_edit_of_the_writer_reaches_the_reader_in_the_same_build(copied):
    copied.edit("slides/z-maker.md", "1 2 3", "1 2 30")
    assert build(copied) == {"a-reader": ["sum"], "z-maker": ["numbers", "line"]}
    assert "\n33\n" in shown(copied, "a-reader")
    assert build(copied) == {"a-reader": [], "z-maker": []}


def test_a_file_that_was_lost_is_written_again_for_who_reads_it(copied):
    (copied / "slides/numbers.txt").unlink()
    build(copied)
    assert (copied / "slides/numbers.txt").read_text() == "1 2 3\n"
    assert "\n6\n" in shown(copied, "a-reader")


def test_a_file_that_was_edited_by_hand_is_written_again_for_who_reads_it(copied):
    (copied / "slides/numbers.txt").write_text("7 7\n")
    build(copied)
    assert "\n6\n" in shown(copied, "a-reader")


@pytest.mark.attack
def test_a_figure_of_another_deck_is_todays(copied, browser):
    build(copied, "--to", "html")
    old = (copied / "figures/z-maker/line.svg").read_bytes()
    copied.edit("slides/z-maker.md", "[0, n]", "[n, 0, 1]")
    build(copied, "--to", "html")
    new = (copied / "figures/z-maker/line.svg").read_bytes()
    page = (copied / "dist/a-reader.html").read_text(encoding="utf-8")
    assert [base64.b64encode(figure).decode() in page for figure in (old, new)] == [False, True]


def test_what_an_isolated_cell_writes_the_next_one_reads(tmp_path):
    project = Project(tmp_path).write({"slides/deck.md": LONELY})
    build(project)
    project.edit("slides/deck.md", '"one"', '"two"')
    build(project)
    assert "\ntwo\n" in shown(project, "deck")
    assert build(project) == {"deck": []}


def test_decks_that_wait_for_each_other_are_told(tmp_path):
    count = "from pathlib import Path\nother = Path('{b}.txt')\nn = len(other.read_text()) if other.exists() else 0\n" \
            "Path('{a}.txt').write_text('x' * (n + 1))\n"
    head = READER[:READER.index("!")]
    project = Project(tmp_path).write({"slides/one.md": f"{head}```python\n{count.format(a='one', b='two')}```\n",
                                       "slides/two.md": f"{head}```python\n{count.format(a='two', b='one')}```\n"})
    found = project.build("--to", "md", code=1).found("kind")
    assert {kind for kind, in found if kind != "unchecked"} == {"circular"}
