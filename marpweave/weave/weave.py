"""Deck + outcomes -> Marp Markdown with outputs and figures. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from marpweave.check.verdicts import CellCheck, State
from marpweave.model.deck import Cell, Deck, Form, Prose
from marpweave.model.options import Output, OutputLocation
from marpweave.model.outcome import PLAIN, RICH, Display, Error, Figure, Outcome, Stream
from marpweave.model.slide import text_width
from marpweave.read.options.fences import shown_info
from marpweave.read.tokens import marp_tokens
from marpweave.text import line_end, split_lines
from marpweave.weave.passive import is_live, is_live_tex, passive_block, passive_markdown
from marpweave.weave.values import values_by_line, with_values
from marpweave.weave.woven import WovenDeck, marks_of

MAX_SHOWN = 10_000
"""Characters of one output on a slide."""
RULER = re.compile(r"^( {0,3})((?:[-*_][ \t]*){3,}|=+[ \t]*)$", re.MULTILINE)
TAG = re.compile(r"<(?=[A-Za-z/!?])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a cell's output on the slide."""

    kind: str
    """``output``, ``error``, ``figure`` or ``markdown``."""
    text: str
    alt: str = ""
    caption: str = ""


def weave_deck(
    deck: Deck, checks: Sequence[CellCheck], inlines: Sequence[Outcome], folder: PurePosixPath,
) -> WovenDeck:
    """Put outputs and figures where they belong.

    ``folder`` is the deck's figure folder as seen from the deck. A foreign deck gets nothing added;
    one without cells comes out byte for byte as it went in.
    """
    by_cell = {check.cell.number: check for check in checks}
    figures = {_address(folder / f.name): f for check in checks for f in check.outcome.figures}
    placed = frozenset(_normal(image.source) for image in deck.images)
    text, numbers, pieces, values = [deck.front_matter.text], [], {}, values_by_line(deck, inlines)
    for slide in deck.slides:
        numbers.append(slide.number)
        blocks = [with_values(block, values) if isinstance(block, Prose) else block for block in slide.blocks]
        prose = "".join(block for block in blocks if isinstance(block, str))
        for block in blocks:
            if isinstance(block, str):
                text.append(block)
                continue
            place = Place(folder, placed, prose, text_width(deck.size))
            woven = _weave_cell(by_cell[block.number], place) if deck.adopted else _shown(block)
            numbers += [slide.number] * _opens_slide(block, woven)
            pieces[len(text)] = block
            text.append(woven)
    return WovenDeck("".join(text), tuple(numbers), figures, marks_of(text, pieces) if deck.adopted else ())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell's output goes."""

    folder: PurePosixPath
    """Of its figures, as seen from the deck."""
    placed: frozenset[str]
    """Images that the deck shows already."""
    prose: str
    """All prose of the slide."""
    width: int
    """Pixels between the slide's margins."""


def _shown(cell: Cell) -> str:
    """A cell without its options, and nothing added."""
    code, rest = _code_and_rest(cell)
    return "".join([*code, *rest])


def _weave_cell(check: CellCheck, place: Place) -> str:
    cell, display = check.cell, check.cell.options.display
    if not display.include:
        return ""
    parts = list(_parts(check, place)) if check.outcome.ran else []
    if not parts and display.echo and cell.output_fence is None:
        return _shown(cell)
    opening, (code, rest) = split_lines(cell.text)[0], _code_and_rest(cell)
    end = "\n" if cell.text.endswith("\n") else ""
    fenced = "".join([*code, *rest[:1]]).rstrip("\r\n") if display.echo else ""
    location = display.output_location if not cell.prefix else OutputLocation.DEFAULT
    woven = _template().render(
        code=_outdented(fenced.replace("\r\n", "\n"), cell.prefix), parts=parts, location=location.value,
        heading=_heading(place.prose) if location is OutputLocation.SLIDE else "").strip("\n")
    return (_indented(woven, opening, cell) + end).replace("\n", line_end(opening) or "\n") if woven else ""


def _code_and_rest(cell: Cell) -> tuple[list[str], list[str]]:
    """Lines of the fence without options, and the line that closes it with all that is behind it."""
    raw = split_lines(cell.text)
    end = min(_height(cell), len(raw) - 1) + 1
    return _shown_code(cell, raw[:end]), raw[end:]


def _height(cell: Cell) -> int:
    """How many lines of the file the cell's source takes."""
    return cell.source.count("\n") + (not cell.source.endswith("\n")) if cell.source else 0


def _shown_code(cell: Cell, raw: Sequence[str]) -> list[str]:
    """The fence without options; highlighted lines go to the info string, where the theme finds them."""
    opening = raw[0]
    info, shown = cell.info, shown_info(cell.info, cell.options.display.code_line_numbers)
    if shown != info:
        at = opening.rindex(info) if info in opening else len(opening.rstrip())
        opening = opening[:at] + shown + opening[at + len(info):]
    return [opening, *raw[1 + (cell.first_row if cell.option_lines else 0):]]


# -- parts -----------------------------------------------------------------------


def _parts(check: CellCheck, place: Place) -> Iterator[Part]:
    if check.cell.options.display.output is not Output.HIDE:
        yield from _text_parts(check)
    for figure in check.outcome.figures:
        source = _address(place.folder / figure.name)
        if source not in place.placed:
            yield _figure_part(check.cell, figure, source, place.width)


