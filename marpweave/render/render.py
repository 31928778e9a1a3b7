"""Prepared decks -> files in the output folder; decks whose files are still right are left alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from marpweave.cache.environment import own_digest
from marpweave.cache.store import Store
from marpweave.files import move, write_text
from marpweave.inputs.digests import digest, file_digest
from marpweave.inputs.used import Used
from marpweave.render.findings import rendering_findings
from marpweave.render.index import (
    IndexEntry,
    index_page,
    keep_entries,
    kept_entries,
    page_name,
    page_words,
    picture_uri,
)
from marpweave.render.prepare import PreparedDeck, Site, fonts_for
from marpweave.render.programs import identity
from marpweave.render.renderer import Renderer
from marpweave.render.rendering import RenderedDeck, Rendering

LINKED = ("html", "pdf", "pptx")
"""Formats that the index page links."""
KIND = "rendered"
SUFFIXES = {"html": ".html", "pdf": ".pdf", "pptx": ".pptx"}
"""Of formats that are one file for each deck, whatever is in it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What files are asked for, and where they go."""

    formats: tuple[str, ...]
    out: Path


def render(
    decks: Iterable[PreparedDeck], formats: Sequence[str], site: Site, store: Store, renderer: Renderer,
) -> list[PreparedDeck]:
    """Render what has changed, each deck as soon as it comes, put every file in its place -> with more findings."""
    if "md" in formats:
        decks = (replace(deck, used=(*deck.used, _write_markdown(deck, site.out))) for deck in decks)
    request = Request(tuple(form for form in formats if form != "md"), site.out)
    if not request.formats:
        return list(decks)
    listed = kept_entries(site.out) if "html" in formats else None
    begun = []
    for deck in decks:
        known = _known(deck, request, store) if listed is None or deck.name in listed else None
        begun.append((deck, known or renderer.render(deck.presentation, request.formats)))
    fresh = {deck.name: each.result() for deck, each in begun if isinstance(each, Future)}
    done = [(deck, _delivered(deck, fresh[deck.name], request) if isinstance(each, Future) else each)
            for deck, each in begun]
    entries = [_entry(deck, fresh[deck.name], request.formats) for deck, _ in done if deck.name in fresh]
    pages = _write_index(entries, site.out, store) if "html" in formats else ()
    for deck, rendered in done:  # behind the index: a build that was killed before it renders the deck again
        if deck.name in fresh and not rendered.complaints and rendered.slides is not None:
            store.put_record(KIND, _key(deck, request), rendered)
    return [_with_rendering(deck, rendered, pages, site) for deck, rendered in done]


def _key(deck: PreparedDeck, request: Request) -> str:
    """Of all that shapes the files of a deck."""
    shown = deck.presentation
    pictures = [[source, *astuple(picture)] for source, picture in shown.images.items()]
    return digest(json.dumps([
        own_digest(), *identity(), *shown.themes, list(request.formats),
        str(request.out.resolve()), shown.name, shown.markdown, shown.css, pictures]))


def _known(deck: PreparedDeck, request: Request, store: Store) -> RenderedDeck | None:
    """What is known of an earlier rendering whose files still stand."""
    kept = store.record(KIND, _key(deck, request), RenderedDeck)
    return kept if kept and stands(kept, deck.name, request) else None


def stands(rendered: RenderedDeck, name: str, request: Request) -> bool:
    """Whether every file of a rendering is in its place, as it was written."""
    wanted = {name + SUFFIXES[form] for form in request.formats if form not in ("png", "notes")}
    return wanted <= rendered.files.keys() and all(
        file_digest(str(request.out / path)) == was for path, was in rendered.files.items())


def _with_rendering(
    deck: PreparedDeck, rendered: RenderedDeck, pages: Sequence[Used], site: Site,
) -> PreparedDeck:
    written = (("file", site.out / path, was) for path, was in rendered.files.items())
    return replace(deck, findings=(*deck.findings, *rendering_findings(deck, rendered)),
                   used=(*deck.used, *written, *pages))


def _delivered(deck: PreparedDeck, rendering: Rendering, request: Request) -> RenderedDeck:
    """Put the files of a deck in their places."""
    files = dict(_placed(file, deck.name, form, request.out)
                 for form in request.formats for file in rendering.files.get(form, ()))
    complaints = {form: said for form, said in rendering.complaints.items() if form in request.formats}
    return RenderedDeck(rendering.slides, rendering.faults, files, complaints)


def _write_markdown(deck: PreparedDeck, out: Path) -> Used:
    path = out / f"{deck.name}.md"
    write_text(path, deck.woven.text)
    return "file", path, digest(deck.woven.text)


def _placed(file: Path, name: str, form: str, out: Path) -> tuple[str, str]:
    """Put ``NAME.pdf`` in its place, or ``NAME/001.png`` for the pictures of all slides -> place and digest."""
    number = re.fullmatch(re.escape(name) + r"\.(\d+)\.png", file.name) if form == "png" else None
    target, was = f"{name}/{number[1]}.png" if number else file.name, file_digest(str(file))
    move(file, out / target)
    return target, was


def _entry(deck: PreparedDeck, rendering: Rendering, formats: Sequence[str]) -> IndexEntry:
    files = tuple(f"{deck.name}.{form}" for form in LINKED if form in formats)
    lang = str(deck.deck.front_matter.values.get("lang") or "")
    return IndexEntry(deck.name, rendering.title or deck.name, len(deck.woven.slides),
                      picture_uri(rendering.picture), files, lang)


def _write_index(fresh: Sequence[IndexEntry], out: Path, store: Store) -> tuple[Used, ...]:
    """The page of all decks that stand in the output folder, these and those rendered before -> its files."""
    entries = kept_entries(out) | {entry.name: entry for entry in fresh}
    shown = [entry for name, entry in sorted(entries.items()) if (out / f"{name}.html").is_file()]
    path, page = out / page_name(entries), index_page(shown, font_css=fonts_for(page_words(shown), store).css)
    if not path.is_file() or path.read_text(encoding="utf-8") != page:
        write_text(path, page)
    return ("file", path, digest(page)), keep_entries(shown, out)
