"""Plots displayed by cells: the tools that draw them, and drawing of Vega-Lite by vl-convert."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from sysconfig import get_path
from typing import Any

from marpweave.check.verdicts import CellCheck
from marpweave.files import write_text
from marpweave.inputs.digests import file_digest
from marpweave.model.diagram import Diagram
from marpweave.model.outcome import HTML, Display
from marpweave.render.programs.places import home, writing_at_home

VEGA = re.compile(r"application/vnd\.vegalite\.v(\d+)\+json")
LANGUAGES = {"application/vnd.plotly.v1+json": "plotly", HTML: "html"}
SCRIPT = "plotly/package_data/plotly.min.js"
FONT = "Noto Sans JP"
FAMILY = f"'{FONT}', 'Noto Fill', sans-serif"
LACKS_VEGA = "it needs vl-convert: pip install 'marpweave[altair]'"
HEADING = re.compile(r"Vega-Lite to SVG conversion failed:\n(?:\w*Error: )?")
SIZES = {"labelFontSize": 18, "titleFontSize": 18}
CONFIG = {"font": FONT, "background": "transparent", "axis": SIZES, "legend": SIZES, "header": SIZES,
          "title": {"fontSize": 20}}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that draws plots."""

    place: Path | None
    """The file that identifies its version, existing or not; None: only a browser is needed."""

    @property
    def version(self) -> str:
        """Identifies everything that affects its drawings."""
        return file_digest(str(self.place)) if self.place else ""


NO_TOOL = Tool(None)


def plots_of(checks: Iterable[CellCheck]) -> Iterator[Diagram]:
    """The plots among the outputs of cells, and live HTML, located at their cells."""
    for check in checks:
        cell = check.cell
        for output in (each for each in check.outcome.outputs if isinstance(each, Display)):
            mime = output.drawn(live=cell.options.display.is_live)
            language = "vega-lite" if VEGA.fullmatch(mime) else LANGUAGES.get(mime, "")
            if language:
                yield Diagram("", language, output.data[mime], cell.location, cell.slide, 0, cell.label)


def fault_of(plot: Diagram) -> str:
    """Why the data of a plot is invalid, or ""."""
    try:
        figure = json.loads(plot.source)
    except (ValueError, RecursionError):
        return "its data is not JSON"
    layout = figure.get("layout", {}) if isinstance(figure, dict) else None
    if isinstance(layout, dict) and isinstance(layout.get("font", {}), dict):
        return ""
    return "its data, its layout and its font must be JSON objects"


def words_of(plot: Diagram) -> str:
    """All text that a diagram or plot may contain."""
    if plot.text:
        return plot.source
    return unescape(plot.source) if plot.language == "html" else json.dumps(json.loads(plot.source), ensure_ascii=False)


def as_laid_out(plot: Diagram) -> str:
    """The input of the tool: Plotly figures get a size, our fonts, and a transparent background."""
    if plot.language != "plotly":
        return plot.source
    figure = json.loads(plot.source)
    layout = {"width": 800, "height": 450, **figure.get("layout", {})}
    font = {"size": 18, **layout.get("font", {}), "family": FAMILY}
    shown = {**layout, "font": font, "paper_bgcolor": "rgba(255,255,255,0)"}
    return json.dumps({**figure, "layout": shown}, sort_keys=True)


def tool_of(language: str, path: Sequence[str]) -> Tool:
    """The tool for a language: Plotly's JavaScript from the kernel's packages, or our own vl-convert."""
    match language:
        case "plotly":
            return Tool(next((file for folder in path if (file := Path(folder) / SCRIPT).is_file()), None))
        case "vega-lite":
            found = find_spec("vl_convert")
            packages = Path(found.origin).parents[1] if found and found.origin else Path(get_path("platlib"))
            return Tool(next(packages.glob("vl_convert*.dist-info/RECORD"), packages / "vl_convert/__init__.py"))
        case _:
            return NO_TOOL


def vega_bundle() -> str:
    """The JavaScript of Vega-Lite and its dependencies; cached, since bundling takes seconds."""
    tool = import_module("vl_convert")
    place = home() / "vega" / f"{tool.__version__}.js"
    if not place.is_file():
        with writing_at_home():
            place.parent.mkdir(exist_ok=True)
            write_text(place, tool.javascript_bundle())
    return place.read_text(encoding="utf-8")


def vega_drawn(source: str) -> Future[Mapping[str, Any]]:
    """Draw a Vega-Lite plot, which must contain its data."""
    done: Future[Mapping[str, Any]] = Future()
    tool = _vl_convert()
    if tool is None:
        done.set_result({"error": LACKS_VEGA, "passing": True})
        return done
    try:
        with _utc():
            done.set_result({"svg": tool.vegalite_to_svg(source, config=CONFIG, allowed_base_urls=[])})
    except ValueError as error:
        done.set_result({"error": HEADING.sub("", str(error).strip()).partition("\n")[0]})
    return done


@contextmanager
def _utc() -> Iterator[None]:
    """Show times as kernels do; vl-convert keeps the time zone of its first call."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before


def _vl_convert() -> Any:  # noqa: ANN401
    return import_module("vl_convert") if find_spec("vl_convert") else None
