"""Cells of a revision import the package of that revision, though it is installed from the checkout."""

import pytest

from tests.e2e.diff.repository import committed, differences
from tests.environments import environment
from tests.project import Project

DECK = "---\nmarp: true\nexecute: true\n---\n\n# One\n\n```python\n#| label: twice\nfrom edited.core import double\nprint(double(21))\n```\n"
FINDER = """\
import sys
from importlib.util import spec_from_file_location

MAPPING = {{"edited": {place!r}}}


class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in MAPPING:
            folder = MAPPING[name]
            return spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])


def install():
    sys.meta_path.append(Finder)
"""


@pytest.mark.attack
@pytest.mark.parametrize("way", ["path", "finder"])
def test_a_package_that_is_installed_from_its_folder_is_as_it_was(way, kernel, browser, tmp_path):
    whole = committed(tmp_path / "whole", {
        "lectures/marpweave.toml": 'decks = ["slides"]\n', "lectures/slides/a.md": DECK, "src/edited/__init__.py": "",
        "src/edited/core.py": "def double(x):\n    return 2 * x\n\n\ndef other():\n    return 1\n", ".gitignore": ".marpweave\ndist\nout.json\n"})
    python = environment(tmp_path / "env", "ipykernel")
    site = next(python.glob("lib/python*/site-packages"))
    if way == "path":
        (site / "edited.pth").write_text(f"{whole / 'src'}\n", encoding="utf-8")
    else:
        (site / "__editable___edited_finder.py").write_text(FINDER.format(place=str(whole / "src/edited")), encoding="utf-8")
        (site / "edited.pth").write_text("import __editable___edited_finder; __editable___edited_finder.install()\n", encoding="utf-8")
    lectures = Project(whole / "lectures")
    whole.edit("src/edited/core.py", "2 * x", "3 * x")
    assert differences(lectures, "--python", str(python)) == [("lectures/slides/a.md", "changed", 1, 1, ["src/edited/core.py::double"])]
    whole.edit("src/edited/core.py", "3 * x", "2 * x")
    assert differences(lectures, "--python", str(python), code=0) == []
    asked = "check", "--python", str(python), "--no-strict"
    lectures.run(*asked)
    whole.edit("src/edited/core.py", "2 * x", "3 * x")
    lectures.run(*asked)
    assert [each for *_, each in differences(lectures, "--python", str(python))] == [["src/edited/core.py::double"]]
