"""What students could read of a solution, and what only looks so in markup."""

from pathlib import Path

import pytest

from marpweave.check.verdicts import check_deck
from marpweave.model.outcome import Figure, Outcome
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck
from marpweave.variants.effects import BlankEffects
from marpweave.variants.leaks import leaks
from marpweave.variants.shown import shown
from marpweave.variants.variant import variant_of

DECK = """---
execute: true
---
```python
draw()
```

```python
### BEGIN SOLUTION
border = "1"
stroke = 12.25 < x
### END SOLUTION
```
"""


def told(woven="", picture=""):
    deck = variant_of(parse_deck(DECK, Path("a.md")), Variant.STUDENT)
    figures = (Figure("a.svg", picture.encode()),) if picture else ()
    checks = check_deck(deck, [Outcome(figures=figures), Outcome()])
    return [finding.message for finding in leaks(shown(deck, checks, (), BlankEffects()), checks, woven)]


@pytest.mark.parametrize(("markup", "leaked"), [
    ('<table border="1"><td>a</td></table>', None), ('<style>a { border="1" }</style>', None),
    ('<path d="M 12.25 < x" stroke="12.25&lt;x"/>', None),
    ("<text>stroke = 12.25 &lt; x</text>", "stroke = 12.25 < x"), ('<g><!-- border = "1" --><use/></g>', 'border = "1"'),
    ("<img alt='border = \"1\"' src=\"x\">", 'border = "1"')])
def test_of_markup_what_can_be_read_gives_a_solution_away(markup, leaked):
    expected = [f"students can read {leaked!r}, which is part of a solution; remove it, or show it openly"] * bool(leaked)
    assert told(woven=markup) == told(picture=markup) == expected
