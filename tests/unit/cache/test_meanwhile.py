"""Files that are saved while cells run that are not seen to read them."""

from dataclasses import replace

import pytest

from marpweave.build.running import run_once
from marpweave.build.settings import Settings
from marpweave.model.outcome import Outcome
from marpweave.read.parse import parse_deck
from tests.running import project_of

DECK = "---\nexecute: true\n---\n\n```python\n#| deps: [data]\nask_a_server()\n```\n"


class Saving:
    """Runs cells while somebody saves the file that they depend on."""

    def __init__(self, file, text):
        self.file, self.text, self.ran = file, text, 0

    def run(self, plans, events):
        self.file.write_text(self.text, encoding="utf-8")
        self.ran += sum(len(plan.wanted) for plan in plans)
        return [[Outcome(ran=True) for _ in plan.wanted] for plan in plans]


@pytest.mark.parametrize("saved, runs", [("old", 0), ("new", 1)])
def test_what_ran_while_a_declared_file_was_saved_is_no_result_of_its_old_content(saved, runs, tmp_path):
    file, deck = tmp_path / "data", parse_deck(DECK, tmp_path / "deck.md")
    project = project_of(Settings(tmp_path, (deck.path,), cache=tmp_path / "cache"))
    file.write_text("old", encoding="utf-8")
    run_once([deck], replace(project, runner=Saving(file, saved)))
    file.write_text("old", encoding="utf-8")
    again = Saving(file, "old")
    run_once([deck], replace(project, runner=again))
    assert again.ran == runs
