"""The whole course as `build.py` makes it: what tests/test_course_built.py proves of a lecture holds for each."""

import pytest

from tests.test_course import DECKS
from tests.test_course_built import (
    course,
    ended,
    pytestmark,
    test_lectures_are_proven_without_the_slides_that_answer_as_students_get_them,
    test_notebooks_pass_with_the_solutions_and_stop_without_them_at_blanks_alone,
    test_sheets_are_proven_as_students_get_them_and_with_solutions,
    test_the_course_is_proven_and_rendered_without_a_finding,
)

__all__ = [
    "course", "ended", "pytestmark", "test_lectures_are_proven_without_the_slides_that_answer_as_students_get_them",
    "test_notebooks_pass_with_the_solutions_and_stop_without_them_at_blanks_alone",
    "test_sheets_are_proven_as_students_get_them_and_with_solutions", "test_the_course_is_proven_and_rendered_without_a_finding",
]


@pytest.fixture(scope="module")
def lectures():
    """All that is built."""
    return DECKS
