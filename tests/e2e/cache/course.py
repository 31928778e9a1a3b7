"""A project whose cells read files, modules, folders and variables, and the edits that it sees."""

from marpweave.probe.audit.monitor import CAN_SEE

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


FIGURE = "#| fig-cap: 図1\n#| fig-alt: 線\nimport matplotlib.pyplot as plt\nplt.plot([x, double(x)])\n"
assert FIGURE in DECK


def without_figure(files):
    """The same with a list for the figure: matplotlib takes longer to import than all other cells to run."""
    return {name: text.replace(FIGURE, "print([x, double(x)])  # [1, 2]\n") for name, text in files.items()}


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
    "spaces in code": (deck("print(double(x))", "print(double( x ))"), []),
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


def told(project, *arguments):
    return project.run(*arguments).stdout.splitlines()
