"""The steps of a comparison, in order: pair decks, make both, pair slides, look at those that differ, say why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.compare.align import aligned, substance
from marpweave.build.compare.looks import Looks, compared
from marpweave.build.compare.reasons import Detail, details_of, reasons_of
from marpweave.build.compare.sides import MadeDeck, Side, made
from marpweave.build.compare.views import Both, View, presentation_of, views_of
from marpweave.build.faults import Unreadable
from marpweave.errors import UsageError
from marpweave.model.finding import Finding
from marpweave.model.location import Location
from marpweave.render.live.slides import Sheet, Slides

if TYPE_CHECKING:
    from marpweave.build.compare.revisions import Repository
    from marpweave.render.renderer import MarpRenderer


class Change(StrEnum):
    """What became of a slide, or of a deck."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """It is the same, elsewhere."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A slide that is not as it was."""

    change: Change
    before: View | None
    """None: it was added."""
    after: View | None
    """None: it was removed."""
    looks: Looks
    moved: bool = False
    reasons: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()

    @property
    def view(self) -> View:
        """The slide as it is now, or was last."""
        found = self.after or self.before
        assert found
        return found


@dataclass(frozen=True, slots=True)
class _Twins:
    """A deck before and after."""

    before: Path | None
    """None: it was added."""
    after: Path | None
    """None: it was removed."""
    was: str = ""
    """What it was called, if it was renamed."""


@dataclass(frozen=True, slots=True)
class _Deck:
    """A deck that was made on both sides."""

    name: str
    was: str
    sides: tuple[Side, Side]
    made_decks: tuple[MadeDeck | Unreadable | None, MadeDeck | Unreadable | None]


@dataclass(frozen=True, slots=True)
class ComparedDeck:
    """A deck, and what is not as it was."""

    name: str
    """Its path in the repository."""
    was: str = ""
    """What it was called, if it was renamed."""
    slides: int = 0
    """How many were compared."""
    differences: tuple[Difference, ...] = ()
    faults: tuple[Finding, ...] = ()
    """Why it could not be compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of a project, deck by deck."""

    before: str
    after: str
    decks: tuple[ComparedDeck, ...]

    @property
    def differs(self) -> bool:
        """Whether anybody sees anything else."""
        return any(deck.differences or deck.faults for deck in self.decks)


def compare(sides: tuple[Side, Side], named: Sequence[str], repository: Repository) -> Comparison:
    """All that differs between two sides, of the decks that are ``named``, or of all."""
    from marpweave.render.renderer import MarpRenderer

    before, after = sides
    twins = {name: each for name, each in _twins(before, after, repository).items() if _is_meant(name, each, named)}
    if named and not twins:
        raise UsageError(f"neither {before.name} nor {after.name} has a deck {', '.join(named)}")
    with MarpRenderer(prints=False) as renderer:
        olds = made(before, [each.before for each in twins.values() if each.before], renderer)
        news = made(after, [each.after for each in twins.values() if each.after], renderer)
        with after.project.events.busy("comparing slides"):
            decks = [_compared(_Deck(name, each.was, sides, (
                olds[each.before] if each.before else None, news[each.after] if each.after else None)), renderer)
                for name, each in twins.items()]
    return Comparison(before.name, after.name, tuple(decks))


# -- decks --------------------------------------------------------------------------


def _twins(before: Side, after: Side, repository: Repository) -> dict[str, _Twins]:
    """The decks of both sides by their names, each with what it was."""
    olds, news = before.decks(), after.decks()
    gone, added = ({name: path.read_bytes() for name, path in one.items() if name not in other and path.is_file()}
                  for one, other in ((olds, news), (news, olds)))
    renamed = {new: old for old, new in repository.renamed(gone, added).items()}
    left = {name: path for name, path in olds.items() if name not in news and name not in renamed.values()}
    found = {name: _Twins(olds.get(renamed.get(name, name)), path, renamed.get(name, ""))
             for name, path in news.items()}
    found |= {name: _Twins(path, None) for name, path in left.items()}
    return dict(sorted(found.items()))


def _is_meant(name: str, twins: _Twins, named: Sequence[str]) -> bool:
    return not named or any(wish in (each, *map(str, Path(each).parents)) or fnmatchcase(each, wish)
                            for wish in named for each in filter(None, (name, twins.was)))


# -- slides -------------------------------------------------------------------------


def _compared(deck: _Deck, renderer: MarpRenderer) -> ComparedDeck:
    faults = tuple(_placed(finding, side) for each, side in zip(deck.made_decks, deck.sides, strict=True)
                   if isinstance(each, Unreadable) for finding in each.findings)
    if faults:
        return ComparedDeck(deck.name, deck.was, faults=faults)
    made_decks = [each if isinstance(each, MadeDeck) else None for each in deck.made_decks]
    if made_decks[0] and made_decks[1] and presentation_of(made_decks[0]) == presentation_of(made_decks[1]):
        return ComparedDeck(deck.name, deck.was, len(made_decks[0].prepared.woven.slides))
    begun = [each and renderer.slides(presentation_of(each)) for each in made_decks]
    slides = [each.result() if each else None for each in begun]
    views = [views_of(made, side, each) if made and each else ()
             for made, side, each in zip(made_decks, deck.sides, slides, strict=True)]
    restyled = None not in slides and len({each.css for each in slides if each}) > 1
    pairs = aligned([view.key for view in views[0]], [view.key for view in views[1]])
    slide_pairs = [Both(_at(views[0], pair.before), _at(views[1], pair.after), pair.moved, restyled) for pair in pairs]
    suspects = [both for both in slide_pairs if both.moved or not both.is_same]
    pictures = [_begun([(both, view) for both in suspects if (view := both.sides[n])], slides[n], renderer)
                for n in (0, 1)]
    shots = [iter(each.result()) if each else iter(()) for each in pictures]
    found: list[Difference] = []
    for both in suspects:
        looks = compared(*(next(shot) if view else None for view, shot in zip(both.sides, shots, strict=True)))
        found += _differences(both, looks)
    return ComparedDeck(deck.name, deck.was, len(slide_pairs), tuple(found))


def _placed(fault: Finding, side: Side) -> Finding:
    """A fault where its reader can find it: what is written aside for a revision is gone afterwards."""
    if not side.revision:
        return fault
    place = Location(Path(f"{side.revision.name}:{side.place(fault.location.path)}"), fault.location.line)
    return replace(fault, location=place, message=side.revision.with_names(fault.message, side.top))


def _at(views: Sequence[View], place: int | None) -> View | None:
    return None if place is None else views[place]


def _begun(
    shown: Sequence[tuple[Both, View]], slides: Slides | None, renderer: MarpRenderer,
) -> Future[Sequence[bytes]] | None:
    """Begin to take pictures of the slides of one side."""
    if not shown or not slides:
        return None
    made = shown[0][1].made
    styles = made.prepared.presentation.css, slides.css or ""
    return renderer.shots(Sheet(tuple(both.shown(view) for both, view in shown), styles, slides.size,
                                made.checked.deck.lang))


def _differences(both: Both, looks: Looks) -> Iterator[Difference]:
    """The difference between two states of a slide, unless nobody could tell it."""
    before, after = both.sides
    if not before or not after:
        yield Difference(Change.REMOVED if before else Change.ADDED, before, after, looks)
    elif looks.difference or substance(before.brief) != substance(after.brief):
        yield Difference(Change.CHANGED, before, after, looks, both.moved,
                         reasons_of(before, after, restyled=both.restyled), tuple(details_of(before, after)))
    elif both.moved:
        yield Difference(Change.MOVED, before, after, looks, moved=True)
