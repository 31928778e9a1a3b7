"""Parses ``bibliography:``, ``csl:`` and ``nocite:`` in the front matter. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from marpweave.model.bibliography import Bibliography
from marpweave.read.options.values import display_value
from marpweave.read.yaml import Entry, Fault

KEY = re.compile(r"@(\*|\{[^{}\s]+\}|[^\s,;@{}]+)")
KEYS = re.compile(rf"(?:[\s,;]*{KEY.pattern})+[\s,;]*")


def read_bibliography(
    entries: Sequence[Entry], deck: Path, given: Bibliography, skipped: int,
) -> tuple[Bibliography, tuple[Fault, ...]]:
    """What a deck says over what it is given, and faults with lines of the entries; its paths start in its folder.

    ``skipped``: lines of the file before those that the entries count.
    """
    by_key = {entry.key: entry for entry in entries}
    bibliography, csl, nocite = by_key.get("bibliography"), by_key.get("csl"), by_key.get("nocite")
    faults = tuple(_faults(bibliography, csl, nocite))
    if faults:
        return Bibliography(), faults
    files = tuple(deck.parent / name for name in _names(bibliography.value)) if bibliography else given.files
    style = (str(deck.parent / csl.value) if _is_file(csl.value) else csl.value) if csl else given.style
    line, nocite_line = (skipped + entry.line + 1 if entry else 0 for entry in (bibliography, nocite))
    keys = tuple(key.strip("{}") for key in KEY.findall(_text(nocite.value))) if nocite else ()
    return Bibliography(files, style, line, keys, nocite_line), ()


def _faults(files: Entry | None, csl: Entry | None, nocite: Entry | None) -> Iterator[Fault]:
    if files and not all(isinstance(name, str) and name for name in _names(files.value)):
        yield Fault(files.line, f"'bibliography' must be a file, or a list of files, not {display_value(files.value)}")
    if csl and not (isinstance(csl.value, str) and csl.value):
        yield Fault(csl.line, f"'csl' must be a style, by its name or its file, not {display_value(csl.value)}")
    if nocite and not KEYS.fullmatch(_text(nocite.value)):
        yield Fault(nocite.line, f"'nocite' must be keys such as '@a, @b', or '@*', not {display_value(nocite.value)}")


def _text(value: Any) -> str:  # noqa: ANN401
    return " ".join(map(str, _names(value)))


def _names(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [value]


def _is_file(style: str) -> bool:
    return style.endswith(".csl") or "/" in style
