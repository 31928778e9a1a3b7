"""Converts a cell of a foreign notebook: its metadata become options. Pure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from marpweave.errors import DeckError
from marpweave.model.deck import Deck
from marpweave.notebook.imported.expected import error_of, expected_of
from marpweave.notebook.kept import EXPECTED, KEY, Node
from marpweave.read.notations import read_script
from marpweave.read.options.elsewhere import TAGS
from marpweave.read.options.options import OPTION_LINE
from marpweave.read.parse import parse_deck
from marpweave.read.tokens import marp_tokens
from marpweave.text import fence_for

TYPES: Mapping[str, str] = {"subslide": "a sub-slide becomes a slide of its own",
                            "fragment": "a fragment appears with its slide"}
"""Slide types that decks do not have, and what becomes of them."""
ATTACHMENT = re.compile(r"(?<=\()attachment:([^)\s]+)(?=[\s)])")
NAME = re.compile(r"[\w.-]+")
FENCES = re.compile(r"`{3,}|~{3,}")
RAW = re.compile(r"<(script|style|pre|textarea)\b", re.IGNORECASE)
ENDS: Mapping[str, str] = {"<!--": "-->", "$$": "$$", "<?": "?>", "<![CDATA[": "]]>", "<!": ">"}
"""Markdown constructs that hide what follows, and what ends them."""
PROBE = "probe\n"


@dataclass(frozen=True, slots=True)
class Adapted:
    """A cell converted for a deck."""

    node: Node
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Its images, by path beside the deck."""
    losses: tuple[str, ...] = ()
    """What a deck cannot represent."""


def adapted(node: Node, folder: str, *, last: bool) -> Adapted:
    """Convert a cell; its images go to ``folder``. Constructs that the ``last`` cell leaves open stay open."""
    new = deepcopy(node)
    kind = slide_type(node)
    losses = [TYPES[kind]] if kind in TYPES else []
    if kind == "subslide":
        new.metadata["slideshow"]["slide_type"] = "slide"
    if node.cell_type == "code":
        return Adapted(_code(new), losses=tuple(losses))
    if node.cell_type == "raw":
        fence = fence_for(node.source)
        new.source = f"{fence}\n{node.source}\n{fence}"
        return Adapted(new, losses=(*losses, "a raw cell is shown as plain text"))
    if kind in ("notes", "skip"):
        new.source = "<!--\n" + node.source.replace("-->", "--&gt;") + "\n-->"
        skipped = ["a skipped cell becomes a speaker note"] if kind == "skip" else []
        return Adapted(new, losses=(*losses, *skipped))
    result = _markdown(new, folder, losses)
    if not last:
        new.source = _closed(new.source)
    return result


def slide_type(node: Node) -> str:
    """The slide type in a cell's metadata, or ""."""
    return str(node.metadata.get("slideshow", {}).get("slide_type", ""))


def sections(source: str) -> list[tuple[str, bool]]:
    """Markdown divided before its headings of the first two levels, and whether a part begins with one."""
    lines = source.split("\n")
    headings = {token.map[0] - 1 for token in marp_tokens(f"\n{source}")  # a ruler above all is no front matter
                if token.map and token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2")}
    texts = [("\n".join(lines[row:end]).strip("\n"), row in headings)
             for row, end in pairwise([*sorted({0, *headings}), len(lines)])]
    return [part for part in texts if part[0]] or [(source, False)]


# -- code ------------------------------------------------------------------------


def _code(new: Node) -> Node:
    lines = new.source.split("\n")
    option_lines = "\n".join(line for line in lines if OPTION_LINE.match(line))
    missing = [f"#| {key}: {value}" for key, value in _options(new).items() if f"{key}:" not in option_lines]
    new.source = "\n".join([*missing, new.source]) if missing else new.source
    want = expected_of(new.outputs)
    if want and not read_script(new.source).expected:
        new.metadata[KEY] = {EXPECTED: want}
    return new


def _options(node: Node) -> dict[str, str]:
    """Options that correspond to a cell's metadata."""
    metadata = node.metadata
    tags = [str(tag).replace("_", "-") for tag in metadata.get("tags", ())]
    options = dict(TAGS[tag] for tag in tags if tag in TAGS)
    others = [str(tag) for tag in metadata.get("tags", ()) if str(tag).replace("_", "-") not in TAGS]
    if metadata.get("jupyter", {}).get("source_hidden"):
        options.setdefault("echo", "false")
    if slide_type(node) == "skip":
        options["include"] = "false"
    if error := error_of(node.outputs):
        options["error"] = error
    if NAME.fullmatch(str(metadata.get("name", ""))):
        options = {"label": str(metadata["name"]), **options}
    if others:
        options["tags"] = json.dumps(others, ensure_ascii=False)
    return options


# -- Markdown ---------------------------------------------------------------------


def _markdown(new: Node, folder: str, losses: list[str]) -> Adapted:
    files = dict(_attached(new, folder))

    def place(match: re.Match[str]) -> str:
        path = f"{folder}/{match[1]}"
        return quote(path) if path in files else match[0]

    new.source = _shown(ATTACHMENT.sub(place, new.source))
    new.pop("attachments", None)
    deck = _deck(new.source)
    if deck and len(deck.slides) > 1:
        losses = [*losses, "a line in it starts a new slide"]
    return Adapted(new, files, tuple(losses))


def _attached(node: Node, folder: str) -> Iterator[tuple[str, bytes]]:
    for name, bundle in node.get("attachments", {}).items():
        content = next((value for mime, value in bundle.items() if mime.startswith("image/")), None)
        if content and NAME.fullmatch(name):
            yield f"{folder}/{name}", base64.b64decode(content)


def _shown(source: str) -> str:
    """Markdown in which Python fences are shown, as in the notebook, rather than executed."""
    deck = _deck(source)
    lines = source.split("\n")
    for cell in deck.cells if deck else ():
        row = cell.location.line - 2
        lines[row] = lines[row].rstrip() + " eval=false"
    return "\n".join(lines)


def _closed(source: str) -> str:
    """Markdown in which all open constructs are closed at the end, as in the notebook."""
    hiding = (end for begin, end in ENDS.items() if begin in source)
    ends = (*hiding, *(f"</{tag}>" for tag in reversed(RAW.findall(source))), *FENCES.findall(source))
    return next(filter(_is_closed, (source, *(f"{source}\n{end}" for end in ends))), source)


def _is_closed(source: str) -> bool:
    """Whether a code fence appended to it would be a cell, not part of an open construct."""
    deck = _deck(f"{source}\n\n```python\n{PROBE}```\n")
    return deck is not None and any(cell.source == PROBE for cell in deck.cells)


def _deck(source: str) -> Deck | None:
    """Markdown parsed as a deck, below an empty line so that a ruler is not front matter."""
    try:
        return parse_deck(f"\n{source}", Path())
    except DeckError:
        return None
