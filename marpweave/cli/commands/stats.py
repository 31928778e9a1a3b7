"""The command `stats`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marpweave.cli.options import decks, known
from marpweave.cli.settings import project_of, settings_of

if TYPE_CHECKING:
    from marpweave.build.stats.counted import Counted

SUMS = ("slides", "cells", "ran", "not_run", "proven", "unchecked", "figures")
HEADS = ("slides", "", "minutes", "cells", "proven", "unchecked", "figures")


@click.command()
@decks
@known
@click.option("--rate", type=click.IntRange(min=1), metavar="N",
              help="Words, or characters of Japanese and Chinese, spoken per minute.  [default: 130, 300]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stats(decks: tuple[Path, ...], rate: int | None, *, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Count slides, words, minutes of notes, cells, proven outputs and figures; runs nothing."""
    from marpweave.build.stats.counted import counted

    counts = counted(project_of(settings_of(decks=decks, trust=True, **options)), rate)
    document = {"decks": list(map(_row, counts)), "course": course_of(counts)}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else "\n".join(table(counts)))


def _row(deck: Counted) -> Mapping[str, Any]:
    return {**asdict(deck), "path": str(deck.path), "minutes": deck.minutes and round(deck.minutes, 1)}


def course_of(decks: Sequence[Counted]) -> dict[str, Any]:
    """The sums of all decks; words and characters are counted apart."""
    minutes = [deck.minutes for deck in decks if deck.minutes is not None]
    words = {unit: sum(deck.words for deck in decks if deck.unit == unit) for unit in sorted({d.unit for d in decks})}
    return {"decks": len(decks), "words": words, "minutes": round(sum(minutes), 1) if minutes else None,
            **{name: sum(getattr(deck, name) for deck in decks) for name in SUMS}}


def table(decks: Sequence[Counted]) -> Iterator[str]:
    """A line for each deck, and one for the course."""
    from rich.cells import cell_len

    course = course_of(decks)
    unit, *others = course["words"]
    suffixes = {each: f" {each}" if others else "" for each in course["words"]}
    rows = [("", *(head or ("words" if others else unit) for head in HEADS)),
            *((str(deck.path), *_shown(asdict(deck), f"{deck.words:,}{suffixes[deck.unit]}")) for deck in decks)]
    if len(decks) > 1:
        words = ", ".join(f"{number:,}{suffixes[each]}" for each, number in course["words"].items())
        rows.append((f"{len(decks)} decks", *_shown(course, words)))
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = (" " * (width - cell_len(text)) + text for text, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([first + " " * (widths[0] - cell_len(first)), *cells]).rstrip()


def _shown(deck: Mapping[str, Any], words: str) -> tuple[str, ...]:
    minutes = "no notes" if deck["minutes"] is None else f"{deck['minutes']:.1f}"
    known = deck["ran"] or not deck["not_run"]
    gave = [f"{deck[name]:,}" if known else "not run" for name in ("proven", "unchecked", "figures")]
    cells = f"{deck['cells']:,}" + (f" ({deck['not_run']:,} not run)" if deck["not_run"] and known else "")
    return f"{deck['slides']:,}", words, minutes, cells, *gave
