"""Parses info strings of fences as written for Marp, Quarto, knitr, MyST and others. Pure.

A cell in another tool's notation is treated as if written for Marp: ``{python, echo=FALSE}`` as
``python echo=FALSE``. Fences that only show code in these tools are not cells: ``{.python}``, ``{{python}}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from marpweave.read.markers import COLON, OUTPUT
from marpweave.read.options.values import NAMES
from marpweave.read.yaml import Fault

CELL_WORDS = frozenset({"python", "python3", "py", "py3", "ipython", "ipython3"})
"""Languages of cells."""
SESSION_WORDS = frozenset({"pycon", "python-repl", "python-console", "doctest"})
"""Languages of doctest sessions."""
CELLS = CELL_WORDS | SESSION_WORDS
OUTPUT_WORDS = frozenset({"output", "text", "error"})
"""Those of fences that hold the output of the cell above them."""
OUTPUT_LABEL = re.compile(rf"(?:<!--+\s*)?[*_#]*\s*(?:{OUTPUT})\s*[*_]*\s*{COLON}?\s*[*_]*(?:\s*--+>)?", re.IGNORECASE)
HIGHLIGHTED = frozenset({"python", "py"})
"""Languages that Marp highlights."""
OPTION = re.compile(
    r"""(?<!\S)([A-Za-z][\w.-]*)=("(?:[^"\\]|\\.)*"|'[^']*'|\[[^\[\]]*\]|[^\s"'\[]\S*)(?!\S)""")
NOT_RUN = re.compile(
    r"""(?<=[\s{.,])(?:no[-_]?(?:run|exec|execute|eval)|skip|ignore|(?:cmd|exec|run)=false)(?=[\s},]|$)"""
    r"""|\{[^{}]*\beval\s*=\s*false\b""", re.IGNORECASE)
"""Words of other tools for code that is only shown: ``no-run``, ``.noexec``, ``{cmd=false}``."""
QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
HIGHLIGHT = re.compile(r"\{[^}]*\}")
MYST = re.compile(r"\{code-cell\}\s*(\S*)(.*)")
BRACED = re.compile(r"\{\s*(?P<language>\w+)(?P<options>(?:[\s,][^{}]*)?)\}(?P<rest>.*)")
BARE = re.compile(r"(?P<language>\w+)(?P<options>)(?:[:=]\S*|!)?(?P<rest>(?:[\s{].*)?)")
"""A file name may follow a colon, the number of the first line HackMD's ``=``, and ``!`` wraps lines."""
WORD = re.compile(r"""(?:[^\s,"'\[]|"(?:[^"\\]|\\.)*"|'[^']*'|\[[^\[\]]*\])+""")
MARIMO = re.compile(r"\{?\.?(?:python\b.*[\s.{]marimo|marimo)\b.*", re.IGNORECASE)

PYTHON = re.compile(r"\{?\s*(?:exec\}\s*)?(?:i?python|pyodide|jupyter-execute)(?!,|\S*traceback)", re.IGNORECASE)


def language_of(info: str) -> str:
    """The language as Marp parses it: the first word in lower case."""
    return next(iter(unescapeAll(info).split()), "").lower()


def for_marp(info: str) -> str:
    """A cell's info string as written for Marp; that of any other fence is returned unchanged."""
    language, options, rest = _parts(info.strip())
    if language.lower() not in CELL_WORDS or info.split()[0].lower() in HIGHLIGHTED:
        return info
    return " ".join(("python", *_separate(options), *rest.split()))


def is_myst(info: str) -> bool:
    """Whether the fence may contain MyST options: ``:tags: [hide-input]``."""
    return MYST.fullmatch(info.strip()) is not None


def is_marimo(info: str) -> bool:
    """Whether a fence is a marimo cell (marimo orders cells by their dependencies)."""
    return MARIMO.fullmatch(OPTION.sub("", info).strip()) is not None


def looks_like_python(info: str) -> bool:
    """Whether a fence that is not a cell looks like one: ``python3.11``, ``{pyodide}``."""
    return PYTHON.match(info.strip()) is not None


def is_label(text: str) -> bool:
    """Whether a text says that the fence below it holds an output: ``Output:``, ``**Result**``, ``<!-- output -->``."""
    return OUTPUT_LABEL.fullmatch(text) is not None


def options_of(info: str) -> list[tuple[str, str]]:
    """All ``key=value`` pairs, including those of other tools, and ``eval=false`` for their words that say so."""
    return [*OPTION.findall(info), *([("eval", "false")] if NOT_RUN.search(QUOTED.sub("", info)) else [])]


def shown_info(info: str, highlighted: str | None) -> str:
    """The info string for Marp: without our options, with ``highlighted`` lines where the theme expects them."""
    shown = OPTION.sub(lambda option: option[0] if option[1] not in NAMES else "", for_marp(info))
    if highlighted:
        shown = f"{HIGHLIGHT.sub('', shown)} {{{highlighted}}}"
    return info if shown == info else " ".join(shown.split())


def _parts(info: str) -> tuple[str, str, str]:
    """The language, the options in braces, and the rest."""
    if myst := MYST.fullmatch(info):
        return myst[1] or "python", "", myst[2]
    written = BRACED.fullmatch(info) or BARE.fullmatch(info)
    return (written["language"], written["options"], written["rest"]) if written else ("", "", "")


def _separate(options: str) -> Iterator[str]:
    """Options separated by commas or blanks; knitr writes ``fig.cap`` for ``fig-cap``, and puts a label first."""
    for number, word in enumerate(WORD.findall(re.sub(r"(?<!\s)\s*=\s*", "=", options))):
        key, equals, value = word.partition("=")
        if equals:
            yield f"{key.replace('.', '-')}={value}"
        elif number == 0 and re.fullmatch(r"[^\W_][\w-]*", word):
            yield f"label={word}"


def fences_below(
    cell: Token, below: Sequence[Token], text: Callable[[int, int], str],
) -> tuple[Token | None, Token | None, bool]:
    """The output fence below a cell, or else a fence that may contain its output, and whether a label announces it.

    ``text`` returns a range of lines.
    """
    fence = next((each for each in below if each.type == "fence" and each.level == cell.level), None)
    if fence is None or not (cell.map and fence.map):
        return None, None, False
    language, between = language_of(fence.info), text(cell.map[1], fence.map[0]).strip(" \t\r\n>")
    if language not in {"", *OUTPUT_WORDS} or (between and not is_label(between)):
        return None, None, False
    return (fence, None, True) if language and not between else (None, fence, bool(between))


def outputs_apart(tokens: Sequence[Token], text: Callable[[int, int], str]) -> Iterator[Fault]:
    """Output fences behind a cell of their slide that are not its output; ``text`` as in ``fences_below``."""
    cell: Token | None = None
    outputs: Sequence[Token | None] = ()
    for at, token in enumerate(tokens):
        language = language_of(for_marp(token.info)) if token.type == "fence" else None
        if language in CELLS:
            cell, outputs = token, fences_below(token, tokens[at + 1:at + 5], text)[:2]
        elif token.type == "hr" or (language and language not in OUTPUT_WORDS):
            cell = None
        elif language == "output" and cell and token.map and all(token is not each for each in outputs):
            yield Fault(token.map[0], "no cell is compared with this output; put it right below its own")
