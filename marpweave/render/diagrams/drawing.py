"""Draws diagrams as SVG with the renderer, or takes them from the store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from marpweave.cache.environment import own_digest
from marpweave.cache.records import Count, Record
from marpweave.cache.store import Store
from marpweave.check.verdicts import CellCheck
from marpweave.inputs.digests import digest
from marpweave.model.deck import Deck
from marpweave.model.diagram import Diagram, Frame
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.diagrams.frames import frame_of
from marpweave.render.diagrams.lines import as_read, line_of
from marpweave.render.diagrams.look import Look, look_of
from marpweave.render.diagrams.plots import (
    FAMILY,
    NO_TOOL,
    Tool,
    as_laid_out,
    fault_of,
    plots_of,
    tool_of,
    vega_drawn,
    words_of,
)
from marpweave.render.diagrams.sealed import is_sealed
from marpweave.render.fonts import CODE, Fonts
from marpweave.render.prepare import fonts_for
from marpweave.render.programs.tools import identity
from marpweave.render.renderer import Renderer
from marpweave.render.style import Style
from marpweave.variants.slides import layout_of, slides_with_class

KIND = "diagram"
DARK = "invert"
"""The class of dark slides in Marp's themes and ours."""
MAX_CHARACTERS = 50_000
"""Maximum length of a diagram."""
MAX_DATA = {"vega-lite": 5_000_000, "plotly": 5_000_000, "html": 20_000_000}
"""Maximum length of a plot including its data, and of HTML including its libraries."""
PLOTS = ("vega-lite", "plotly")
ADDRESS = re.compile(r"(?:http|ws)s?://[!-~]{1,200}")
MAX_ADDRESSES = 10
"""Maximum number of refused addresses reported per output."""
TOOLS = {"mermaid": "Mermaid", "dot": "Graphviz", "vega-lite": "Vega-Lite", "plotly": "Plotly", "html": "A browser"}
EXPECTED = re.compile(r"\bExpecting .*?, got (?='[^']*'$)")
"""Mermaid's list of all tokens that its grammar allows at an error."""
NUMBER = re.compile(r" (?:on|in) line \d+\b")
"""Line numbers in the tool's own message, which do not refer to the file."""
PICTURE = re.compile(r"\b(?:image|shapefile)\s*=|<img\b", re.IGNORECASE)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
TEXT = re.compile(r">([^<]+)<")
STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
BOLD = re.compile(r"font-weight[:=\s\"]+(?:bold|[6-9]00)")
STYLED = f"text, tspan {{ font-family: {FAMILY}; }}"


class Drawn(Record, frozen=True):
    """The result of drawing a diagram."""

    svg: str
    """"" if it could not be drawn."""
    error: str
    line: Count
    """1-based line of the source."""
    asked: tuple[str, ...] = ()
    """Network addresses that it requested, and that were refused."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to draw a diagram in the colours of its slide."""

    diagram: Diagram
    look: Look
    tool: Tool = NO_TOOL
    """The tool that draws a plot."""

    @property
    def content(self) -> str:
        """Digest of the source; prefix of ids in the drawing, whatever the tool."""
        return digest(json.dumps([self.diagram.language, self.diagram.source, asdict(self.look)]))

    @property
    def key(self) -> str:
        """The key of everything that affects the drawing."""
        return digest(json.dumps([own_digest(), *identity(), self.tool.version, self.content]))


def wishes_of(deck: Deck, style: Style) -> tuple[Wish, ...]:
    """Requests for all diagrams of a deck, in the look of their slides."""
    known = {theme.name for theme in style.themes}
    theme = style.setup.theme or next((wish.name for wish in reversed(deck.themes) if wish.name in known), "")
    dark = slides_with_class(layout_of(deck.full or deck), DARK)
    return tuple(Wish(each, look_of(theme, style.themes, dark=each.slide in dark)) for each in deck.diagrams)


def plot_wishes(checks: Sequence[CellCheck], path: Sequence[str]) -> tuple[Wish, ...]:
    """Requests for all plots of cells, on white like figures; ``path``: the kernel's ``sys.path``."""
    paper = look_of("", (), dark=False)
    return tuple(Wish(plot, paper, tool_of(plot.language, path)) for plot in plots_of(checks))


def live_frames(wishes: Sequence[Wish], checks: Sequence[CellCheck], store: Store) -> dict[str, Frame]:
    """The pages of live plots, by displayed data."""
    running = frozenset(plots_of(check for check in checks if check.cell.options.display.is_live))
    return {wish.diagram.source: _frame(wish.diagram, wish.tool, store) for wish in wishes if wish.diagram in running}


