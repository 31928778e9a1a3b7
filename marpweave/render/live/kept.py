"""Caches the slides last shown, so that an unchanged deck can be shown before Node.js has started."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.cache.environment import own_digest
from marpweave.cache.records import Digest, Record
from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.render.live.slides import Slides
from marpweave.render.programs.tools import identity

if TYPE_CHECKING:
    from marpweave.render.prepare import Presentation


class KeptSlides(Record, frozen=True):
    """The cached slides of one deck."""

    made_of: Digest
    slides: Slides


def kept_slides(deck: Path, presentation: Presentation, store: Store) -> Slides | None:
    """The slides that the renderer would produce; None if not cached."""
    found = store.record("slides", digest(str(deck)), KeptSlides)
    return found.slides if found and found.made_of == _made_of(presentation) else None


def keep_slides(deck: Path, presentation: Presentation, slides: Slides, store: Store) -> None:
    """Cache slides with everything they depend on."""
    store.put_record("slides", digest(str(deck)), KeptSlides(_made_of(presentation), slides))


def _made_of(presentation: Presentation) -> str:
    return digest(json.dumps([own_digest(), *identity(), asdict(presentation)]))
