"""Parses the text of a deck as Marp does; ``unparse(parse_deck(text)) == text``. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markdown_it.token import Token

from marpweave.errors import DeckError
from marpweave.model.deck import Cell, Deck, FrontMatter, Image, Inline, OutputFence, Prose, Slide, ThemeName
from marpweave.model.diagram import Diagram
from marpweave.model.finding import Finding, Kind
from marpweave.model.given import Given
from marpweave.model.location import Location
from marpweave.model.origins import Origins
from marpweave.read.images import find_images, find_inlines, find_refused
from marpweave.read.includes import BYTE_ORDER_MARK, Included
from marpweave.read.literals import find_literals
from marpweave.read.notations import read_script
from marpweave.read.options.bibliography import read_bibliography
from marpweave.read.options.diagrams import find_diagrams
from marpweave.read.options.fences import CELLS, SESSION_WORDS, fences_below, for_marp, is_marimo, language_of
from marpweave.read.options.mistyped import mistyped, unknown_values
from marpweave.read.options.options import DeckOptions, label_faults, read_cell_options, read_deck_options
from marpweave.read.regions import regions_of
from marpweave.read.tokens import directives, front_matter_token, marp_tokens, slide_starts, values_of
from marpweave.read.yaml import Entry, Fault
from marpweave.text import split_lines

NOTHING = Given()
ALONE = Included("")
DECK_KEYS = frozenset({"marp", "execute"})
DECK_LINE = re.compile(r"^\s*[\"']?(?:marp|execute)[\"']?\s*:", re.MULTILINE)
"""Recognises a deck whose front matter is not valid YAML."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What all parts of a deck have in common while it is parsed."""

    path: Path
    lines: Sequence[str]
    starts: Sequence[int]
    """0-based first line of each slide."""
    options: DeckOptions
    origins: Origins

    def location(self, line: int) -> Location:
        """The location of a 0-based line; lines beyond the end count as the last one."""
        return Location(self.path, min(line, max(len(self.lines) - 1, 0)) + 1)

    def slide(self, line: int) -> int:
        """Number of the slide that contains a 0-based line."""
        return max(bisect_right(self.starts, line), 1)

    def text(self, first: int, end: int) -> str:
        return "".join(self.lines[first:end])

    def findings(self, kind: Kind, faults: Sequence[Fault], first: int = 0) -> list[Finding]:
        return [Finding(kind, self.location(first + fault.line), fault.message, self.slide(first + fault.line))
                for fault in faults]


def parse_deck(text: str, path: Path, given: Given = NOTHING, included: Included = ALONE) -> Deck:
    """Parse a deck; its own settings override ``given``; ``included`` holds the files that it includes.

    Faults become findings of the deck, and faulty settings are ignored. Raises DeckError if Marp would lose slides.
    """
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    lines = split_lines(text.removeprefix(mark))
    tokens = marp_tokens("".join(lines))
    front = tokens[0] if tokens and tokens[0].type == "front_matter" else None
    height = front.map[1] if front and front.map else 0
    entries, faults = _front_matter(front)
    options = _over(given, read_deck_options(next((entry for entry in entries if entry.key == "execute"), None)))
    skipped = front.meta["skipped"] if front else 0
    outside = given.bibliography if options.adopted else replace(given.bibliography, files=())
    bibliography, bibliography_faults = read_bibliography(entries, path, outside, skipped)
    page = _Page(path, lines, (height, *slide_starts(tokens)), options, included.origins)
    cells, option_findings = _cells(tokens, page)
    diagrams, diagram_findings = _diagrams(tokens, page)
    unclosed = page.findings(Kind.MARKDOWN, _unclosed(front))
    if unclosed:
        raise DeckError(unclosed)
    findings = [*page.findings(Kind.OPTION, (*options.faults, *bibliography_faults), skipped),
                *option_findings, *diagram_findings, *page.findings(Kind.MARKDOWN, faults),
                *page.findings(Kind.WARNING, [
                    *mistyped(entries, skipped), *unknown_values(tokens),
                    *find_literals(tokens, page.text, adopted=options.adopted, cites=bool(bibliography.files)),
                    *included.dropped])]
    return Deck(
        path, FrontMatter(mark + page.text(0, height), {entry.key: entry.value for entry in entries}),
        tuple(_slides(cells, page)),
        images=_images(tokens, page), diagrams=tuple(diagrams),
        inlines=tuple(Inline(source, page.location(line), page.slide(line)) for source, line in find_inlines(tokens)),
        themes=_names("theme", tokens, page), sizes=_names("size", tokens, page),
        refused=tuple(page.findings(Kind.MARKDOWN, list(find_refused(tokens)))),
        adopted=options.adopted, prelude=options.prelude, env=options.env,
        sandbox=options.sandbox, kernel=options.kernel, lang=_language(given, tokens, page),
        kernel_line=0 if options.kernel_line is None else skipped + options.kernel_line + 1,
        bibliography=bibliography, text=text, origins=included.origins, called=given.name,
        findings=tuple(sorted(findings, key=lambda finding: finding.location.line)))


