"""What was measured on the slides of a deck, kept for its next rendering: only what has changed is measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from marpweave.cache.environment import own_digest
from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.render.index import picture_uri
from marpweave.render.prepare import PreparedDeck
from marpweave.render.programs.tools import identity
from marpweave.render.rendering import Measured, Rendering

KIND = "measured"


def with_known(deck: PreparedDeck, out: Path, store: Store) -> PreparedDeck:
    """A deck with what is known of slides that these tools have measured."""
    known = store.record(KIND, _key(deck, out), Measured)
    return replace(deck, presentation=replace(deck.presentation, known=known))


def measured_anew(deck: PreparedDeck, rendering: Rendering, out: Path, store: Store) -> Rendering:
    """Keep what was measured in place of what was known -> with the picture of the first slide, small."""
    known = deck.presentation.known
    is_known = rendering.measured and not rendering.picture
    small = known.picture if known and is_known else picture_uri(rendering.picture)
    fresh = Measured(dict(rendering.measured), rendering.title, small)
    if rendering.measured and fresh != known:
        store.put_record(KIND, _key(deck, out), fresh)
    return replace(rendering, small=small)


def _key(deck: PreparedDeck, out: Path) -> str:
    """Of the last rendering of a deck: there is one record for each."""
    return digest(json.dumps([own_digest(), *identity(), str(out.resolve()), deck.name]))
