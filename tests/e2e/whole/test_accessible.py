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
THEIRS = {"default": "color-contrast", "uncover": "color-contrast"}
"""What a theme of Marp does itself: its header and page number are pale."""


@pytest.fixture(scope="module")
def found(tmp_path_factory, chromium):
    """What axe-core finds on each page of a project, by its name; ``planted`` is one with faults."""
    faults = "<style scoped>p { color: #bbb; background: #ccc }</style>\n\n# A\n\nnot to be read\n\n[![](line.svg)](#1)\n"
    project = Project(tmp_path_factory.mktemp("project")).write({
        **{f"{theme}.md": DECK.format(theme=theme) for theme in THEMES}, "planted.md": faults,
        "theme.md": (ROOT / "docs/theme.md").read_text(encoding="utf-8"),
        "line.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'})
    project.build(*(f"{theme}.md" for theme in THEMES), "--to", "html,pdf", code=None)
    project.build("planted.md", "theme.md", "--to", "html", code=None)
    return project, {page.stem: violations(chromium, page, ALL) for page in (project / "dist").glob("*.html")}


@pytest.mark.attack
@pytest.mark.parametrize("page", [*THEMES, "theme", "index"])
def test_nothing_keeps_anybody_from_a_page(page, found):
    _, violated = found
    assert [fault for fault in violated[page] if fault[0] != THEIRS.get(page)] == []


@pytest.mark.attack
@pytest.mark.parametrize("theme", ["gaia", "uncover"])
def test_nothing_keeps_anybody_from_a_page_in_another_theme_of_marp(theme, chromium, tmp_path):
    project = Project(tmp_path).write({"deck.md": DECK.format(theme=theme)})
    project.build("deck.md", "--to", "html", code=None)
    assert [fault for fault in violations(chromium, project / "dist/deck.html", ALL) if fault[0] != THEIRS.get(theme)] == []


def test_faults_are_found(found):
    _, violated = found
    assert sorted(rule for rule, *_ in violated["planted"]) == ["color-contrast", "link-name"]


def test_formulas_and_figures_of_a_pdf_have_words(found):
    project, _ = found
    assert list(alternatives(project / "dist/lecture.pdf")) == [
        ("/Figure", "a^2 < b"), ("/Figure", '\\frac{1}{2} < \\text{"x"}'), ("/Figure", "a line that rises")]


def test_a_pdf_is_tagged_and_says_its_language(found):
    project, _ = found
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


def test_all_of_the_page_of_decks_can_be_reached_by_keys(found, chromium):
    project, _ = found
    with chromium.new_page() as page:
        page.goto((project / "dist/index.html").as_uri())
        reached = []
        for _ in range(3):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("[document.activeElement.getAttribute('href'), getComputedStyle(document.activeElement).outlineStyle]"))
    assert reached == [["default.html", "solid"], ["default.html", "solid"], ["default.pdf", "solid"]]
