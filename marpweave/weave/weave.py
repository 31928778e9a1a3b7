"""Weaves outputs and figures into the Markdown of a deck. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import PurePosixPath

from marpweave.check.verdicts import CellCheck, State
from marpweave.model.deck import Cell, Deck, Notation, Prose, text_width
from marpweave.model.diagram import NO_DRAWINGS, Drawings
from marpweave.model.options import Output, OutputLocation
from marpweave.model.outcome import PLAIN, RICH, Display, Error, Figure, Outcome, Stream
from marpweave.read.options.fences import shown_info
from marpweave.text import line_end, split_lines
from marpweave.weave.drawings.diagrams import woven_diagrams
from marpweave.weave.drawings.plots import Displayed, Plot, plot_of, plots_in
from marpweave.weave.labels import letters
from marpweave.weave.layout import OutputPart, indented, laid_out, outdented
from marpweave.weave.passive import is_live, is_live_tex, passive_markdown
from marpweave.weave.pictures import address, in_brackets, normal, width_words
from marpweave.weave.prose import heading, woven_prose
from marpweave.weave.references.references import References, opening, references_of
from marpweave.weave.styled import styled_block
from marpweave.weave.woven import WovenDeck, marks_of

MAX_SHOWN = 10_000
"""Maximum number of characters of one output on a slide."""
RULER = re.compile(r"^( {0,3})((?:[-*_][ \t]*){3,}|=+[ \t]*)$", re.MULTILINE)
TAG = re.compile(r"<(?=[A-Za-z/!?])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def weave_deck(
    deck: Deck, checks: Sequence[CellCheck], inlines: Sequence[Outcome], folder: PurePosixPath,
    drawings: Drawings = NO_DRAWINGS,
) -> WovenDeck:
    """Insert outputs, figures and diagrams.

    ``folder`` is the deck's figure folder relative to the deck. Nothing is added to a foreign deck; one without
    cells is returned unchanged, byte for byte.
    """
    by_cell = {check.cell.number: check for check in checks}
    figures = {address(folder / f.name): f for check in checks for f in check.outcome.figures}
    placed = frozenset(normal(image.source) for image in deck.images)
    references = references_of(deck)
    plots = plots_in(checks, drawings, folder)
    expected, opened = None, opening(deck)
    while opened != expected:  # repeat if a cell turned out to have nothing for a slide of its own
        expected = opened
        references = replace(references, opened=opened) if references else None
        place = Placement(folder, placed, "", text_width(deck.size), references, plots)
        diagrams = woven_diagrams(deck, drawings, folder, references)
        words = woven_prose(deck, inlines, (*diagrams.edits, *(references.edits() if references else ())))
        woven = dict(_cells(deck, by_cell, place, words))
        opened = frozenset(cell.number for cell in deck.cells if _opens_slide(cell, woven[cell.number]))
    text, numbers, pieces = [deck.front_matter.text], [], {}
    for slide in deck.slides:
        numbers.append(slide.number)
        for block in slide.blocks:
            if isinstance(block, Cell):
                if block.number in opened:
                    numbers.append(slide.number)
                pieces[len(text)] = block
            text.append(words[block] if isinstance(block, Prose) else woven[block.number])
    figures |= {**diagrams.figures, **{each.source: each.figure for each in plots.values()}}
    marks = marks_of(text, pieces) if deck.adopted else ()
    frames = {each.source: each.frame for each in plots.values() if each.frame}
    return WovenDeck("".join(text), tuple(numbers), figures, marks, frames)


def _cells(
    deck: Deck, checks: Mapping[int, CellCheck], place: Placement, words: Mapping[Prose, str],
) -> Iterator[tuple[int, str]]:
    """The woven text of each cell, by its number."""
    for slide in deck.slides:
        prose = "".join(words[block] for block in slide.blocks if isinstance(block, Prose))
        for cell in (block for block in slide.blocks if isinstance(block, Cell)):
            yield cell.number, _weave_cell(checks[cell.number], replace(place, prose=prose)) if deck.adopted else \
                _shown(cell)


@dataclass(frozen=True, slots=True)
class Placement:
    """Context in which a cell's output is placed."""

    folder: PurePosixPath
    """Figure folder, relative to the deck."""
    placed: frozenset[str]
    """Images that the deck already shows."""
    prose: str
    """The prose of the slide."""
    width: int
    """Text width in CSS pixels."""
    references: References | None
    """None: captions are not numbered."""
    plots: Mapping[Displayed, Plot]
    """By displayed data."""

    def caption(self, cell: Cell, kind: str, words: str | None, letter: str = "") -> str:
        """The caption of a cell's figure, table or code, or ""."""
        if not self.references:
            return " ".join((words or "").split())
        return self.references.caption(cell.number, kind, words, letter)


