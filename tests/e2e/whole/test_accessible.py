"""Who does not see the slides, or no colours, or has no mouse, gets the same deck: axe-core finds nothing grave."""

from pathlib import Path

import pypdf
import pytest

from tests.axe import violations
from tests.project import ROOT, Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")
ALL = ("minor", "moderate", "serious", "critical")
DECK = """\
---
theme: {theme}
lang: en
paginate: true
header: Here
footer: There
execute: true
---

# Title

### A line under it

$a^2 < b$ is [a link](https://example.org/) and

$$
\\frac{{1}}{{2}} < \\text{{"x"}}
$$

---

## Code

```python
# a comment
def name(x: int = 3) -> str:
    return "text" if x is None else f"{{x}}"
```

> ###### Ask
> What does it give?

---

<!-- _class: invert -->

## In the dark

```python
print("text", name())  # text 3
1 / 0  # ZeroDivisionError
```

---

| a | b |
|---|---|
| 1 | **2** |

```python
#| label: line
#| fig-alt: a line that rises
#| echo: false
import matplotlib.pyplot as plt
plt.figure(figsize=(4, 1))
plt.plot([1, 2])
```
"""
THEMES = ("lecture", "default")
PLANTED = "<style scoped>p { color: #bbb; background: #ccc }</style>\n\n# A\n\nnot to be read\n\n[![](line.svg)](#1)\n"
THEIRS = {"default": "color-contrast", "uncover": "color-contrast"}
"""What a theme of Marp does itself: its header and page number are pale."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """One with the files of a deck, and one with faults."""
    project = Project(tmp_path_factory.mktemp("project")).write({
        "lecture.md": DECK.format(theme="lecture"), "planted.md": PLANTED, "line.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'})
    project.build("lecture.md", "--to", "html,pdf", code=None)
    project.build("planted.md", "--to", "html", code=None)
    return project


@pytest.fixture(scope="module")
def more(project):
    """The project with more pages."""
    project.write({"default.md": DECK.format(theme="default"), "theme.md": (ROOT / "docs/theme.md").read_text(encoding="utf-8")})
    project.build("default.md", "theme.md", "--to", "html", code=None)
    return project


@pytest.mark.attack
@pytest.mark.parametrize("page", [*THEMES, "theme", "index"])
def test_nothing_keeps_anybody_from_a_page(page, more, chromium):
    assert [fault for fault in violations(chromium, more / f"dist/{page}.html", ALL) if fault[0] != THEIRS.get(page)] == []


@pytest.mark.attack
@pytest.mark.parametrize("theme", ["gaia", "uncover"])
def test_nothing_keeps_anybody_from_a_page_in_another_theme_of_marp(theme, chromium, tmp_path):
    project = Project(tmp_path).write({"deck.md": DECK.format(theme=theme)})
    project.build("deck.md", "--to", "html", code=None)
    assert [fault for fault in violations(chromium, project / "dist/deck.html", ALL) if fault[0] != THEIRS.get(theme)] == []


def test_faults_are_found(project, chromium):
    assert sorted(rule for rule, *_ in violations(chromium, project / "dist/planted.html", ALL)) == ["color-contrast", "link-name"]


def test_formulas_and_figures_of_a_pdf_have_words(project):
    assert list(alternatives(project / "dist/lecture.pdf")) == [
        ("/Figure", "a^2 < b"), ("/Figure", '\\frac{1}{2} < \\text{"x"}'), ("/Figure", "a line that rises")]


def test_a_pdf_is_tagged_and_says_its_language(project):
    root = pypdf.PdfReader(project / "dist/lecture.pdf").trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "en")


def alternatives(path: Path):
    """The elements of a tagged PDF that have words instead of a picture."""
    rest = [pypdf.PdfReader(path).trailer["/Root"]["/StructTreeRoot"]["/K"]]
    while rest:
        element = rest.pop().get_object()
        if isinstance(element, list):
            rest.extend(reversed(element))
        elif isinstance(element, dict) and "/S" in element:
            if "/Alt" in element:
                yield element["/S"], element["/Alt"]
            rest.append(element.get("/K", pypdf.generic.ArrayObject()))


def test_all_of_the_page_of_decks_can_be_reached_by_keys(project, chromium):
    with chromium.new_page() as page:
        page.goto((project / "dist/index.html").as_uri())
        reached = []
        for _ in range(3):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("[document.activeElement.getAttribute('href'), getComputedStyle(document.activeElement).outlineStyle]"))
    assert reached == [["lecture.html", "solid"], ["lecture.html", "solid"], ["lecture.pdf", "solid"]]