def _over(given: Given, options: DeckOptions) -> DeckOptions:
    """The deck's own options over the given ones; the given prelude runs first."""
    sandbox = given.sandbox or options.sandbox
    return replace(
        options, prelude="\n".join(filter(None, [given.prelude, options.prelude])), sandbox=sandbox,
        env=tuple(dict.fromkeys((*(() if sandbox else given.env), *options.env))),
        kernel=options.kernel if options.kernel_line is not None else given.kernel,
        defaults={**given.options, **options.defaults})


def _names(directive: str, tokens: Sequence[Token], page: _Page) -> tuple[ThemeName, ...]:
    """The values of a directive that names something, with their locations."""
    return tuple(ThemeName(name, page.location(line)) for name, line in values_of(directive, tokens)
                 if isinstance(name, str) and name)


def _language(given: Given, tokens: Sequence[Token], page: _Page) -> str:
    languages = [given.lang or "en", *(each.name for each in _names("lang", tokens, page))]
    return languages[-1].partition("-")[0].lower()


def _images(tokens: Sequence[Token], page: _Page) -> tuple[Image, ...]:
    return tuple(Image(use.source, use.alt, page.location(use.line), page.slide(use.line))
                 for use in find_images(tokens))


def unparse(deck: Deck) -> str:
    """The text a deck was read from."""
    return deck.front_matter.text + "".join(block.text for slide in deck.slides for block in slide.blocks)


def plain_text(deck: Deck) -> str:
    """The text of a deck without byte order mark, to which offsets refer."""
    return unparse(deck).removeprefix(BYTE_ORDER_MARK)


def is_adopted(text: str) -> bool:
    """Whether the front matter of a deck has ``execute:``."""
    front = front_matter_token(text.removeprefix(BYTE_ORDER_MARK))
    entries, _ = _front_matter(front)
    return read_deck_options(next((entry for entry in entries if entry.key == "execute"), None)).adopted


def says_it_is_a_deck(text: str) -> bool:
    """Whether the front matter of a Markdown file has ``marp:`` or ``execute:``, even if it is not valid YAML."""
    front = front_matter_token(text)
    if front is None:
        return False
    entries, faults = _front_matter(front)
    return bool(DECK_LINE.search(front.content)) if faults else not DECK_KEYS.isdisjoint(e.key for e in entries)


def _unclosed(token: Token | None) -> list[Fault]:
    if token is None or token.meta["closed"]:
        return []
    message = "the front matter that opens here is never closed: Marp drops the slides in it; end it with `---`"
    return [Fault(0, message)]


def _front_matter(token: Token | None) -> tuple[tuple[Entry, ...], list[Fault]]:
    """The entries of a front matter that Marp accepts, and its faults with lines of the file."""
    if token is None:
        return (), []
    skipped = token.meta["skipped"]
    reading = directives(token)
    if reading.faults:
        return (), [Fault(fault.line + skipped, f"front matter: {fault.message}; Marp ignores all of it")
                    for fault in reading.faults]
    if reading.entries is None or (not reading.entries and _looks_like_a_slide(token.content)):
        message = "the lines between the first two `---` hold no `key: value`: Marp reads them as front matter and " \
                  "drops them; begin the deck with the slide itself, or with an empty front matter"
        return (), [Fault(skipped, message)]
    return reading.entries, []


def _looks_like_a_slide(comments: str) -> bool:
    """Whether YAML comments look like Markdown: ``# Title`` does, a disabled ``# theme: gaia`` does not."""
    return any(line.strip() and ":" not in line for line in comments.split("\n"))


# -- cells -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _CellLines:
    """A cell and its range of 0-based lines."""

    cell: Cell
    lines: range


