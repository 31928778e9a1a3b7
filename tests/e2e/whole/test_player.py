"""Buttons over what moves: an animation in an HTML file, in a real browser."""

import re

import pytest

from tests.e2e.whole.decks import with_poster
from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project")).write({"deck.md": with_poster("[1, 4]"), "still.md": "# 動かない"})
    project.run("deck.md", "still.md", "--to", "html")
    return project


@pytest.fixture
def page(built, chromium, request):
    with chromium.new_page(reduced_motion=request.param) as page:
        page.goto((built / "dist/deck.html").as_uri())
        page.wait_for_selector("img[data-frame]")
        yield page


def frame(page):
    return page.locator("img").get_attribute("data-frame")


@pytest.mark.parametrize("page", ["no-preference"], indirect=True)
def test_an_animation_plays_and_stops_and_takes_steps(page):
    page.wait_for_selector("img[data-frame='3']")
    page.wait_for_selector("img[data-frame='2']")
    page.get_by_label("play or pause").click()
    stopped = frame(page)
    page.wait_for_timeout(500)
    assert frame(page) == stopped
    page.get_by_label("one step on").click()
    page.wait_for_selector(f"img[data-frame='{int(stopped) % 4 + 1}']")
    page.get_by_label("one step back").click()
    page.wait_for_selector(f"img[data-frame='{stopped}']")
    page.get_by_label("play or pause").click()
    page.wait_for_selector(f"img[data-frame='{int(stopped) % 4 + 1}']")


@pytest.mark.parametrize("page", ["reduce"], indirect=True)
def test_who_wants_little_motion_sees_the_first_frame_until_the_animation_is_asked_to_play(page):
    page.wait_for_timeout(500)
    assert frame(page) == "1"
    size = page.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight, image.currentSrc.slice(0, 5)]")
    assert size == [384, 192, "blob:"], "a frame, as large as it was drawn"
    page.get_by_label("play or pause").click()
    page.wait_for_selector("img[data-frame='2']")


def test_a_file_in_which_nothing_moves_has_no_player(built):
    scripts = {name: re.findall("ImageDecoder", (built / f"dist/{name}.html").read_text(encoding="utf-8")) for name in ("deck", "still")}
    assert {name: bool(found) for name, found in scripts.items()} == {"deck": True, "still": False}
