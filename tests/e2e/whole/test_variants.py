"""What students are handed out: nothing of the solutions, in no format; and that it was run as it is."""

import base64
import html
import re
import zipfile

import pypdf
import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")

DECK = """\
---
marp: true
theme: lecture
paginate: true
execute: true
---

# Means

```python
import matplotlib.pyplot as plt
from pathlib import Path
Path("ran.txt").open("a").write("x")
```

<!-- welcome everybody -->

---

## Your turn

```python
def mean(x):
    ### BEGIN SOLUTION
    secretly = sum(x) / len(x)
    return secretly
    ### END SOLUTION
```

```python
mean([1, 8.125])  # 4.5625
```

<!-- the answer is to divide secretly -->

---

<!-- _class: solution -->

## How secretly it is done

---

## In a picture

```python
#| label: bars
#| fig-cap: Ten
plt.bar([1, 2], [mean([10, 10]), 10])
plt.title("heights")
```

![the bars](figures/deck/bars.svg)

It is `{python} mean([1, 8.125])`.

```python
#| tags: [solution]
print("secretly printed")
```

---

## The end
"""
SECRETS = ("secretly", "4.5625")
FORMS = ("handout.pdf", "html", "ipynb", "md", "notes.html", "pdf", "pptx", "txt")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    project = Project(folder).write({"deck.md": DECK})
    return folder, project.build("deck.md", "--variant", "full,student,solution", "--to", "html,ipynb,pdf,pptx,handout,notes,notes-txt,md", code=None)


def texts(path):
    """All text in a file that students get."""
    if path.suffix == ".pdf":
        pdf = pypdf.PdfReader(path)
        notes = (note.get_object().get("/Contents", "") for page in pdf.pages for note in page.get("/Annots", ()))
        return "\n".join([*(page.extract_text() for page in pdf.pages), *map(str, notes), str(pdf.metadata)])
    if path.suffix == ".pptx":
        with zipfile.ZipFile(path) as parts:
            return "\n".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith((".xml", ".rels")))
    return html.unescape(re.sub(r"</?span[^>]*>", "", path.read_text(encoding="utf-8")))


def names(folder, variant):
    return sorted(path.name for path in (folder / "dist").iterdir() if path.name.startswith(f"deck{variant}."))


def test_each_variant_has_all_formats(built):
    folder, _ = built
    assert names(folder, ".student") == [f"deck.student.{form}" for form in FORMS]
    assert names(folder, ".solution") == [f"deck.solution.{form}" for form in FORMS]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_that_students_get_holds_a_solution(built, form):
    folder, _ = built
    student, full = (texts(folder / f"dist/deck{variant}.{form}") for variant in (".student", ""))
    assert [secret for secret in SECRETS if secret in student] == []
    assert form == "txt" or "Your turn" in student or form == "pptx"
    assert "secretly" in full


def test_slides_keep_their_numbers(built):
    folder, _ = built
    page = (folder / "dist/deck.student.html").read_text(encoding="utf-8")
    assert re.findall(r'data-marpit-pagination="(\d)"', page) == ["1", "2", "4", "5"]
    assert set(re.findall(r'data-marpit-pagination-total="(\d)"', page)) == {"5"}


def test_no_picture_of_the_full_deck_is_handed_out(built):
    folder, _ = built
    shown = re.compile(r"(?:!\[[^\]]*\]\(|<img src=\")([^)\"]*)")
    pictures = {variant: shown.findall((folder / f"dist/deck{variant}.md").read_text(encoding="utf-8"))
                for variant in ("", ".student", ".solution")}
    drawn = base64.b64encode((folder / "figures/deck/bars.svg").read_bytes()).decode()
    missing = base64.b64decode(pictures[".student"][0].partition(",")[2]).decode()
    assert pictures[""] == ["figures/deck/bars.svg"]
    assert pictures[".solution"] == [f"data:image/svg+xml;base64,{drawn}"]
    assert "missing image" in missing
    assert drawn in (folder / "dist/deck.html").read_text(encoding="utf-8")
    assert drawn not in (folder / "dist/deck.student.html").read_text(encoding="utf-8")


def test_figures_on_disk_are_the_full_decks_alone(built):
    folder, _ = built
    assert [path.relative_to(folder).as_posix() for path in folder.glob("figures/**/*.*")] == ["figures/deck/bars.svg"]


def test_variants_share_the_cells_above_their_first_difference(built):
    folder, report = built
    assert {deck["variant"]: (deck["executed"], deck["blanks"]) for deck in report.decks} == {
        "full": (["cell-1", "cell-2", "cell-3", "bars", "cell-5"], {}), "solution": ([], {}),
        "student": (["cell-1", "cell-2", "cell-3", "bars"], {"25": [30, 46, 55]})}
    again = Project(folder).check("deck.md", "--variant", "full,student,solution", code=None)
    assert [deck["executed"] for deck in again.decks] == [[], [], []]
