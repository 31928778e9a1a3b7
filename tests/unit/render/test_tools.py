"""Which Node, Marp CLI and browser are taken, and what is said where one is missing."""

import io
import os
import tarfile

import brotli
import pytest

from marpweave.errors import ToolError
from marpweave.render import programs as tools


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    for name in ("MARPWEAVE_NODE", "CHROME_PATH", "LD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)
    tools.find_browser.cache_clear()
    yield
    tools.find_browser.cache_clear()


def program(path, says):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {says}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_an_old_node_is_passed_over_for_the_wheels(tmp_path, monkeypatch):
    program(tmp_path / "old/node", "v18.19.0")
    wheel = program(tmp_path / "venv/node", "v24.1.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("sys.executable", str(tmp_path / "venv/python"))
    assert tools.find_node() == wheel


def test_the_node_that_is_named_goes_first(tmp_path, monkeypatch):
    named = program(tmp_path / "mine", "v20.11.0")
    monkeypatch.setenv("MARPWEAVE_NODE", str(named))
    assert tools.find_node() == named


@pytest.mark.parametrize("says", ["v20.10.9", "nonsense"])
def test_no_node_that_is_new_enough(tmp_path, monkeypatch, says):
    program(tmp_path / "bin/node", says)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(ToolError, match=r"no Node.js >= 20.11 was found; `make setup`"):
        tools.find_node()


def test_a_marp_that_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(tools, "HOME", tmp_path)
    with pytest.raises(ToolError, match="run `make setup`"):
        tools.find_marp()


def test_the_browser_that_is_named(tmp_path, monkeypatch):
    browser = program(tmp_path / "chrome", "Chrome")
    monkeypatch.setenv("CHROME_PATH", str(browser))
    assert tools.find_browser() == tools.Browser(browser)
    tools.find_browser.cache_clear()
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(ToolError, match=r"CHROME_PATH names .*nowhere, which is not there"):
        tools.find_browser()


def test_an_installed_browser_is_found_on_the_path(tmp_path, monkeypatch):
    edge = program(tmp_path / "microsoft-edge", "Edge")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools.find_browser().path == edge


@pytest.fixture
def without_browser(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tools, "INSTALLED", ())
    monkeypatch.setattr(tools, "HOME", tmp_path)
    return tmp_path


def test_no_browser_at_all(without_browser):
    with pytest.raises(ToolError, match="no Chrome, Chromium or Edge was found"):
        tools.find_browser()


@pytest.mark.parametrize("fonts", [True, False])
@pytest.mark.parametrize("libraries", [len(tools.NEEDED_LIBRARIES), 1, 0])
def test_the_browser_out_of_npm_is_unpacked_and_brings_what_the_machine_lacks(without_browser, monkeypatch, libraries, fonts):
    package = without_browser / "node_modules/@sparticuz/chromium"
    (package / "bin").mkdir(parents=True)
    (package / "package.json").write_text('{"version": "147.0.0"}', encoding="utf-8")
    (package / "bin/chromium.br").write_bytes(brotli.compress(b"a browser"))
    for name, path in (("al2023", "lib/libnss3.so"), ("fonts", "fonts/a.ttf")):
        (package / f"bin/{name}.tar.br").write_bytes(brotli.compress(archive(path)))
    monkeypatch.setattr(tools, "LIBRARY_FOLDERS", (str(without_browser / "lib"),))
    monkeypatch.setattr(tools, "FONT_FOLDERS", (str(without_browser / "fonts"),))
    for name in tools.NEEDED_LIBRARIES[:libraries]:
        program(without_browser / "lib/x86_64-linux-gnu" / name, "")
    if fonts:
        program(without_browser / "fonts/noto/a.ttf", "")
    browser, folder = tools.find_browser(), without_browser / ".marpweave/chromium-147.0.0"
    assert browser.path == folder / "chromium"
    assert os.access(browser.path, os.X_OK)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*")) == ["fonts.conf", "fonts/a.ttf", "lib/libnss3.so"]
    assert browser.environment == {
        **({} if libraries == len(tools.NEEDED_LIBRARIES) else {"LD_LIBRARY_PATH": str(folder / "lib")}),
        **({} if fonts else {"FONTCONFIG_PATH": str(folder)})}


def archive(path):
    """A tar archive of an empty file."""
    with io.BytesIO() as packed:
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.addfile(tarfile.TarInfo(path))
        return packed.getvalue()
