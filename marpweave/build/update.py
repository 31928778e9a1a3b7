"""``--update``: rewrites outputs that drifted in the author's file, if a second run agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from marpweave.build.decks import Checked, Source, deck_of
from marpweave.build.project import Project
from marpweave.check.sources import source_edits
from marpweave.check.update.law import first_line, lawful
from marpweave.check.update.rewrite import Drift, Rewriting, drifted, edits_of, rewritten
from marpweave.errors import DeckError, UsageError
from marpweave.files import replace as replace_file
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding

Recheck = Callable[[Source, Project], Checked]
"""Runs a deck again, and checks it."""


def updated(checked: Checked, project: Project, *, recheck: Recheck) -> Checked:
    """Rewrite outputs that drifted, if a second run agrees and the law allows it; then check the deck again."""
    deck, new = checked.deck, rewrite(checked, project, recheck=recheck)
    if not new.edits:
        return replace(checked, findings=_not_updated(checked.findings, new.left))
    files = Files()
    true = deck_of(new.text, deck.path, files, prelude=project.settings.prelude, sandbox=deck.sandbox)
    fresh = recheck(Source(true, tuple(files.used())), project)
    return replace(fresh, findings=_not_updated(fresh.findings, new.left), updated=len(new.edits),
                   written=checked.written)


def rewrite(checked: Checked, project: Project, *, recheck: Recheck, line: int | None = None) -> Rewriting:
    """Rewrite outputs that drifted in their file -> what was rewritten, and why others were not.

    ``line``: rewrite the output that begins there alone.
    """
    deck, drift = checked.deck, _drift(checked, project, line)
    if not drift.lines or checked.restless:
        return Rewriting(deck.text, (), {})
    again = _drift(recheck(Source(deck), project.knowing_nothing()), project, line) if drift.edits else drift
    reread = partial(_deck_or_none, deck, project)
    new = rewritten(deck.text, drift, again, partial(lawful, text=deck.text, deck=deck, reread=reread))
    if new.edits and not replace_file(deck.path, deck.text.encode(), new.text.encode()):
        return Rewriting(deck.text, (), dict.fromkeys(drift.lines, "the file was saved meanwhile"))
    return new


def _drift(checked: Checked, project: Project, line: int | None) -> Drift:
    deck, suspects = checked.deck, project.settings.strict
    synced = tuple(source_edits(deck, search_path(deck, project), Files()))
    places = (first_line(*each) for each in drifted(checked.checks, suspects=suspects))
    edits = (*edits_of(checked.checks, deck.text, suspects=suspects), *synced)
    lines = (*places, *(edit.first for edit in synced))
    return Drift(tuple(edit for edit in edits if line in (None, edit.first)),
                 tuple(each for each in lines if line in (None, each)))


def own_folders(deck: Deck, project: Project) -> tuple[Path, ...]:
    """Folders in which the deck's own modules may be."""
    return deck.path.resolve().parent, project.root


def search_path(deck: Deck, project: Project) -> tuple[Path, ...]:
    """Folders in which all modules of the deck may be."""
    return *own_folders(deck, project), *map(Path, project.environment(deck).path)


def _deck_or_none(old: Deck, project: Project, text: str) -> Deck | None:
    try:
        return deck_of(text, old.path, Files(), prelude=project.settings.prelude, sandbox=old.sandbox)
    except DeckError:
        return None


def _not_updated(findings: Sequence[Finding], left: Mapping[int, str]) -> tuple[Finding, ...]:
    return tuple(
        replace(f, message=f"{f.message}; not updated, {left[f.location.line]}")
        if f.location.line in left and f.want is not None else f for f in findings)


def modernised(path: Path) -> bool:
    """Rewrite a deck of the classic Marp desktop program -> whether that changed it; raises UsageError."""
    from marpweave.read.classic import modernise
    from marpweave.weave.embed import natural_width

    old = path.read_bytes()
    new = modernise(old.decode("utf-8"), partial(natural_width, folder=path.parent, files=Files())).encode("utf-8")
    if new != old and not replace_file(path, old, new):
        raise UsageError(f"{path} was saved meanwhile, so it was not rewritten; run `modernise` again")
    return new != old
