"""``--to ipynb``: a notebook that gives, where marpweave is not, what it shows."""

import json

import nbformat
import pytest

from marpweave.notebook.imported.deck import deck_of
from tests.notebooks import errors, plain, ran, unfilled
from tests.project import Project

DECK = """\
---
marp: true
execute:
  prelude: import numpy as np
---

# A

![w:100px 図](a.svg)

```python
#| label: line
#| fig-cap: A line
import matplotlib.pyplot as plt

plt.plot(np.arange(3))
```

---

```python
#| tags: [parameters]
n = 3
```

```python
print(n)  # 3
float(np.sqrt(n + 1))
```

It is `{python} n`.

```pycon
>>> x = n
>>> x + 1
4
```

```python
#| error: ValueError
raise ValueError("no")
```

```python
#| eval: false
return n
```
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="red"/></svg>'
HOMEWORK = """\
---
marp: true
execute: true
---

# Means

```python
def mean(x):
    ### BEGIN SOLUTION
    return sum(x) / len(x)
    ### END SOLUTION

def double(x):
    return 2 * x
```

```python
#| tags: [test]
assert mean([1, 3]) == 2
```

```python
half = mean([1, 3]) / 2  # 1.0
print(double(4))  # 8
```

```python
half + 1
```

```python
#| tags: [solution]
print("so it is", half)
```

```python
print(double(1))
```
"""


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path).write({"deck.md": DECK, "a.svg": SVG})


def outputs(notebook):
    """What each cell gave; of figures that there is one."""
    return {cell.id: [told(output) for output in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"}


def told(output):
    match output.output_type:
        case "stream":
            return output.name, output.text
        case "error":
            return output.ename, output.evalue
        case "execute_result":
            return "result", output.data["text/plain"]
        case _:
            return "figure", sorted(output.data)


@pytest.mark.timeout(200)
def test_a_notebook_gives_elsewhere_what_it_shows(project, tmp_path, kernel, browser):
    project.build("deck.md", "--to", "ipynb")
    notebook = nbformat.read(project / "dist/deck.ipynb", 4)
    nbformat.validate(notebook)
    assert outputs(notebook) == {
        "set-up-code": [], "line": [("figure", ["image/png", "text/plain"])], "cell-2": [],
        "cell-3": [("stdout", "3\n"), ("result", "2.0")], "cell-4": [("result", "4")], "cell-5": [("ValueError", "no")]}
    assert deck_of(notebook, "").text == DECK
    (again,) = ran(plain(tmp_path / "there"), project / "dist/deck.ipynb")
    assert outputs(again) == outputs(notebook)


@pytest.mark.timeout(200)
@pytest.mark.attack
def test_homework_passes_with_its_solutions_and_stops_without_them_at_its_blanks_alone(tmp_path, kernel, browser):
    project = Project(tmp_path).write({"home.md": HOMEWORK})
    built = project.build("home.md", "--to", "ipynb", "--variant", "student,solution")
    there = plain(tmp_path / "there")
    student, solution = ran(there, *(project / f"dist/home.{variant}.ipynb" for variant in ("student", "solution")))
    assert outputs(solution) == {
        "cell-1": [], "cell-2": [], "cell-3": [("stdout", "8\n")], "cell-4": [("result", "2.0")], "cell-5": [("stdout", "so it is 1.0\n")],
        "cell-6": [("stdout", "2\n")]}
    assert errors(student) == {"cell-2": "NotImplementedError", "cell-3": "NotImplementedError", "cell-4": "NameError"}
    assert unfilled(project / "home.md", built.decks[0]) == {*errors(student)}
    assert outputs(student)["cell-6"] == [("stdout", "2\n")]


def test_a_notebook_has_the_same_bytes_and_the_parameters_that_it_ran_with(project, kernel, browser):
    project.build("deck.md", "--to", "ipynb", "--no-cache")
    first = project.text("dist/deck.ipynb")
    project.build("deck.md", "--to", "ipynb", "--no-cache")
    assert project.text("dist/deck.ipynb") == first
    project.build("deck.md", "--to", "ipynb", "-P", "n=8", code=None)
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(project.text("dist/deck.ipynb"))["cells"]}
    assert (cells["cell-2"], cells["slide-2"]) == ("n = 8", "It is 8.")
    assert not (project / "figures/deck/line-2.svg").exists()
    assert project.text("deck.md") == DECK
