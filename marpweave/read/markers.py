"""The words and signs by which authors mark outputs and errors in comments, one row per language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Regular expressions for one language; "" if it has no such words."""

    output: str = ""
    """Labels an output: ``Output: 10``."""
    about: str = ""
    """Introduces an output: ``about 0.5``, ``prints 3``."""
    error: str = ""
    """Labels an error: ``Raises: TypeError``."""
    fails: str = ""
    """States that there is an error, without naming it."""
    denied: str = ""
    """States that there is no error."""


LANGUAGES: Mapping[str, Words] = {
    "en": Words(
        output=r"(?:Expected )?Outputs?|Expected|Out|Prints?|Returns|Results?",
        about=r"about\s|approx\.?\s|(?i:prints?|outputs?|displays?|shows?|returns?|gives?)\s",
        error=r"Error|Exception|Raises?|Throws?|Output",
        fails=r"^(?:errors?|exception|fails|ng)[.!！。]*$|^(?:error|exception)!|"
              r"\b(?:raises?|throws?|gives?|is) an (?:error|exception)\b",
        denied=r"\bno\b|\bnot\b|n't\b|without"),
    "ja": Words(
        output=r"(?:出力|実行)?結果|出力例?|表示|戻り値",
        about=r"約|およそ|ほぼ",
        error=r"エラー|例外|出力|結果",
        fails=r"(?:エラー|例外)(?:$|[!！。.]|に(?:なる|なり|なっ)|が(?:出|で|発生|起|送出)|を?(?:発生|送出)|です|だ)|^失敗[.!！。]*$",
        denied=r"ない|なし|ません|回避|防|避け"),
    "zh": Words(output=r"输出|结果"),
    "de": Words(
        output=r"Ausgaben?|Ergebnis(?:se)?|Ergibt|Liefert",
        about=r"etwa\s|ungefähr\s|ca\.\s|(?i:ergibt|liefert)\s",
        error=r"Fehler|Ausnahme",
        fails=r"^fehler(?:!|\.?$)|\b(?:ergibt|wirft) (?:einen fehler|eine ausnahme)\b",
        denied=r"\bkeine?n?\b|\bnicht\b|\bohne\b"),
    "fr": Words(
        output=r"Sorties?|Résultats?|Affich(?:ag)?e|Donne|Renvoie",
        about=r"environ\s|(?i:affiche|donne|renvoie|vaut)\s",
        error=r"Erreur|Lève",
        fails=r"^erreur\s?(?:!|\.?$)|\b(?:lève|donne|renvoie) une (?:erreur|exception)\b",
        denied=r"\bpas\b|\baucune?\b|\bsans\b"),
    "es": Words(
        output=r"Salidas?|Resultados?|Imprime|Muestra|Devuelve",
        about=r"aprox\.?\s|(?i:imprime|muestra|devuelve)\s",
        error=r"Excepción|Lanza",
        fails=r"\b(?:lanza|da) (?:un error|una excepción)\b",
        denied=r"\bsin\b"),
}


def _in_any(expressions: Iterable[str]) -> str:
    return "|".join(filter(None, expressions))


OUTPUT = _in_any(words.output for words in LANGUAGES.values())
ABOUT = _in_any(words.about for words in LANGUAGES.values())
ERROR = _in_any(words.error for words in LANGUAGES.values())
FAILS = _in_any(words.fails for words in LANGUAGES.values())
DENIED = _in_any(words.denied for words in LANGUAGES.values())

COLON = "[:：]"
END = "[。.!！]"
"""Ends a sentence."""
STOPS = "。. …"
"""Characters that an author may append to a message or leave out."""
SEPARATORS = ("、", "，", ", ", ",", " / ", "/", " | ", "|", "; ", "\t", "  ", " ")
"""Separators between printed lines that an author joins on one comment line, likeliest first."""
SEPARATOR = r"\s*[,、，/|;]\s*|\s+"
WIDE_BRACKETS = "（[^（）]*）"
"""A remark in full-width brackets, which Python never prints."""
IN_BRACKETS = r"[(（][^()（）]*[)）]"
GAP = r"[\s?？_＿]*"
"""An answer left blank: nothing, ``?`` or ``____``."""
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
"""Text in Japanese or Chinese."""
