"""A deck of which nothing could be made: its last page stands, and stays linked."""

from concurrent.futures import Future
from pathlib import Path

from marpweave.cache.store import Store
from marpweave.model.finding import Kind
from marpweave.read.parse import parse_deck
from marpweave.render.index import IndexEntry, keep_entries
from marpweave.render.prepare import prepare_bare
from marpweave.render.render import render
from marpweave.render.rendering import Rendering
from marpweave.render.style import Site
from marpweave.weave.woven import WovenDeck


class Failing:
    """A renderer that makes nothing."""

    def render(self, presentation, formats):
        done = Future()
        done.set_result(Rendering(complaints=dict.fromkeys(formats, "no")))
        return done


def test_a_deck_that_cannot_be_rendered_keeps_its_place_on_the_page_of_all_decks(tmp_path):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/a.html").write_text("the last one", encoding="utf-8")
    keep_entries([IndexEntry("a", "What it was", 1, "", ("a.html", "a.pdf"))], tmp_path / "dist")
    site, store = Site(tmp_path, tmp_path / "dist"), Store({})
    made = prepare_bare(parse_deck("# A\n", tmp_path / "a.md"), WovenDeck("# A\n", (1,), {}), site, store)
    (deck,) = render([made], ("html", "pdf"), site, store, Failing())
    assert [(each.kind, each.message) for each in deck.findings] == [
        (Kind.RENDER, f"Marp could not write {form}: no") for form in ("html", "pdf")]
    page = Path(tmp_path / "dist/index.html").read_text(encoding="utf-8")
    assert '<h2><a href="a.html">What it was</a></h2>' in page
