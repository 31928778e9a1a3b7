"""What is known of a deck while its cells run."""

import threading
from itertools import count
from types import SimpleNamespace

import pytest

from marpweave.build.settings import Settings
from marpweave.model.outcome import Outcome
from marpweave.read.parse import parse_deck
from marpweave.serve import cells as module
from marpweave.serve.cells import Cells, Run, as_planned
from marpweave.serve.draft import Known
from tests.running import project_of

HOST = SimpleNamespace(loop=SimpleNamespace(call_soon_threadsafe=lambda *_: None))
FIRST, SECOND = Outcome(ran=True), Outcome(ran=False)


def test_a_page_waits_a_moment_for_a_cell_that_has_just_begun():
    cells, known = Cells(SimpleNamespace(), SimpleNamespace(), SimpleNamespace()), Known(SimpleNamespace(), {0: FIRST})
    run = Run(known, SimpleNamespace())

    def ran():
        run.outcomes[1] = SECOND
        run.news.set()

    threading.Timer(0, ran).start()
    assert cells.in_a_moment(known, run).outcomes == {0: FIRST, 1: SECOND}


def test_a_page_does_not_wait_for_a_cell_that_takes_longer():
    cells, known = Cells(SimpleNamespace(), SimpleNamespace(), SimpleNamespace()), Known(SimpleNamespace(), {0: FIRST})
    assert cells.in_a_moment(known, Run(known, SimpleNamespace())).outcomes == {0: FIRST}


@pytest.mark.parametrize(("last", "waits"), [(0.0, 0.15), (0.2, 0.35), (0.35, 0.5), (0.36, None), (60.0, None)])
def test_a_page_waits_as_long_as_such_a_cell_took_unless_that_is_long(last, waits):
    waited = []
    cells, known = Cells(SimpleNamespace(), SimpleNamespace(), SimpleNamespace()), Known(SimpleNamespace(), {})
    cells.in_a_moment(known, Run(known, SimpleNamespace(), news=SimpleNamespace(wait=waited.append)), last)
    assert waited == ([] if waits is None else [pytest.approx(waits)])


def test_the_end_of_a_run_is_still_news_for_a_page_that_waited():
    cells, known = Cells(SimpleNamespace(), SimpleNamespace(), SimpleNamespace()), Known(SimpleNamespace(), {})
    run = Run(known, SimpleNamespace(), is_over=True)
    run.news.set()
    cells.has_news = True
    cells.in_a_moment(known, run)
    assert cells.has_news


class Failing:
    """A page whose first run cannot be made at all; the second one waits until it is released."""

    def __init__(self):
        self.tries, self.second, self.release = count(1), threading.Event(), threading.Event()

    def attempt(self, _):
        if next(self.tries) == 1:
            return False
        self.second.set()
        return self.release.wait(30)

    def stir(self):
        """Nobody makes drafts here."""

    idle = stir


def meeting(moment):
    """A run that a draft has begun when the thread of another, which fails, came to a line; and what runs then."""
    known, page, lines, begun = Known(SimpleNamespace(steps=("step",)), {}), Failing(), count(1), []
    cells = Cells(SimpleNamespace(current_inputs=dict), HOST, page)

    def each_line(frame, event, _):
        if event == "line" and next(lines) == moment:
            begun.append(cells.follow(known, None))
        return each_line if frame.f_code.co_filename == module.__file__ else None

    threading.settrace(each_line)
    try:
        cells.follow(known, None)
    finally:
        threading.settrace(None)
    cells.later(bool)
    assert page.second.wait(30)
    current = cells.run
    page.release.set()
    cells.close()
    return begun, [current] * len(begun)


def test_a_run_that_begins_at_any_moment_of_the_end_of_another_can_be_stopped():
    met = [meeting(moment) for moment in range(1, 20)]
    assert [begun for begun, _ in met] == [running for _, running in met]
    assert met[0][0] and not met[-1][0]


def test_a_run_plans_in_the_environment_of_its_draft(tmp_path):
    project = project_of(Settings(tmp_path, ()))
    with project.cache() as cache:
        plan = cache.plan(parse_deck("---\nexecute: true\n---\n\n```python\n1\n```\n", tmp_path / "deck.md"))
    alone = as_planned(project, plan)
    project.environments.renew()
    assert alone.environments.of(plan.deck.kernel) is plan.environment
    assert project.environments.known == {}
