"""Finds other tools' Markdown syntax that Marp would show literally. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from marpweave.read.options.fences import CELLS, for_marp, is_marimo, language_of, looks_like_python, outputs_apart
from marpweave.read.yaml import Fault

CITATION = "a Pandoc citation"
SYNTAX = (
    (re.compile(r"(?<!\{)\{\{<\s*include\s(?:(?!\{\{).)*?>\}\}(?!\})"), "an include",
     "in a deck with `execute:`, put it between blank lines, outside of lists and quotes"),
    (re.compile(r"\{\{[<%](?:(?!\{\{).)*?[%>]\}\}"), "a Quarto or Hugo shortcode", "write out what it stands for"),
    (re.compile(r"\{%(?:(?!\{%).)*?%\}"), "a Liquid tag", "write out what it stands for"),
    (re.compile(r"\{[a-z][\w:-]+\}(?=\ufffc)"), "a MyST role", "write out what it stands for"),
    (re.compile(r"^\. \. \.$", re.MULTILINE), "a Pandoc pause", "use a list with `*`"),
    (re.compile(r"^\+\+\+(?: \{.*\})?$", re.MULTILINE), "a Hugo or MyST slide break", "write `---`"),
    (re.compile(r"^\?\?\?$", re.MULTILINE), "remark's separator for notes", "put them into `<!-- … -->`"),
    (re.compile(r"^(?:!!!|\?\?\?\+?) \w.*|^===\+? \".*\"$", re.MULTILINE), "an MkDocs admonition or tab",
     "use a quote or a heading"),
    (re.compile(r"^\[!\w+\][+-]?", re.MULTILINE), "a GitHub or Obsidian callout", "write its title in bold"),
    (re.compile(r"!\[\[[^\[\]\n]+\]\]"), "an Obsidian embed", "write `![](picture.png)`"),
    (re.compile(r"!\[(?:(?!!\[)[^\]\n])*\]\((?:(?!!\[)[^)\n])*\)"), "not an image in Markdown",
     "write `<…>` around a name with spaces, a path in place of `file:`, and a size as `![w:300](…)`"),
    (re.compile(r"(?<![!A-Za-z0-9_)\]])\[\[(?=\S)[^\[\]\n]*[^\W\d_]{2}[^\[\]\n]*\]\]"), "an Obsidian link",
     "write `[words](file.md)`"),
    (re.compile(r"^\[TOC\]$", re.MULTILINE | re.IGNORECASE), "a table of contents", "write a list"),
    (re.compile(r"^::[\w-]+::$", re.MULTILINE), "a Slidev slot", "use a class of the theme, or HTML"),
    (re.compile(r"^<<< \S.*", re.MULTILINE), "a Slidev import",
     "write the code, or show that of a package by `source:`"),
    (re.compile(r"^\([\w.-]+\)=$", re.MULTILINE), "a MyST label", "remove it"),
    (re.compile(r"^ {0,3}:::+[ \t]*\{?\.?notes\b.*", re.MULTILINE), "a Quarto block of notes",
     "put them into `<!-- … -->`"),
    (re.compile(r"^ {0,3}:::+(?![ \t]*\{?\.?notes\b).*", re.MULTILINE), "a fenced div",
     "write `<div class=\"…\">` and `</div>`, each followed by a blank line"),
    (re.compile(r"\[(?:[^\[\]\n]*[\s;])?-?@[A-Za-z_][^\[\]\n]*\](?!\()"), CITATION,
     "name its `bibliography:` in the front matter, or write the reference out"),
    (re.compile(r"(?<=\S)[ \t]+\{[#.][^\s{}][^{}\n]*\}[ \t]*$", re.MULTILINE), "a Pandoc attribute list",
     "use `<!-- _class: … -->` for the slide, or HTML"),
    (re.compile(r"(?<=\ufffc)\{(?:[#.][\w-]|[\w-]+=)[^{}\n]*\}"), "a Pandoc attribute list",
     "write a size as `![w:300](…)`"),
)
"""A pattern, whose syntax it is, and what to write for Marp."""
CELL_IN_HTML = re.compile(r"\s*(?:`{3,}|~{3,})\s*\{?(?:python|py|pycon|code-cell)\b", re.IGNORECASE)
IN_HTML = "is part of the HTML above it, so Marp shows it as text; write a blank line before it"
MARIMO = "a marimo cell is shown, not run: marimo orders cells by what they define; write ```python to run it here"
RIGHT = "write ```python to run it, or ```{.python} to show it"
DIRECTIVE = re.compile(
    r"\{(?:note|tip|warning|important|caution|danger|hint|attention|seealso|admonition|dropdown|figure|image|math|table"
    r"|list-table|include|literalinclude|margin|glossary|exercise|solution|tab-set|card|grid|eval-rst|toctree)\}")
KEY = re.compile(r"[A-Za-z][\w-]*:(?: |$)")
OF_DECK = "front matter must begin on the first line of the file; remove what is before it"
OF_SLIDE = "front matter of a single slide is Slidev's, and Marp shows it as a heading; use `<!-- _class: … -->`"
SHOWS_TEXT = re.compile(r"<(?:pre|textarea|script|style)\b", re.IGNORECASE)
WOVEN = re.compile(r"[^@]*(?:@(?:fig|tbl|lst|sec|eq)-[^@]*)+|[^@]*#(?:fig|tbl|lst|sec)-[^@]*", re.IGNORECASE)
"""Labels, and references without a citation among them, as they are woven."""
VERBATIM = ("code_inline", "marp_math_inline", "html_inline", "marp_comment", "image")


def find_literals(
    tokens: Sequence[Token], lines: Callable[[int, int], str], *, adopted: bool = False, cites: bool = False,
) -> Iterator[Fault]:
    """Yield faults for such syntax with 0-based lines, at most one per line.

    ``lines`` returns the text of a range. ``adopted``: references are woven. ``cites``: citations are formatted.
    """
    yield from _fences(tokens)
    yield from outputs_apart(tokens, lines)
    yield from _in_html(tokens)
    yield from _of_slides(tokens)
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        messages: dict[int, str] = {}
        text = prose_of(token)
        for pattern, name, remedy in SYNTAX:
            for match in pattern.finditer(text):
                is_woven = (adopted and WOVEN.fullmatch(match[0])) or (cites and name == CITATION)
                if is_woven or _is_escaped(match[0], token):
                    continue
                line = token.map[0] + text.count("\n", 0, match.start())
                messages.setdefault(line, f"{match[0].strip()!r} is {name}, which Marp shows as plain text; {remedy}")
        yield from map(Fault, messages, messages.values())


def _fences(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Fences that run, or mean something other than code, in other tools."""
    for token in tokens:
        if token.type != "fence" or not token.map:
            continue
        info = token.info.strip()
        if is_marimo(info):
            yield Fault(token.map[0], MARIMO)
        elif looks_like_python(info) and language_of(for_marp(info)) not in CELLS:
            yield Fault(token.map[0], f"```{info} is shown, not run; {RIGHT}")
        elif DIRECTIVE.match(info):
            yield Fault(token.map[0], f"```{info} is a MyST directive, which Marp shows as code; "
                                      "write out what it stands for")


