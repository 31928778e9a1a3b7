"""Packages that are installed while cells run: nobody knows which version gave the results."""

from dataclasses import replace

import pytest

from marpweave.build.running import run_once
from marpweave.build.settings import Settings
from marpweave.cache.current import CurrentInputs
from marpweave.cache.environment import with_facts
from marpweave.kernel.environments import own_environment
from marpweave.model.environment import NATIVE
from marpweave.model.outcome import Outcome
from marpweave.read.parse import parse_deck
from marpweave.serve.results import ended
from tests.running import project_of

OLD, NEW = "package-1.0.dist-info", "package-2.0.dist-info"


class Fake:
    """Runs each step by doing something else, and counts the steps."""

    def __init__(self, act):
        self.act, self.ran = act, 0

    def run(self, plans, events):
        self.act()
        self.ran += sum(len(plan.wanted) for plan in plans)
        return [[Outcome(ran=True) for _ in plan.wanted] for plan in plans]


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site" / OLD).mkdir(parents=True)
    return tmp_path / "site"


@pytest.fixture
def deck(tmp_path):
    path = tmp_path / "deck.md"
    path.write_text("---\nexecute: true\n---\n\n```python\nimport package\n```\n", encoding="utf-8")
    return parse_deck(path.read_text(encoding="utf-8"), path)


def project_in(folder, runner):
    """A project whose kernel has the packages of a folder of it."""
    project = project_of(Settings(folder, (folder / "deck.md",), cache=folder / "cache"))
    project.environments.known[NATIVE] = with_facts(replace(own_environment(), path=(str(folder / "site"),)), "")
    return replace(project, runner=runner)


def upgrade(site):
    (site / OLD).rename(site / NEW)


@pytest.mark.parametrize("meanwhile, runs", [(lambda _: None, 0), (upgrade, 1)])
def test_what_ran_while_a_package_was_installed_is_no_result_of_the_old_version(site, deck, tmp_path, meanwhile, runs):
    run_once([deck], project_in(tmp_path, Fake(lambda: meanwhile(site))))
    if (site / NEW).exists():
        (site / NEW).rename(site / OLD)
    again = Fake(lambda: None)
    run_once([deck], project_in(tmp_path, again))
    assert again.ran == runs


def test_a_preview_takes_no_result_of_a_run_in_another_environment(site, deck, tmp_path):
    def planned():
        with project_in(tmp_path, None).cache() as cache:
            return cache.plan(deck)

    current, old = CurrentInputs(tmp_path, {}), planned()
    results = ended(old, {0: Outcome(ran=True)}, current)
    assert results.valid(planned(), current)
    upgrade(site)
    assert not results.valid(planned(), current)
