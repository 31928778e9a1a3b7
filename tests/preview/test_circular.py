"""Decks that write what each other reads do not run for ever."""

import time

from tests.preview.previewed import previewed

DECK = """---
marp: true
execute: true
---

```python
from pathlib import Path
theirs = Path('{other}.txt')
n = int(theirs.read_text()) if theirs.exists() else 0
Path('{own}.txt').write_text(str(n + 1))
print(n)
```
"""


def found(endpoint):
    """What a page of each deck is told when it comes in, once nothing runs."""
    with endpoint.page("one") as one, endpoint.page("two") as two:
        return {kind for page in (one, two) for kind, _ in page.until(lambda page: page.is_still and "findings" in page.told).found}


def test_decks_that_change_each_others_inputs_come_to_rest_with_a_finding(project, kernel, browser):
    project.write({"one.md": DECK.format(own="one", other="two"), "two.md": DECK.format(own="two", other="one")})
    with previewed(project, "one.md", "two.md") as endpoint, endpoint.page("one") as one:
        while found(endpoint) != {"circular"}:
            time.sleep(0.3)
        before = project.text("one.txt"), project.text("two.txt")
        time.sleep(1)
        assert (project.text("one.txt"), project.text("two.txt")) == before
        project.edit("one.md", "n + 1", "3")
        one.until(lambda page: not page.found and page.is_still)
        while found(endpoint):
            time.sleep(0.3)
