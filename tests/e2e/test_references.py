"""Numbers change what is shown and run nothing; what another deck says of its own is looked up again."""

import json

import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")
FRONT = "---\nlang: ja\nexecute: true\n---\n"
ONE = f"{FRONT}# 一\n\n@fig-drawn、@fig-two/other\n\n```python\n#| label: drawn\n#| fig-cap: 線\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```\n"
TWO = f"{FRONT}# 二\n\n---\n\n![絵](img/other.svg)\n*絵*\n"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>'


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project")).write(
        {"one.md": ONE, "two.md": TWO, "img/other.svg": SQUARE, "img/new.svg": SQUARE, "part.md": "@fig-missing\n"})
    assert project.build("one.md", "--to", "md,ipynb").ran == {"one": ["drawn"]}
    return project


@pytest.fixture
def project(built, tmp_path):
    return built.copy(tmp_path / "project")


def said(project):
    return project.text("dist/one.md").split("\n")[6]


def test_a_number_that_changes_runs_no_cell(project):
    assert said(project) == "[図1](#1)、[図1（two）](two.html#2)"
    project.edit("one.md", "# 一\n", "# 一\n\n![絵](img/new.svg)\n*新しい*\n\n@fig-new\n")
    assert project.build("one.md", "--to", "md").ran == {"one": []}
    assert "*__図1__ 新しい*" in project.text("dist/one.md")
    assert "*__図2__ 線*" in project.text("dist/one.md")


def test_a_deck_follows_the_numbers_of_the_deck_that_it_refers_to(project):
    project.edit("two.md", "# 二\n", "# 二\n\n---\n\n![絵](img/new.svg)\n*新しい*\n")
    assert project.build("one.md", "--to", "md").ran == {"one": []}
    assert said(project) == "[図1](#1)、[図2（two）](two.html#3)"
    project.edit("two.md", "img/other.svg", "img/new.svg")
    found = project.build("one.md", "--to", "md", code=1).found("kind", "line", "message")
    assert found == [("reference", 7, "`@fig-two/other` refers to nothing in two.md")]


def test_a_notebook_has_the_words_and_no_links(project):
    cells = json.loads(project.text("dist/one.ipynb"))["cells"]
    assert ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"] == ["# 一\n\n図1、図1（two）", "__図1__ 線"]


def test_a_reference_in_an_included_file_is_told_at_its_line_there(project):
    project.edit("one.md", "@fig-drawn、", "@fig-drawn\n\n{{< include part.md >}}\n\n")
    found = project.build("one.md", "--to", "md", code=1).found("path", "line", "message")
    assert [(path.rpartition("/")[2], line, message) for path, line, message in found] == [("part.md", 1, "`@fig-missing` refers to nothing")]


def test_a_deck_is_found_by_its_name_in_the_project_wherever_it_stands(tmp_path):
    project = Project(tmp_path).write({
        "marpweave.toml": 'decks = ["course/*/*.markdown"]\n',
        "course/week1/one.markdown": f"{FRONT}# 一\n\n@sec-week2/two/b、@sec-three/c\n",
        "course/week1/three.markdown": f"{FRONT}# 三\n\n## C\n", "course/week2/two.markdown": f"{FRONT}# 二\n\n---\n\n# B\n"})
    project.build("--to", "md")
    assert project.text("dist/week1/one.md").endswith("[B（week2/two）](../week2/two.html#2)、[C（three）](three.html#1)\n")
