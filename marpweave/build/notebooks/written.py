"""Writes executed notebooks; PNGs of vector graphics are cached."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from marpweave.build.decks import Checked
from marpweave.build.project import Project
from marpweave.files import seen_from, write_text
from marpweave.inputs.digests import digest
from marpweave.inputs.used import BuildInput
from marpweave.notebook.exported.finished import Beginning, finished
from marpweave.notebook.exported.pictures import DENSITY, Pictures, vectors_of
from marpweave.notebook.scripts import as_json
from marpweave.render.prepare import PreparedDeck
from marpweave.render.programs.tools import identity
from marpweave.render.renderer import Renderer

KIND = "png"


def write_notebook(checked: Checked, made: PreparedDeck, project: Project, renderer: Renderer) -> BuildInput:
    """Write the notebook of a prepared deck; return its digest."""
    deck, placed = checked.deck, made.presentation.images
    path = project.settings.out / f"{made.name}.ipynb"
    pictures = Pictures(placed, _drawn(vectors_of(placed, checked.checks), project, renderer))
    beginning = Beginning(_colab(path, project), project.settings.notebook_setup)
    text = as_json(finished(deck, checked.checks, checked.inlines, pictures, beginning))
    write_text(path, text)
    return "file", path, digest(text)


def _drawn(vectors: Iterable[str], project: Project, renderer: Renderer) -> dict[str, bytes]:
    """Convert SVG data URIs to PNG; those that no browser can draw are omitted."""
    store = project.store
    keys = {uri: digest(json.dumps([*identity(), uri, DENSITY])) for uri in vectors}
    known: dict[str, bytes | None] = {}
    for uri, key in keys.items():
        kept = store.record(KIND, key, str)
        try:
            known[uri] = store.blob(kept) if kept else None
        except KeyError:
            known[uri] = None
    missing: Sequence[str] = [uri for uri, png in known.items() if png is None]
    for uri, png in zip(missing, renderer.pngs(missing, DENSITY).result() if missing else (), strict=True):
        if png:
            known[uri] = png
            store.put_blob(png)
            store.put_record(KIND, keys[uri], digest(png))
    return {uri: png for uri, png in known.items() if png}


def _colab(path: Path, project: Project) -> str:
    """The path of a notebook on GitHub, from the configured ``OWNER/REPO`` or ``OWNER/REPO/BRANCH/FOLDER``."""
    owner, _, rest = project.settings.colab.partition("/")
    if not owner:
        return ""
    repository, _, rest = rest.partition("/")
    branch, _, folder = rest.partition("/")
    folder = folder or seen_from(project.settings.out.resolve(), project.root.resolve())
    name = path.relative_to(project.settings.out).as_posix()
    return quote(f"{owner}/{repository}/blob/{branch or 'main'}/{folder}/{name}")
