"""The whole way: real kernel, Marp CLI and browser; what a lecturer gets and sees."""

import base64
import html
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile

import psutil
import pypdf
import pytest
from PIL import Image

from tests.project import PROGRAM, Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")
REMOTE = re.compile(rb"""(?:src|href|xlink:href)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
"""What a browser would fetch; links that a reader may follow are taken out before."""
DECK = """\
---
marp: true
theme: lecture
title: 試験
paginate: true
execute: true
---

# 最初のスライド

```python
import matplotlib.pyplot as plt
print("こんにちは")  # こんにちは
```

---

## 図と数式 $y = x^2$

```python
#| label: line
#| fig-cap: 図1　直線
#| fig-alt: 右上がりの直線
plt.plot([0, 1])
plt.title("直線")
```
"""
FOREIGN = """\
<!-- $theme: gaia -->
<!-- $size: 4:3 -->
# 他人のスライド

![70%](./missing.png)

---

```python
def f(x)
    return x
```

```python
print(1 + 1) -> 2
```

---

## 多すぎる

""" + "".join(f"- 行 {n}\n" for n in range(40))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project")).write({"slides/lecture.md": DECK})
    report = project.build()
    assert [(d["path"], d["slides"], d["cells"], d["ran"], d["checked"], d["unchecked"], d["findings"])
            for d in report.decks] == [("slides/lecture.md", 2, 2, 2, 1, 0, [])]
    return project


def test_html_and_pdf_have_the_slides_of_the_deck(built):
    assert len(pypdf.PdfReader(built / "dist/lecture.pdf").pages) == 2
    html = (built / "dist/lecture.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<svg [^>]*data-marpit-svg", html)) == 2


def test_the_pdf_has_title_outline_and_embedded_fonts(built):
    pdf = pypdf.PdfReader(built / "dist/lecture.pdf")
    assert pdf.metadata.title == "試験"
    assert [entry.title for entry in flat(pdf.outline)] != []
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all(is_embedded(font) for font in fonts)
    assert "こんにちは" in pdf.pages[0].extract_text()


def flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry


def is_embedded(font):
    bearer = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return "/FontDescriptor" in bearer and any(f"/FontFile{n}" in bearer["/FontDescriptor"] for n in ("", "2", "3"))


def test_nothing_in_the_output_asks_the_network(built):
    for name in ("lecture.html", "index.html"):
        html = (built / "dist" / name).read_bytes()
        assert REMOTE.findall(re.sub(rb"<a [^>]*>", b"", html)) == []


def test_the_index_links_every_deck_with_a_picture(built):
    html = (built / "dist/index.html").read_text(encoding="utf-8")
    assert 'href="lecture.html"' in html
    assert 'href="lecture.pdf"' in html
    assert "試験" in html
    assert re.search(r'<img [^>]*src="data:image/', html)


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
    assert titles_in(tmp_path / "dist") == {"index.html": "スライド", "other.html": "Deck other"}
    Project(tmp_path).run("index.md", "--to", "html")
    assert titles_in(tmp_path / "dist") == {"decks.html": "スライド", "index.html": "Deck index", "other.html": "Deck other"}
    Project(tmp_path).run("decks.md", "--to", "html")
    assert titles_in(tmp_path / "dist") == {"decks-.html": "スライド", "decks.html": "Deck decks", "index.html": "Deck index",
                                            "other.html": "Deck other"}
    assert re.findall("<h2>.*?>(.*?)<", (tmp_path / "dist/decks-.html").read_text(encoding="utf-8")) == [
        "Deck decks", "Deck index", "Deck other"]


def titles_in(folder):
    return {path.name: re.search("<title>(.*?)</title>", path.read_text(encoding="utf-8"))[1] for path in folder.glob("*.html")}


def test_html_that_is_not_closed_costs_neither_its_pdf_nor_those_of_other_decks(tmp_path):
    (tmp_path / "deck.md").write_text("# A\n\n---\n\n## B\n\n<table><tr><td>\n\n---\n\n## C\n\n---\n\n## D\n", encoding="utf-8")
    (tmp_path / "later.md").write_text("# Later\n", encoding="utf-8")
    deck, later = Project(tmp_path).build("deck.md", "later.md", "--to", "pdf", code=1).decks
    assert later["findings"] == []
    assert [(f["kind"], f["line"], f["slide"], f["message"].partition(" (")[0]) for f in deck["findings"]] == [
        ("warning", 1, 1, "the PDF has no outline: Marp says Failed converting Markdown."),
        ("render", 5, 2, "<table> is never closed and takes in the 2 slides behind it; close it")]
    assert [entry.title for entry in flat(pypdf.PdfReader(tmp_path / "dist/later.pdf").outline)] == ["Later"]
    assert pypdf.PdfReader(tmp_path / "dist/deck.pdf").outline == []


def test_every_other_format(tmp_path):
    (tmp_path / "deck.md").write_text(DECK + "\n<!-- 話すこと -->\n", encoding="utf-8")
    Project(tmp_path).run("deck.md", "--to", "pptx,png,notes,md")
    written = {path.relative_to(tmp_path / "dist").as_posix(): path for path in (tmp_path / "dist").rglob("*.*")}
    assert sorted(written) == ["deck.md", "deck.pptx", "deck.txt", "deck/001.png", "deck/002.png"]
    with zipfile.ZipFile(written["deck.pptx"]) as pptx:
        slides = [name for name in pptx.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
    assert len(slides) == 2
    assert written["deck.txt"].read_text(encoding="utf-8").strip().endswith("話すこと")
    assert written["deck/001.png"].read_bytes().startswith(b"\x89PNG")


def test_two_builds_at_once_do_not_mix(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(DECK.replace("試験", name), encoding="utf-8")
    together = [subprocess.Popen([sys.executable, PROGRAM, f"{name}.md"], cwd=tmp_path,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                for name in ("one", "two", "one")]
    said = [process.communicate(timeout=240)[0] for process in together]
    assert [process.returncode for process in together] == [0, 0, 0], said
    for name in ("one", "two"):
        assert f"<title>{name}</title>" in (tmp_path / f"dist/{name}.html").read_text(encoding="utf-8")
        assert pypdf.PdfReader(tmp_path / f"dist/{name}.pdf").metadata.title == name


def test_two_decks_of_one_name_are_refused(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "deck.md").write_text("# 一\n", encoding="utf-8")
    assert "b/deck.md" in Project(tmp_path).run("a/deck.md", "b/deck.md", code=2).stderr


def test_the_figure_stands_on_disk_and_on_the_slide(built):
    figure = built / "figures/lecture/line.svg"
    assert figure.read_bytes().lstrip().startswith(b"<?xml")
    html = (built / "dist/lecture.html").read_text(encoding="utf-8")
    assert 'alt="右上がりの直線"' in html


MOVING = """\
---
execute: true
---

# 動く図

```python
#| label: rising
#| out-width: 400px
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots(figsize=(4, 2))
FuncAnimation(fig, lambda n: ax.plot([0, n]), frames=3, interval=250)
```
"""


def test_an_animation_moves_in_html_and_its_last_frame_stands_elsewhere(tmp_path):
    (tmp_path / "deck.md").write_text(MOVING, encoding="utf-8")
    Project(tmp_path).run("deck.md", "--to", "html,pdf,md")
    assert (tmp_path / "dist/deck.md").read_text(encoding="utf-8").endswith("```\n\n![w:400px rising](figures/deck/rising.svg)\n")
    (image,) = re.findall(r"<img [^>]*>", (tmp_path / "dist/deck.html").read_text(encoding="utf-8"))
    still, moving, density = re.search(r'src="data:[^,]*,([^"]*)".* srcset="data:image/png;base64,([^ ]*) ([\d.]+)x"', image).groups()
    assert base64.b64decode(still) == (tmp_path / "figures/deck/rising.svg").read_bytes()
    with Image.open(io.BytesIO(base64.b64decode(moving))) as frames:
        assert (frames.n_frames, frames.size, frames.info["duration"]) == (3, (576, 288), 250)
    assert float(density) == 1.5
    (lines,) = re.findall(r'<g id="axes_1">.*</g>', base64.b64decode(still).decode(), re.DOTALL)
    assert len(set(re.findall(r'<path d="([^"]*)" clip-path=', lines))) == 3, "the still is the last frame"


def test_the_same_source_gives_the_same_bytes(built):
    first = {name: (built / name).read_bytes() for name in ("dist/lecture.html", "figures/lecture/line.svg")}
    built.run("slides/lecture.md", "--to", "html")
    assert {name: (built / name).read_bytes() for name in first} == first


def test_a_strangers_deck_is_rendered_with_its_faults_named(tmp_path):
    (tmp_path / "deck.txt").write_text(FOREIGN, encoding="utf-8")
    deck = Project(tmp_path).build("deck.txt", code=1).deck
    assert [(f["kind"], f["line"], f["slide"]) for f in deck["findings"]] == [
        ("missing-image", 5, 1), ("syntax", 10, 2), ("overflow", 20, 3)]
    assert deck["checked"] == 1
    assert len(pypdf.PdfReader(tmp_path / "dist/deck.pdf").pages) == deck["slides"] == 3
    assert not (tmp_path / "figures").exists()
    width, height = pypdf.PdfReader(tmp_path / "dist/deck.pdf").pages[0].mediabox[2:]
    assert width / height == pytest.approx(4 / 3, abs=0.01)


def test_what_only_the_browser_sees_is_told(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    (tmp_path / "deck.md").write_text(
        "# 一\n\n<style scoped>p { font-size: 10px }</style>\n\n小さい\n\n---\n\n![](broken.png)\n\n---\n\n$\\frac{1$\n\n---\n\n"
        "<style scoped>p { width: 2000px; background: red }</style>\n\n広い\n", encoding="utf-8")
    deck = Project(tmp_path).build("deck.md", "--to", "html", code=1).deck
    assert [(f["kind"], f["line"], f["slide"]) for f in deck["findings"]] == [
        ("small-text", 1, 1), ("missing-image", 9, 2), ("render", 13, 3), ("overflow", 17, 4)]


CAUSES = """\
---
execute: true
style: |
  section pre code { font-size: 14px }
---

# 一

```python
a = 1
```

---

```text
plain
```

---

# 三

---

```python
#| label: wide
#| eval: false
x = 1  # """ + "x" * 200 + """
```

---

""" + "".join(f"- 次の手順は第{n}のとおり\n" for n in range(30)) + """
---

""" + "| a | b |\n|---|---|\n" + "".join(f"| {n} | x |\n" for n in range(30)) + """
---

```python
#| label: tall
#| echo: false
import matplotlib.pyplot as plt
plt.figure(figsize=(4, 12))
plt.plot([1])
```

---

<style scoped>div { width: 1500px; height: 20px; background: red }</style>

<div></div>

---

<style scoped>p { width: 1500px }</style>

A paragraph with words

---

""" + "- 他の手順は第0\n" * 30 + """
---

$$
\\rule{1px}{900px} x
$$

---

<style scoped>p { width: 1500px }</style>

Another one
"""


@pytest.mark.timeout(120)
def test_thousands_of_openings_that_are_never_closed_are_rendered_like_any_text(tmp_path):
    (tmp_path / "style.md").write_text("# A\n\n" + "<style>\n" * 2000, encoding="utf-8")
    (tmp_path / "quote.md").write_text("# B\n\n> <style>\n> a\n\nc\n", encoding="utf-8")
    (tmp_path / "comment.md").write_text("# C\n\n" + "x <!-- " * 2000 + "\n\n<!-- a note -->\n", encoding="utf-8")
    Project(tmp_path).run("style.md", "quote.md", "--to", "html")
    Project(tmp_path).run("comment.md", "--to", "html,notes", code=1)
    shown = {name: re.sub(r"<script.*?</script>", "", (tmp_path / f"dist/{name}.html").read_text(encoding="utf-8"), flags=re.DOTALL)
             for name in ("style", "quote", "comment")}
    assert re.search(r'<h1 id="a">A</h1>\s*</section>', shown["style"])
    assert re.search(r'<h1 id="b">B</h1>\s*<blockquote>\s*</blockquote>\s*<p>c</p>\s*</section>', shown["quote"])
    assert shown["comment"].count("x &lt;!--") == 2000
    assert (tmp_path / "dist/comment.txt").read_text(encoding="utf-8").strip() == "a note"


def test_faults_of_one_cause_are_one_finding_that_names_the_element_and_the_slides(tmp_path):
    (tmp_path / "deck.md").write_text(CAUSES, encoding="utf-8")
    deck = Project(tmp_path).build("deck.md", "--to", "html", code=1).deck
    remedy = "; split or shorten the slide"
    assert [(f["kind"], f["line"], f["slides"], re.sub(r"[\d.]+ px (?=at )", "N px ", f["message"])) for f in deck["findings"]] == [
        ("small-text", 7, [1, 2], "code block of cell cell-1 is 14 px high on a 720 px slide; 18 px is the least that a "
                                  "lecture hall can read"),
        ("small-text", 25, [4], "code block of cell wide is 8.6 px high on a 720 px slide; 18 px is the least that a lecture "
                                "hall can read"),
        ("overflow", 33, [5], f"list “次の手順は第0のとおり 次の手順は第1のとおり…” is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 66, [6], f"table “a b 0 x 1 x 2 x 3 x 4 x…” is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 101, [7], f"figure tall.svg is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 111, [8], f"<div> is cut off by N px at the right edge{remedy}"),
        ("overflow", 117, [9, 12], f"paragraph “A paragraph with words” is cut off by N px at the right edge{remedy}"),
        ("overflow", 123, [10], f"list “他の手順は第0 他の手順は第0 他の手順は第0…” is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 156, [11], f"formula is cut off by N px at the bottom edge{remedy}"),
    ]
    assert "data-source" not in (tmp_path / "dist/deck.html").read_text(encoding="utf-8")


def picture(path, colour):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), colour).save(path)
    return base64.b64encode(path.read_bytes()).decode()


def colours_of(image):
    return {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}


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
    deck = Project(tmp_path).build("--to", "html,png", code=1).deck
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
            ("option", 2, "no theme is called 'giaa'; did you mean 'gaia'?"),
            ("option", 7, "no theme is called 'zz'; there are default, gaia, uncover, lecture")]


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


def test_a_remote_image_is_a_finding_and_never_fetched(tmp_path):
    (tmp_path / "deck.md").write_text("# Remote\n\n![](https://example.com/a.png)\n", encoding="utf-8")
    deck = Project(tmp_path).build("deck.md", "--to", "html", code=1).deck
    assert [(f["kind"], f["line"], f["slide"]) for f in deck["findings"]] == [("remote-image", 3, 1)]
    assert REMOTE.findall((tmp_path / "dist/deck.html").read_bytes()) == []


def test_a_build_killed_at_any_moment_leaves_whole_files(built):
    whole = {path: path.read_bytes() for path in (built / "dist").iterdir()}
    deck = built / "slides/lecture.md"
    deck.write_text(DECK.replace("こんにちは", "さようなら"), encoding="utf-8")
    for patience in (0.3, 1.0, 2.0, 3.0, 4.0):
        process = subprocess.Popen([sys.executable, PROGRAM], cwd=built.folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(patience)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for path, old in whole.items():
            new = path.read_bytes()
            assert new == old or new.rstrip().endswith((b"</html>", b"%%EOF", b"]"))
        assert [p.name for p in (built / "dist").iterdir() if p not in whole] == []
    deck.write_text(DECK, encoding="utf-8")
    built.run()


def test_an_interrupted_build_leaves_no_kernel(tmp_path):
    (tmp_path / "deck.md").write_text("```python\nimport time\nopen('begun', 'w').close()\ntime.sleep(60)\n```\n", encoding="utf-8")
    process = subprocess.Popen([sys.executable, PROGRAM, "check", "deck.md"], cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not (tmp_path / "begun").exists():
        time.sleep(0.1)
    running = kernel_of(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 1
    assert not running.is_running() or running.status() == psutil.STATUS_ZOMBIE


def kernel_of(process):
    """The kernel that a build has started."""
    return next(child for child in psutil.Process(process.pid).children(recursive=True) if "ipykernel_launcher" in child.cmdline())


def test_the_doctor_finds_what_set_up_brought(tmp_path):
    said = Project(tmp_path).run("doctor").stdout
    for tool in ("Python", "Node.js", "Marp CLI", "browser", "noto-sans-jp"):
        assert re.search(rf"^{re.escape(tool)} +(?:found|[\d.]+) +/", said, re.MULTILINE), said
    assert "missing" not in said


def test_wrong_usage_ends_with_two(tmp_path):
    assert "no such file" in Project(tmp_path).run("check", "nowhere.md", code=2).stderr
    assert "choose among" in Project(tmp_path).run("--to", "doc", "x.md", code=2).stderr
    Project(tmp_path).run("check", "--no-such-option", code=2)
