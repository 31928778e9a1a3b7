"""A browser in which pages that were built are looked at."""

import pytest

from tests import axe


@pytest.fixture(scope="module")  # while it is open, no test can call asyncio.run
def chromium(browser):
    with axe.chromium() as started:
        yield started
