"""Draws the diagrams of decks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from marpweave.build.decks import Checked
from marpweave.build.project import Project
from marpweave.errors import ToolError
from marpweave.inputs.used import Files
from marpweave.model.diagram import Diagram, Drawings
from marpweave.model.outcome import Display

if TYPE_CHECKING:
    from marpweave.render.renderer import Renderer


def with_diagrams(
    decks: Sequence[Checked], project: Project, *, renderer: Renderer | None,
) -> list[Checked]:
    """The decks with their diagrams; without a renderer, only those in the store."""
    return [_drawn(checked, project, renderer) if checked.deck.diagrams or _has_plots(checked) else checked
            for checked in decks]


def with_its_diagrams(checked: Checked, project: Project, renderer: Renderer | None = None) -> Checked:
    """A deck with its diagrams; without a renderer, only those in the store."""
    (drawn,) = with_diagrams([checked], project, renderer=renderer)
    return drawn


def with_new_diagrams(decks: Sequence[Checked], project: Project) -> list[Checked]:
    """The decks with their diagrams; a renderer is opened only if some are missing, and if one is available."""
    from marpweave.render.renderer import MarpRenderer

    known = with_diagrams(decks, project, renderer=None)
    if not any(map(undrawn, known)):
        return known
    try:
        with MarpRenderer(prints=False) as renderer:
            return with_diagrams(decks, project, renderer=renderer)
    except ToolError as error:
        project.events.note(f"new diagrams were not drawn: {error}")
        return known


def undrawn(checked: Checked) -> frozenset[Diagram]:
    """The diagrams and plots of a deck that have to be drawn."""
    missing = frozenset(checked.deck.diagrams) - checked.drawings.diagrams.keys()
    if not _has_plots(checked):
        return missing
    from marpweave.render.diagrams.plots import plots_of

    return missing | {plot for plot in plots_of(checked.checks) if plot.source not in checked.drawings.plots}


def _has_plots(checked: Checked) -> bool:
    """Whether a cell displays data that the build must draw."""
    return checked.deck.adopted and any(
        isinstance(output, Display) and output.drawn(live=check.cell.options.display.is_live)
        for check in checked.checks for output in check.outcome.outputs)


def _drawn(checked: Checked, project: Project, renderer: Renderer | None) -> Checked:
    from marpweave.render.diagrams.drawing import diagram_findings, drawn, live_frames, plot_wishes, wishes_of
    from marpweave.render.style import style_of

    files, deck = Files(), checked.deck
    style = style_of(deck, files, project.site, project.store)
    path = project.environment(deck).path
    plots = plot_wishes(checked.checks, path) if _has_plots(checked) else ()
    for tool in {wish.tool.place for wish in plots if wish.tool.place}:
        files.read(tool)
    made = drawn((*wishes_of(deck, style), *plots), project.store, renderer)
    svg = {diagram: each.svg.encode() for diagram, each in made.items()}
    drawings = Drawings(
        {diagram: each for diagram, each in svg.items() if diagram.text},
        {plot.source: each for plot, each in svg.items() if not plot.text})
    frames = live_frames([wish for wish in plots if svg.get(wish.diagram)], checked.checks, project.store)
    return replace(checked.with_findings(diagram_findings(made), files), drawings=replace(drawings, frames=frames))