def _text_parts(check: CellCheck) -> Iterator[Part]:
    display = check.cell.options.display
    fence = next((v for v in check.verdicts if v.expected.form is Form.FENCE), None)
    if fence is not None and fence.state is State.PROVEN:
        yield Part("error" if check.outcome.error else "output", safe_text(fence.expected.want))
        return
    on_slide = any(v.state is not State.PROSE for v in check.verdicts) and not check.unchecked
    for kind, group in groupby(_output_parts(check, warning=display.warning), lambda part: part.kind):
        parts = tuple(group)
        text = "".join(part.text for part in parts)
        if kind != "output":
            yield from parts
        elif display.output is Output.ASIS:
            yield _markdown_part(text)
        elif text.strip() and not on_slide:
            yield Part("output", safe_text(text))


def _output_parts(check: CellCheck, *, warning: bool) -> Iterator[Part]:
    for output in check.outcome.outputs:
        match output:
            case Stream(name=name, text=text) if warning or name != "stderr":
                yield Part("output", text)
            case Display(data=data):
                yield _rich_part(output) or Part("output", data.get(PLAIN, "") + "\n")
            case Error():
                yield Part("error", safe_text(output.summary))


def _rich_part(output: Display) -> Part | None:
    """The richest form that a slide can show; None: plain text."""
    data = output.data
    for mime in RICH:
        if mime in data and mime.startswith("image/"):
            content = data[mime].replace("\n", "") if mime != "image/svg+xml" else \
                base64.b64encode(data[mime].encode()).decode()
            return Part("figure", f"data:{mime};base64,{content}")
    if "text/markdown" in data:
        return _markdown_part(data["text/markdown"])
    if "text/latex" in data:
        return _formula_part(data["text/latex"])
    if "text/html" in data and not is_live(data["text/html"]):
        return Part("markdown", passive_block(data["text/html"]))
    return None


def _figure_part(cell: Cell, figure: Figure, source: str, width: int) -> Part:
    display = cell.options.display
    alt = display.fig_alt or display.fig_cap or figure.name.rpartition(".")[0]
    words = [_width(display.out_width, width), alt.replace("[", "").replace("]", "").replace("\n", " ")]
    return Part("figure", source, " ".join(filter(None, words)), " ".join((display.fig_cap or "").split()))


def _width(out_width: str | None, room: int) -> str:
    """``out-width`` in Marp's words; a percentage is of the ``room`` between the margins."""
    if not out_width:
        return ""
    percent = re.fullmatch(r"([\d.]+)\s*%", out_width)
    return f"w:{float(percent[1]) / 100 * room:.0f}px" if percent else f"w:{out_width}"


# -- text that stays in its block ----------------------------------------------------


def safe_text(text: str) -> str:
    """Text for a fence: without overwritten parts of lines and control characters, and not too long."""
    lines = [line.rstrip().rpartition("\r")[2] for line in text.replace("\r\n", "\n").split("\n")]
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines)).strip("\n")
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}\n… (+{len(text) - MAX_SHOWN:,})"


def _markdown_part(text: str) -> Part:
    """Markdown output that can start no slide, set no directive and run no code."""
    shown = passive_markdown(text)
    if shown is None:
        return Part("output", safe_text(text) + "\n")
    return Part("markdown", RULER.sub(r"\1\\\2", shown).strip("\n"))


def _formula_part(tex: str) -> Part:
    if is_live_tex(tex):
        return Part("output", tex + "\n")
    formula = TAG.sub("< ", tex.replace("\r", "\n").replace("$$", "").strip().strip("$"))
    return Part("markdown", "$$\n" + _without_blank_lines(formula) + "\n$$")


def _without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def _fence(text: str) -> str:
    """A row of backticks that ``text`` cannot close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)


@cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader("marpweave.weave"), undefined=StrictUndefined, autoescape=False)
    environment.filters["fence"] = _fence
    return environment.get_template("cell.md.j2")


# -- places ------------------------------------------------------------------------------


def _outdented(text: str, prefix: str) -> str:
    """A fence's lines without their container's prefix; the first line loses the container's marker."""
    first, *others = text.split("\n")
    fence = re.search(r"(`{3,}|~{3,}).*", first)
    return "\n".join([fence[0] if fence else first, *(line.removeprefix(prefix) for line in others)])


def _indented(woven: str, opening: str, cell: Cell) -> str:
    """Woven lines behind the prefix of the cell's container."""
    first, *others = woven.split("\n")
    fence = re.search(r"`{3,}|~{3,}", opening)
    start = opening[:fence.start()] if fence else cell.prefix
    return "\n".join([start + first, *((cell.prefix + line).rstrip() for line in others)])


def _heading(prose: str) -> str:
    """The heading of a slide, to stand again where its output gets a slide of its own."""
    text = f"\n{prose}"  # a ruler that opens it is no front matter
    for token in marp_tokens(text):
        if token.type == "heading_open" and token.level == 0 and token.map:
            return "".join(split_lines(text)[slice(*token.map)]).replace("\r\n", "\n").strip()
    return ""


def _opens_slide(cell: Cell, woven: str) -> bool:
    at_slide = cell.options.display.output_location is OutputLocation.SLIDE and not cell.prefix
    return at_slide and re.search(r"^---$", woven, re.MULTILINE) is not None


def _address(path: PurePosixPath) -> str:
    return quote(str(path), errors="surrogateescape")


def _normal(source: str) -> str:
    """An image's source as a figure's address: ``./a/../b.svg`` is ``b.svg``."""
    parts: list[str] = []
    for part in PurePosixPath(source).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return quote(str(PurePosixPath(*parts)), errors="surrogateescape")
