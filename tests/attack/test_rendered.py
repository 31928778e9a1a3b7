"""Whatever a rendering and its findings can depend on: when it changes, a build gives what a build from nothing gives."""

import pytest

from tests.attack.project import tried
from tests.attack.ways.rendered import RENDERED

pytestmark = pytest.mark.usefixtures("kernel", "browser")


@pytest.mark.parametrize("way", [pytest.param(way, id=way.name.replace(" ", "-")) for way in RENDERED])
def test_a_warm_build_is_a_cold_one(way, tmp_path):
    verdict, difference = tried(way, tmp_path)
    assert verdict == "fresh", difference
