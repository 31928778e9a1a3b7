"""The steps of a comparison: pair decks, prepare both, pair slides, compare pictures, find reasons."""

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
from marpweave.build.compare.views import SlidePair, View, presentation_of, views_of
from marpweave.build.faults import Unreadable
from marpweave.errors import UsageError
from marpweave.model.finding import Finding
from marpweave.model.location import Location
from marpweave.render.live.slides import Sheet, Slides

if TYPE_CHECKING:
    from marpweave.build.compare.revisions import Repository
    from marpweave.render.prepare import Presentation
    from marpweave.render.renderer import MarpRenderer


class Change(StrEnum):
    """How a slide or a deck changed."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """Unchanged, but at another position."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A slide that changed."""

    change: Change
    before: View | None
    """None: added."""
    after: View | None
    """None: removed."""
    looks: Looks
    moved: bool = False
    reasons: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()

    @property
    def view(self) -> View:
        """The current view of the slide, or the last one if it was removed."""
        found = self.after or self.before
        assert found
        return found


@dataclass(frozen=True, slots=True)
class _DeckPaths:
    """The paths of a deck before and after."""

    before: Path | None
    """None: added."""
    after: Path | None
    """None: removed."""
    was: str = ""
    """Former name, if renamed."""


@dataclass(frozen=True, slots=True)
class ComparedDeck:
    """A deck and its differences."""

    name: str
    """Its path in the repository."""
    was: str = ""
    """Former name, if renamed."""
    slides: int = 0
    """Number of slides compared."""
    differences: tuple[Difference, ...] = ()
    faults: tuple[Finding, ...] = ()
    """Why the comparison failed."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of two states of a project."""

    before: str
    after: str
    decks: tuple[ComparedDeck, ...]

    @property
    def differs(self) -> bool:
        """Whether anything changed, or could not be compared."""
        return any(deck.differences or deck.faults for deck in self.decks)


def compare(sides: tuple[Side, Side], named: Sequence[str], repository: Repository) -> Comparison:
    """Compare the ``named`` decks, or all, of two sides."""
    from marpweave.render.renderer import MarpRenderer

    before, after = sides
    paths = {name: each for name, each in _paths(before, after, repository).items() if _is_meant(name, each, named)}
    if named and not paths:
        raise UsageError(f"neither {before.name} nor {after.name} has a deck {', '.join(named)}")
    with MarpRenderer(prints=False) as renderer:
        olds = made(before, [each.before for each in paths.values() if each.before], renderer)
        news = made(after, [each.after for each in paths.values() if each.after], renderer)
        with after.project.events.busy("comparing slides"):
            decks = [_compared(ComparedDeck(name, each.was),
                               _State(before, olds[each.before] if each.before else None),
                               _State(after, news[each.after] if each.after else None), renderer)
                     for name, each in paths.items()]
    return Comparison(before.name, after.name, tuple(decks))


# -- decks --------------------------------------------------------------------------


def _paths(before: Side, after: Side, repository: Repository) -> dict[str, _DeckPaths]:
    """The decks of both sides by name."""
    olds, news = before.decks(), after.decks()
    gone, added = ({name: path.read_bytes() for name, path in one.items() if name not in other and path.is_file()}
                  for one, other in ((olds, news), (news, olds)))
    renamed = {new: old for old, new in repository.renamed(gone, added).items()}
    left = {name: path for name, path in olds.items() if name not in news and name not in renamed.values()}
    found = {name: _DeckPaths(olds.get(renamed.get(name, name)), path, renamed.get(name, ""))
             for name, path in news.items()}
    found |= {name: _DeckPaths(path, None) for name, path in left.items()}
    return dict(sorted(found.items()))


def _is_meant(name: str, paths: _DeckPaths, named: Sequence[str]) -> bool:
    return not named or any(wish in (each, *map(str, Path(each).parents)) or fnmatchcase(each, wish)
                            for wish in named for each in filter(None, (name, paths.was)))


