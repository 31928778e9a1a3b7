"""The renderer that stays open: what it gives equals separate calls of the Marp CLI, and nothing brings it down or outlives it."""

import os
import subprocess
import sys
import time
from dataclasses import asdict, replace

import psutil
import pytest

from marpweave.errors import ToolError
from marpweave.render.diagrams.look import look_of
from marpweave.render.fonts import subset_faces
from marpweave.render.node import Node
from marpweave.render.programs.browsers import find_browser
from marpweave.render.programs.places import modules, unpacked_fonts
from marpweave.render.renderer import MarpRenderer
from marpweave.render.rendering import Rendering
from tests.e2e.separate import ROOT, deck, each_as_by_itself, of_all_parts
from tests.processes import ended

pytestmark = pytest.mark.usefixtures("browser")


def processes(folder):
    """What works in a folder, or below it, or was told of it."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join([*process.cmdline(), process.environ().get("TMPDIR", "")]) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The place for temporary files: the renderer's folder and processes are told from others by it."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield tmp_path / "tmp"
    assert (list((tmp_path / "tmp").iterdir()), processes(tmp_path / "tmp")) == ([], [])


def node(home):
    (found,) = (process for process in processes(home) if "renderer.mjs" in " ".join(process.cmdline()) and process.ppid() == os.getpid())
    return found


def test_files_equal_those_of_separate_calls_in_whatever_order_decks_come(home, tmp_path):
    each_as_by_itself([of_all_parts("one", "lang: ja\ntheme: lecture\nmath: mathjax"), of_all_parts("two", "lang: en\ntheme: gaia\nsize: 4:3\nmath: katex")], tmp_path, ("html",))


def test_what_is_measured_on_a_page_that_is_printed_is_measured_on_its_html_too(renderer):
    markdown = "# A\n\n" + "- more than fits\n" * 30 + "\n---\n\n<style scoped>p { font-size: 9px }</style>\n\nsmall ![](dot.svg)\n\n---\n\n![](no.png)\n"
    both, html = (renderer.render(deck(name, markdown), formats).result() for name, formats in (("a", ("html", "pdf")), ("b", ("html",))))
    assert [(fault.slide, str(fault.kind), fault.element) for fault in both.faults] == [
        (1, "overflow", "list “more than fits more than…”"), (2, "small-text", "paragraph “small”"), (3, "missing-image", "picture unnamed")]
    assert (html.faults, html.slides, html.title) == (both.faults, both.slides, both.title)


@pytest.mark.parametrize("size", ["16:9", "4:3"])
def test_the_theme_wraps_a_long_error_and_does_not_shrink_it(size, renderer):
    message = "ValueError: " + "one side has three columns, the other two rows; " * 4
    markdown = f"---\ntheme: lecture\nsize: {size}\n---\n\n## A\n\n```python\na @ b\n```\n\n```error\n{message}\n```\n\nMore words below.\n"
    assert renderer.render(deck("error", markdown), ("html",)).result().faults == ()


@pytest.fixture
def started(tmp_path, monkeypatch):
    """A file with a line of flags for each browser that was started."""
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/started\nexec {find_browser().path} "$@"\n', encoding="utf-8")
    browser.chmod(0o755)
    find_browser.cache_clear()
    monkeypatch.setenv("CHROME_PATH", str(browser))
    yield tmp_path / "started"
    find_browser.cache_clear()


@pytest.mark.parametrize("prints", [True, pytest.param(False, marks=pytest.mark.attack)])
def test_slides_are_measured_and_printed_in_one_browser_with_one_set_of_flags(prints, home, started):
    with MarpRenderer(prints=prints) as renderer:
        faults = [renderer.render(deck(form, "# A\n\n" + "- more than fits\n" * 30), (form,)).result().faults for form in ("html", "pdf", "png")]
    assert [each == faults[0] for each in faults if each] == [True, True, True]
    assert len(started.read_text(encoding="utf-8").splitlines()) == 1


def test_a_browser_with_other_flags_than_the_marp_cli_wants_is_not_used(home, started, monkeypatch):
    monkeypatch.setenv("CHROME_DISABLE_GPU", "1")
    with MarpRenderer() as renderer:
        assert (renderer.render(deck("a"), ("html", "pdf")).result().complaints, len(node(home).children())) == ({}, 1)
    assert ["--disable-gpu " in flags for flags in started.read_text(encoding="utf-8").splitlines()] == [False, True]


def test_where_the_usual_flags_open_no_browser_the_marp_cli_opens_it(home, started, tmp_path):
    script = (tmp_path / "browser").read_text(encoding="utf-8")
    (tmp_path / "browser").write_text(script.replace("exec", f"[ $(wc -l < {started}) = 1 ] && exit 1\nexec"), encoding="utf-8")
    with MarpRenderer(prints=False) as renderer:
        assert renderer.render(deck("a"), ("html",)).result().complaints == {}
    assert len(started.read_text(encoding="utf-8").splitlines()) == 2


def test_a_machine_without_any_font_is_told(home, tmp_path, monkeypatch):
    (tmp_path / "fonts.conf").write_text(f'<?xml version="1.0"?><fontconfig><dir>{tmp_path}/none</dir></fontconfig>', encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    fonts = subset_faces("# A 題\n\n**b** `c`", modules=modules(), store=unpacked_fonts())
    with MarpRenderer() as renderer:
        (fault,) = renderer.render(replace(deck("deck", "# A 題\n\n**b** `c`"), css=fonts.css), ("html",)).result().faults
    assert (fault.slide, str(fault.kind), fault.message.partition(",")[0]) == (1, "render", "cannot be loaded")


def test_a_process_that_was_killed_is_replaced(home):
    with MarpRenderer() as renderer:
        first = renderer.render(deck("first"), ("html",)).result()
        killed = node(home)
        killed.kill()
        second = renderer.render(deck("second"), ("html",)).result()
        assert first.files["html"][0].read_bytes() == second.files["html"][0].read_bytes()


@pytest.mark.attack
def test_a_deck_during_which_the_process_hangs_is_rendered_alone(home, monkeypatch):
    with MarpRenderer() as renderer:
        renderer.render(deck("first"), ("html",)).result()
        ask, hung = Node.ask, node(home)
        hung.suspend()
        monkeypatch.setattr(Node, "ask", lambda *asked, timeout: ask(*asked, timeout=timeout if ended(hung.pid) else 0.1))  # it never answers
        assert renderer.render(deck("second"), ("html",)).result().complaints == {}
        assert ended(hung.pid)


def test_a_deck_that_hangs_even_alone_has_no_files_and_says_so(home):
    with MarpRenderer(timeout=0.01) as renderer:
        assert renderer.render(deck("deck"), ("html", "pdf")).result() == Rendering(
            complaints=dict.fromkeys(["html", "pdf"], "timed out after 0.01 s"))


@pytest.mark.attack
def test_a_process_is_replaced_after_its_share_of_decks_and_leaves_their_files(home):
    with MarpRenderer(max_decks=1) as renderer:
        first = renderer.render(deck("first"), ("html",)).result()
        before = node(home).pid
        renderer.render(deck("second"), ("html",)).result()
        assert node(home).pid != before
        assert first.files["html"][0].is_file()


@pytest.mark.attack
def test_slides_come_from_a_new_process_where_one_was_killed(home):
    with MarpRenderer(live=True) as renderer:
        first = renderer.slides(deck("deck")).result()
        node(home).kill()
        assert renderer.slides(deck("deck")).result() == first


def test_a_diagram_is_drawn_in_a_new_page_where_one_crashed(home):
    asked = {"language": "mermaid", "source": "flowchart LR\n  A --> B", "id": "d", "look": asdict(look_of("", (), dark=False)), "tool": "", "css": ""}
    with MarpRenderer() as renderer:
        first = renderer.diagram(asked).result()
        for process in node(home).children(recursive=True):
            if "--type=renderer" in " ".join(process.cmdline()):
                process.kill()
        assert renderer.diagram(asked).result().get("svg") == first["svg"]


@pytest.mark.attack
def test_diagrams_are_drawn_whoever_of_them_is_the_last_of_a_process(home):
    asked = {"language": "dot", "source": "digraph { a -> b }", "id": "d", "look": asdict(look_of("", (), dark=False)), "tool": "", "css": ""}
    with MarpRenderer(max_decks=1) as renderer:
        begun = [renderer.diagram({**asked, "source": f"digraph {{ a -> b{number} }}"}) for number in range(12)]
        assert all(f">b{number}<" in future.result()["svg"] for number, future in enumerate(begun))


@pytest.mark.attack
def test_a_process_is_replaced_after_its_share_of_slides(home):
    with MarpRenderer(live=True, max_decks=1) as renderer:
        used = []
        for _ in range(5):
            renderer.slides(deck("deck")).result()
            used.append(node(home).pid)
    assert [used.index(pid) for pid in used] == [0, 0, 0, 0, 4]


def test_a_renderer_of_slides_opens_a_browser_for_files_alone(home):
    with MarpRenderer(live=True) as renderer:
        renderer.slides(deck("deck")).result()
        assert len(processes(home)) == 1
        assert renderer.render(deck("deck"), ("html", "pdf")).result().slides == 1


@pytest.mark.parametrize("prints", [True, pytest.param(False, marks=pytest.mark.attack)])
def test_a_browser_that_does_not_work_is_named_once_and_not_a_fault_of_a_deck(prints, home, monkeypatch):
    find_browser.cache_clear()
    monkeypatch.setenv("CHROME_PATH", "/bin/false")
    with MarpRenderer(prints=prints) as renderer, pytest.raises(ToolError, match=r"the browser failed; see `build.py doctor`"):
        renderer.render(deck("deck"), ("html",)).result()
    find_browser.cache_clear()


def test_a_renderer_that_was_started_and_never_asked_leaves_nothing(home):
    with MarpRenderer() as renderer:
        renderer.start()


KILLED = """\
import sys, time
sys.path.insert(0, sys.argv[1])
from tests.e2e.separate import deck
from marpweave.render.renderer import MarpRenderer

