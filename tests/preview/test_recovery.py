"""Whatever dies, the preview goes on; and when it ends, nothing is left."""

import os
import signal
import time
from socket import SHUT_RDWR

import pytest
from websockets.exceptions import ConnectionClosed

from marpweave.kernel.zygote import CAN_FORK
from tests.preview.previewed import SECONDS, previewed, previewed_alone
from tests.processes import alive, waited


@pytest.mark.attack
def test_a_renderer_that_dies_is_started_again(project, kernel, browser):
    with previewed_alone(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        for pid in endpoint.processes("renderer.mjs"):
            os.kill(pid, signal.SIGKILL)
        project.edit("deck.md", "Plain words", "Other words")
        page.shows("Other words")
        page.until(lambda page: "renderer" in page.told.get("status", {"text": ""})["text"])


KERNEL = "os.kill(os.getpid(), 9)"
ALL = "os.kill(int(open(f'/proc/{os.getppid()}/stat').read().split()[3]), 9)\n    os.killpg(0, 9)"


@pytest.mark.parametrize("death", [KERNEL, pytest.param(ALL, marks=[pytest.mark.attack, pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")])])
def test_cells_whose_kernel_dies_run_again(death, project, kernel, browser):
    mortal = f"\n---\n\n```python\nimport os\nif not os.path.exists('died'):\n    open('died', 'w').close()\n    {death}\nprint('at', 'last')\n```\n"
    project.write({"deck.md": project.text("deck.md") + mortal})
    with (previewed if death == KERNEL else previewed_alone)(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("at last").until(lambda page: page.found == [])
        assert (project / "died").exists()
        assert page.told["status"]["text"] == "a kernel died; running its cells again"


@pytest.mark.attack
@pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")
@pytest.mark.parametrize(("memory", "processes"), [("1000", 5), ("1", 4)])  # zygote, witness, kernel, what the deck began with, the rest
def test_states_between_cells_take_no_more_memory_than_one_gives_them(memory, processes, project, kernel, browser):
    with previewed_alone(project, "deck.md", "--snapshots-memory", memory) as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        deadline = time.monotonic() + SECONDS
        while len(endpoint.processes("probe.zygote")) != processes and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(endpoint.processes("probe.zygote")) == processes


def test_a_page_that_lost_its_connection_gets_everything_anew(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint:
        with endpoint.page() as page:
            page.shows("21", "40")
            page.socket.socket.shutdown(SHUT_RDWR)
            with pytest.raises((ConnectionClosed, EOFError, OSError)):
                page.until(lambda page: False)
        project.edit("deck.md", "Plain words", "Other words")
        with endpoint.page() as again:
            assert again.shows("Other words", "21", "40").told.keys() >= {"hello", "slides", "running", "findings"}


def test_several_pages_see_the_same(project, kernel, browser):
    project.write({"other.md": project.text("deck.md").replace("First", "Other deck")})
    with previewed(project, "deck.md", "other.md") as endpoint, endpoint.page() as one, endpoint.page() as two, endpoint.page("other") as other:
        for page in (one, two, other):
            page.shows("21", "40")
        project.edit("deck.md", "x = 20", "x = 25")
        for page in (one, two):
            page.shows("26", "50")
        assert one.order == two.order
        assert other.shows("Other deck", "21").slides[1:] == ["Second x = 20 print (x + 1 ) 21", "Third print (x * 2 ) 40"]


def test_nothing_is_left_when_it_ends(project, kernel, browser):
    with previewed_alone(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21")
        project.edit("deck.md", "x = 20", "import time\ntime.sleep(60)")
        page.until(lambda page: bool(page.running))
        started = endpoint.processes("")
        assert started
    waited(lambda: not alive(started))
