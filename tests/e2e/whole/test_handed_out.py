"""What a project hands out: other files of its homework than of its lectures, all linked from the page of all decks."""

import re

import pytest

from tests.axe import violations
from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")
CONFIGURATION = """\
decks = ["slides"]
to = ["html"]

[[overrides]]
decks = ["slides/homework"]
to = ["html", "ipynb"]
variants = ["student", "solution"]
"""
LECTURE = "---\nmarp: true\nexecute: true\n---\n\n# Means\n\n```python\nprint(2)  # 2\n```\n"
HOMEWORK = """\
---
marp: true
execute: true
---

# Means at home

```python
def mean(x):
    ### BEGIN SOLUTION
    return sum(x) / len(x)
    ### END SOLUTION
```
"""


@pytest.fixture
def course(tmp_path):
    return Project(tmp_path).write({
        "marpweave.toml": CONFIGURATION, "slides/01-means.md": LECTURE, "slides/homework/01-means.md": HOMEWORK})


def made(course):
    return sorted(path.relative_to(course / "dist").as_posix() for path in (course / "dist").rglob("*.*"))


REACHED = "[document.activeElement.getAttribute('href'), document.activeElement.ariaLabel ?? document.activeElement.innerText]"


def test_homework_is_made_for_students_and_with_solutions_and_lectures_are_not(course):
    built = course.build()
    assert [(deck["path"], deck["variant"]) for deck in built.decks] == [
        ("slides/01-means.md", "full"), ("slides/homework/01-means.md", "student"), ("slides/homework/01-means.md", "solution")]
    assert made(course) == ["01-means.html", "decks.json", *(
        f"homework/01-means.{variant}.{form}" for variant in ("solution", "student") for form in ("html", "ipynb")), "index.html"]
    assert [deck["executed"] for deck in course.build().decks] == [[], [], []]


def test_the_page_of_all_decks_links_what_was_made_and_a_keyboard_reaches_it(course, chromium):
    course.build()
    homework = [(f"homework/01-means.{variant}.{suffix}", f"Means at home, {audience}, {form}")
                for variant, audience in (("student", "Exercises"), ("solution", "Solutions"))
                for suffix, form in (("html", "HTML"), ("ipynb", "Notebook"))]
    with chromium.new_page() as page:
        page.goto((course / "dist/index.html").as_uri())
        reached = []
        for _ in range(7):
            page.keyboard.press("Tab")
            reached.append(tuple(page.evaluate(REACHED)))
        assert reached == [
            ("01-means.html", "Means"), ("01-means.html", "Means, HTML"), ("homework/01-means.student.html", "Means at home"), *homework]
        assert violations(chromium, course / "dist/index.html", ("minor", "moderate", "serious", "critical")) == []


def test_the_page_of_all_decks_links_what_the_last_build_made_of_a_deck(course):
    for formats, suffixes in (("html", ["html"]), ("html,ipynb", ["html", "ipynb"]), ("html", ["html"]), ("html,notes,ipynb", ["html", "notes.html", "ipynb"]), ("html,ipynb", ["html", "ipynb"])):
        course.build("slides/01-means.md", "--to", formats)
        page = course.text("dist/index.html")
        assert re.findall(r'<a href="01-means\.([^"]*)" aria-label', page) == suffixes


def test_an_option_says_what_is_made_of_all_decks(course):
    course.build("--variant", "full", "--to", "md")
    assert made(course) == ["01-means.md", "homework/01-means.md"]


@pytest.mark.parametrize(("named", "made_of"), [
    ("slides/homework/*.md", "student"), ("slides/**/01-*.md", "student"), ("slides/homework/01-means.md", "student"), ("slides/*/x*.md", "full")])
def test_homework_is_a_folder_a_file_or_a_glob(course, named, made_of):
    course.edit("marpweave.toml", '"slides/homework"', f'"{named}"')
    assert course.check("slides/homework/01-means.md").decks[0]["variant"] == made_of


def test_homework_that_is_not_there_is_not_made_as_a_lecture(course):
    course.edit("marpweave.toml", '"slides/homework"', '"slides/homwork"')
    assert course.run("build", code=2).stderr == f"error: marpweave.toml:4: there is no 'slides/homwork' in {course.folder}\n"
    assert not (course / "dist").exists()


def test_the_last_override_that_says_so_counts(course):
    course.write({"marpweave.toml": CONFIGURATION + '[[overrides]]\ndecks = "slides/homework/*"\nto = "md"\n'})
    course.build("slides/homework")
    assert made(course) == ["homework/01-means.solution.md", "homework/01-means.student.md"]


def test_update_corrects_homework_in_its_full_form_alone(course):
    course.edit("slides/homework/01-means.md", "```\n", "mean([1, 3])  # => 3.0\n```\n")
    told = course.run("check", "--update", code=2)
    assert told.stderr == ("error: --update corrects full decks, but slides/homework/01-means.md has only other "
                           "variants; add --variant full\n")
    course.check("--update", "--variant", "full")
    assert "mean([1, 3])  # => 2.0\n" in course.text("slides/homework/01-means.md")
