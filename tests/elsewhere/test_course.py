"""Somebody else's course, built by an installed marpweave: with and without a network, and in its own environment."""

import http.cookiejar
import shutil
import signal
import urllib.request
from dataclasses import replace

import pytest
from pypdf import PdfReader

from tests.elsewhere.stage import contents

WEEK1, WEEK2 = "lectures/week1/intro.md", "lectures/week2/intro.md"
CLEAN2 = f"{WEEK2}: 1 slide, 1 cell, 1 output proven: clean\n"
CLEAN = f"{WEEK1}: 2 slides, 2 cells, 1 output proven: clean\n"
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'


@pytest.fixture
def node_beside_python(engine):
    """Node.js as its wheel installs it."""
    beside = engine.with_name("node")
    beside.symlink_to(shutil.which("node"))
    yield
    beside.unlink()


def built(machine, engine, *more):
    return machine.run(engine, WEEK1, *more)[:2]


def test_a_whole_course_is_built_without_a_network(machine, engine, course):
    (course / "marpweave.toml").write_text('decks = ["lectures"]\npython = ".venv"\n', encoding="utf-8")
    assert machine.offline().run(engine)[:2] == (0, f"{CLEAN}{CLEAN2}")
    made = contents(course / "dist", "*.*")
    assert sorted(made) == ["decks.json", "index.html", *(f"week{n}/intro.{form}" for n in (1, 2) for form in ("html", "pdf"))]
    assert [len(PdfReader(course / f"dist/week{n}/intro.pdf").pages) for n in (1, 2)] == [2, 1]
    slides = made["week1/intro.html"].decode()
    assert [word in slides for word in ("第一週", "#fee", 'class="hljs-', "data:image/svg+xml", "mjx-")] == [True] * 5


@pytest.mark.usefixtures("node_beside_python")
def test_node_out_of_a_wheel_is_enough(machine, engine):
    assert built(machine.having(), engine) == (0, CLEAN)


def test_checking_needs_no_node(machine, engine):
    there = machine.having()
    assert there.run(engine, "figures", WEEK1)[:2] == (0, CLEAN)
    assert there.run(engine, "check", WEEK1)[:2] == (0, CLEAN)


def test_a_home_that_is_read_only_is_enough_once_all_is_there(machine, engine, course, fonts):
    assert built(machine, engine) == (0, CLEAN)
    shutil.rmtree(course / ".marpweave")
    shell = ("unshare", "--mount", "--map-root-user", shutil.which("sh"), "-c", READ_ONLY, "sh", fonts)
    refusing = replace(machine.having("node", "mount"), within=shell)
    assert built(refusing, engine, "--out", "again") == (0, CLEAN)
    other = course / "new.md"
    other.write_text("---\nmarp: true\n---\n\n# ∮ ⑳\n", encoding="utf-8")
    code, _, complaint = refusing.run(engine, other.name)
    assert (code, complaint.splitlines()[-1]) == (
        2, f"error: cannot write to {machine.variables['MARPWEAVE_HOME']} (Read-only file system); name another folder in MARPWEAVE_HOME")


def test_two_first_builds_at_once_bring_one_browser(machine, engine, course, tmp_path, npm_of_user):
    home = tmp_path / "cold"
    cold = replace(machine, variables={"HOME": str(tmp_path / "user"), "MARPWEAVE_HOME": str(home), **npm_of_user})
    both = [cold.begin(engine, WEEK1, "--no-cache", "--out", f"out{n}") for n in range(2)]
    ends = [each.communicate(timeout=200) for each in both]
    assert [each.returncode for each in both] == [0, 0], ends
    told = "".join(complaint for _, complaint in ends)
    (browser,) = home.glob("chromium-*-linux-x86_64")
    assert told.count(f"downloading a browser into {browser} (70 MB, once for all projects)") == 1
    assert told.count(f"another marpweave is downloading a browser into {browser}; waiting") == 1
    assert {path.name for path in home.iterdir()} - {"nodes", "secret", "compiled"} == {browser.name, f"{browser.name}.lock", "fonts"}


def test_cells_run_in_the_environment_of_the_course(machine, engine, course):
    code, said, _ = machine.run(engine, "check", WEEK2)
    assert (code, said.partition(" (slide")[0]) == (
        1, f"{WEEK2}:9: error: ModuleNotFoundError: No module named 'only_theirs'; not in the deck's folder, the project's, PYTHONPATH or the "
           f"installed packages: install it with `{engine.with_name('python')} -m pip install only_theirs`, or run cells in the project's own "
           "Python with --python .venv")
    assert machine.run(engine, "--python", ".venv", WEEK2)[:2] == (0, CLEAN2)
    assert "第二週" in (course / "dist/lectures/week2/intro.html").read_text(encoding="utf-8")


def test_the_preview_of_an_installed_marpweave_has_its_modules(machine, engine):
    running = machine.begin(engine, "preview", "--no-open", WEEK1)
    try:
        door = running.stdout.readline().strip()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        opener.addheaders = [("Sec-Fetch-Site", "none")]
        with opener.open(door, timeout=60) as page:
            assert "<html" in page.read().decode()
        for name in ("page/codejar.js", "page/marp.js", "page/highlight.js", "f/faces.css"):
            with opener.open(f"{door.partition('?')[0]}{name}", timeout=60) as found:
                assert found.read()
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