# -- slides -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _State:
    """A deck on one side."""

    side: Side
    made: MadeDeck | Unreadable | None
    """None: it does not exist on this side."""

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Why it could not be prepared, with locations valid in its repository."""
        found = self.made.findings if isinstance(self.made, Unreadable) else ()
        return tuple(_placed(each, self.side) for each in found)

    @property
    def presentation(self) -> Presentation | None:
        """What to render; None: nothing."""
        return presentation_of(self.made) if isinstance(self.made, MadeDeck) else None

    def views(self, slides: Slides | None) -> tuple[View, ...]:
        """Its rendered slides."""
        return views_of(self.made, self.side, slides) if isinstance(self.made, MadeDeck) and slides else ()


def _compared(deck: ComparedDeck, before: _State, after: _State, renderer: MarpRenderer) -> ComparedDeck:
    if faults := (*before.faults, *after.faults):
        return replace(deck, faults=faults)
    old, new = before.presentation, after.presentation
    if old and old == new and isinstance(before.made, MadeDeck):
        return replace(deck, slides=len(before.made.prepared.woven.slides))
    begun = [renderer.slides(each) if each else None for each in (old, new)]
    slides = [each.result() if each else None for each in begun]
    olds, news = before.views(slides[0]), after.views(slides[1])
    restyled = len({each.css for each in slides if each}) > 1
    pairs = [SlidePair(_at(olds, match.before), _at(news, match.after), match.moved, restyled)
             for match in aligned([view.key for view in olds], [view.key for view in news])]
    suspects = [pair for pair in pairs if pair.moved or not pair.is_same]
    differences = tuple(found for pair, looks in zip(suspects, _looks(suspects, slides, renderer), strict=True)
                        for found in _differences(pair, looks))
    return replace(deck, slides=len(pairs), differences=differences)


def _looks(
    pairs: Sequence[SlidePair], slides: Sequence[Slides | None], renderer: MarpRenderer,
) -> Iterator[Looks]:
    """Pictures of pairs of slides; both sides are rendered at once."""
    begun = [_begun([(pair, view) for pair in pairs if (view := pair.sides[n])], slides[n], renderer) for n in (0, 1)]
    shots = [iter(each.result() if each else ()) for each in begun]
    return (compared(*(next(shot) if view else None for view, shot in zip(pair.sides, shots, strict=True)))
            for pair in pairs)


def _placed(fault: Finding, side: Side) -> Finding:
    """A finding with its location in the repository, because the folder of a revision is temporary."""
    if not side.revision:
        return fault
    place = Location(Path(f"{side.revision.name}:{side.place(fault.location.path)}"), fault.location.line)
    return replace(fault, location=place, message=side.revision.with_names(fault.message, side.top))


def _at(views: Sequence[View], place: int | None) -> View | None:
    return None if place is None else views[place]


def _begun(
    views: Sequence[tuple[SlidePair, View]], slides: Slides | None, renderer: MarpRenderer,
) -> Future[Sequence[bytes]] | None:
    """Start taking pictures of the slides of one side."""
    if not views or not slides:
        return None
    made = views[0][1].made
    styles = made.prepared.presentation.css, slides.css or ""
    return renderer.shots(Sheet(tuple(pair.shown(view) for pair, view in views), styles, slides.size,
                                made.checked.deck.lang))


def _differences(pair: SlidePair, looks: Looks) -> Iterator[Difference]:
    """The difference between two versions of a slide, if it is visible."""
    before, after = pair.sides
    if not before or not after:
        yield Difference(Change.REMOVED if before else Change.ADDED, before, after, looks)
    elif looks.difference or substance(before.brief) != substance(after.brief):
        yield Difference(Change.CHANGED, before, after, looks, pair.moved,
                         reasons_of(before, after, restyled=pair.restyled), tuple(details_of(before, after)))
    elif pair.moved:
        yield Difference(Change.MOVED, before, after, looks, moved=True)
