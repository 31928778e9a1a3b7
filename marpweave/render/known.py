"""Caches measurements and intermediate results per slide, so that a rendering only computes what changed."""

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
    """A deck with cached measurements of its slides and intermediate results, if made by the same tools."""
    key, setup = _key(deck, out), deck.presentation.setup
    known, worked = store.record(KIND, key, Measured), store.record(WORKED_OUT, key, WorkedOut)
    kept: Mapping[str, str] | None = worked.texts if worked and worked.seal == _seal(key, worked.texts) else {}
    if setup.file or setup.engine:  # code in the configuration may depend on anything
        kept = None
    return replace(deck, presentation=replace(deck.presentation, known=known, kept=kept))


def measured_anew(deck: PreparedDeck, rendering: Rendering, out: Path, store: Store) -> Rendering:
    """Cache the results of a rendering; return it with a thumbnail of the first slide."""
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
    """The key of the last rendering of a deck, of which one is kept."""
    return digest(json.dumps([own_digest(), *identity(), str(out.resolve()), deck.name]))


def _seal(key: str, texts: Mapping[str, str]) -> str:
    return hashlib.blake2b(encoded((key, texts)), key=secret(), digest_size=16).hexdigest()
