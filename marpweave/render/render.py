"""Woven decks -> files in the output folder; every slide is measured."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

from marpweave.cache.environment import own_digest
from marpweave.cache.store import Store
from marpweave.check.verdicts import CellCheck
from marpweave.files import move, write_text
from marpweave.inputs.digests import digest, file_digest
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome
from marpweave.render.browser import Fault, measuring
from marpweave.render.fonts import Fonts, alphabet, subset_faces
from marpweave.render.index import Entry, index_page, items_of, picture_uri
from marpweave.render.marp import Presentation, rendering, workshop
from marpweave.render.programs import HOME, find_tools, identity
from marpweave.weave.embed import embed
from marpweave.weave.figures import figure_folder, folder_from_deck
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
    written: tuple[Path, ...] = ()
    """What stands in the output folder."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a deck in Marp and the browser."""

    slides: int | None
    """None: it could not be measured."""
    faults: tuple[Fault, ...]
    complaints: Mapping[str, str] = field(default_factory=dict)
    """By format, why there is no file."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Path -> digest of what was written."""
    picture: str = ""
    """The first slide as data URI, of a deck that was rendered now."""

    def packed(self) -> dict[str, Any]:
        """As JSON values."""
        faults = [[fault.slide, fault.kind, fault.message] for fault in self.faults]
        return {"slides": self.slides, "faults": faults, "files": dict(self.files)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a build reads and writes."""

    root: Path
    out: Path


def prepare(ran: tuple[Deck, Sequence[CellCheck], Sequence[Outcome]], root: Path, store: Store) -> Sheet:
    """Weave a deck that ran, embed its pictures and the fonts for its characters."""
    deck, checks, inlines = ran
    woven = weave_deck(deck, checks, inlines, folder_from_deck(deck, root))
    images, findings = embed(deck, woven.figures, figure_folder(deck, root))
    fonts = _fonts(woven.text, store)
    if fonts.missing:
        findings.append(Finding(Kind.MISSING_GLYPH, _place_of(fonts.missing[0], deck), "the slides' fonts lack "
                                + " ".join(fonts.missing)))
    return Sheet(deck, woven, Presentation(deck.name, woven.text, images, fonts.css), tuple(findings))


def write(sheets: Sequence[Sheet], formats: Sequence[str], place: Place, store: Store) -> list[Sheet]:
    """Render and measure what has changed, and put every file in its place -> sheets with more findings."""
    if "md" in formats:
        sheets = [replace(sheet, written=(_write_markdown(sheet, place.out),)) for sheet in sheets]
    wanted = [form for form in formats if form != "md"]
    if not wanted:
        return list(sheets)
    themes = theme_files(place.root)
    keys = {sheet.deck.name: _key(sheet, wanted, themes, place.out) for sheet in sheets}
    index = place.out / "index.html"
    lost = "html" in wanted and not index.is_file()
    known = {name: None if lost else _known(store.record("rendered", key)) for name, key in keys.items()}
    todo = [sheet for sheet in sheets if known[sheet.deck.name] is None]
    known |= _rendered(todo, wanted, themes, place) if todo else {}
    if "html" in wanted:
        _write_index(todo, wanted, known, index, store)
    done = []
    for sheet in sheets:
        seen = known[sheet.deck.name]
        assert seen is not None
        if sheet in todo and not seen.complaints:
            store.put_record("rendered", keys[sheet.deck.name], seen.packed())
        done.append(replace(sheet, findings=(*sheet.findings, *_told(sheet, seen)),
                            written=(*sheet.written, *map(Path, seen.files), *[index] * ("html" in wanted))))
    return done


def theme_files(root: Path) -> list[Path]:
    """The project's themes, or ours where it has none."""
    return sorted((root / "slides/theme").glob("*.css")) or sorted((HOME / "slides/theme").glob("*.css"))


def _key(sheet: Sheet, formats: Sequence[str], themes: Sequence[Path], out: Path) -> str:
    """Of all that shapes the files of a deck."""
    shown = sheet.presentation
    pictures = [[source, *astuple(picture)] for source, picture in shown.images.items()]
    return digest(json.dumps([
        own_digest(), *identity(), *[theme.read_text(encoding="utf-8") for theme in themes], list(formats),
        str(out.resolve()), shown.name, shown.markdown, shown.css, pictures]))


def _known(packed: Mapping[str, Any] | None) -> Seen | None:
    """What is known of an earlier rendering whose files still stand."""
    if packed is None or any(file_digest(path) != was for path, was in packed["files"].items()):
        return None
    faults = tuple(Fault(slide, Kind(kind), message) for slide, kind, message in packed["faults"])
    return Seen(packed["slides"], faults, files=packed["files"])


def _rendered(sheets: Sequence[Sheet], formats: Sequence[str], themes: Sequence[Path], place: Place) -> dict[str, Seen]:
    tools = find_tools()
    with workshop([sheet.presentation for sheet in sheets]) as folder, measuring(folder, tools) as measure, \
            rendering(folder, ["bare", *formats], themes, tools) as calls:
        bare = calls["bare"].result()
        measured = measure({name: files[0] for name, files in bare.files.items()})
        rendered = {form: call.result() for form, call in calls.items()}
        written: dict[str, list[Path]] = {sheet.deck.name: [] for sheet in sheets}
        for form in formats:
            for name, made in rendered[form].files.items():
                written[name] += [_placed(file, name, form, place.out) for file in made]
        pictures = {name: picture_uri(found.picture) for name, found in measured.items()}
    seen = {}
    for name, files in written.items():
        complaints = {form: result.complaints[name] for form, result in rendered.items() if name in result.complaints}
        found = measured.get(name)
        seen[name] = Seen(found.slides if found else None, found.faults if found else (), complaints,
                          {str(file.resolve()): file_digest(str(file)) for file in files}, pictures.get(name, ""))
    return seen


def _fonts(text: str, store: Store) -> Fonts:
    """The faces for a text; the same characters had the same faces before."""
    key = digest(json.dumps([alphabet(text), *identity()]))
    kept = store.record("fonts", key)
    if kept is None:
        fonts = subset_faces(text, modules=HOME / "node_modules", store=HOME / ".marpweave" / "fonts")
        store.put_record("fonts", key, [fonts.css, fonts.missing])
        return fonts
    return Fonts(kept[0], tuple(kept[1]))


def _write_markdown(sheet: Sheet, out: Path) -> Path:
    path = out / f"{sheet.deck.name}.md"
    write_text(path, sheet.woven.text)
    return path


def _placed(file: Path, name: str, form: str, out: Path) -> Path:
    """``NAME.pdf``, or ``NAME/001.png`` for the pictures of all slides."""
    number = re.fullmatch(re.escape(name) + r"\.(\d+)\.png", file.name) if form == "png" else None
    target = out / name / f"{number[1]}.png" if number else out / file.name
    move(file, target)
    return target


def _write_index(
    sheets: Sequence[Sheet], formats: Sequence[str], seen: Mapping[str, Seen | None], path: Path, store: Store,
) -> None:
    """The page of all decks that stand in the output folder: these, and those that were rendered before."""
    entries = []
    for sheet in sheets:
        name, found = sheet.deck.name, seen[sheet.deck.name]
        files = tuple(f"{name}.{form}" for form in LINKED if form in formats)
        picture = found.picture if found else ""
        entries.append(Entry(name, title_of(sheet.deck), len(sheet.woven.slides), picture, files))
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    others = {name: item for name, item in items_of(old).items() if (path.parent / f"{name}.html").is_file()}
    title = "スライド"
    kept = (re.sub(r"<[^>]*>", "", item) for item in others.values())
    words = "".join([title, "枚", *(entry.title for entry in entries), *kept])
    fonts = _fonts(words, store)
    new = index_page(entries, title=title, font_css=fonts.css, others=others)
    if new != old:
        write_text(path, new)


def title_of(deck: Deck) -> str:
    """The front matter's title, the first heading, or the file's name."""
    title = deck.front_matter.values.get("title")
    if isinstance(title, str) and title.strip():
        return title.strip()
    text = "".join(block.text for slide in deck.slides[:1] for block in slide.blocks)
    heading = re.search(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL), re.M)
    return re.sub(r"[*_`$]", "", heading[1]) if heading else deck.name


