"""Converts a checked deck to an executed notebook, which shows what the slides show and needs no marpweave. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from marpweave.check.verdicts import CellCheck
from marpweave.model.deck import Cell, Deck, Prose
from marpweave.model.outcome import Outcome
from marpweave.model.variant import Variant
from marpweave.notebook.editable import PYTHON, placed
from marpweave.notebook.exported.outputs import outputs_of
from marpweave.notebook.exported.pictures import Pictures, with_pictures
from marpweave.notebook.exported.runnable import runnable, shown_code
from marpweave.notebook.exported.words import word
from marpweave.notebook.kept import KEY, Node, keep
from marpweave.notebook.pieces import Piece, piece_of, pieces_of, without_options
from marpweave.weave.prose import woven_prose
from marpweave.weave.references.references import References, references_of

HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}
"""Metadata with which Jupyter and Colab collapse the code."""
BADGE = "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)]" \
        "(https://colab.research.google.com/github/{place})"


@dataclass(frozen=True, slots=True)
class Beginning:
    """Cells above the first slide."""

    colab: str = ""
    """Path of the notebook on GitHub for the Colab badge, ``OWNER/REPO/blob/BRANCH/PATH``; "": no badge."""
    setup: str = ""
    """Code that installs missing packages."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """Everything about a deck that its cells need."""

    deck: Deck
    checks: dict[int, CellCheck]
    words: Mapping[Prose, str]
    """Woven text by block of prose."""
    references: References | None
    pictures: Pictures


def finished(
    deck: Deck, checks: Sequence[CellCheck], inlines: Sequence[Outcome], pictures: Pictures, beginning: Beginning,
) -> Node:
    """The notebook of a deck, with values, images and outputs."""
    pieces = [without_options(piece) for piece in pieces_of(deck, front=False)]
    references = references_of(deck)
    words = woven_prose(deck, inlines, references.edits() if references else ())
    shown = _Shown(deck, {check.cell.number: check for check in checks}, words, references, pictures)
    nodes = [_node(piece, shown) for piece in pieces]
    placed(nodes, pieces)
    keep(nodes, pieces, always=True)
    cells = [*_begun(deck, beginning)]
    for node, piece in zip(nodes, pieces, strict=True):
        cells += [node, *_caption(node, piece, references)]
    for count, node in enumerate((node for node in cells if node.cell_type == "code"), start=1):
        for counted in (node, *(output for output in node.outputs if output.output_type == "execute_result")):
            counted["execution_count"] = count
    return new_notebook(cells=cells, metadata={**PYTHON, KEY: {"front_matter": deck.front_matter.text}})


def _begun(deck: Deck, beginning: Beginning) -> Iterator[Node]:
    """The cells above the first slide."""
    cells = []
    if beginning.colab:
        cells.append(("colab", new_markdown_cell(BADGE.format(place=beginning.colab))))
    code = "\n\n".join(filter(None, [beginning.setup.strip(), deck.prelude.strip()]))
    if code:
        cells += [("set-up", new_markdown_cell(word("setup", deck.lang))), ("set-up-code", new_code_cell(code))]
    yield from (_added(node, name, "skip") for name, node in cells)


def _caption(node: Node, piece: Piece, references: References | None) -> Iterator[Node]:
    """The caption of a cell's figures, placed below them."""
    cell, drawn = piece.block, any(output.output_type == "display_data" for output in node.get("outputs", ()))
    words = cell.options.display.fig_cap if isinstance(cell, Cell) else None
    caption = references.caption(cell.number, "fig", words) if references and isinstance(cell, Cell) else \
        " ".join((words or "").split())
    if drawn and caption:
        yield _added(new_markdown_cell(caption), f"{node['id']}-caption", "-")


def _added(node: Node, name: str, slide_type: str) -> Node:
    """A cell that does not correspond to a part of the deck."""
    node["id"] = name
    node.metadata |= {"slideshow": {"slide_type": slide_type}, KEY: {"added": True}}
    return node


def _node(piece: Piece, shown: _Shown) -> Node:
    if isinstance(piece.block, Cell):
        return _cell(piece.block, shown)
    assert isinstance(piece.block, Prose)
    text = piece_of(shown.words[piece.block], ruled=piece.opens).core
    return new_markdown_cell(with_pictures(text, shown.pictures))


def _cell(cell: Cell, shown: _Shown) -> Node:
    """A code cell; code that does not run, or cannot run on its own, becomes Markdown."""
    check = shown.checks[cell.number]
    if not check.outcome.ran:
        code = shown_code(cell, cell.source)
        return new_markdown_cell(f"```python\n{code}\n```" if code else "")
    display = cell.options.display
    code = runnable(check)
    if not display.include:
        code = f"{word('hidden', shown.deck.lang)}\n{code}"
    outputs = () if shown.deck.variant is Variant.STUDENT else outputs_of(check, shown.pictures)
    node = new_code_cell(code, outputs=list(outputs))
    if not (display.echo and display.include):
        node.metadata |= HIDDEN
    if check.announced:
        node.metadata["tags"] = ["raises-exception"]
    return node
