"""Words that weaving adds to slides, in the deck's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_lowercase

from marpweave.model.finding import Kind

PLACEHOLDERS: Mapping[str, Mapping[Kind, str]] = {
    "en": {Kind.MISSING_IMAGE: "missing image", Kind.REMOTE_IMAGE: "remote image",
           Kind.OUTSIDE_IMAGE: "outside image"},
    "ja": {Kind.MISSING_IMAGE: "画像が見つかりません", Kind.REMOTE_IMAGE: "ネットワーク上の画像",
           Kind.OUTSIDE_IMAGE: "プロジェクト外の画像"},
}

NUMBERED: Mapping[str, Mapping[str, str]] = {
    "en": {"fig": "Figure\N{NO-BREAK SPACE}{}", "tbl": "Table\N{NO-BREAK SPACE}{}",
           "lst": "Listing\N{NO-BREAK SPACE}{}", "eq": "Equation\N{NO-BREAK SPACE}{}", "and": ", ",
           "of": "{} ({})"},
    "ja": {"fig": "図{}", "tbl": "表{}", "lst": "リスト{}", "eq": "式({})", "and": "、", "of": "{}（{}）"},
    "de": {"fig": "Abbildung\N{NO-BREAK SPACE}{}", "tbl": "Tabelle\N{NO-BREAK SPACE}{}",
           "lst": "Listing\N{NO-BREAK SPACE}{}", "eq": "Gleichung\N{NO-BREAK SPACE}{}", "and": ", ", "of": "{} ({})"},
    "fr": {"fig": "Figure\N{NO-BREAK SPACE}{}", "tbl": "Table\N{NO-BREAK SPACE}{}",
           "lst": "Listing\N{NO-BREAK SPACE}{}", "eq": "Équation\N{NO-BREAK SPACE}{}", "and": ", ", "of": "{} ({})"},
    "es": {"fig": "Figura\N{NO-BREAK SPACE}{}", "tbl": "Tabla\N{NO-BREAK SPACE}{}",
           "lst": "Listado\N{NO-BREAK SPACE}{}", "eq": "Ecuación\N{NO-BREAK SPACE}{}", "and": ", ", "of": "{} ({})"},
}
"""Names of numbers, separators between several, and the suffix for another deck."""

OWN_NUMBERS: Mapping[str, str] = {
    "en": r"Fig(?:ure|\.)?|Table|Listing", "ja": "図|表|リスト|コード", "de": r"Abb(?:ildung|\.)|Tab(?:elle|\.)",
    "fr": "Tableau", "es": "Figura|Tabla|Listado"}
"""Words before a number that an author writes in a caption."""


def numbered(kind: str, lang: str) -> str:
    """The name of a kind of number with a ``{}`` placeholder; English for unknown languages."""
    return NUMBERED.get(lang, NUMBERED["en"])[kind]


def letters(number: int) -> str:
    """``a``, ``b``, …, ``z``, ``aa``, … for 0, 1, …, 25, 26, …."""
    before, last = divmod(number, len(ascii_lowercase))
    return (letters(before - 1) if before else "") + ascii_lowercase[last]


def placeholder_text(kind: Kind, lang: str) -> str:
    """The text in place of an image that cannot be shown; English for unknown languages."""
    return PLACEHOLDERS.get(lang, PLACEHOLDERS["en"])[kind]