def _shown(cell: Cell) -> str:
    """A cell as written, without its options."""
    code, rest = _code_and_rest(cell)
    return "".join([*code, *rest])


def _weave_cell(check: CellCheck, place: Placement) -> str:
    cell, display = check.cell, check.cell.options.display
    if not display.include:
        return ""
    parts = list(_parts(check, place)) if check.outcome.ran else []
    listing = place.caption(cell, "lst", display.lst_cap) if display.echo else ""
    if not parts and not listing and display.echo and cell.output_fence is None:
        return _shown(cell)
    opening, (code, rest) = split_lines(cell.text)[0], _code_and_rest(cell)
    end = "\n" if cell.text.endswith("\n") else ""
    fenced = "".join([*code, *rest[:1]]).rstrip("\r\n") if display.echo else ""
    location = display.output_location if not cell.prefix else OutputLocation.DEFAULT
    shown = outdented(fenced.replace("\r\n", "\n"), cell.prefix)
    woven = laid_out(
        f"*{listing}*\n\n{shown}" if listing else shown, parts, location,
        heading(place.prose) if location is OutputLocation.SLIDE else "",
        stacks=display.fig_build == "stack" and not cell.prefix).strip("\n")
    return (indented(woven, opening, cell) + end).replace("\n", line_end(opening) or "\n") if woven else ""


def _code_and_rest(cell: Cell) -> tuple[list[str], list[str]]:
    """The lines of the fence without options, and the closing line with all that follows it."""
    raw = split_lines(cell.text)
    end = min(_height(cell), len(raw) - 1) + 1
    return _shown_code(cell, raw[:end]), raw[end:]


def _height(cell: Cell) -> int:
    """Number of lines of the file that the cell's source occupies."""
    return cell.source.count("\n") + (not cell.source.endswith("\n")) if cell.source else 0


def _shown_code(cell: Cell, raw: Sequence[str]) -> list[str]:
    """The fence without options; highlighted lines move to the info string, where the theme expects them."""
    opening = raw[0]
    info, shown = cell.info, shown_info(cell.info, cell.options.display.code_line_numbers)
    if shown != info:
        at = opening.rindex(info) if info in opening else len(opening.rstrip())
        opening = opening[:at] + shown + opening[at + len(info):]
    rows = {*cell.shown_rows}
    return [opening, *(line for row, line in enumerate(raw[1:]) if row in rows)]


def _opens_slide(cell: Cell, woven: str) -> bool:
    at_slide = cell.options.display.output_location is OutputLocation.SLIDE and not cell.prefix
    return at_slide and re.search(r"^---$", woven, re.MULTILINE) is not None


# -- parts -----------------------------------------------------------------------


def _parts(check: CellCheck, place: Placement) -> Iterator[OutputPart]:
    """The parts of a cell's output; several figures share a number and get letters."""
    display, parts = check.cell.options.display, tuple(_without_captions(check, place))
    figures = [number for number, part in enumerate(parts) if part.kind == "figure"]
    lettered = len(figures) > 1 and display.fig_build != "stack"
    for number, part in enumerate(parts):
        letter = f"({letters(figures.index(number))})" if lettered and number in figures else ""
        caption = place.caption(check.cell, "fig", display.fig_cap, letter) if number in figures else ""
        yield replace(part, caption=caption)


def _without_captions(check: CellCheck, place: Placement) -> Iterator[OutputPart]:
    if check.cell.options.display.output is not Output.HIDE:
        parts = list(_text_parts(check, place))
        if parts and (caption := place.caption(check.cell, "tbl", check.cell.options.display.tbl_cap)):
            yield OutputPart("caption", caption)
        yield from parts
    for figure in check.outcome.figures:
        source = address(place.folder / figure.name)
        if source not in place.placed:
            yield _figure_part(check.cell, figure, source, place)


