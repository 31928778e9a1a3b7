"""Texts that marpweave adds to a notebook, in the deck's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"setup": "**Set-up.** Run the next cell first.", "hidden": "# Set-up: no slide shows this cell."},
    "ja": {"setup": "**準備**　はじめに、次のセルを実行してください。",
           "hidden": "# 準備（スライドには出ないセルです）"},
}


def word(name: str, lang: str) -> str:
    """A sentence in a language; English for unknown languages."""
    return WORDS.get(lang, WORDS["en"])[name]
