"""Finds solutions that students could still read: in notes, alternative texts, titles, outputs, figures. Pure.

A line of a solution is not secret if the author shows it to students elsewhere, as code or as prose.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from marpweave.check.verdicts import CellCheck
from marpweave.model.deck import Cell, Deck, Prose
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.variant import Variant
from marpweave.read.syntax import parsed
from marpweave.text import split_lines
from marpweave.variants.shown import Shown
from marpweave.variants.slides import layout_of, solutions

MIN_CODE, MIN_PROSE, MIN_VALUE = 6, 10, 3
"""Minimum number of characters, not counting blanks, of a secret in code, prose and outputs."""
MARKUP = re.compile(r"^[\s>]*(?:[-*+]|#+|\d+[.)]|<!--+)?\s*|\s*(?:--+>)?\s*$|[*`]+")
LABEL = re.compile(r"\s*(?:\{#[^}]*\}|<!--\s*#[\w-]+\s*-->)\s*$")
UNSEEN = re.compile(r"<!--.*?-->|(?<=!\[)[^\]]*(?=\])|\balt\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.DOTALL)
"""Notes and alternative texts, which students get but which do not show when an author looks at a slide."""
NUMBERS = re.compile(r"[\W\d_]+")
"""Purely numerical output of students' own code is never secret."""
STYLE = re.compile(r"<style\b.*?</style>|<[?!](?!--)[^>]*>", re.DOTALL)
TAG = re.compile(r"</?[a-zA-Z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
SAID = re.compile(r"\b(?:alt|title|aria-label)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
ESCAPE = re.compile(r"\\(?=[^\w\s])")


def leaks(shown: Shown, checks: Sequence[CellCheck], woven: str) -> Iterator[Finding]:
    """Every secret in a student deck, at its location; ``checks`` are those of the deck as it ran."""
    deck = shown.deck
    if deck.variant is not Variant.STUDENT or deck.full is None:
        return
    places = list(_places(shown))
    student_text = _Text("\n".join([_readable(woven), *(place.text for place in places)]))
    visible = _Text(_visible(deck))
    computed = _Text("\n".join(check.outcome.text(stderr=True) for check in shown.checks))
    hidden = {*_secrets(deck.full, deck), *_of_others(deck), *_claims(checks, shown.checks)}
    secrets = [secret for secret in sorted(hidden) if student_text.has(secret) and not visible.has(secret)
               and not (NUMBERS.fullmatch(secret) and computed.has(secret))]
    placed: set[str] = set()
    for place in places:
        text = _Text(place.text)
        contained = [secret for secret in secrets if text.has(secret)]
        placed |= {*contained}
        yield from (place.leak(secret) for secret in contained
                    if not any(secret != other and _Text(other).has(secret) for other in contained))
    anywhere = _Place("", Location(deck.path, 1))
    yield from (anywhere.leak(secret) for secret in secrets if secret not in placed)


def borrowed(deck: Deck, checks: Sequence[CellCheck], full: Sequence[CellCheck]) -> Iterator[Finding]:
    """Student cells that read files written only by a solution; ``full``: the checks of the full deck."""
    cells = {cell.number: cell for cell in deck.cells}
    withheld = [check for check in full if check.cell.number not in cells or cells[check.cell.number].script.blanks]
    files = _written(withheld) - _written(checks)
    for check in checks:
        for name in sorted(files.intersection(each.name for each in check.outcome.provenance.inputs)):
            yield Finding(Kind.LEAK, check.cell.location, f"students have no {name!r}, which only a solution writes; "
                          "write it in a cell that they have", check.cell.slide)


def _written(checks: Sequence[CellCheck]) -> set[str]:
    return {each.name for check in checks for each in check.outcome.provenance.written}


@dataclass(frozen=True, slots=True)
class _Place:
    """A text that students get, and its location."""

    text: str
    location: Location
    slide: int | None = None

    def leak(self, secret: str) -> Finding:
        """The finding for a secret here."""
        return Finding(Kind.LEAK, self.location, f"students can read {secret!r}, which is part of a solution; remove "
                       "it, or show it openly", self.slide)


def _places(shown: Shown) -> Iterator[_Place]:
    """Lines of prose, and outputs of cells and inline values."""
    deck = shown.deck
    for number, line in enumerate(split_lines(deck.front_matter.text), start=1):
        yield _Place(line, Location(deck.path, number))
    for slide in deck.slides:
        for block in slide.blocks:
            lines = split_lines(block.text) if isinstance(block, Prose) else ()
            for number, line in enumerate(lines, block.location.line):
                yield _Place(line, Location(deck.path, number), slide.number)
    for check in shown.checks:
        pictures = (_readable(figure.content.decode("utf-8", "replace")) for figure in check.outcome.figures
                    if figure.name.endswith(".svg"))
        yield _Place("\n".join([check.outcome.text(stderr=True), *pictures]), check.cell.location, check.cell.slide)
    for inline, outcome in zip(deck.values, shown.inlines, strict=False):
        yield _Place(outcome.text(stderr=False), inline.location, inline.slide)


def _readable(markup: str) -> str:
    """The readable part of HTML or SVG: text and textual attributes."""
    return unescape(TAG.sub(lambda tag: "\n".join(map("".join, SAID.findall(tag[0]))), STYLE.sub("", markup)))


class _Text:
    """A text in which to search for secrets."""

    def __init__(self, text: str) -> None:
        self._plain = ESCAPE.sub("", text)
        self._squeezed = _squeezed(self._plain)

    def has(self, secret: str) -> bool:
        """Whether it contains a secret, ignoring whitespace; a short secret must be a whole word."""
        if len(_squeezed(secret)) >= MIN_CODE:
            return _squeezed(secret) in self._squeezed
        return re.search(rf"(?<![\w.]){re.escape(secret)}(?!\.?\w)", self._plain) is not None


def _squeezed(text: str) -> str:
    return "".join(text.split())


# -- what is secret, and what is not ---------------------------------------------------------


def _visible(deck: Deck) -> str:
    """The prose, code and output fences that an author sees in a student deck."""
    return "\n".join(_code(block) if isinstance(block, Cell) else UNSEEN.sub("", block.text)
                     for slide in deck.slides for block in slide.blocks)


def _code(cell: Cell) -> str:
    lines = cell.source.split("\n")
    return "\n".join([*(lines[row] for row in cell.shown_rows), cell.output_fence.source if cell.output_fence else ""])


def _secrets(full: Deck, deck: Deck) -> Iterator[str]:
    """Lines of slides, cells and regions that students do not get."""
    slides = {slide.number for slide in deck.slides}
    cells = {cell.number for cell in deck.cells}
    for slide in full.slides:
        for block in slide.blocks:
            if isinstance(block, Prose):
                yield from _lines(block.text, MIN_PROSE) if slide.number not in slides else ()
            elif block.number not in cells:
                yield from _of_code(block, range(block.option_lines, block.source.count("\n") + 1))
                yield from _lines(block.output_fence.source if block.output_fence else "", MIN_VALUE)
                display = block.options.display
                yield from _lines(f"{display.fig_cap or ''}\n{display.fig_alt or ''}", MIN_CODE)
            else:
                for region in block.regions:
                    yield from _of_code(block, range(region.first + 1, region.last))


def _of_others(deck: Deck) -> Iterator[str]:
    """Student-invisible prose of decks that this one refers to: a reference shows the text of a heading."""
    for other in deck.others.values():
        hidden = solutions(layout_of(other))
        yield from (line for slide in other.slides if slide.number in hidden for block in slide.blocks
                    if isinstance(block, Prose) for line in _lines(block.text, MIN_PROSE))


def _of_code(cell: Cell, rows: range) -> Iterator[str]:
    """Lines of a cell, and expressions that its statements there return, print or assign."""
    code = cell.source.split("\n")
    for row in rows:
        yield from _lines(code[row], MIN_CODE) if not code[row].lstrip().startswith("#") else ()
        yield from _lines(code[row].lstrip(" #"), MIN_PROSE) if code[row].lstrip().startswith("#") else ()
    tree = parsed(cell.script.code)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)] if tree else []
    for node in statements:
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and not isinstance(value, ast.Constant | ast.Name) and node.lineno - 1 in rows:
            yield from _lines(ast.get_source_segment(cell.script.code, value) or "", MIN_CODE)
    yield from (claim.want for claim in cell.script.expected if claim.first in rows and _tells(claim.want))


def _claims(checks: Sequence[CellCheck], shown: Sequence[CellCheck]) -> Iterator[str]:
    """Claims that are not shown to students."""
    for check, shown_check in zip(checks, shown, strict=True):
        if shown_check is not check:
            remaining = {claim.want for claim in shown_check.cell.script.expected}
            hidden = (claim.want for claim in check.cell.script.expected if claim.want not in remaining)
            yield from filter(_tells, hidden)


def _lines(text: str, least: int) -> Iterator[str]:
    for line in text.split("\n"):
        words = MARKUP.sub("", LABEL.sub("", line)).strip()
        if len(_squeezed(words)) >= least and re.search(r"\w", words):
            yield words


def _tells(claim: str) -> bool:
    """Whether a claim is long enough to reveal an answer."""
    return "\n" not in claim and len(_squeezed(claim)) >= MIN_VALUE and claim not in ("True", "False", "None")
