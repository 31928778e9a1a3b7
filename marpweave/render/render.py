"""Woven decks -> files in the output folder; every slide is measured."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from marpweave.cache.environment import own_digest
from marpweave.cache.records import Count, Digest, Record
from marpweave.cache.store import Store
from marpweave.check.verdicts import CellCheck
from marpweave.files import move, write_text
from marpweave.inputs.digests import digest, file_digest
from marpweave.inputs.used import Files, Used
from marpweave.model.deck import Cell, Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome
from marpweave.render.browser import Fault, measuring
from marpweave.render.emoji import without_picture
from marpweave.render.fonts import Fonts, alphabet, subset_faces
from marpweave.render.index import Entry, index_page, keep_entries, kept_entries, page_name, picture_uri
from marpweave.render.marp import SUFFIXES, Presentation, rendering, workshop
from marpweave.render.programs import HOME, find_tools, identity
from marpweave.render.themes import Theme, theme_findings, themes_of
from marpweave.weave.embed import embed
from marpweave.weave.figures import figure_folder, folder_from_deck, home_of
from marpweave.weave.weave import WovenDeck, weave_deck

LINKED = ("html", "pdf", "pptx")
"""Formats that the index page links."""
REMEDY = {True: "; split the slide, or give it `<!-- _class: dense -->`", False: "; split or shorten the slide"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A deck on its way to Marp, and what was found on the way."""

    deck: Deck
    woven: WovenDeck
    presentation: Presentation
    findings: tuple[Finding, ...]
    used: tuple[Used, ...] = ()
    """The pictures and themes that it was made of, and what stands in the output folder."""

    def source_slide(self, number: int) -> int:
        """The number of the slide in the source that a rendered one comes from."""
        return self.woven.slides[min(number, len(self.woven.slides)) - 1]


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a deck in Marp and the browser."""

    slides: int | None
    """None: it could not be measured."""
    faults: tuple[Fault, ...]
    complaints: Mapping[str, str] = field(default_factory=dict)
    """By format, why there is no file."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Path in the output folder -> digest of what was written."""
    title: str = ""
    picture: str = ""
    """The first slide as data URI, like the title of a deck that was rendered now."""


