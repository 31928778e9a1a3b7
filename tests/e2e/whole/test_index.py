"""The page that links all decks."""

import html
import json
import re

import pytest
from PIL import Image

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")

def test_the_index_keeps_decks_that_were_built_before(tmp_path):
    (tmp_path / "one.md").write_text("# 一\n", encoding="utf-8")
    (tmp_path / "two.md").write_text("# 二 & 三\n", encoding="utf-8")
    Project(tmp_path).run("one.md", "two.md", "--to", "html")
    both = (tmp_path / "dist/index.html").read_text(encoding="utf-8")
    Project(tmp_path).run("one.md", "--to", "html")
    assert (tmp_path / "dist/index.html").read_text(encoding="utf-8") == both
    (tmp_path / "dist/two.html").unlink()
    Project(tmp_path).run("one.md", "--to", "html")
    assert re.findall('<li id="([^"]*)"', (tmp_path / "dist/index.html").read_text(encoding="utf-8")) == ["one"]


def test_the_index_has_the_titles_that_marp_gives_the_decks(tmp_path):
    titles = {"cell": "```python\n# no title\n1\n```\n\n# Heading\n", "setext": "<!--\n# a note\n-->\n\nTwo *lines*\nof `code`\n===\n",
              "fit": "> # a quote\n\n- # an item\n\n# <!--fit--> ![bg](a.png) A heading that fits into one line :link: #\n", "late": "![](a.png)\n\n---\n\n## Second\n",
              "none": "text\n", "said": "---\ntitle: 'A & B'\n---\n\n# Other\n"}
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    for name, text in titles.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    Project(tmp_path).run(*(f"{name}.md" for name in titles), "--to", "html")
    told = {each["name"]: each["title"] for each in json.loads((tmp_path / "dist/decks.json").read_text(encoding="utf-8"))}
    assert told == {"cell": "Heading", "setext": "Two lines of code", "fit": "A heading that fits into one line 🔗", "late": "Second", "none": "none", "said": "A & B"}
    page = (tmp_path / "dist/index.html").read_text(encoding="utf-8")
    assert re.findall('<h2><a href="([^"]*)">([^<]*)<', page) == [
        (f"{name}.html", html.escape(title)) for name, title in sorted(told.items())]


def test_a_deck_named_index_and_the_page_of_all_decks_do_not_meet(tmp_path):
    for name in ("index", "decks", "other"):
        (tmp_path / f"{name}.md").write_text(f"# Deck {name}\n", encoding="utf-8")
    Project(tmp_path).run("other.md", "--to", "html")
    assert titles_in(tmp_path / "dist") == {"index.html": "Slides", "other.html": "Deck other"}
    Project(tmp_path).run("index.md", "--to", "html")
    assert titles_in(tmp_path / "dist") == {"decks.html": "Slides", "index.html": "Deck index", "other.html": "Deck other"}
    Project(tmp_path).run("decks.md", "--to", "html")
    assert titles_in(tmp_path / "dist") == {"decks-.html": "Slides", "decks.html": "Deck decks", "index.html": "Deck index",
                                            "other.html": "Deck other"}
    assert re.findall("<h2>.*?>(.*?)<", (tmp_path / "dist/decks-.html").read_text(encoding="utf-8")) == [
        "Deck decks", "Deck index", "Deck other"]


def titles_in(folder):
    return {path.name: re.search("<title>(.*?)</title>", path.read_text(encoding="utf-8"))[1] for path in folder.glob("*.html")}
