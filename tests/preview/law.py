"""The law, live: whatever is edited, the page is the one that a build from nothing would give."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from random import Random

from marpweave.build import pipeline
from marpweave.build.decks import Checked
from marpweave.build.project import open_project
from marpweave.build.runners.local import Kernels
from marpweave.build.settings import Settings
from marpweave.render.findings import rendering_findings
from marpweave.render.renderer import MarpRenderer
from marpweave.render.rendering import RenderedDeck, broken_themes
from marpweave.report.progress import Silent
from marpweave.serve import messages
from marpweave.serve.web.pictures import Pictures
from tests.preview.edits import edited, world
from tests.preview.previewed import Page, previewed
from tests.project import Project

Seen = tuple[list[str], list[tuple[object, ...]], dict[str, bytes]]
"""The style and the slides by hash, the findings, the figures."""


def follow(folder: Path, renderer: MarpRenderer, seed: int, edits: int) -> None:
    """Edit a project at random, wait for the page, and compare."""
    random, now, project, path = Random(seed), world(), Project(folder), folder / "deck.md"
    put(project, now.files)
    with previewed(project, str(path)) as endpoint, endpoint.page() as page:
        for number in range(edits):
            for _ in range(random.choice([1, 1, 1, 2, 3])):  # some saves come before the last one has run
                now = edited(now, random)
                put(project, now.files)
                time.sleep(random.choice([0, 0.05]))
            want = cold(path, renderer)
            try:
                page.until(lambda page: shown(page, folder)[:2] == want[:2])  # noqa: B023
            except AssertionError as last:
                raise AssertionError(f"seed {seed}, edit {number}: {now}\nwant {want[1]}\ngot {shown(page, folder)[1]}\n{last}") from None
            page.until(lambda page: {name: figures(folder).get(name) for name in want[2]} == want[2])  # noqa: B023


def put(project: Project, files: dict[str, str | None]) -> None:
    """Write what differs, a deck by renaming."""
    for name, text in files.items():
        path = project / name
        if text is None:
            path.unlink(missing_ok=True)
        elif not path.exists() or project.text(name) != text:
            path.parent.mkdir(exist_ok=True)
            aside = path.with_suffix(".new")
            aside.write_text(text, encoding="utf-8")
            aside.rename(path)


def cold(path: Path, renderer: MarpRenderer) -> Seen:
    """What a build from nothing gives."""
    settings = Settings(root=path.parent, paths=(path,))
    project = open_project(settings, runner=Kernels(settings), events=Silent())
    (checked,) = pipeline.run_and_check(project, drawing=False)
    assert isinstance(checked, Checked)
    prepared = pipeline.prepared(checked, project, renderer, bare=True)
    images = Pictures().addressed(prepared.presentation.images)
    slides = renderer.slides(replace(prepared.presentation, images=images)).result()
    rendered = rendering_findings(prepared, RenderedDeck(len(slides.order), tuple(broken_themes(slides.broken)), {}, {}))
    found = messages.findings((*checked.findings, *pipeline.without_awaited(prepared.findings, checked), *rendered))
    return [str(slides.css), *slides.order], told(found), {each.name: each.content for outcome in checked.outcomes for each in outcome.figures}


def shown(page: Page, folder: Path) -> Seen:
    """What a page shows."""
    return [page.css, *page.order], told(page.told.get("findings", {"findings": []})), figures(folder)


def told(findings: messages.Message) -> list[tuple[object, ...]]:
    """Findings as values."""
    return [tuple(each[key] for key in ("kind", "line", "slide", "message", "want", "got")) for each in findings["findings"]]


def figures(folder: Path) -> dict[str, bytes]:
    """The figures on disk."""
    return {path.name: path.read_bytes() for path in folder.glob("figures/deck/*")}
