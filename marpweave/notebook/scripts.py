"""Serialises notebooks: JSON, and Jupytext's scripts and Markdown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marpweave.errors import UsageError
from marpweave.notebook.kept import KEY, Node


class Form(StrEnum):
    """File formats of notebooks."""

    DECK = "deck"
    NOTEBOOK = "ipynb"
    PERCENT = "percent"
    MARKDOWN = "md"
    MYST = "myst"
    RMD = "Rmd"
    QMD = "qmd"


JUPYTEXT: Mapping[Form, str] = {
    Form.PERCENT: "py:percent", Form.MARKDOWN: "md", Form.MYST: "md:myst", Form.RMD: "Rmd", Form.QMD: "Rmd"}
"""Jupytext's names; a simple Quarto document is R Markdown."""
MISSING = 'scripts are written and read by Jupytext: `pip install "marpweave[convert]"`'


def as_json(notebook: Node) -> str:
    """A notebook as JSON, formatted as by Jupyter."""
    import nbformat

    return str(nbformat.writes(notebook, version=4)) + "\n"


def as_text(notebook: Node, form: Form) -> str:
    """A notebook in a text format."""
    if form is Form.NOTEBOOK:
        return as_json(notebook)
    written = _with_metadata((_without_front_matter if form is Form.MYST else _with_front_metadata)(notebook))
    try:
        import jupytext
    except ImportError:
        raise UsageError(MISSING) from None
    return str(jupytext.writes(written, fmt=JUPYTEXT[form]))


def from_text(text: str, form: Form) -> Node:
    """Parse a notebook in a text format; raises ValueError with a one-line message."""
    try:
        return _read(text, form)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001  libraries raise all sorts of errors over what somebody has written
        raise ValueError(str(error).partition("\n")[0]) from None


def _read(text: str, form: Form) -> Node:
    import nbformat

    if form is Form.NOTEBOOK:
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        return notebook
    try:
        import jupytext
    except ImportError:
        raise UsageError(MISSING) from None
    notebook = jupytext.reads(text, fmt=JUPYTEXT[form])
    notebook.metadata.pop("jupytext", None)
    if "front_matter" not in notebook.metadata.get(KEY, {"front_matter": ""}):
        notebook.cells[0].metadata[KEY] = notebook.metadata.pop(KEY)
    return notebook


def _without_front_matter(notebook: Node) -> Node:
    """A notebook for MyST, with its front matter in the metadata, because Jupytext would reformat it."""
    from nbformat.v4 import new_notebook

    if not notebook.cells or notebook.cells[0].cell_type != "raw":
        return notebook
    front, *others = notebook.cells
    kept = front.source + front.metadata.get(KEY, {}).get("after", "\n\n")
    return new_notebook(cells=others, metadata={**notebook.metadata, KEY: {"front_matter": kept}})


def _with_front_metadata(notebook: Node) -> Node:
    """A notebook with the metadata of its front matter, which has none in a script, in its own."""
    from nbformat.v4 import new_notebook

    kept = notebook.cells[0].metadata.get(KEY) if notebook.cells and notebook.cells[0].cell_type == "raw" else None
    return new_notebook(cells=notebook.cells, metadata={**notebook.metadata, KEY: kept}) if kept else notebook


def _with_metadata(notebook: Node) -> Node:
    """A notebook whose metadata Jupytext will write."""
    from nbformat.v4 import new_notebook

    if KEY not in notebook.metadata:
        return notebook
    return new_notebook(cells=notebook.cells, metadata={
        **notebook.metadata, "jupytext": {"notebook_metadata_filter": KEY}})
