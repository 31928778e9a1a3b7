"""The law, live, over many random edits."""

import pytest

from tests.preview.law import follow


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(2, 10))
def test_a_page_is_what_a_build_from_nothing_gives(tmp_path, seed, kernel, renderer):
    follow(tmp_path, renderer, seed, edits=25)
