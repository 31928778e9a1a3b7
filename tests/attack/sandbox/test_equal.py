"""A deck that does nothing forbidden gives in the sandbox what it gives outside, byte for byte."""

import asyncio
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from marpweave.build.settings import Sandbox
from marpweave.kernel.client import run_decks
from marpweave.kernel.zygote import KernelStart
from tests.attack.sandbox.test_sandbox import available
from tests.e2e.test_warm import PROBES, deck_run
from tests.golden.recorded import FOLDERS
from tests.running import run

pytestmark = [pytest.mark.usefixtures("kernel"),
              pytest.mark.skipif(available()[:1] != ["bubblewrap"], reason="NOT TRIED: this machine has no bubblewrap")]
ROOT = Path(__file__).parents[3]
OTHER = {"processes", "descriptors"}
"""What is limited, and handed over, has other numbers."""
DRAWN = [case for case in FOLDERS if case.parent.name == "cases" and re.search("plt|matplotlib", (case / "deck.md").read_text(encoding="utf-8"))]
COURSE = ["01-perceptron", "02-activation"]


def test_every_probe_gives_the_same_in_a_sandbox(tmp_path):
    def outcomes(*, sandbox):
        one = deck_run(tmp_path)
        one = replace(one, deck=replace(one.deck, sandbox=sandbox))
        return asyncio.run(run_decks([one], jobs=1, progress=lambda *_: None, start=KernelStart.COLD))[0]

    outside, inside = outcomes(sandbox=False), outcomes(sandbox=True)
    assert {name for name, one, other in zip(PROBES, outside, inside, strict=True) if one != other} == OTHER
    visible = [{each for each in outcome.provenance.inputs if not each.name.startswith(("/root/", "/home/"))} for outcome in outside]
    assert all(seen <= {*outcome.provenance.inputs} for seen, outcome in zip(visible, inside, strict=True))


@pytest.mark.parametrize("case", DRAWN, ids=[case.name for case in DRAWN])
def test_a_golden_case_gives_the_same_in_a_sandbox(tmp_path, case):
    folder = shutil.copytree(case, tmp_path / "deck")
    outside, inside = (run(folder, "deck.md", sandbox=each) for each in (Sandbox.NEVER, Sandbox.ALWAYS))
    assert inside.deck.sandbox
    assert inside.outcomes == outside.outcomes


@pytest.mark.parametrize("name", COURSE)
def test_a_deck_of_the_course_gives_the_same_in_a_sandbox(name):
    outside, inside = (run(ROOT, f"slides/{name}.md", sandbox=each) for each in (Sandbox.NEVER, Sandbox.ALWAYS))
    assert inside.deck.sandbox
    assert inside.outcomes == outside.outcomes
    assert [each.provenance.watched for each in inside.outcomes] == [each.provenance.watched for each in outside.outcomes]
    assert [each.provenance.inputs for each in inside.outcomes] == [each.provenance.inputs for each in outside.outcomes]
