"""The whole course as `build.py` makes it: what tests/test_course_built.py proves of a lecture holds for each."""

import json
import re
import subprocess
import sys

import pytest

from tests import test_course_built as of_a_lecture
from tests.project import PROGRAM
from tests.test_course import DECKS
from tests.test_course_built import course, ended

__all__ = ["course", "ended"]
pytestmark = [pytest.mark.usefixtures("kernel", "browser"), pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def lectures():
    """All that is built."""
    return DECKS


def test_the_course_is_proven_rendered_and_handed_out(course, ended, lectures):  # one test, for it is built once
    of_a_lecture.test_the_course_is_proven_and_rendered_without_a_finding(course, lectures)
    are_proven_without_the_slides_that_answer_as_students_get_them(course, lectures)
    of_a_lecture.test_sheets_are_proven_as_students_get_them_and_with_solutions(course, lectures)
    of_a_lecture.test_notebooks_pass_with_the_solutions_and_stop_without_them_at_blanks_alone(ended, lectures)


def are_proven_without_the_slides_that_answer_as_students_get_them(course, lectures):
    folder, _ = course
    decks = [f"slides/{path.name}" for path in lectures]
    done = subprocess.run([sys.executable, PROGRAM, "check", "--strict", "--variant", "full,student", "--json", "students.json", *decks],
                          cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    slides = {(deck["path"], deck["variant"]): deck["slides"] for deck in json.loads((folder / "students.json").read_text(encoding="utf-8"))["decks"]}
    for name, path in zip(decks, lectures, strict=True):
        assert slides[name, "full"] - slides[name, "student"] == len(re.findall(r"<!-- _class:.*\bsolution\b", path.read_text(encoding="utf-8")))
