"""Emoji that Marp shows as pictures; the engine takes them out of the same package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

CHARACTERS = "@iconify-json/twemoji/chars.json"
"""Code points joined by dashes -> name of the picture."""


def without_picture(characters: Iterable[str], modules: Path) -> list[str]:
    """Those of some characters that are part of no emoji with a picture, so that a font must have them."""
    wanted, file = list(characters), modules / CHARACTERS
    if not wanted or not file.is_file():
        return wanted
    drawn = {code for codes in json.loads(file.read_text(encoding="utf-8")) for code in codes.split("-")}
    return [character for character in wanted if f"{ord(character):04x}" not in drawn]
