"""Converts the outputs of a notebook cell to an expected output. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from marpweave.model.outcome import PLAIN, RICH
from marpweave.notebook.kept import Node
from marpweave.text import ANSI

ARTIST = re.compile(r"<Figure\b|<Axes|<[\w.]*matplotlib|\bmatplotlib\.|^Text\(|Container object of")
"""Representations of matplotlib objects, instead of which a deck shows the figure."""


def expected_of(outputs: Sequence[Node]) -> str:
    """The text that a cell printed and returned; "" if there is none, or outputs other than text."""
    texts = []
    for output in outputs:
        if output.output_type == "error":
            texts.append(f"{output.ename}: {output.evalue}" if output.evalue else output.ename)
        elif output.output_type == "stream" and output.name == "stdout":
            texts.append(output.text)
        elif output.output_type != "stream" and not is_figure(output):
            if any(mime in RICH for mime in output.data):
                return ""
            texts.append(output.data.get(PLAIN, ""))
    return _joined(ANSI.sub("", text) for text in texts)


def is_figure(output: Node) -> bool:
    """Whether an output is a figure, which the cell will draw again."""
    return ARTIST.search(output.get("data", {}).get(PLAIN, "")) is not None


def error_of(outputs: Sequence[Node]) -> str:
    """The name of the uncaught exception, or ""."""
    return next((str(output.ename) for output in outputs if output.output_type == "error"), "")


def _joined(texts: Iterable[str]) -> str:
    """Texts joined by line breaks."""
    return "".join(text if text.endswith("\n") else text + "\n" for text in texts if text).rstrip("\n")
