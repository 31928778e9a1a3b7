"""Woven decks -> files in the output folder; every slide is measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from marpweave.browser import Measured, measure
from marpweave.check import CellCheck
from marpweave.figures import figure_folder, folder_from_deck
from marpweave.files import move, write_text
from marpweave.fonts import subset_faces
from marpweave.index import Entry, index_page, items_of, picture_uri
from marpweave.marp import Presentation, Rendered, render, workshop
from marpweave.model import Deck, Finding, Kind, Location, Outcome
from marpweave.pictures import embed
from marpweave.tools import HOME, find_tools
from marpweave.weave import WovenDeck, weave_deck

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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a build reads and writes."""

    root: Path
    out: Path


def prepare(deck: Deck, checks: Sequence[CellCheck], inlines: Sequence[Outcome], root: Path) -> Sheet:
    """Weave a deck, embed its pictures and the fonts for its characters."""
    woven = weave_deck(deck, checks, inlines, folder_from_deck(deck, root))
    images, findings = embed(deck, woven.figures, figure_folder(deck, root))
    fonts = subset_faces(woven.text, modules=HOME / "node_modules", store=HOME / ".marpweave" / "fonts")
    if fonts.missing:
        findings.append(Finding(Kind.MISSING_GLYPH, _place_of(fonts.missing[0], deck), "the slides' fonts lack "
                                + " ".join(fonts.missing)))
    return Sheet(deck, woven, Presentation(deck.name, woven.text, images, fonts.css), tuple(findings))


def write(sheets: Sequence[Sheet], formats: Sequence[str], place: Place) -> tuple[list[Sheet], list[Path]]:
    """Render, measure and put every file in its place -> sheets with more findings, files written."""
    written = [_write_markdown(sheet, place.out) for sheet in sheets] if "md" in formats else []
    wanted = [form for form in formats if form != "md"]
    if not wanted or not sheets:
        return list(sheets), written
    tools = find_tools()
    themes = sorted((place.root / "slides/theme").glob("*.css")) or sorted((HOME / "slides/theme").glob("*.css"))
    with workshop([sheet.presentation for sheet in sheets]) as folder:
        rendered = render(folder, ["bare", *wanted], themes, tools)
        pages = {name: files[0] for name, files in rendered["bare"].files.items()}
        measured = measure(pages, folder, tools)
        done = [replace(sheet, findings=(*sheet.findings, *_seen(sheet, rendered, measured))) for sheet in sheets]
        for form in wanted:
            for name, files in rendered[form].files.items():
                written += [_placed(file, name, form, place.out) for file in files]
        if "html" in wanted:
            written.append(_write_index(done, wanted, measured, place.out))
    return done, written


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


def _write_index(sheets: Sequence[Sheet], formats: Sequence[str], measured: Mapping[str, Measured], out: Path) -> Path:
    """The page of all decks that stand in ``out``."""
    entries = []
    for sheet in sheets:
        name = sheet.deck.name
        seen = measured.get(name)
        files = tuple(f"{name}.{form}" for form in LINKED if form in formats)
        entries.append(Entry(name, title_of(sheet.deck), len(sheet.woven.slides),
                             picture_uri(seen.picture if seen else None), files))
    path = out / "index.html"
    others = {name: item for name, item in items_of(path.read_text(encoding="utf-8") if path.is_file() else "").items()
              if (out / f"{name}.html").is_file()}
    title = "スライド"
    kept = (re.sub(r"<[^>]*>", "", item) for item in others.values())
    words = "".join([title, "枚", *(entry.title for entry in entries), *kept])
    fonts = subset_faces(words, modules=HOME / "node_modules",
                         store=HOME / ".marpweave" / "fonts")
    write_text(path, index_page(entries, title=title, font_css=fonts.css, others=others))
    return path


def title_of(deck: Deck) -> str:
    """The front matter's title, the first heading, or the file's name."""
    title = deck.front_matter.values.get("title")
    if isinstance(title, str) and title.strip():
        return title.strip()
    text = "".join(block.text for slide in deck.slides[:1] for block in slide.blocks)
    heading = re.search(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL), re.M)
    return re.sub(r"[*_`$]", "", heading[1]) if heading else deck.name


# -- findings of the rendering ---------------------------------------------------------


def _seen(sheet: Sheet, rendered: Mapping[str, Rendered], measured: Mapping[str, Measured]) -> Iterator[Finding]:
    deck, name = sheet.deck, sheet.deck.name
    for form, result in rendered.items():
        if name in result.complaints:
            said = f"Marp made no {form} of this deck: {result.complaints[name]}"
            yield Finding(Kind.RENDER, Location(deck.path, 1), said)
    seen = measured.get(name)
    if seen is None:
        return
    if seen.slides != len(sheet.woven.slides):
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
