"""What only a rendered deck shows, and what of it is told."""

import re

import pypdf
import pytest

from tests.e2e.whole.decks import REMOTE, flat
from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")

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


def test_html_that_is_not_closed_costs_neither_its_pdf_nor_those_of_other_decks(tmp_path):
    (tmp_path / "deck.md").write_text("# A\n\n---\n\n## B\n\n<table><tr><td>\n\n---\n\n## C\n\n---\n\n## D\n", encoding="utf-8")
    (tmp_path / "later.md").write_text("# Later\n", encoding="utf-8")
    deck, later = Project(tmp_path).build("deck.md", "later.md", "--to", "pdf", code=1).decks
    assert later["findings"] == []
    assert [(f["kind"], f["line"], f["slide"], f["message"].partition(" (")[0]) for f in deck["findings"]] == [
        ("warning", 1, 1, "the PDF has no outline: Marp says Failed converting Markdown."),
        ("render", 5, 2, "<table> is never closed and swallows the 2 slides after it; close it")]
    assert [entry.title for entry in flat(pypdf.PdfReader(tmp_path / "dist/later.pdf").outline)] == ["Later"]
    assert pypdf.PdfReader(tmp_path / "dist/deck.pdf").outline == []


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
#| fig-alt: 点
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
    Project(tmp_path).run("comment.md", "--to", "html,notes-txt", code=1)
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
        ("small-text", 7, [1, 2], "code block of cell cell-1 is 14 px high on a 720 px slide; a lecture hall cannot "
                                  "read text below 18 px"),
        ("small-text", 25, [4], "code block of cell wide is 10.4 px high on a 720 px slide; a lecture hall cannot read text "
                                "below 18 px"),
        ("overflow", 33, [5], f"list “次の手順は第0のとおり 次の手順は第1のとおり…” is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 66, [6], f"table “a b 0 x 1 x 2 x 3 x 4 x…” is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 101, [7], f"figure tall.svg is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 112, [8], f"<div> is cut off by N px at the right edge{remedy}"),
        ("overflow", 118, [9, 12], f"paragraph “A paragraph with words” is cut off by N px at the right edge{remedy}"),
        ("overflow", 124, [10], f"list “他の手順は第0 他の手順は第0 他の手順は第0…” is cut off by N px at the bottom edge{remedy}"),
        ("overflow", 157, [11], f"formula is cut off by N px at the bottom edge{remedy}"),
    ]
    assert "data-source" not in (tmp_path / "dist/deck.html").read_text(encoding="utf-8")


EMPTY = "fills N % of the free height; add to it, enlarge it, or merge it with another slide"
SMALL = "has text N px high on a 720 px slide; draw the text larger, or the figure smaller"
AIR = """\
---
theme: lecture
execute: true
---

## 一行だけ

ここに一行あります。

---

# 一文だけ、**大きく**

---

## 問い

> ###### 問い
> なぜですか。

---

<!-- _class: agenda -->

## 1. 節

1. **節**

> ###### ここから

---

## 項目

""" + "- ここに一行あります\n" * 5 + """
---

## 見出しだけ

---

## 図

```python
#| label: labels
#| fig-alt: 線
#| echo: false
import matplotlib.pyplot as plt
plt.figure(figsize=(6, 3))
plt.plot([1, 2])
plt.text(0, 1, "小", size=6, rotation=90)
plt.text(0, 1, "$x_{i}$", size=14)
```

---

<style scoped>section { --least-fill: 0%; --least-label: 0 }</style>

## 許す

![字](words.svg)

---

## 低い図

![字](words.svg)
"""
WORDS = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1152 100"><text y="40" font-size="10">x</text></svg>'


def test_slides_that_are_nearly_empty_and_small_text_in_figures_are_warned_of_where_the_theme_asks(tmp_path):
    (tmp_path / "words.svg").write_text(WORDS, encoding="utf-8")
    (tmp_path / "deck.md").write_text(AIR, encoding="utf-8")
    (tmp_path / "foreign.md").write_text(AIR.replace("theme: lecture", "theme: gaia"), encoding="utf-8")
    deck, foreign = Project(tmp_path).build("deck.md", "foreign.md", "--to", "html").decks
    assert foreign["findings"] == []
    assert [(f["kind"], f["slide"], re.sub(r"\d[\d.]* (%|px)", r"N \1", f["message"], count=1)) for f in deck["findings"]] == [
        ("empty", 1, f"its content {EMPTY}"), ("empty", 6, f"its content {EMPTY}"), ("small-label", 7, f"figure labels.svg {SMALL}"),
        ("empty", 9, f"its content {EMPTY}"), ("small-label", 9, f"picture words.svg {SMALL}")]
    assert [re.search(r"\d[\d.]*", f["message"])[0] for f in deck["findings"]] == ["7", "0", "16.2", "18", "10"]
    assert Project(tmp_path).run("deck.md", "--to", "html", "--strict", code=1)


def test_a_remote_image_is_a_finding_and_never_fetched(tmp_path):
    (tmp_path / "deck.md").write_text("# Remote\n\n![](https://example.com/a.png)\n", encoding="utf-8")
    deck = Project(tmp_path).build("deck.md", "--to", "html", code=1).deck
    assert [(f["kind"], f["line"], f["slide"]) for f in deck["findings"]] == [("remote-image", 3, 1)]
    assert REMOTE.findall((tmp_path / "dist/deck.html").read_bytes()) == []
