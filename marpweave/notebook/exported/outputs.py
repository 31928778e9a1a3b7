"""Converts the outcome of a cell to notebook outputs. Pure."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from nbformat.v4 import new_output

from marpweave.check.verdicts import CellCheck
from marpweave.model.media import SVG
from marpweave.model.options import Output
from marpweave.model.outcome import PLAIN, Display, Error, Figure, Stream
from marpweave.notebook.exported.pictures import Pictures, size_of, uri_of
from marpweave.notebook.exported.sessions import session_outputs
from marpweave.notebook.kept import Node

PNG = "image/png"


def outputs_of(check: CellCheck, pictures: Pictures) -> Iterator[Node]:
    """The outputs that the slide may show, which are those that were checked."""
    display = check.cell.options.display
    if not display.include:
        return
    if display.output is not Output.HIDE:
        yield from session_outputs(check.cell, check.outcome) if check.cell.script.session else ()
        for output in check.outcome.outputs:
            if not isinstance(output, Stream) or output.name != "stderr" or display.warning:
                yield _output(output, pictures)
    for figure in check.outcome.figures:
        drawn = _drawn(figure, pictures)
        drawn.metadata.setdefault(PNG, {})["alt"] = display.fig_alt or display.fig_cap or figure.name.rpartition(".")[0]
        yield drawn


def _output(output: Stream | Display | Error, pictures: Pictures) -> Node:
    match output:
        case Stream(name=name, text=text):
            return new_output("stream", name=name, text=text)
        case Error(name=name, message=message):
            return new_output("error", ename=name, evalue=message, traceback=[output.summary])
        case Display(data=data, is_result=is_result):
            png = pictures.drawn.get(uri_of(data[SVG].encode())) if SVG in data else None
            shown, metadata = ({**data, **_png(png)}, _size(png)) if png else (dict(data), {})
            return new_output("execute_result" if is_result else "display_data", data=shown, metadata=metadata)


def _drawn(figure: Figure, pictures: Pictures) -> Node:
    png = figure.animation or pictures.drawn.get(uri_of(figure.content), figure.content)
    size = _size(png) if not figure.animation and figure.name.endswith(".svg") else {}
    metadata = {"needs_background": "light", **size}  # like Jupyter's own figures
    return new_output("display_data", data={**_png(png), PLAIN: f"<Figure {figure.name}>"}, metadata=metadata)


def _png(png: bytes) -> dict[str, str]:
    return {PNG: base64.b64encode(png).decode("ascii")}


def _size(png: bytes) -> dict[str, dict[str, int]]:
    return {PNG: dict(zip(("width", "height"), size_of(png), strict=True))}
