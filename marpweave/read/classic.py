"""Converts decks of the classic Marp desktop program to current syntax, line by line. Pure.

``<!-- $theme: gaia -->`` and ``*template: invert`` become current directives. ``![70%](x.png)`` scaled a picture
relative to its natural size; it becomes a width if that size is known, otherwise a ``zoom`` style.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from marpweave.model.deck import text_width
from marpweave.read.images import decoded
from marpweave.read.includes import BYTE_ORDER_MARK
from marpweave.read.tokens import directive_tokens, directives, marp_tokens
from marpweave.text import line_end, split_lines

DIRECTIVE = re.compile(r"(?P<blank>\s*)(?P<key>[$*]?\w+)\s*:(?P<value>.*)")
MODERN: Mapping[str, str] = {
    "$theme": "theme", "$size": "size", "page_number": "paginate", "*page_number": "_paginate",
    "template": "class", "*template": "_class", "*footer": "_footer",
}
MEASURES = frozenset({"$width", "$height"})
DROPPED = frozenset({"prerender", "$prerender", *MEASURES})
CLASSIC_ONLY = (frozenset(MODERN) | DROPPED) - {"template"}
"""Directives that only classic decks have; ``template: …`` alone may be a speaker note."""

PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
ZOOM = re.compile(r"zoom:(\d+(?:\.\d+)?)%")
EMPTY_COMMENT = re.compile(r"<!--+\s*-->")
IN_MARGINS = "section img { max-width: 100%; }"
CENTRED = 'img[alt~="center"] { display: block; margin: 0 auto; }'

NaturalWidth = Callable[[str], float | None]
"""Source of a picture -> its own width in pixels; None: unknown."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A replacement within one line."""

    line: int
    """0-based."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive that has a different name in current Marp."""

    line: int
    """0-based."""
    text: str
    """As written: ``$theme: gaia``."""
    key: str
    value: str


def is_classic(text: str) -> bool:
    """Whether a deck has directives that only the classic program knew."""
    if not any(key.lstrip("$*") in text for key in CLASSIC_ONLY):
        return False
    tokens = _tokens(text)
    modern = any(entry.key == "marp" for token in tokens if token.type == "front_matter"
                 for entry in directives(token).entries or ())
    return not modern and any(directive.key in CLASSIC_ONLY for directive in _classic_directives(tokens))


def modernise(text: str, natural_width: NaturalWidth = lambda source: None) -> str:
    """Convert a classic deck; any other deck is returned unchanged.

    Line numbers do not change: styles are appended after the last line.
    """
    if not is_classic(text):
        return text
    lines, tokens = split_lines(text), _tokens(text)
    directives = list(_classic_directives(tokens))
    sizes = [each.value for each in directives if each.key == "$size"]
    room = text_width(sizes[-1] if sizes else None)
    lines = _edited(lines, list(_image_edits(tokens, natural_width, room)))
    lines = _edited(lines, [Replacement(each.line, each.text, _modern(each.key, each.value)) for each in directives])
    styles = [f"section {{ {each.key[1:]}: {each.value}; }}" for each in directives if each.key in MEASURES]
    styles += _image_styles(_tokens("".join(lines)))
    return "".join(lines) + _style_block(styles, lines)


def _tokens(text: str) -> list[Token]:
    return marp_tokens(text.removeprefix(BYTE_ORDER_MARK))


def _classic_directives(tokens: Sequence[Token]) -> Iterator[Directive]:
    for token, first in directive_tokens(tokens):
        for line, content in enumerate(token.content.split("\n") if token.type == "marp_comment" else (), start=first):
            match = DIRECTIVE.fullmatch(content)
            if match and (match["key"] in MODERN or match["key"] in DROPPED):
                yield Directive(line, content.strip(), match["key"], match["value"].strip())


def _modern(key: str, value: str) -> str:
    if key in DROPPED:
        return ""
    if value[:1] in ("[", "{", "|", ">", "~", "&", "*") or "\\" in value:
        value = "'" + value.replace("'", "''") + "'"
    return f"{MODERN[key]}: {value}"


def _edited(lines: Sequence[str], edits: Sequence[Replacement]) -> list[str]:
    """The lines after all edits; edits of the same line are ordered from left to right."""
    new = list(lines)
    for edit in reversed(edits):
        before, matched, behind = new[edit.line].rpartition(edit.old)
        if matched:
            new[edit.line] = before + edit.new + behind
            if not edit.new:
                new[edit.line] = EMPTY_COMMENT.sub("", new[edit.line])
    return new


def _style_block(styles: Sequence[str], lines: Sequence[str]) -> str:
    if not styles:
        return ""
    end = line_end(lines[0]) or "\n"
    gap = end if line_end(lines[-1]) else end * 2
    return gap + end.join(["<style>", *styles, "</style>"]) + end


# -- pictures ----------------------------------------------------------------------


def _images(tokens: Sequence[Token]) -> Iterator[tuple[int, str, Token]]:
    """Images other than backgrounds: 0-based line, the text before the image on that line, token."""
    for token in tokens:
        for child in token.children or () if token.map else ():
            if child.type == "image" and token.map and "bg" not in child.content.split():
                *above, before = token.content[:child.meta["start"]].split("\n")
                yield token.map[0] + len(above), before, child


def _image_edits(tokens: Sequence[Token], natural_width: NaturalWidth, room: float) -> Iterator[Replacement]:
    """Convert percentages to widths or zooms; limit images of known width to their line."""
    images = list(_images(tokens))
    for line, before, image in images:
        beside = sum(other == line for other, _, _ in images)
        share = 1.0 if beside == 1 else 0.96 / beside
        words = re.split(r"(\s+)", image.content)
        source = decoded(str(image.attrGet("src") or ""))
        new = [_sized(word, natural_width(source), share, room) for word in words]
        if new != words:
            yield Replacement(line, f"{before}![{image.content}]", f"{before}![{''.join(new)}]")


def _sized(word: str, natural: float | None, share: float, room: float) -> str:
    percent = PERCENT.fullmatch(word)
    if not percent:
        return word
    if natural is None:
        return word if percent[1] == "100" else f"zoom:{word}"
    return f"w:{min(float(percent[1]) / 100 * natural, share * room):.0f}px"


def _image_styles(tokens: Sequence[Token]) -> list[str]:
    """CSS that keeps images within the slide, and rules for unknown keywords in alternative texts."""
    words = dict.fromkeys(word for _, _, image in _images(tokens) for word in image.content.split())
    zooms = [zoom for word in words if (zoom := ZOOM.fullmatch(word))]
    rules = [f'img[alt~="{zoom[0]}"] {{ zoom: {zoom[1]}%; }}' for zoom in zooms]
    return [IN_MARGINS, *rules, *([CENTRED] if "center" in words else [])] if any(_images(tokens)) else []