def drawn(wishes: Sequence[Wish], store: Store, renderer: Renderer | None) -> dict[Diagram, Drawn]:
    """Drawings from the store or by the renderer; without a renderer, only those in the store."""
    found = {wish.diagram: store.record(KIND, wish.key, Drawn) or _refused(wish) for wish in wishes}
    begun = [(wish, _begun(wish, store, renderer)) for wish in wishes if renderer and not found[wish.diagram]]
    for wish, future in begun:
        answer = future.result()
        found[wish.diagram] = made = _made(wish, answer, store)
        if not answer.get("passing"):
            store.put_record(KIND, wish.key, made)
    return {diagram: each for diagram, each in found.items() if each}


def diagram_findings(drawn: Mapping[Diagram, Drawn]) -> Iterator[Finding]:
    """Findings about diagrams that could not be drawn."""
    for diagram, each in drawn.items():
        if each.error:
            place = Location(diagram.location.path, diagram.location.line + each.line)
            message = f"{TOOLS[diagram.language]} cannot draw this: {each.error}"
            yield Finding(Kind.DIAGRAM, place, message, diagram.slide)
        for number, address in enumerate(each.asked[:MAX_ADDRESSES], 1):
            rest = f" and {len(each.asked) - MAX_ADDRESSES:,} more" if MAX_ADDRESSES == number < len(each.asked) else ""
            yield Finding(Kind.REMOTE_IMAGE, diagram.location, f"the HTML loads {address}{rest} from the "
                          "network, which slides cannot reach; embed what it needs", diagram.slide)


def _refused(wish: Wish) -> Drawn | None:
    diagram = wish.diagram
    size, most = len(diagram.source), MAX_DATA.get(diagram.language, MAX_CHARACTERS)
    if size > most:
        return Drawn("", f"it has {size:,} characters; the limit is {most:,}", 0)
    if diagram.language in PLOTS and (fault := fault_of(diagram)):
        return Drawn("", fault, 0)
    if diagram.language == "dot" and (found := PICTURE.search(QUOTED.sub(_blank, diagram.source))):
        line = diagram.source.count("\n", 0, found.start()) + 1
        return Drawn("", "it loads a file, which diagrams cannot; put that picture on the slide itself", line)
    return None


def _blank(quoted: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", quoted[0])


def _begun(wish: Wish, store: Store, renderer: Renderer) -> Future[Mapping[str, Any]]:
    diagram = wish.diagram
    if diagram.language == "vega-lite":
        return vega_drawn(diagram.source)
    page = _frame(diagram, wish.tool, store) if diagram.language == "html" else None
    return renderer.diagram({
        "language": diagram.language,
        "source": page.beginning + page.html if page else as_read(as_laid_out(diagram), diagram.language),
        "id": f"d{wish.content[:12]}", "look": asdict(wish.look), "tool": str(wish.tool.place or ""),
        "css": _css(fonts_for(words_of(diagram), store), bold=True)})


def _frame(plot: Diagram, tool: Tool, store: Store) -> Frame:
    return frame_of(plot, tool, lambda words: _css(fonts_for(words, store), bold=True))


def _made(wish: Wish, answer: Mapping[str, Any], store: Store) -> Drawn:
    diagram = wish.diagram
    if "error" in answer:
        line = line_of(answer["error"], diagram.language, diagram.source) if diagram.text else 0
        return Drawn("", _words(answer["error"]), line)
    svg = str(answer["svg"])
    if not svg:
        return Drawn("", "it is empty", 0)
    if not is_sealed(svg):
        return Drawn("", "it would run code or load a file, which slides do not allow", 1)
    asked = tuple(sorted({found[0] for each in answer.get("asked", ()) if (found := ADDRESS.match(each))}))
    words = "".join(TEXT.findall(STYLE.sub("", svg)))
    css = escape(_css(fonts_for(words, store), bold=bool(BOLD.search(svg))) + STYLED, quote=False)
    return Drawn(re.sub(r"(<svg\b[^>]*>)", lambda root: f"{root[0]}<style>{css}</style>", svg, count=1), "", 0, asked)


def _css(fonts: Fonts, *, bold: bool) -> str:
    """CSS of the font faces that a diagram may need."""
    return "\n".join(face.rule for face in fonts.faces if face.family != CODE and (bold or face.weight < 600))


def _words(message: str) -> str:
    """A message as a single line."""
    lines = [line.strip() for line in message.split("\n")]
    said = " ".join(line for line in lines if line and not re.fullmatch(r"-*\^", line))
    return NUMBER.sub("", EXPECTED.sub("unexpected ", said))
