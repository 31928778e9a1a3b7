"""Draws the diagrams of a deck in the background."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from marpweave.build.drawing.diagrams import undrawn, with_its_diagrams
from marpweave.build.project import Project
from marpweave.model.diagram import Diagram
from marpweave.render.renderer import Renderer
from marpweave.serve.cells import Page
from marpweave.serve.draft import Draft


class Diagrams:
    """Draws the diagrams of one deck in a thread of its own; the store then has them."""

    def __init__(self, project: Project, renderer: Renderer, page: Page) -> None:
        self._project, self._renderer, self._page = project, renderer, page
        self._thread = ThreadPoolExecutor(1, "diagrams")
        self._last: Draft | None = None
        self._tried: frozenset[Diagram] = frozenset()
        """What was asked for last: what took too long is not asked for again."""
        self.has_news = False
        """Whether something was drawn since it was last shown."""

    def follow(self, draft: Draft) -> None:
        """Draw the missing diagrams of a draft."""
        checked, self._last = draft.checked, draft
        missing = undrawn(checked)
        if missing - self._tried:
            self._tried = missing
            self._thread.submit(self._page.attempt, self._draw)

    def close(self) -> None:
        """Stop permanently."""
        self._last = None
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _draw(self) -> None:
        draft = self._last  # a newer draft includes the requests of older ones
        if draft and undrawn(draft.checked):
            drawn = with_its_diagrams(draft.checked, self._project, self._renderer)
            for finding in frozenset(drawn.findings) - frozenset(draft.checked.findings):
                place = draft.checked.deck.origins.place(finding.location)
                self._page.warn(f"{place.path.name}:{place.line}: {finding.message}")
            self.has_news = True
            self._page.stir()