with MarpRenderer() as renderer:
    renderer.render(deck("first"), ("html",)).result()
    renderer.render(deck("busy", "".join(f"$x^{{{n}}}$\\n\\n---\\n\\n" for n in range(int(sys.argv[2])))), ("html", "pdf"))
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.mark.attack
def test_nothing_outlives_a_program_that_was_killed_while_it_asked(home):
    program = subprocess.Popen([sys.executable, "-c", KILLED, ROOT, "400_000"], stdout=subprocess.PIPE, text=True)
    assert program.stdout.readline() == "ready\n"
    program.kill()
    program.wait()
    assert gone(home)


@pytest.mark.parametrize("formulas", [pytest.param(1, marks=pytest.mark.attack), 40_000], ids=["idle", "busy"])
def test_nothing_outlives_a_program_that_was_killed(formulas, home):
    program = subprocess.Popen([sys.executable, "-c", KILLED, ROOT, str(formulas)], stdout=subprocess.PIPE, text=True)
    assert program.stdout.readline() == "ready\n"
    while not list(home.glob("*/*/*/busy.md")):
        time.sleep(0.01)
    assert len(processes(home)) > 2
    program.kill()
    program.wait()
    assert gone(home)


def gone(home, seconds=60):
    """Wait until no process and no file is left."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and (processes(home) or list(home.iterdir())):
        time.sleep(0.1)
    return not processes(home) and not list(home.iterdir())