class Rendered(Record, frozen=True):
    """What became of a deck that was rendered without complaint."""

    slides: Count | None
    faults: tuple[Fault, ...]
    files: dict[Annotated[str, Meta(pattern=r"\A(?!\.\.?/)[^/\\\0]+(/\d+\.png)?\Z")], Digest]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a build reads and writes."""

    root: Path
    out: Path
    allow: tuple[Path, ...] = ()
    """Where pictures outside of the project may stand."""


def prepare(ran: tuple[Deck, Sequence[CellCheck], Sequence[Outcome]], place: Place, store: Store) -> Sheet:
    """Weave a deck that ran, embed its pictures and the fonts for its characters."""
    deck, checks, inlines = ran
    woven = weave_deck(deck, checks, inlines, folder_from_deck(deck, place.root))
    files, within = Files(), (home_of(deck, place.root), *place.allow)
    images, findings = embed(deck, woven.figures, figure_folder(deck, place.root), files, within)
    fonts = _fonts(woven.text, store)
    missing = without_picture(fonts.missing, HOME / "node_modules")
    if missing:
        findings.append(Finding(Kind.MISSING_GLYPH, _place_of(missing[0], deck), "the slides' fonts lack "
                                + " ".join(missing)))
    return Sheet(deck, woven, Presentation(deck.name, woven.text, images, fonts.css), tuple(findings),
                 tuple(files.used()))


def write(sheets: Sequence[Sheet], formats: Sequence[str], place: Place, store: Store) -> list[Sheet]:
    """Render and measure what has changed, and put every file in its place -> sheets with more findings."""
    if "md" in formats:
        sheets = [replace(sheet, used=(*sheet.used, _write_markdown(sheet, place.out))) for sheet in sheets]
    wanted = [form for form in formats if form != "md"]
    if not wanted:
        return list(sheets)
    files = Files()
    themes = themes_of(place.root, files, place.allow)
    keys = {sheet.deck.name: _key(sheet, wanted, themes, place.out) for sheet in sheets}
    listed = kept_entries(place.out) if "html" in wanted else keys
    known = {name: _known(store.record("rendered", key, Rendered), name, wanted, place.out) if name in listed else None
             for name, key in keys.items()}
    todo = [sheet for sheet in sheets if known[sheet.deck.name] is None]
    known |= _rendered(todo, wanted, themes, place) if todo else {}
    pages = _write_index(todo, wanted, known, place.out, store) if "html" in wanted else ()
    done = []
    for sheet in sheets:
        seen = known[sheet.deck.name]
        assert seen is not None
        if sheet in todo and not seen.complaints:
            store.put_record("rendered", keys[sheet.deck.name], Rendered(seen.slides, seen.faults, dict(seen.files)))
        written = (("file", place.out / path, was) for path, was in seen.files.items())
        found = (*sheet.findings, *theme_findings(sheet.deck, themes), *_told(sheet, seen))
        done.append(replace(sheet, findings=found, used=(*sheet.used, *files.used(), *written, *pages)))
    return done


def _key(sheet: Sheet, formats: Sequence[str], themes: Sequence[Theme], out: Path) -> str:
    """Of all that shapes the files of a deck."""
    shown = sheet.presentation
    pictures = [[source, *astuple(picture)] for source, picture in shown.images.items()]
    return digest(json.dumps([
        own_digest(), *identity(), *[theme.css for theme in themes], list(formats),
        str(out.resolve()), shown.name, shown.markdown, shown.css, pictures]))


def _known(kept: Rendered | None, name: str, formats: Sequence[str], out: Path) -> Seen | None:
    """What is known of an earlier rendering whose files still stand."""
    wanted = {name + SUFFIXES[form] for form in formats if form not in ("png", "notes")}
    if kept is None or wanted - kept.files.keys() or any(
            file_digest(str(out / path)) != was for path, was in kept.files.items()):
        return None
    return Seen(kept.slides, kept.faults, files=kept.files)


def _rendered(
    sheets: Sequence[Sheet], formats: Sequence[str], themes: Sequence[Theme], place: Place,
) -> dict[str, Seen]:
    tools = find_tools()
    styles = [theme.css for theme in themes]
    with workshop([sheet.presentation for sheet in sheets], styles) as folder, measuring(folder, tools) as measure, \
            rendering(folder, ["bare", *formats], tools) as calls:
        bare = calls["bare"].result()
        measured = measure({name: files[0] for name, files in bare.files.items()})
        rendered = {form: call.result() for form, call in calls.items()}
        written: dict[str, dict[str, str]] = {sheet.deck.name: {} for sheet in sheets}
        for form in formats:
            for name, made in rendered[form].files.items():
                written[name] |= dict(_placed(file, name, form, place.out) for file in made)
        pictures = {name: picture_uri(found.picture) for name, found in measured.items()}
    seen = {}
    for name, files in written.items():
        complaints = {form: result.complaints[name] for form, result in rendered.items() if name in result.complaints}
        found = measured.get(name)
        faults = [*(found.faults if found else ()), *(
            Fault(1, Kind.WARNING, "", f"the PDF has no outline: Marp says {result.without_outline[name]}")
            for result in rendered.values() if name in result.without_outline)]
        seen[name] = Seen(found.slides if found else None, tuple(faults), complaints,
                          files, found.title if found else "", pictures.get(name, ""))
    return seen


def _fonts(text: str, store: Store) -> Fonts:
    """The faces for a text; the same characters had the same faces before."""
    key = digest(json.dumps([alphabet(text), *identity()]))
    fonts = store.record("fonts", key, Fonts)
    if fonts is None:
        fonts = subset_faces(text, modules=HOME / "node_modules", store=HOME / ".marpweave" / "fonts")
        store.put_record("fonts", key, fonts)
    return fonts


def _write_markdown(sheet: Sheet, out: Path) -> Used:
    path = out / f"{sheet.deck.name}.md"
    write_text(path, sheet.woven.text)
    return "file", path, digest(sheet.woven.text)


def _placed(file: Path, name: str, form: str, out: Path) -> tuple[str, str]:
    """Put ``NAME.pdf`` in its place, or ``NAME/001.png`` for the pictures of all slides -> place and digest."""
    number = re.fullmatch(re.escape(name) + r"\.(\d+)\.png", file.name) if form == "png" else None
    target, was = f"{name}/{number[1]}.png" if number else file.name, file_digest(str(file))
    move(file, out / target)
    return target, was


def _write_index(
    sheets: Sequence[Sheet], formats: Sequence[str], seen: Mapping[str, Seen | None], out: Path, store: Store,
) -> tuple[Used, ...]:
    """The page of all decks that stand in the output folder, these and those that were rendered before -> its files."""
    entries = kept_entries(out)
    for sheet in sheets:
        name, found = sheet.deck.name, seen[sheet.deck.name]
        files = tuple(f"{name}.{form}" for form in LINKED if form in formats)
        title, picture = (found.title, found.picture) if found else ("", "")
        entries[name] = Entry(name, title or name, len(sheet.woven.slides), picture, files)
    shown = [entry for name, entry in sorted(entries.items()) if (out / f"{name}.html").is_file()]
    title = "スライド"
    fonts = _fonts("".join([title, "枚", *(entry.title for entry in shown)]), store)
    path, page = out / page_name(entries), index_page(shown, title=title, font_css=fonts.css)
    if not path.is_file() or path.read_text(encoding="utf-8") != page:
        write_text(path, page)
    return ("file", path, digest(page)), keep_entries(shown, out)


# -- findings of the rendering ---------------------------------------------------------


def _told(sheet: Sheet, seen: Seen) -> Iterator[Finding]:
    deck = sheet.deck
    for form, complaint in seen.complaints.items():
        yield Finding(Kind.RENDER, Location(deck.path, 1), f"Marp made no {form} of this deck: {complaint}")
    if seen.slides is not None and seen.slides != len(sheet.woven.slides):
        yield Finding(Kind.RENDER, Location(deck.path, 1),
                      f"Marp makes {seen.slides} slides of this deck, where {len(sheet.woven.slides)} were counted")
    ours = deck.front_matter.values.get("theme") == "lecture"
    for same in _by_cause(seen.faults):
        fault, numbers = same[0], sorted({sheet.source_slide(fault.slide) for fault in same})
        remedy = REMEDY[ours] if fault.kind is Kind.OVERFLOW else ""
        message = " ".join(filter(None, [_named(fault, sheet), fault.message])) + remedy
        yield Finding(fault.kind, deck.slides[numbers[0] - 1].first_line, message, numbers[0], slides=tuple(numbers))


def _by_cause(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Faults that one rule of a theme or one element of all slides brings about, together.

    Text of one size has one cause, and what is too wide by as many pixels; too much on a slide is its own.
    """
    groups: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        wide = fault.kind is Kind.OVERFLOW and " bottom " not in fault.message
        what = "" if fault.kind is Kind.SMALL_TEXT else fault.element.partition(" “")[0] if wide else fault.element
        groups.setdefault((fault.kind, what, fault.message), []).append(fault)
    return list(groups.values())


def _named(fault: Fault, sheet: Sheet) -> str:
    """The element at fault; a code block goes by the label of its cell, a figure by its name."""
    figure = sheet.woven.figures.get(fault.element.removeprefix("picture "))
    if figure:
        return f"figure {figure.name}"
    blocks = sheet.deck.slides[sheet.source_slide(fault.slide) - 1].blocks
    code = fault.code.strip()
    cell = next((block for block in blocks if isinstance(block, Cell) and code and code in block.source), None)
    return f"code block of cell {cell.label}" if cell else fault.element


def _place_of(character: str, deck: Deck) -> Location:
    """Where a character first stands in a deck."""
    for slide in deck.slides:
        for block in slide.blocks:
            if character in block.text:
                line = block.location.line + block.text[:block.text.index(character)].count("\n")
                return Location(deck.path, line)
    return Location(deck.path, 1)
