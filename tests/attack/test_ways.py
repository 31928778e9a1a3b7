"""Whatever a cell can depend on: when it changes, a build gives what a build from nothing gives."""

import pytest

from tests.attack.project import tried
from tests.attack.ways.table import WAYS

pytestmark = pytest.mark.usefixtures("kernel")


def test_there_are_many_ways_and_no_two_have_one_name():
    names = [f"{way.kind}-{way.name}" for way in WAYS]
    assert sorted(set(names)) == sorted(names)
    assert len(names) >= 170


@pytest.mark.parametrize("way", [pytest.param(way, id=f"{way.kind}-{way.name}".replace(" ", "-")) for way in WAYS])
def test_a_warm_build_is_a_cold_one(way, tmp_path):
    verdict, difference = tried(way, tmp_path)
    assert verdict == "fresh", difference
