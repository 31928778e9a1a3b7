"""Themes, fonts, emoji and media stand in the files that are made."""

import base64
import re

import pypdf
import pytest
from PIL import Image

from tests.e2e.whole.decks import REMOTE, colours_of, picture
from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")

OWN_THEME = """\
/* @theme own */
@import 'default';
@import "parts/base.css" screen, print;
@import url("https://fonts.example.com/css2?family=A;B&family=C");
section { background: url(parts/ground.png) }
h1 { background: url("gone.png"); content: "url(no.png)" }
"""


def test_a_theme_stands_in_the_html_with_all_that_it_refers_to(tmp_path):
    theme = tmp_path / "slides/theme"
    ground, bullet = picture(theme / "parts/ground.png", "red"), picture(theme / "bullet.png", "blue")
    (theme / "own.css").write_text(OWN_THEME, encoding="utf-8")
    (theme / "parts/base.css").write_text("@import 'base.css'; p { background: url(../bullet.png) }", encoding="utf-8")
    (tmp_path / "slides/deck.md").write_text("---\nmarp: true\ntheme: own\n---\n\n# A\n\ntext\n", encoding="utf-8")
    deck = Project(tmp_path).build("slides/deck.md", "--to", "html,png", code=1).deck
    assert [(f["kind"], f["line"], f["message"]) for f in deck["findings"]] == [
        ("missing-image", 3, "own.css:6: gone.png is missing"),
        ("remote-image", 3, "own.css:4: https://fonts.example.com/css2?family=A;B&family=C is on the network, and builds "
                            "download nothing; store it beside the stylesheet")]
    page = (tmp_path / "dist/deck.html").read_text(encoding="utf-8")
    assert ground in page
    (base,) = re.findall(r'@import url\("?data:text/css;base64,([^")]*)"?\) ?screen, ?print;', page)
    assert base64.b64decode(base).decode() == (
        f'@import url("data:,"); p {{ background: url("data:image/png;base64,{bullet}") }}')
    assert "example.com" not in page
    with Image.open(tmp_path / "dist/deck/001.png") as shown:
        assert {(255, 0, 0), (0, 0, 255)} <= colours_of(shown)


def test_media_of_a_deck_stand_in_the_html(tmp_path):
    red, blue = picture(tmp_path / "red.png", "red"), picture(tmp_path / "a blue.png", "blue")
    (tmp_path / "x.mp4").write_bytes(b"film")
    (tmp_path / "x.mp3").write_bytes(b"sound")
    (tmp_path / "own.css").write_text("p { background: url('a%20blue.png') }", encoding="utf-8")
    (tmp_path / "deck.md").write_text(
        '<style>@import "own.css";</style>\n\n<picture><source srcset="a%20blue.png 2x, red.png 3x"><img src="red.png" alt="x">'
        '</picture>\n\n<video src="x.mp4" poster="red.png"></video> <audio src="x.mp3"></audio>\n\n<video src="no.mp4"></video>\n\n'
        '<source srcset="https://example.com/a.png 2x">\n\n<iframe src="a.html"></iframe>\n', encoding="utf-8")
    deck = Project(tmp_path).build("deck.md", "--to", "html", code=1).deck
    assert [(f["kind"], f["line"]) for f in deck["findings"]] == [("missing-image", 7), ("remote-image", 9), ("markdown", 11)]
    page = (tmp_path / "dist/deck.html").read_text(encoding="utf-8")
    uri = "data:image/png;base64,"
    assert f'<source srcset="{uri}{blue} 2x, {uri}{red} 3x" /><img src="{uri}{red}" alt="x" />' in page
    assert f'<video src="data:video/mp4;base64,{base64.b64encode(b"film").decode()}" poster="{uri}{red}">' in page
    assert re.search('<audio src="data:audio/[^"]*,' + base64.b64encode(b"sound").decode(), page)
    assert base64.b64encode(f'p {{ background: url("{uri}{blue}") }}'.encode()).decode() in page
    assert "example.com" not in page


def test_a_theme_that_is_not_there_is_told_with_the_nearest_name(tmp_path):
    (tmp_path / "deck.md").write_text("---\ntheme: giaa\n---\n\n# A\n\n<!-- theme: zz -->\n", encoding="utf-8")
    for command in ("build", "check"):
        options = ("--to", "html") if command == "build" else ()
        assert Project(tmp_path).report(command, "deck.md", *options, code=1).found("kind", "line", "message") == [
            ("option", 2, "unknown theme 'giaa'; did you mean 'gaia'?"),
            ("option", 7, "unknown theme 'zz'; known: default, gaia, uncover, lecture")]


def test_emoji_are_the_pictures_that_marp_shows_and_come_from_no_network(tmp_path):
    shown = ["🔗", "👩‍🔬", "🇯🇵", "1️⃣", "❤️", "🛘", "👍"]
    (tmp_path / "deck.md").write_text("# Emoji :link:\n\n" + " ".join(shown[1:6]) + " :+1: © →\n\n```text\n🔗\n```\n", encoding="utf-8")
    Project(tmp_path).run("deck.md", "--to", "html,pdf,png")
    page = (tmp_path / "dist/deck.html").read_text(encoding="utf-8")
    images = re.findall(r'<img class="emoji" draggable="false" alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"', page)
    assert [text for text, _ in images] == [*shown, "🔗"]
    assert all(base64.b64decode(svg).startswith(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><') for _, svg in images)
    assert REMOTE.findall(page.encode()) == []
    (page,) = pypdf.PdfReader(tmp_path / "dist/deck.pdf").pages
    assert "© →" in page.extract_text()
    with Image.open(tmp_path / "dist/deck/001.png") as picture:
        colours = {max(colour) - min(colour) > 120 for colour in colours_of(picture)}
    assert colours == {True, False}, "emoji have colours"


THEMES = ["default", "gaia", "uncover", "lecture"]


@pytest.fixture(scope="module")
def japanese(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project"))
    project.write({f"{theme}.md": f"---\ntheme: {theme}\n---\n\n# 見出し\n\n本文\n\n`関数`\n" for theme in THEMES})
    project.build(*(f"{theme}.md" for theme in THEMES), "--to", "pdf")
    return project


@pytest.mark.parametrize("theme", THEMES)
def test_japanese_needs_no_font_of_the_machine(japanese, theme):
    (page,) = pypdf.PdfReader(japanese / f"dist/{theme}.pdf").pages
    assert "見出し\n本文\n関数" in page.extract_text()
    fonts = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    assert any("NotoSansJP" in name for name in fonts), fonts
