"""Counts words like word processors do: in Japanese and Chinese, each character counts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from marpweave.read.literals import prose_of

IDEOGRAPH = r"[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d]"
WORD = re.compile(rf"{IDEOGRAPH}|(?:(?!{IDEOGRAPH})[^\W_])+(?:['’.-]?(?!{IDEOGRAPH})[^\W_])*")
TAG = re.compile(r"<(style|script)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
RATES: Mapping[str, int] = {"characters": 300, "words": 130}
"""Speaking rates per minute."""


def unit_of(lang: str) -> str:
    """The unit for a language."""
    return "characters" if lang in ("ja", "zh") else "words"


def words_in(text: str) -> int:
    """Number of words in a text."""
    return sum(1 for _ in WORD.finditer(text))


def words_shown(tokens: Sequence[Token]) -> int:
    """Number of words on slides, excluding code, formulas and notes."""
    prose = sum(words_in(prose_of(token)) for token in tokens if token.type == "inline")
    return prose + sum(words_in(TAG.sub(" ", token.content)) for token in tokens if token.type == "html_block")
