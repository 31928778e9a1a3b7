"""Renders decks to files in the output folder, except those whose files are up to date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, astuple, dataclass, replace
from itertools import count, takewhile
from pathlib import Path

from marpweave.cache.environment import own_digest
from marpweave.cache.store import Store
from marpweave.files import move, write_text
from marpweave.inputs.digests import digest, file_digest
from marpweave.inputs.used import BuildInput, Files
from marpweave.model.outcome import Input
from marpweave.render.findings import rendering_findings
from marpweave.render.fonts import Fonts
from marpweave.render.index import (
    IndexEntry,
    get_ready,
    index_page,
    keep_entries,
    kept_entries,
    page_name,
    page_words,
    steady,
)
from marpweave.render.known import measured_anew, with_known
from marpweave.render.markdown import with_pictures
from marpweave.render.node import FORMATS
from marpweave.render.prepare import PreparedDeck, fonts_for
from marpweave.render.programs.tools import identity
from marpweave.render.renderer import Renderer
from marpweave.render.rendering import INDEX, Listed, RenderedDeck, Rendering
from marpweave.render.style import Site

WHOLE = ("html", "pdf", "handout", "notes", "pptx")
"""Formats with exactly one file per deck."""
KIND = "rendered"
HEADING = re.compile(r"^#+[ \t]+(.+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Request:
    """The formats to render, and the output folder."""

    formats: tuple[str, ...]
    out: Path


def render(
    decks: Iterable[PreparedDeck], formats: Sequence[str], site: Site, store: Store, renderer: Renderer,
) -> list[PreparedDeck]:
    """Render changed decks as they arrive, move their files into place, and yield decks with more findings."""
    if "md" in formats:
        decks = (replace(deck, used=(*deck.used, _write_markdown(deck, site.out))) for deck in decks)
    request = Request(tuple(form for form in formats if form in FORMATS), site.out)
    if not request.formats:
        return list(decks)
    listed = kept_entries(site.out) if "html" in formats else None
    begun = [_begun(deck, request, store, renderer, is_listed=listed is None or deck.name in listed) for deck in decks]
    if listed is not None:  # while decks are rendered
        get_ready()
        foreseen = {deck.name: _entry(deck, Rendering(title=_likely_title(deck)), None) for deck, _ in begun}
        _fonts_of_index((listed | foreseen).values(), site, store)
    fresh = {deck.name: measured_anew(deck, each.result(), request.out, store)
             for deck, each in begun if isinstance(each, Future)}
    done = [(deck, _delivered(deck, fresh[deck.name], request) if isinstance(each, Future) else each)
            for deck, each in begun]
    for deck, rendered in done if "png" in formats else ():
        _remove_later(rendered, *_place(deck.name, site.out))
    if listed is not None:
        entries = [_entry(deck, fresh[deck.name], listed.get(deck.name)) if deck.name in fresh else listed[deck.name]
                   for deck, _ in done]
        _write_index([replace(entry, files=_linked(entry, rendered, formats))
                      for entry, (_, rendered) in zip(entries, done, strict=True)], site, store)
    for deck, rendered in done:  # after the index: if the build is killed before, the deck is rendered again
        if deck.name in fresh and not rendered.complaints and rendered.slides is not None:
            store.put_record(KIND, _key(deck, request), rendered)
    return [_with_rendering(deck, rendered, site) for deck, rendered in done]


def _begun(
    deck: PreparedDeck, request: Request, store: Store, renderer: Renderer, *, is_listed: bool,
) -> tuple[PreparedDeck, RenderedDeck | Future[Rendering]]:
    """The cached rendering of a deck, or a future one."""
    if is_listed and (known := _known(deck, request, store)):
        return deck, known
    asked = with_known(deck, request.out, store)
    return asked, renderer.render(asked.presentation, request.formats)


def _key(deck: PreparedDeck, request: Request) -> str:
    """The key of everything that affects the files of a deck."""
    shown = deck.presentation
    pictures = [[source, *astuple(picture)] for source, picture in shown.images.items()]
    frames = [[source, digest(repr(page))] for source, page in shown.frames.items()]
    return digest(json.dumps([
        own_digest(), *identity(), *shown.themes, list(request.formats),
        str(request.out.resolve()), shown.name, shown.markdown, shown.css, pictures, frames,
        asdict(shown.setup), astuple(shown.printing), *shown.pages]))


def _known(deck: PreparedDeck, request: Request, store: Store) -> RenderedDeck | None:
    """The cached rendering, if its files are unchanged."""
    kept = store.record(KIND, _key(deck, request), RenderedDeck)
    return kept if kept and stands(kept, deck.name, request) else None


def stands(rendered: RenderedDeck, name: str, request: Request) -> bool:
    """Whether every file of a rendering exists with its original content."""
    folder, stem = _place(name, request.out)
    wanted = {f"{stem}.{FORMATS[form][0]}" for form in request.formats if form in WHOLE}
    return wanted <= rendered.files.keys() and all(
        file_digest(str(folder / path)) == was for path, was in rendered.files.items())


def _place(name: str, out: Path) -> tuple[Path, str]:
    """The folder and the stem of a deck's files."""
    folder, _, stem = name.rpartition("/")
    return out / folder, stem


