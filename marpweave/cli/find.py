"""Which project a call means, and which decks."""

from __future__ import annotations

import re
from pathlib import Path

from marpweave.errors import UsageError

PLAINLY_A_DECK = re.compile(r"---[ \t]*\r?\n(?:(?!---|\.\.\.).*\n)*?(?:marp|execute):")
"""How nearly every deck begins; any other front matter is parsed, which takes longer."""


def project_root() -> Path:
    """The nearest folder with ``slides``, from the working folder upwards; else the working folder."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise UsageError("the working folder no longer exists; change to another") from None
    return next((folder for folder in (here, *here.parents) if (folder / "slides").is_dir()), here)


def cache_of(root: Path) -> Path:
    """Where results of earlier builds are kept by default."""
    return root / ".marpweave" / "cache"


def all_decks(root: Path) -> tuple[Path, ...]:
    """Every deck in ``slides/``, relative to the working folder if it is inside."""
    decks = sorted(p for p in (root / "slides").rglob("*.md") if p.is_file() and is_deck(p))
    if not decks:
        raise UsageError(f"no deck in {root / 'slides'}; name one")
    here = Path.cwd()
    return tuple(p.relative_to(here) if p.is_relative_to(here) else p for p in decks)


def is_deck(path: Path) -> bool:
    """Whether the front matter of a Markdown file has ``marp:`` or ``execute:``."""
    text = path.read_bytes().decode("utf-8", errors="replace").removeprefix("\ufeff")
    if PLAINLY_A_DECK.match(text) or not text.startswith("---"):
        return text.startswith("---")
    from marpweave.read.parse import says_it_is_a_deck

    return says_it_is_a_deck(text)
