"""What the last run of a deck gave, as long as it holds."""

import pytest

from marpweave.build.settings import Settings
from marpweave.cache.current import CurrentInputs
from marpweave.inputs.digests import digest
from marpweave.model.outcome import Input, Outcome, Provenance
from marpweave.read.parse import parse_deck
from marpweave.serve.results import ended
from tests.running import project_of

DECK = "---\nexecute: true\n---\n\n```python\nn = int(open('n').read())\nopen('n', 'w').write(str(n + 1))\n```\n"


@pytest.mark.parametrize("saved, holds", [("2", True), ("7", False)])
def test_what_is_saved_over_a_file_of_a_cell_before_anybody_looks_at_its_outcome_runs_it_again(saved, holds, tmp_path):
    path, file = tmp_path / "deck.md", tmp_path / "n"
    path.write_text(DECK, encoding="utf-8")
    with project_of(Settings(tmp_path, (path,))).cache() as cache:
        plan = cache.plan(parse_deck(DECK, path))
    gave = {0: Outcome(ran=True, provenance=Provenance(
        inputs=(Input("file", "n", digest("1")),), written=(Input("file", "n", digest("2")),)))}
    file.write_text("2", encoding="utf-8")
    results = ended(plan, gave, CurrentInputs(tmp_path, {}))
    file.write_text(saved, encoding="utf-8")
    assert results.valid(plan, CurrentInputs(tmp_path, {})) == (gave if holds else {})
