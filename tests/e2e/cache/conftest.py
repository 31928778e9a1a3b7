"""A project that was built once, copies of it, and an empty one."""

import pytest

from tests.e2e.cache.course import FILES, LABELS, build, without_figure
from tests.project import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that was built once."""
    project = Project(tmp_path_factory.mktemp("project")).write(FILES)
    report = build(project)
    assert report["executed"] == LABELS
    assert report["findings"] == []
    return project


@pytest.fixture
def copied(project, tmp_path):
    return project.copy(tmp_path)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The same without its figure."""
    project = Project(tmp_path_factory.mktemp("plain")).write(without_figure(FILES))
    assert (build(project)["executed"], build(project)["findings"]) == (LABELS, [])
    return project


@pytest.fixture
def empty(tmp_path):
    return Project(tmp_path)
