"""What an installed marpweave says where something is missing: one line, with what helps, and no Makefile in it."""

from dataclasses import replace

import pytest

WEEK1 = "lectures/week1/intro.md"
NODE = 'install one, or run `pip install "marpweave[node]"`'
BRING = "run `marpweave setup` where there is a network, install Chromium, or name a browser in CHROME_PATH"


@pytest.fixture
def without_browser(machine, tmp_path):
    """A machine without a browser."""
    return replace(machine, variables={"HOME": str(tmp_path / "user"), "MARPWEAVE_HOME": str(tmp_path / "cold")})


def complaint(machine, *words):
    """What a program that fails says at last; before, only what it is doing."""
    code, said, complained = machine.run(*words)
    assert (code, said) == (2, ""), complained
    *doing, last = complained.splitlines()
    assert [line for line in doing if not line.endswith("…") and "/" not in line] == []
    return last


def test_no_node(machine, engine):
    assert complaint(machine.having(), engine, WEEK1) == f"error: no Node.js >= 20.11 was found; {NODE}"


def test_a_node_that_is_too_old(machine, engine):
    old = machine.having(node="echo v16.20.2")
    assert complaint(old, engine, WEEK1) == f"error: no Node.js >= 20.11 was found ({old.programs}/node is 16.20.2); {NODE}"


@pytest.mark.parametrize("words", [("setup",), (WEEK1,), ("preview", "--no-open", WEEK1)])
def test_no_browser_and_no_network(without_browser, engine, words):
    said = complaint(without_browser.offline(), engine, *words)
    code = said.partition("(")[2].partition(")")[0]
    assert code in ("EAI_AGAIN", "ENOTFOUND", "ECONNREFUSED", "ENETUNREACH")
    assert said == f"error: no browser is installed, and none could be downloaded: npm cannot reach its registry ({code}); {BRING}"


def test_no_browser_and_no_npm(without_browser, engine):
    there = without_browser.having("node")
    assert complaint(there, engine, WEEK1) == (f"error: no browser is installed, and none could be downloaded: {there.programs}/node has no npm; "
                                               f'install it, or run `pip install "marpweave[node]"`; {BRING}')


def test_a_browser_that_is_not_there(machine, engine):
    assert complaint(machine.knowing(CHROME_PATH="/nowhere"), engine, WEEK1) == "error: CHROME_PATH names /nowhere, which does not exist"


def test_a_home_that_cannot_be_written(without_browser, engine):
    nowhere = without_browser.knowing(MARPWEAVE_HOME="/proc/nowhere")
    assert complaint(nowhere, engine, WEEK1) == "error: cannot write to /proc/nowhere (No such file or directory); name another folder in MARPWEAVE_HOME"


def test_the_doctor_says_what_brings_a_browser_and_brings_none(without_browser, engine, tmp_path):
    code, said, _ = without_browser.offline().run(engine, "doctor")
    assert code == 2
    (line,) = [line for line in said.splitlines() if line.startswith("browser")]
    assert line.split(maxsplit=2) == ["browser", "missing", "no browser is installed; `marpweave setup` downloads one"]
    assert [line for line in said.splitlines() if "missing" in line] == [line]
    assert not list((tmp_path / "cold").glob("chromium*"))


def test_setting_up_says_what_is_used(machine, engine):
    code, said, _ = machine.run(engine, "setup")
    assert (code, [line.split(maxsplit=1)[0] for line in said.splitlines()]) == (0, ["Node.js", "browser", "citation-js"])
    assert said.startswith(f"Node.js  {machine.programs}/node\n")


def test_usage_names_the_installed_program(machine, engine):
    said = machine.run(engine, "--help")
    assert said[1].startswith("Usage: marpweave ")
    assert machine.run(engine.with_name("python"), "-m", "marpweave", "--help") == said
    assert machine.run(engine, "--frozen", WEEK1) == (
        2, "", "error: lectures/week1/intro.lock.json does not exist; run `marpweave freeze lectures/week1/intro.md` where the deck can run\n")
