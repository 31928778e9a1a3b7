"""Stores that are damaged, shared, or cannot be used."""

import re

import pytest

from tests.e2e.cache.course import EDITS, FILES, LABELS, build, without_figure
from tests.project import Project
from tests.running import run

pytestmark = pytest.mark.usefixtures("kernel")


def test_a_damaged_store_is_as_good_as_none(copied):
    for path in (copied / ".marpweave/cache").rglob("*"):
        if path.is_file() and path.parent.parent.name in ("step", "blob", "report"):
            path.write_bytes(path.read_bytes()[:-3])
    built = copied.check()
    assert re.search(r"note: ignored \d+ damaged files in \S+", built.stderr)
    assert built.ran == {"deck": LABELS}
    assert build(copied)["executed"] == []


def test_the_store_says_what_it_is(copied):
    folder = copied / ".marpweave/cache"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_machines_share_what_they_found(tmp_path):
    a, b = (Project(tmp_path / name).write(without_figure(FILES)) for name in "ab")
    place = (tmp_path / "shared").as_uri()
    assert build(a, "--cache", place)["executed"] == LABELS
    assert build(b, "--cache", place, "--cache-read-only")["executed"] == []
    assert build(b)["executed"] == []


def test_a_memory_file_system_is_shared_in_a_process(tmp_path):
    for name in "ab":
        Project(tmp_path / name).write(without_figure(FILES))
        ran = run(tmp_path / name, "slides/deck.md", cache=tmp_path / name / "cache", shared="memory://course")
        assert all(check.outcome.provenance.cached is (name == "b") for check in ran.checks)


@pytest.mark.parametrize(("place", "code", "said"), [
    ("nonsense://a/b", 2, "error: --cache nonsense://a/b: Protocol not known: nonsense"),
    ("file:///proc/no/such/place", 0, "note: stopped using the shared store: "),
])
def test_a_shared_store_that_cannot_be_used_is_told(place, code, said, plain, tmp_path):
    copied = plain.copy(tmp_path).write(without_figure(EDITS["the first cell"][0]))
    assert said in copied.run("check", "--cache", place, code=code).stderr
