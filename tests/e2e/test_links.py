"""Links in a circle lead nowhere: what a deck shows, cites or refers to by one is missing."""

import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")


@pytest.mark.parametrize(("name", "front", "text", "kind"), [
    ("loop.png", "", "![x](loop.png)", "missing-image"), ("loop.bib", "\nbibliography: loop.bib", "[@a]", "citation"),
    ("loop.md", "", "@fig-loop/x", "reference")])
def test_a_link_in_a_circle_is_a_file_that_is_missing(name, front, text, kind, tmp_path):
    project = Project(tmp_path).write({"deck.md": f"---\nexecute: true{front}\n---\n# A\n\n{text}\n"})
    (tmp_path / name).symlink_to(name)
    assert (kind,) in project.check("deck.md", code=1).found("kind")
