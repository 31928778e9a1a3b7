"""``--update``: rewrites drifted outputs in the author's file, if a second run agrees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from marpweave.build.checking import run_alone, search_path
from marpweave.build.decks import Checked, Source
from marpweave.build.project import Project
from marpweave.build.reading import content_of, deck_of, whole_deck, with_others
from marpweave.check.sources import source_edits
from marpweave.check.update.edits import first_line
from marpweave.check.update.law import lawful
from marpweave.check.update.rewrite import Drift, Rewriting, drifted, edits_of, rewritten
from marpweave.check.update.shared import by_file, lines_at, objections, place_of, stance_of
from marpweave.errors import DeckError, UsageError
from marpweave.files import holds
from marpweave.files import replace as replace_file
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding
from marpweave.model.origins import SourceFile
from marpweave.read.includes import Included


def updated(checked: Checked, project: Project, *, others: Sequence[Checked]) -> Checked:
    """Rewrite drifted outputs if a second run agrees and the law allows it, then check the deck again.

    ``others``: decks that may include the same files, in their state before any update.
    """
    own, *parts = checked.deck.files
    others = [each for each in others if _share(each.deck, checked.deck)]
    if others and not _stand([own, *parts]):  # one of them has just been updated
        checked = run_alone(_source(checked.deck, content_of(own.path).decode("utf-8", "replace"), project), project)
    new = rewrite(checked, project, others=others)
    if not new.edits:
        return replace(checked, findings=_not_updated(checked.findings, new.left))
    fresh = run_alone(_source(checked.deck, new.text, project), project)
    return replace(fresh, findings=_not_updated(fresh.findings, new.left), updated=len(new.edits),
                   written=checked.written)


def rewrite(
    checked: Checked, project: Project, *, others: Sequence[Checked] = (), line: int | None = None,
) -> Rewriting:
    """Rewrite drifted outputs in their files; return the new text of the deck, and why others were skipped.

    ``line``: rewrite only the output that begins there.
    """
    deck, drift = checked.deck, _drift(checked, project, line)
    if not drift.lines or checked.circular:
        return Rewriting(deck.files[0].text, (), {})
    again = _drift(run_alone(Source(deck), project.knowing_nothing()), project, line) if drift.edits else drift
    sharing = (checked, *others) if deck.origins else others
    stances = [stance_of(each.checks, each.deck, _drift(each, project, None).edits) for each in sharing]
    against = objections(drift.edits, deck, stances)
    reread = partial(_deck_or_none, deck, project)
    new = rewritten(deck.text, replace(drift, against=against), again,
                    partial(lawful, text=deck.text, deck=deck, reread=reread))
    own, made = deck.files[0], by_file(new.edits, deck)
    if not _stand(made) or not all(replace_file(file.path, file.text.encode(), made[file].encode()) for file in made):
        return Rewriting(own.text, (), dict.fromkeys(drift.lines, "the file was saved meanwhile"))
    return replace(new, text=made.get(own, own.text))


def _stand(files: Iterable[SourceFile]) -> bool:
    """Whether files are unchanged since they were read."""
    return all(holds(file.path, file.text.encode()) for file in files)


def _share(one: Deck, other: Deck) -> bool:
    """Whether two decks may show the same lines."""
    return one.path != other.path and not {file.place for file in one.files}.isdisjoint(
        file.place for file in other.files)


def _drift(checked: Checked, project: Project, line: int | None) -> Drift:
    deck, suspects = checked.deck, project.settings.strict
    synced = tuple(source_edits(deck, search_path(deck, project), Files()))
    places = (first_line(*each) for each in drifted(checked.checks, suspects=suspects))
    edits = (*edits_of(checked.checks, deck.text, suspects=suspects), *synced)
    lines = (*places, *(edit.first for edit in synced))
    wanted = None if line is None else {line, *lines_at(place_of(line, deck), deck)}
    return Drift(tuple(edit for edit in edits if wanted is None or edit.first in wanted),
                 tuple(each for each in lines if wanted is None or each in wanted))


def _source(old: Deck, text: str, project: Project) -> Source:
    """Read a deck again, with the current state of included files."""
    files, given = Files(), project.settings.given(old.path)
    deck = with_others(deck_of(text, old.path, files, given), files, given)
    return Source(deck, tuple(files.used()))


def _deck_or_none(old: Deck, project: Project, text: str) -> Deck | None:
    """Parse a text whose includes have been expanded; None if it is not a valid deck."""
    try:
        return whole_deck(Included(text), old.path, Files(), project.settings.given(old.path))
    except DeckError:
        return None


def _not_updated(findings: Sequence[Finding], left: Mapping[int, str]) -> tuple[Finding, ...]:
    return tuple(
        replace(f, message=f"{f.message}; not updated: {left[f.location.line]}")
        if f.location.line in left and f.want is not None else f for f in findings)


def modernised(path: Path) -> bool:
    """Convert a classic deck in place; return whether it changed. Raises UsageError."""
    from marpweave.read.classic import modernise
    from marpweave.weave.embed import natural_width

    old = path.read_bytes()
    new = modernise(old.decode("utf-8"), partial(natural_width, folder=path.parent, files=Files())).encode("utf-8")
    if new != old and not replace_file(path, old, new):
        raise UsageError(f"{path} was saved meanwhile, so it was not rewritten; run `modernise` again")
    return new != old