def _text_parts(check: CellCheck, place: Placement) -> Iterator[OutputPart]:
    display = check.cell.options.display
    fence = next((v for v in check.verdicts if v.expected.notation is Notation.FENCE), None)
    if fence is not None and fence.state is State.PROVEN:
        if check.cell.output_fence:
            yield OutputPart("error" if check.outcome.error else "output", safe_text(fence.expected.want))
        return
    stays = fence if check.cell.plain_fence else None
    on_slide = any(v.state is not State.PROSE for v in check.verdicts if v is not stays) and not check.unchecked
    for kind, group in groupby(_output_parts(check, place), lambda part: part.kind):
        parts = tuple(group)
        text = "".join(part.text for part in parts)
        if kind != "output":
            yield from parts
        elif display.output is Output.ASIS:
            yield _markdown_part(text)
        elif text.strip() and not on_slide:
            yield OutputPart("output", safe_text(text))


def _output_parts(check: CellCheck, place: Placement) -> Iterator[OutputPart]:
    warning = check.cell.options.display.warning
    for output in check.outcome.outputs:
        match output:
            case Stream(name=name, text=text) if warning or name != "stderr":
                yield OutputPart("output", text)
            case Display(data=data):
                yield _plot_part(output, check.cell, place) or _rich_part(output, _alt(check.cell, place)) \
                    or OutputPart("output", data.get(PLAIN, "") + "\n")
            case Error():
                yield OutputPart("error", safe_text(output.summary))


def _plot_part(output: Display, cell: Cell, place: Placement) -> OutputPart | None:
    """A displayed SVG or a drawn plot, at its natural width."""
    plot = plot_of(output, cell, place.plots)
    if plot is None:
        return None
    width = cell.options.display.out_width or plot.width
    return OutputPart("figure", plot.source, f"{width_words(width, place.width)} {_alt(cell, place)}".strip())


def _rich_part(output: Display, alt: str) -> OutputPart | None:
    """The richest representation that a slide can show, with ``alt`` for images; None: plain text."""
    data = output.data
    for mime in RICH:
        if mime in data and mime.startswith("image/"):
            return OutputPart("figure", f"data:{mime};base64,{data[mime]}".replace("\n", ""), alt)
    if "text/markdown" in data:
        return _markdown_part(data["text/markdown"])
    if "text/latex" in data:
        return _formula_part(data["text/latex"])
    if "text/html" in data and not is_live(data["text/html"]):
        return OutputPart("markdown", styled_block(data["text/html"]))
    return None


def _figure_part(cell: Cell, figure: Figure, source: str, place: Placement) -> OutputPart:
    width = width_words(cell.options.display.out_width, place.width)
    return OutputPart("figure", source, f"{width} {_alt(cell, place) or PurePosixPath(figure.name).stem}".strip())


def _alt(cell: Cell, place: Placement) -> str:
    """The alternative text of a cell's images, in brackets."""
    alt = in_brackets(cell.options.display.fig_alt or cell.options.display.fig_cap or "")
    return place.references.plain(alt) if place.references else alt


# -- text that stays in its block ----------------------------------------------------


def safe_text(text: str) -> str:
    """Text for a fence: truncated, without overwritten parts of lines and control characters."""
    lines = [line.rstrip().rpartition("\r")[2] for line in text.replace("\r\n", "\n").split("\n")]
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines)).strip("\n")
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}\n… (+{len(text) - MAX_SHOWN:,})"


def _markdown_part(text: str) -> OutputPart:
    """Markdown output that cannot start a slide, set a directive or run code."""
    shown = passive_markdown(text)
    if shown is None:
        return OutputPart("output", safe_text(text) + "\n")
    return OutputPart("markdown", RULER.sub(r"\1\\\2", shown).strip("\n"))


def _formula_part(tex: str) -> OutputPart:
    if is_live_tex(tex):
        return OutputPart("output", tex + "\n")
    formula = TAG.sub("< ", tex.replace("\r", "\n").replace("$$", "").strip().strip("$"))
    return OutputPart("markdown", "\n".join(["$$", *filter(str.strip, formula.split("\n")), "$$"]))
