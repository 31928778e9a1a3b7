"""Whatever is edited, in whatever order, the page is the one that a build from nothing would give."""

from tests.preview.law import follow


def test_a_page_is_what_a_build_from_nothing_gives(tmp_path, kernel, renderer):
    follow(tmp_path, renderer, seed=1, edits=3)