def _with_rendering(deck: PreparedDeck, rendered: RenderedDeck, site: Site) -> PreparedDeck:
    folder, _ = _place(deck.name, site.out)
    written = (("file", folder / path, was) for path, was in rendered.files.items())
    return replace(deck, findings=(*deck.findings, *rendering_findings(deck, rendered)),
                   used=(*deck.used, *written), is_whole=deck.is_whole and not rendered.complaints)


def _delivered(deck: PreparedDeck, rendering: Rendering, request: Request) -> RenderedDeck:
    """Move the files of a deck into place."""
    place = _place(deck.name, request.out)
    files = dict(_placed(file, form, *place)
                 for form in request.formats for file in rendering.files.get(form, ()))
    complaints = {form: said for form, said in rendering.complaints.items() if form in request.formats}
    return RenderedDeck(rendering.slides, rendering.faults, files, complaints)


def _remove_later(rendered: RenderedDeck, folder: Path, stem: str) -> None:
    """Remove slide pictures beyond the last slide, from when the deck was longer."""
    written = [name for name in rendered.files if name.startswith(f"{stem}/")]
    later = (folder / stem / f"{number:03}.png" for number in count(len(written) + 1))
    for path in takewhile(Path.is_file, later) if written else ():
        path.unlink()


def _write_markdown(deck: PreparedDeck, out: Path) -> BuildInput:
    path, whole = out / f"{deck.name}.md", deck.deck.full is None
    text = with_pictures(deck.woven.text, deck.presentation.images, deck.deck.name, full=whole)
    write_text(path, text)
    return "file", path, digest(text)


def _placed(file: Path, form: str, folder: Path, stem: str) -> tuple[str, str]:
    """Move ``NAME.pdf`` or ``NAME/001.png`` into place; return path and digest."""
    number = re.fullmatch(re.escape(stem) + r"\.(\d+)\.png", file.name) if form == "png" else None
    target, was = f"{stem}/{number[1]}.png" if number else file.name, file_digest(str(file))
    move(file, folder / target)
    return target, was


def _entry(deck: PreparedDeck, rendering: Rendering, last: IndexEntry | None) -> IndexEntry:
    values, said = deck.deck.front_matter.values, deck.presentation.setup.said
    lang, description = (str(values.get(key) or said.get(key) or "") for key in ("lang", "description"))
    return IndexEntry(deck.name, rendering.title or deck.name, len(deck.woven.slides),
                      steady(rendering.small, last.picture if last else ""), (), lang, description, deck.deck.variant)


def _linked(entry: IndexEntry, rendered: RenderedDeck, formats: Sequence[str]) -> tuple[str, ...]:
    """The files of a deck to link on the index page."""
    stem = entry.name.rpartition("/")[2]
    made = [f"{entry.name}.{FORMATS[form][0]}" for form in WHOLE if f"{stem}.{FORMATS[form][0]}" in rendered.files]
    return (*made, f"{entry.name}.ipynb") if "ipynb" in formats else tuple(made)


def _likely_title(deck: PreparedDeck) -> str:
    """The title of a deck, if it has not changed or is in its first heading: where it is not, only time is lost."""
    known, heading = deck.presentation.known, HEADING.search(deck.woven.text)
    return (known.title if known else "") or (heading[1] if heading else deck.name)


def _fonts_of_index(entries: Iterable[IndexEntry], site: Site, store: Store) -> Fonts:
    return fonts_for(page_words([*entries], site.title), store)


def _write_index(fresh: Sequence[IndexEntry], site: Site, store: Store) -> None:
    """Write the index page of all decks in the output folder, including those rendered before."""
    out = site.out
    entries = kept_entries(out) | {entry.name: entry for entry in fresh if f"{entry.name}.html" in entry.files}
    shown = [entry for name, entry in sorted(entries.items()) if (out / f"{name}.html").is_file()]
    font_css = _fonts_of_index(shown, site, store).css
    path, page = out / page_name(entries), index_page(shown, font_css=font_css, title=site.title)
    if not path.is_file() or path.read_text(encoding="utf-8") != page:
        write_text(path, page)
    written, files = (("file", path, digest(page)), keep_entries(shown, out)), Files()
    for folder in {_place(entry.name, out)[0] for entry in shown} - {out}:
        files.listing(folder)  # so that deleting a deck there updates the page
    rows = tuple(Input(kind, str(at.absolute()), was) for kind, at, was in (*written, *files.used()))
    store.put_record(INDEX, digest(str(out.resolve())), Listed(rows))
