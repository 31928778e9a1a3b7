"""The info string of a fence: ``python echo=false {2}``. Pure."""

from __future__ import annotations

import re

from markdown_it.common.utils import unescapeAll

from marpweave.read.option_values import NAMES

OPTION = re.compile(
    r"""(?<!\S)([A-Za-z][\w.-]*)=("(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*\]|[^\s"'\[]\S*)(?!\S)""")
HIGHLIGHT = re.compile(r"\{[^}]*\}")


def language_of(info: str) -> str:
    """The language, as Marp reads it: the first word, in lower case."""
    return next(iter(unescapeAll(info).split()), "").lower()


def options_of(info: str) -> list[tuple[str, str]]:
    """Every ``key=value``, of ours or of other tools."""
    return OPTION.findall(info)


def shown_info(info: str, highlighted: str | None) -> str:
    """What Marp is given: without our options; ``highlighted`` lines stand where the theme finds them."""
    shown = OPTION.sub(lambda option: option[0] if option[1] not in NAMES else "", info)
    if highlighted:
        shown = f"{HIGHLIGHT.sub('', shown)} {{{highlighted}}}"
    return info if shown == info else " ".join(shown.split())
