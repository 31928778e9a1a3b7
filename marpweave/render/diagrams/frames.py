"""Builds self-contained, sandboxed pages for live outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from marpweave.model.diagram import Diagram, Frame
from marpweave.render.diagrams.look import SIZE
from marpweave.render.diagrams.plots import CONFIG, FAMILY, Tool, as_laid_out, vega_bundle, words_of

POLICY = ("default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; "
          "style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; font-src data:; "
          "connect-src data: blob:; form-action 'none'; base-uri 'none'")
"""Content security policy: only embedded resources."""
END = re.compile(r"</(?=script)", re.IGNORECASE)
PLOTLY = """<div id="plot"></div><script>
Plotly.newPlot("plot", { ...%s, config: { displaylogo: false } });
</script>"""
VEGA = """<div id="plot"></div><script>
vegaEmbed("#plot", %s, { mode: "vega-lite", renderer: "svg", actions: false, config: %s });
</script>"""


def frame_of(plot: Diagram, tool: Tool, css_of: Callable[[str], str]) -> Frame:
    """The page of a plot, or of HTML as it is; ``css_of`` returns the fonts for a text."""
    style = f"<style>{css_of(words_of(plot))}</style>\n"
    if plot.language == "plotly" and tool.place:
        script = tool.place.read_text(encoding="utf-8")
        return Frame(_beginning(script), style + PLOTLY % _data(as_laid_out(plot)))
    if plot.language == "vega-lite":
        return Frame(_beginning(vega_bundle()), style + VEGA % (_data(plot.source), json.dumps(CONFIG)))
    return Frame(_beginning(), style + plot.source)


def _data(source: str) -> str:
    """JSON that cannot close a script element."""
    return source.replace("<", "\\u003c")


@cache
def _beginning(*scripts: str) -> str:
    environment = Environment(loader=PackageLoader("marpweave.render"), undefined=StrictUndefined, autoescape=True)
    whole = [END.sub(r"<\\/", script) for script in scripts]
    return environment.get_template("frame.html.j2").render(policy=POLICY, size=SIZE, family=FAMILY, scripts=whole)