def _in_html(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Cell fences directly below HTML, which Markdown treats as part of it."""
    for token in tokens:
        if token.type == "html_block" and token.map and not SHOWS_TEXT.search(token.content):
            yield from (Fault(token.map[0] + row, f"{line.strip()!r} {IN_HTML}")
                        for row, line in enumerate(token.content.split("\n")) if CELL_IN_HTML.match(line))


def _of_slides(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Front matter of single slides (Slidev), which Markdown parses as a heading with an underline."""
    for ruler, heading, text in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if ruler.type == "hr" and heading.type == "heading_open" and heading.markup == "-" \
                and ruler.map and heading.map and ruler.map[1] == heading.map[0] \
                and all(map(KEY.match, text.content.split("\n"))):
            yield Fault(heading.map[0], OF_DECK if ruler is tokens[0] else OF_SLIDE)


def _is_escaped(text: str, token: Token) -> bool:
    """Whether the author escaped the syntax."""
    parts = re.split("[\ufffc\n]", text)
    return not all(re.search(rf"(?<!\\){re.escape(part)}", token.content) for part in parts)


def prose_of(token: Token) -> str:
    """The plain text of an inline token, one line per source line."""
    parts = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type in VERBATIM:
            parts.append("\ufffc" + "\n" * child.content.count("\n"))
        else:
            parts.append(child.content)
    return "".join(parts)
