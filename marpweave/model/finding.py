"""What is wrong in an author's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marpweave.model.location import Location


class Kind(StrEnum):
    """The kinds of findings; each has a failure case in tests/golden."""

    MARKDOWN = "markdown"
    OPTION = "option"
    REFERENCE = "reference"
    VARIANT = "variant"
    SYNTAX = "syntax"
    ERROR = "error"
    TIMEOUT = "timeout"
    KERNEL_DIED = "kernel-died"
    MISMATCH = "mismatch"
    SUSPECT = "suspect"
    UNCHECKED = "unchecked"
    HIDDEN_NAME = "hidden-name"
    BLANK = "blank"
    VACUOUS = "vacuous"
    LEAK = "leak"
    WARNING = "warning"
    NONDETERMINISTIC = "nondeterministic"
    STALE = "stale"
    CIRCULAR = "circular"
    DIAGRAM = "diagram"
    MISSING_IMAGE = "missing-image"
    REMOTE_IMAGE = "remote-image"
    OUTSIDE_IMAGE = "outside-image"
    MISSING_GLYPH = "missing-glyph"
    STALE_FIGURE = "stale-figure"
    STALE_SOURCE = "stale-source"
    CITATION = "citation"
    OVERFLOW = "overflow"
    SMALL_TEXT = "small-text"
    SMALL_LABEL = "small-label"
    EMPTY = "empty"
    NO_ALT = "no-alt"
    RENDER = "render"
    INTERNAL = "internal"


class Severity(StrEnum):
    """How serious a finding is; with ``--strict``, every finding fails the build."""

    NOTICE = "notice"
    """Counted, but listed only with ``--strict``."""
    WARNING = "warning"
    ERROR = "error"
    """Fails the build."""
    INTERNAL = "internal"
    """Fails the build because of a bug in marpweave itself."""


SEVERITIES: Mapping[Kind, Severity] = {
    **dict.fromkeys(Kind, Severity.ERROR),
    Kind.UNCHECKED: Severity.NOTICE, Kind.NO_ALT: Severity.NOTICE, Kind.HIDDEN_NAME: Severity.NOTICE,
    Kind.SUSPECT: Severity.WARNING, Kind.WARNING: Severity.WARNING, Kind.NONDETERMINISTIC: Severity.WARNING,
    Kind.SMALL_LABEL: Severity.WARNING, Kind.EMPTY: Severity.WARNING, Kind.BLANK: Severity.WARNING,
    Kind.INTERNAL: Severity.INTERNAL,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in an author's file: the place, what is wrong and what would be right."""

    kind: Kind
    location: Location
    message: str
    slide: int | None = None
    want: str | None = None
    got: str | None = None
    slides: tuple[int, ...] = ()
    """All slides with this problem, ``slide`` first; () if there is only one."""
    image: str = ""
    """Source of the image concerned, or ""."""

    @property
    def severity(self) -> Severity:
        """Severity, determined by the kind."""
        return SEVERITIES[self.kind]

    def fails(self, *, strict: bool) -> bool:
        """Whether the finding fails a build."""
        return strict or self.severity in (Severity.ERROR, Severity.INTERNAL)
