import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")
DECK = """---
execute: true
---

```python
open('given.txt', 'w').write('1');
```

---

<!-- _class: solution -->

```python
open('answer.txt', 'w').write('42');
```

---

```python
for name in ('given.txt', 'answer.txt'):
    try:
        print(open(name).read())
    except OSError:
        print('none')
```
"""


@pytest.mark.parametrize("again", [False, True])
def test_a_cell_of_students_that_reads_what_a_solution_wrote_is_told(tmp_path, again):
    project = Project(tmp_path)
    project.write({"slides/deck.md": DECK})
    if again:
        project.check("--variant", "full,student", code=1)
        (project / "slides/answer.txt").unlink()
    told = project.run("check", "--variant", "full,student", code=1).stdout
    assert "slides/deck.md:19: leak: students have no 'slides/answer.txt', which only a solution writes; " in told
    assert "given.txt" not in told


PROVEN = """---
execute: true
---

```python
def first():
    ### BEGIN SOLUTION
    return open('data.txt').read()
    ### END SOLUTION
```

```python
#| tags: [test]
assert first() == 'a'
```
"""


def test_what_only_the_solutions_read_counts_for_students_who_get_nothing_else(tmp_path):
    project = Project(tmp_path).write({"slides/deck.md": PROVEN, "slides/data.txt": "a"})
    assert project.check("--variant", "student").found("kind", "message") == []
    assert project.check("--variant", "student").deck["executed"] == []
    project.write({"slides/data.txt": "b"})
    assert project.check("--variant", "student", code=1).found("kind", "line", "message") == [
        ("error", 14, "with the solutions: AssertionError (in student)")]
    project.write({"slides/data.txt": "a"})
    assert project.check("--variant", "student").found("kind", "message") == []


HIDDEN = """---
marp: true
execute: true
---

# One

---

<!-- _class: solution -->

## The answer is a parabola {label}
"""


@pytest.mark.parametrize("label", ["{{#sec-end}}", "<!-- #sec-end -->"])
@pytest.mark.parametrize(("where", "files"), [
    ("@sec-end", lambda hidden: {"slides/deck.md": hidden.replace("# One", "# One\n\nSee @sec-end.")}),
    ("@sec-other/end", lambda hidden: {"slides/deck.md": "---\nmarp: true\nexecute: true\n---\n\n# One\n\nSee @sec-other/end.\n", "slides/other.md": hidden}),
])
def test_a_mention_that_brings_the_heading_of_a_solution_is_told(where, files, label, tmp_path):
    project = Project(tmp_path).write(files(HIDDEN.format(label=label.replace("{{", "{").replace("}}", "}"))))
    told = project.run("check", "--variant", "student", "slides/deck.md", code=1).stdout
    assert "leak: students can read 'The answer is a parabola'" in told, where
