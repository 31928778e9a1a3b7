"""A course whose results are known, copied for each test."""

import pytest

from tests.e2e.diff.repository import FILES, committed


@pytest.fixture(scope="session")
def known(kernel, browser, tmp_path_factory):
    project = committed(tmp_path_factory.mktemp("course") / "講義 ノート", FILES)
    assert project.run("diff").stdout.startswith("no differences in 2 decks; see ")
    return project


@pytest.fixture
def course(known, tmp_path):
    return known.copy(tmp_path / "講義 ノート")
