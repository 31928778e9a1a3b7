"""Which folder is the project's: the nearest configured one, else the repository, else the package, else the decks' own."""

import pytest

from marpweave.config.config import Configuration
from marpweave.config.root import find_project
from marpweave.errors import UsageError

CONFIGURED = "[tool.marpweave]\njobs = 1\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A home folder with ``course/lectures/week1`` in it; the program is called there."""
    (tmp_path / "home/course/lectures/week1").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "home/course/lectures/week1")
    return tmp_path / "home"


def mark(place, name, content=""):
    if name.endswith(".git"):
        (place / name).mkdir()
    else:
        (place / name).write_text(content, encoding="utf-8")


@pytest.mark.parametrize(("marks", "root"), [
    ({"course/marpweave.toml": ""}, "course"),
    ({"course/pyproject.toml": CONFIGURED}, "course"),
    ({"course/marpweave.toml": "", "course/lectures/.git": ""}, "course"),
    ({"course/marpweave.toml": "", "course/lectures/pyproject.toml": "[project]\n"}, "course"),
    ({"course/marpweave.toml": "", "course/lectures/pyproject.toml": CONFIGURED}, "course/lectures"),
    ({"course/.git": "", "course/lectures/pyproject.toml": "[project]\n"}, "course"),
    ({"course/lectures/pyproject.toml": "# [tool.marpweave]\n[tool.marpweave-more]\n", "course/.git": ""}, "course"),
    ({"course/lectures/pyproject.toml": ""}, "course/lectures"),
    ({"marpweave.toml": ""}, ""),
    ({".git": "", "pyproject.toml": "", "course/pyproject.toml": "[project]\n"}, "course"),
    ({"course/pyproject.toml": "[[tool.marpweave]]\n", "course/lectures/.git": ""}, "course"),
    ({"course/pyproject.toml": "[\"tool\" . 'marpweave']\n", "course/lectures/.git": ""}, "course"),
])
def test_the_root_is_the_nearest_configured_folder_else_the_repository_else_the_package(place, marks, root):
    for name, content in marks.items():
        mark(place, name, content)
    assert find_project([]).root == place / root


def test_a_home_folder_that_is_a_repository_is_no_project(place):
    mark(place, ".git")
    assert find_project([]) == Configuration(place / "course/lectures/week1", marked=False)


def test_no_folder_above_the_home_folder_is_the_root(place):
    mark(place.parent, "marpweave.toml")
    assert find_project([]) == Configuration(place / "course/lectures/week1", marked=False)


def test_no_folder_that_everybody_can_write_to_is_the_root(place, monkeypatch):
    mark(place / "course", "marpweave.toml")
    (place / "course").chmod(0o1777)
    assert find_project([]) == Configuration(place / "course/lectures/week1", marked=False)
    (place / "course").chmod(0o777)  # a shared drive has no other
    assert find_project([]).root == place / "course"


def test_where_nothing_is_a_project_the_root_is_the_folder_of_the_decks(place):
    (place / "talks/one").mkdir(parents=True)
    assert find_project([place / "talks/one"]) == Configuration(place / "talks/one", marked=False)
    assert find_project([place / "talks/one", place / "talks"]) == Configuration(place / "talks", marked=False)


def test_decks_outside_of_the_working_folders_project_do_not_bring_their_own(place):
    mark(place, "course/marpweave.toml")
    (place / "downloads").mkdir()
    mark(place, "downloads/marpweave.toml", "python = './evil'\n")
    assert find_project([place / "downloads"]).root == place / "course"


def test_decks_named_from_where_no_project_is_bring_theirs(place, monkeypatch):
    mark(place, "course/marpweave.toml")
    monkeypatch.chdir(place)
    assert find_project([place / "course/lectures"]).file == place / "course/marpweave.toml"


def test_a_deeper_project_within_that_of_the_working_folder_is_its_decks_own(place, monkeypatch):
    mark(place, "course/.git")
    mark(place, "course/lectures/marpweave.toml")
    monkeypatch.chdir(place / "course")
    assert find_project([place / "course/lectures/week1"]).root == place / "course/lectures"


def test_a_folder_that_is_configured_twice_is_an_error(place):
    mark(place, "course/marpweave.toml")
    mark(place, "course/pyproject.toml", CONFIGURED)
    course = place / "course"
    with pytest.raises(UsageError) as error:
        find_project([])
    assert str(error.value) == (f"{course / 'marpweave.toml'} and [tool.marpweave] in {course / 'pyproject.toml'} both configure "
                                "this project; keep one of them")
