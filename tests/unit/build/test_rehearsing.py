"""While cells run, the renderer rehearses the first deck; what comes of that does not matter."""

import sys
from threading import Event

import pytest

from marpweave.build.runners.rehearsing import Rehearsing

PLANS = ("first", "second")


class Waiting:
    """A runner that goes on only after something has begun."""

    def __init__(self):
        self.begun = Event()

    def run(self, plans, events):
        assert self.begun.wait(30)
        return [plans, events]


def test_the_first_deck_is_rehearsed_while_cells_run():
    runner, rehearsed = Waiting(), []

    def rehearse(plan):
        rehearsed.append(plan)
        runner.begun.set()

    assert Rehearsing(runner, rehearse).run(PLANS, "events") == [PLANS, "events"]
    assert rehearsed == ["first"]


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_rehearsal_that_fails_is_nobodys_business():
    runner = Waiting()

    def rehearse(_):
        runner.begun.set()
        raise RuntimeError("a bug")

    before = sys.getswitchinterval()
    assert Rehearsing(runner, rehearse).run(PLANS, "events") == [PLANS, "events"]
    assert sys.getswitchinterval() == before


def test_what_a_runner_raises_comes_after_the_rehearsal():
    class Failing:
        def run(self, plans, events):
            raise KeyboardInterrupt

    ended = Event()
    with pytest.raises(KeyboardInterrupt):
        Rehearsing(Failing(), lambda _: ended.set()).run(PLANS, "events")
    assert ended.is_set()
