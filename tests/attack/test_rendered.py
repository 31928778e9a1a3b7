"""Whatever a rendering and its findings can depend on: when it changes, a build gives what a build from nothing gives."""

import pytest

from tests.attack.project import tried
from tests.attack.ways.rendered import RENDERED
from tests.e2e.separate import ROOT, deck, each_as_by_itself, generated
from tests.e2e.test_live_slides import as_built
from tests.e2e.test_measured import edited

pytestmark = pytest.mark.usefixtures("kernel", "browser")


@pytest.mark.parametrize("way", [pytest.param(way, id=way.name.replace(" ", "-")) for way in RENDERED])
def test_a_warm_build_is_a_cold_one(way, tmp_path):
    verdict, difference = tried(way, tmp_path)
    assert verdict == "fresh", difference


def test_files_of_any_decks_equal_those_of_separate_calls(tmp_path):
    each_as_by_itself([*map(generated, range(5)), *(deck(path.stem, path.read_text(encoding="utf-8")) for path in sorted((ROOT / "slides").glob("0[39]*.md")))], tmp_path)


@pytest.mark.parametrize("path", sorted((ROOT / "slides").glob("[01]*.md")), ids=lambda path: path.stem)
def test_slides_of_the_course_are_those_of_its_built_files(path, renderer):
    as_built(path, renderer)


@pytest.mark.parametrize("seed", range(2, 6))
def test_after_any_edits_the_faults_are_those_of_a_deck_that_nobody_knows(seed, renderer):
    edited(seed, renderer)