# -- findings of the rendering ---------------------------------------------------------


def _told(sheet: Sheet, seen: Seen) -> Iterator[Finding]:
    deck = sheet.deck
    for form, complaint in seen.complaints.items():
        yield Finding(Kind.RENDER, Location(deck.path, 1), f"Marp made no {form} of this deck: {complaint}")
    if seen.slides is not None and seen.slides != len(sheet.woven.slides):
        yield Finding(Kind.RENDER, Location(deck.path, 1),
                      f"Marp makes {seen.slides} slides of this deck, where {len(sheet.woven.slides)} were counted")
    ours = deck.front_matter.values.get("theme") == "lecture"
    for fault in seen.faults:
        source = sheet.woven.slides[min(fault.slide, len(sheet.woven.slides)) - 1]
        remedy = REMEDY[ours] if fault.kind is Kind.OVERFLOW else ""
        yield Finding(fault.kind, deck.slides[source - 1].first_line, fault.message + remedy, source)


def _place_of(character: str, deck: Deck) -> Location:
    """Where a character first stands in a deck."""
    for slide in deck.slides:
        for block in slide.blocks:
            if character in block.text:
                line = block.location.line + block.text[:block.text.index(character)].count("\n")
                return Location(deck.path, line)
    return Location(deck.path, 1)
