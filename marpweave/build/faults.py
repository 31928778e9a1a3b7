"""Turns bugs of marpweave into findings, and errors of the operating system into messages."""

from __future__ import annotations

import contextlib
import errno
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from marpweave.errors import MarpweaveError, ToolError
from marpweave.files import write_bytes
from marpweave.inputs.used import BuildInput
from marpweave.model.environment import NATIVE
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.variant import Variant

if TYPE_CHECKING:
    from marpweave.build.project import Project
    from marpweave.model.deck import Deck

REFUSALS = frozenset({
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE,
    errno.ENFILE, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.EEXIST})
"""Errors by which an operating system refuses an operation: not bugs of the program."""
NO_ROOM = "No usable temporary directory"
"""Python's message if no folder for temporary files is writable."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A deck that cannot be run because of its faults."""

    path: Path
    findings: tuple[Finding, ...]
    variant: Variant = Variant.FULL
    used: tuple[BuildInput, ...] = ()
    """Files read for it."""


class InBuild(Protocol):
    """A deck between two steps of a build."""

    @property
    def deck(self) -> Deck:
        """The deck itself."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings so far."""


Before = TypeVar("Before", bound=InBuild)
After = TypeVar("After", bound=InBuild)


def for_each(
    step: Callable[[Before, Project], After], decks: Sequence[Before | Unreadable], project: Project,
) -> list[After | Unreadable]:
    """Apply a step to each deck still in the build; a deck for which it crashes drops out."""
    return [deck if isinstance(deck, Unreadable) else _alone(step, deck, project) for deck in decks]


def together(
    step: Callable[[Sequence[Before], Project], Sequence[After]], decks: Sequence[Before | Unreadable],
    project: Project,
) -> list[After | Unreadable]:
    """Apply a step to all decks at once; if it crashes, apply it to each, and drop only the deck concerned."""
    remaining = [deck for deck in decks if not isinstance(deck, Unreadable)]
    try:
        done = iter(step(remaining, project))
    except MarpweaveError:
        raise
    except Exception:  # noqa: BLE001  taking decks one by one shows which of them it was
        return for_each(lambda one, project: step([one], project)[0], decks, project)
    return [deck if isinstance(deck, Unreadable) else next(done) for deck in decks]


def _alone(step: Callable[[Before, Project], After], deck: Before, project: Project) -> After | Unreadable:
    done = contained(lambda: step(deck, project), deck.deck.path, project.root)
    if isinstance(done, Finding):
        return Unreadable(deck.deck.path, (*deck.deck.origins.in_files(deck.findings), done), deck.deck.variant)
    return done


def contained(step: Callable[[], Result], path: Path, root: Path) -> Result | Finding:
    """The result of a step; if it crashes, an ``internal`` finding with a report under ``root``.

    Errors that users can fix pass through; errors of the operating system become such errors.
    """
    try:
        return step()
    except MarpweaveError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and (error.errno in REFUSALS or NO_ROOM in str(error)):
            said = error.strerror or str(error)
            raise ToolError(f"{error.filename}: {said}" if error.filename else said) from error
        return _finding(error, path, root)


def _finding(error: Exception, path: Path, root: Path) -> Finding:
    file = _reported(error, path, root)
    words = traceback.format_exception_only(error)[-1].strip().partition("\n")[0]
    message = f"{words}: a bug in marpweave, not in the deck; the other decks are unaffected. Please send {file} to " \
              "its authors, with the deck if you can share it"
    return Finding(Kind.INTERNAL, Location(path, 1), message)


def _reported(error: Exception, path: Path, root: Path) -> Path:
    """Write the crash report, into the project or, if not writable, the temporary folder; return its path."""
    whole = str(path.relative_to(root) if path != root and path.is_relative_to(root) else path)
    name = f"internal-{re.sub(r'[^a-zA-Z0-9_.-]', '_', whole.removesuffix(path.suffix))[-80:]}.txt"
    content = "\n".join([*_circumstances(path), "", *traceback.format_exception(error)])
    for folder in (root / ".marpweave", Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError):
            write_bytes(folder / name, content.encode("utf-8", "backslashreplace"))
            return folder / name
    return root / ".marpweave" / name


def _circumstances(path: Path) -> Iterator[str]:
    """What is needed to reproduce the crash, without environment variables."""
    from importlib.metadata import version

    from marpweave.build.project import Environments

    yield f"marpweave {version('marpweave')}"
    yield f"command: {' '.join(sys.argv)}"
    yield f"deck: {path}"
    yield from (f"{name} {found}" for name, found in sorted(Environments("", Path()).of(NATIVE).facts.items()))
