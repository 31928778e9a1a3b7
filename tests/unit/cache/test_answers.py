"""A Python is asked what it is only if that may have changed."""

import json
import sys

import pytest

from marpweave.cache.answers import remembering
from marpweave.cache.current import CurrentInputs
from marpweave.cache.store import Store
from tests.environments import environment


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """An environment with nothing in it."""
    return environment(tmp_path_factory.mktemp("elsewhere") / "empty")


def asking(place, store):
    """Ask as in one build or one preview, and all that was really asked."""
    times = []
    site = str(next(place.glob("lib/*/site-packages")))

    def ask(python, variables):
        times.append(python)
        return json.dumps({"path": [site]})

    return remembering(ask, store, lambda: CurrentInputs(place, {})), times


def asked(place, store, variables=()):
    """Whether a build asks the environment's Python."""
    answer, times = asking(place, store)
    said = answer(str(place / "bin/python"), dict(variables))
    assert json.loads(said) == {"path": [str(next(place.glob("lib/*/site-packages")))]}
    return bool(times)


EDITS = {
    "a package is installed": lambda site, home: (site / "more").mkdir(),
    "a line in a .pth file": lambda site, home: (site / "more.pth").write_text("/more"),
    "another line in it": lambda site, home: (site / "more.pth").write_text("/most"),
    "code that runs first": lambda site, home: (site / "sitecustomize.py").write_text("1"),
    "the environment's settings": lambda site, home: (home / "pyvenv.cfg").write_text("home = /more"),
    "the program": lambda site, home: ((home / "bin/python").unlink(), (home / "bin/python").symlink_to(sys.executable)),
}


def test_a_python_is_asked_again_only_if_what_it_follows_from_changes(place):
    store, site = Store({}), next(place.glob("lib/*/site-packages"))
    assert [asked(place, store) for _ in range(2)] == [True, False]
    for name, edit in EDITS.items():
        edit(site, place)
        assert [asked(place, store) for _ in range(2)] == [True, False], name
    assert [asked(place, store, {"HOME": "/other"}) for _ in range(2)] == [True, False]


def test_a_preview_that_lives_on_asks_a_python_again_that_has_changed(place):
    answer, times = asking(place, Store({}))
    for line in ("home = /one", "home = /one", "home = /two", "home = /one"):
        (place / "pyvenv.cfg").write_text(line)
        answer(str(place / "bin/python"), {})
    assert len(times) == 3