def _cells(tokens: Sequence[Token], page: _Page) -> tuple[list[_CellLines], list[Finding]]:
    """The cells, and findings about their options."""
    cells: list[_CellLines] = []
    findings: list[Finding] = []
    for at, token in enumerate(tokens):
        language = language_of(for_marp(token.info))
        if token.type != "fence" or not token.map or language not in CELLS or is_marimo(token.info):
            continue
        first, end = token.map
        fence, plain, labelled = fences_below(token, tokens[at + 1:at + 5], page.text)
        if fence and fence.map:
            end = fence.map[1]
        cell_options = read_cell_options(token.info, token.content, page.options)
        regions, region_faults = regions_of(token.content, cell_options.lines)
        findings += [*page.findings(Kind.OPTION, cell_options.faults, first),
                     *page.findings(Kind.VARIANT, region_faults, first)]
        output = fence or plain
        script = read_script(token.content, pycon=language in SESSION_WORDS, option_lines=cell_options.lines,
                             output=output.content if output else None, marked=bool(fence or labelled))
        cells.append(_CellLines(Cell(
            text=page.text(first, end), source=token.content, info=token.info.strip(), options=cell_options.options,
            location=page.location(first), number=len(cells) + 1, slide=page.slide(first), script=script,
            prefix=_prefix(token, page), option_lines=cell_options.lines,
            output_fence=_output_fence(fence, page) if fence else None,
            plain_fence=_output_fence(plain, page) if plain else None, regions=regions,
            hidden=frozenset(row for region in regions for row in (region.first, region.last) if not region_faults)),
            range(first, end)))
    unique, clashes = _with_unique_labels(cells, page.origins)
    return unique, findings + clashes


def _with_unique_labels(cells: Sequence[_CellLines], origins: Origins) -> tuple[list[_CellLines], list[Finding]]:
    """The cells, without labels that clash, and findings about those."""
    unique, findings = list(cells), []
    while faults := dict(label_faults([placed.cell for placed in unique], origins.number)):
        findings += [Finding(Kind.OPTION, cell.location, message, cell.slide) for cell, message in faults.items()]
        unique = [replace(placed, cell=placed.cell.without_label()) if placed.cell in faults else placed
                  for placed in unique]
    return unique, findings


def _output_fence(token: Token, page: _Page) -> OutputFence:
    line = token.map[0] if token.map else 0
    return OutputFence(token.content, token.info.strip(), page.location(line), _prefix(token, page))


def _prefix(token: Token, page: _Page) -> str:
    """The prefix of a fence's content lines, taken from the first line that is not blank."""
    line = token.map[0] if token.map else 0
    for number, content in enumerate(token.content.split("\n"), start=line + 1):
        if content.strip() and number < len(page.lines):
            raw = page.lines[number].rstrip("\r\n").replace("\0", "\ufffd")
            if raw.endswith(content):
                return raw.removesuffix(content)
            break
    opening = page.lines[line].partition(token.markup)[0]
    return re.sub(r"[^>\s]", " ", opening)


# -- diagrams ----------------------------------------------------------------------


def _diagrams(tokens: Sequence[Token], page: _Page) -> tuple[list[Diagram], list[Finding]]:
    """The diagrams of an adopted deck, and findings about their options."""
    diagrams: list[Diagram] = []
    findings: list[Finding] = []
    for fence in find_diagrams(tokens) if page.options.adopted else ():
        first, end = fence.token.map or (0, 0)
        findings += page.findings(Kind.OPTION, fence.faults, first)
        diagrams.append(Diagram(
            page.text(first, end), fence.language, fence.token.content, page.location(first), page.slide(first),
            len(diagrams) + 1, fence.values.get("label") or "", fence.alt,
            fence.values.get("fig-cap") or "", fence.width, _prefix(fence.token, page), fence.height, fence.echo))
    return diagrams, findings


# -- slides ------------------------------------------------------------------------


def _slides(cells: Sequence[_CellLines], page: _Page) -> Iterator[Slide]:
    ends = (*page.starts[1:], len(page.lines))
    for number, (first, end) in enumerate(zip(page.starts, ends, strict=True), start=1):
        inside = [placed for placed in cells if first <= placed.lines.start < end]
        yield Slide(number, tuple(_blocks(inside, range(first, end), page)), page.location(first))


def _blocks(cells: Sequence[_CellLines], slide: range, page: _Page) -> Iterator[Prose | Cell]:
    at = slide.start
    for placed in cells:
        if at < placed.lines.start:
            yield Prose(page.text(at, placed.lines.start), page.location(at))
        yield placed.cell
        at = placed.lines.stop
    if at < slide.stop:
        yield Prose(page.text(at, slide.stop), page.location(at))
