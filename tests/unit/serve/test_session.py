"""A session between two drafts: what is saved, and whether another draft is asked for."""

from concurrent.futures import Future
from dataclasses import replace
from threading import Event
from types import SimpleNamespace

import pytest

from marpweave.cli.settings import project_of, settings_of
from marpweave.errors import ToolError
from marpweave.render.live.slides import Slides
from marpweave.serve.kernels.host import kernel_host
from marpweave.serve.session import Context, Pages, Session
from marpweave.serve.web.pictures import Pictures


class NoRenderer:
    """Nothing is rendered here: a draft ends behind what it depends on."""

    deaths = 0

    def slides(self, *_):
        raise ToolError("there is no renderer")


class Rendered:
    """Renders every deck as one slide, and counts how often it is asked to."""

    deaths = asked = 0

    def slides(self, *_):
        self.asked += 1
        done = Future()
        done.set_result(Slides(("a",), {"a": "<svg></svg>"}, ((1, 1),), "", "css", (1280, 720), "", ("",)))
        return done


class Awaiting(Rendered):
    """Renders a deck when something has happened."""

    def __init__(self, event):
        self.event = event

    def slides(self, *asked):
        assert self.event.wait(30)
        return super().slides(*asked)


class NoKernels:
    """Where no kernel can be started."""

    loop = SimpleNamespace(call_soon_threadsafe=lambda *_: None)

    @property
    def settings(self):
        raise ToolError("there are no kernels")


class Forgotten(dict):
    """What is known of environments, which a draft forgets once it has read the deck; then something is done."""

    def __init__(self, done):
        self.done = done

    def clear(self):
        self.done()


@pytest.mark.parametrize("saved, asked", [("new.svg", ["draft"]), ("other.svg", [])])
def test_what_is_saved_while_a_draft_learns_that_it_needs_it_is_drafted_again(tmp_path, saved, asked):
    deck, stirred = tmp_path / "deck.md", []
    deck.write_text("---\nmarp: true\nexecute: true\n---\n\n![](new.svg)\n", encoding="utf-8")
    project = project_of(settings_of(decks=(deck,)))
    known = Forgotten(lambda: session.saved(frozenset({tmp_path / saved}), by_author=True))
    project = replace(project, environments=replace(project.environments, known=known))
    pages = Pages(Pictures(), lambda _: None, lambda: stirred.append("draft"))
    with kernel_host(project.settings) as host:
        session = Session(deck, Context(project, NoRenderer(), host), pages)
        session.refresh()
        session.close()
    assert stirred == asked


def test_slides_that_were_kept_are_on_a_screen_before_the_renderer_warms_up(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    deck, asked = tmp_path / "deck.md", []
    deck.write_text("---\nmarp: true\n---\n\nWords.\n", encoding="utf-8")
    project = project_of(settings_of(decks=(deck,)))
    with kernel_host(project.settings) as host:
        for _ in range(2):
            renderer = Rendered()
            session = Session(deck, Context(project, renderer, host), Pages(Pictures(), lambda _: None, lambda: None))
            session.refresh()
            asked.append(renderer.asked)
            session.measured(1, [None])
            session.measured(1, [None])
            asked.append(renderer.asked)
            session.close()
    assert asked == [1, 1, 0, 1]


def test_a_run_that_fails_while_its_page_is_made_is_told_and_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    deck, told, is_over = tmp_path / "deck.md", [], Event()
    deck.write_text("---\nmarp: true\nexecute: true\n---\n\n```python\nprint(1)\n```\n", encoding="utf-8")
    project = project_of(settings_of(decks=(deck,)))

    def tell(message):
        told.append(message["type"])
        if message["type"] == "running" and not message["cells"]:
            is_over.set()

    session = Session(deck, Context(project, Awaiting(is_over), NoKernels()), Pages(Pictures(), tell, lambda: None))
    session.refresh()
    session.close()
    assert told == ["broken", "running", "slides", "findings", "running", "running"]


def test_slides_of_a_draft_that_is_shown_while_the_preview_ends_are_not_kept_for_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    deck, told = tmp_path / "deck.md", []
    project = project_of(settings_of(decks=(deck,)))

    class Last(Slides):
        """Slides at whose sight the preview ends."""

        def __ne__(self, _):
            session.close()
            return True

    class Rendering:
        """Renders each draft as one slide, the second one as the last."""

        deaths, made = 0, iter([(Slides, "old"), (Last, "new"), (Slides, "old")])

        def slides(self, *_):
            kind, name = next(self.made)
            done = Future()
            done.set_result(kind((name,), {name: name}, ((1, 1),), "", "css", (1280, 720), "", ("",)))
            return done

    pages, renderer = Pages(Pictures(), told.append, lambda: None), Rendering()
    with kernel_host(project.settings) as host:
        for texts in (("Old words.", "New words."), ("Old words.",)):
            session = Session(deck, Context(project, renderer, host), pages)
            for text in texts:
                deck.write_text(f"---\nmarp: true\n---\n\n{text}\n", encoding="utf-8")
                session.saved(frozenset({deck}), by_author=True)
                session.refresh()
        session.close()
    assert [message["order"] for message in told if message["type"] == "slides"] == [("old",), ("new",), ("old",)]
