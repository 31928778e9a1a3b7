"""Makes other libraries display plots and tables in a deterministic form that the build can draw."""

from __future__ import annotations

import json
from typing import Any

ALTAIR = ("v5", "v6")
"""Versions of Vega-Lite for which Altair has modules."""


def show_plots(shell: Any) -> None:  # noqa: ANN401
    """Make Altair and Plotly display data rather than pages with scripts, and Styler use deterministic ids.

    None of them is imported.
    """
    formatter = shell.display_formatter
    for version in ALTAIR:
        mime = f"application/vnd.vegalite.{version}+json"
        formatter.mimebundle_formatter.for_type_by_name(
            f"altair.vegalite.{version}.api", "TopLevelMixin",
            lambda chart, mime=mime, **_: {mime: chart.to_dict()})
    formatter.ipython_display_formatter.for_type_by_name("plotly.basedatatypes", "BaseFigure", _show_plotly)
    formatter.formatters["text/html"].for_type_by_name(
        "pandas.io.formats.style", "Styler", lambda styler: styler.to_html(table_uuid="styled"))


def _show_plotly(figure: Any) -> None:  # noqa: ANN401
    from IPython.display import display

    display({  # type: ignore[no-untyped-call]
        "application/vnd.plotly.v1+json": json.loads(figure.to_json()), "text/plain": "Figure"}, raw=True)
