"""What is wrong in an author's file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from marpweave.model.location import Location


class Kind(StrEnum):
    """Kinds of findings; each has a failure case in tests/golden/failures."""

    MARKDOWN = "markdown"
    OPTION = "option"
    SYNTAX = "syntax"
    ERROR = "error"
    TIMEOUT = "timeout"
    KERNEL_DIED = "kernel-died"
    MISMATCH = "mismatch"
    SUSPECT = "suspect"
    UNCHECKED = "unchecked"
    WARNING = "warning"
    WAVERING = "wavering"
    STALE = "stale"
    CIRCULAR = "circular"
    MISSING_IMAGE = "missing-image"
    REMOTE_IMAGE = "remote-image"
    OUTSIDE_IMAGE = "outside-image"
    MISSING_GLYPH = "missing-glyph"
    STALE_FIGURE = "stale-figure"
    STALE_SOURCE = "stale-source"
    OVERFLOW = "overflow"
    SMALL_TEXT = "small-text"
    RENDER = "render"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in an author's file: the place, what is wrong, what would be right."""

    kind: Kind
    location: Location
    message: str
    slide: int | None = None
    want: str | None = None
    got: str | None = None
    slides: tuple[int, ...] = ()
    """All slides with the same fault, ``slide`` the first of them; () where it is that one alone."""
