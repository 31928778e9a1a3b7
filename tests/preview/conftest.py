"""What tests of the preview begin with."""

import pytest

from tests.preview.previewed import DECK
from tests.project import Project


@pytest.fixture
def project(tmp_path):
    """A project with one deck."""
    return Project(tmp_path).write({"deck.md": DECK})
