"""Whatever is saved, the page follows."""

import pytest

from tests.preview.previewed import previewed
from tests.project import Project

DECK = """---
marp: true
execute: true
---

# First

Plain words.

---

# Second

```python
x = 20
print(x + 1)
```

---

# Third

```python
print(x * 2)
```
"""


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path).write({"deck.md": DECK})


def test_a_sentence_that_is_edited_is_the_only_slide_that_is_sent(project, kernel, browser):
    with previewed(project, "deck.md") as door, door.page() as page:
        page.shows("21", "40")
        project.edit("deck.md", "Plain words", "Other words")
        page.shows("Other words")
        sent = page.messages[-1] if page.messages[-1]["type"] == "slides" else page.told["slides"]
        assert (len(sent["html"]), sent["css"], sent["edited"]) == (1, None, 0)


def test_a_cell_that_is_edited_shows_its_last_output_until_it_has_run(project, kernel, browser):
    with previewed(project, "deck.md") as door, door.page() as page:
        page.shows("21", "40")
        project.edit("deck.md", "x = 20", "x = 30")
        page.until(lambda page: page.running == ["cell-1", "cell-2"])
        assert [slide.split()[-1] for slide in page.slides] == ["words.", "21", "40"]
        page.shows("31", "60")
