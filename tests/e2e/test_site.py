"""The documentation site: its decks are proven, its links lead somewhere, and nothing in it is remote."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from marpweave.render.programs.browsers import find_browser
from tests.project import Project

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"


pytestmark = pytest.mark.attack


@pytest.fixture(scope="module")
def site(tmp_path_factory, kernel, browser):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run([sys.executable, SITE / "make.py", folder], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_stands_in_the_navigation(site):
    navigation = tomllib.loads((SITE / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
    pages = site / "pages"
    assert sorted(re.findall(r"[\w/-]+\.md", str(navigation))) == sorted(path.relative_to(pages).as_posix() for path in pages.rglob("*.md"))


def test_the_first_pages_are_there_in_both_languages_and_link_to_each_other(site):
    html = site / "html"
    pages = sorted(path.name for path in (SITE / "pages/ja").glob("*.md"))
    assert pages == ["ci.md", "from-jupyter.md", "from-marp.md", "from-quarto.md", "in-class.md", "index.md", "tour.md"]
    for name in (Path(page).with_suffix(".html").name for page in pages):
        japanese, english = ((html / folder / name).read_text("utf-8") for folder in ("ja", ""))
        assert (f'href="../{name}"' in japanese, f'href="ja/{name}"' in english) == (True, True)
        assert (re.findall(r'<html lang="(\w+)"', japanese), re.findall(r'<html lang="(\w+)"', english)) == (["ja"], ["en"])


def test_lines_of_japanese_are_joined_without_a_blank(site):
    words = "".join(path.read_text("utf-8") for path in (site / "html/ja").glob("*.html"))
    assert re.findall(r"[ぁ-ん。、]\n\s*(?:<strong>)?[ぁ-んァ-ヶ一-龠]+", re.sub(r"<code.*?</code>", "x", words, flags=re.DOTALL)) == []


def test_every_deck_stands_on_a_page_with_all_its_slides(site):
    shown = set(re.findall(r'src="(?:\.\./)?slides/([\w/]+/\d+)\.png"', "".join(path.read_text("utf-8") for path in (site / "html").rglob("*.html"))))
    decks = {path.relative_to(SITE / "decks").with_suffix("").as_posix(): path.read_text(encoding="utf-8") for path in (SITE / "decks").rglob("*.md")}
    assert shown == {f"{name}/{number:03}" for name, text in decks.items() for number in range(1, text.count("\n---\n\n") + 1)}


def test_a_page_asks_the_network_for_nothing(site):

    found, asked = find_browser(), []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=[*found.arguments, "--no-sandbox"],
                                             env={**os.environ, **found.environment})
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for path in sorted((site / "html").rglob("*.html")):
            page.goto(path.as_uri())
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.mark.parametrize("name", ["tour.md", "ja/tour.md"])
def test_every_error_that_the_tour_shows_is_what_a_build_says_and_is_mended_as_it_says(site, tmp_path, name):
    said = re.search(r"```text\n(slides/tour\.md.*?)```", (SITE / "pages" / name).read_text(encoding="utf-8"), re.DOTALL)[1]
    text = (SITE / "decks" / name).read_text(encoding="utf-8")
    course = Project(tmp_path)
    course.write({"slides/tour.md": text.replace("0.119", "0.118")})
    assert course.run("check", "slides/tour.md", code=1).stdout.startswith(said)
    course.run("check", "--update", "slides/tour.md")
    assert course.text("slides/tour.md") == text
