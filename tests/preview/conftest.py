"""A project to preview, and a browser with a page of the preview in it; what it complains of fails the test."""

import pytest

from tests import axe
from tests.preview.previewed import DECK
from tests.preview.slides import HELLO
from tests.preview.stage import Stage
from tests.project import Project


@pytest.fixture
def project(tmp_path):
    """A project with one deck."""
    return Project(tmp_path).write({"deck.md": DECK})


@pytest.fixture(scope="module")  # while it is open, no test can call asyncio.run
def chromium(browser):
    with axe.chromium() as started:
        yield started


@pytest.fixture
def window(chromium, stage):
    """A browser window by itself; it closes before the stage, which its pages would miss."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    complaints = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def stage():
    with Stage() as stage:
        yield stage


@pytest.fixture
def opened(window, stage):
    """Opens the page of a deck that is told this at first."""
    def opened(*state, address="/d/deck"):
        stage.state = [HELLO, *state]
        page = window.new_page()
        page.goto(stage.address + address)
        page.wait_for_selector(".frame[data-here]")
        return page
    return opened
