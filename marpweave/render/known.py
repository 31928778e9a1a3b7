"""What was measured and worked out for the slides of a deck, kept for its next rendering: the rest of it is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from marpweave.cache.environment import own_digest
from marpweave.cache.records import encoded
from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.render.index import picture_uri
from marpweave.render.prepare import PreparedDeck
from marpweave.render.programs.places import secret
from marpweave.render.programs.tools import identity
from marpweave.render.rendering import Measured, Rendering, WorkedOut

KIND, WORKED_OUT = "measured", "worked"


def with_known(deck: PreparedDeck, out: Path, store: Store) -> PreparedDeck:
    """A deck with what is known of slides that these tools have measured, and of their parts."""
    key, setup = _key(deck, out), deck.presentation.setup
    known, worked = store.record(KIND, key, Measured), store.record(WORKED_OUT, key, WorkedOut)
    kept: Mapping[str, str] | None = worked.texts if worked and worked.seal == _seal(key, worked.texts) else {}
    if setup.file or setup.engine:  # code, which may ask for anything
        kept = None
    return replace(deck, presentation=replace(deck.presentation, known=known, kept=kept))


def measured_anew(deck: PreparedDeck, rendering: Rendering, out: Path, store: Store) -> Rendering:
    """Keep what was measured and worked out in place of what was known -> with a small picture of the first slide."""
    known = deck.presentation.known
    small = rendering.small or picture_uri(rendering.picture)
    fresh = Measured(dict(rendering.measured), rendering.title, small)
    key = _key(deck, out)
    if rendering.measured and fresh != known:
        store.put_record(KIND, key, fresh)
    if rendering.kept is not None:
        store.put_record(WORKED_OUT, key, WorkedOut(dict(rendering.kept), _seal(key, rendering.kept)))
    return replace(rendering, small=small)


def _key(deck: PreparedDeck, out: Path) -> str:
    """Of the last rendering of a deck: there is one record for each."""
    return digest(json.dumps([own_digest(), *identity(), str(out.resolve()), deck.name]))


def _seal(key: str, texts: Mapping[str, str]) -> str:
    return hashlib.blake2b(encoded((key, texts)), key=secret(), digest_size=16).hexdigest()
