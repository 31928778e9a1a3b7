"""Finds faults in the references and labels of a deck. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from marpweave.check.verdicts import CellCheck
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Display, Outcome
from marpweave.read.tokens import marp_tokens
from marpweave.text import nearest
from marpweave.weave.references.mentions import page_of
from marpweave.weave.references.numbering import Numbering
from marpweave.weave.references.references import References, references_of
from marpweave.weave.references.spots import Spot

OPEN_FORMULA = re.compile(r"\$\$[ \t]*\{#(eq-[^{}\s]+)[^{}\n]*\}")
IDLE = {"text": re.compile(r"\{#((?:fig|tbl|sec)-[^{}\s]+)[^{}\n]*\}"),
        "marp_comment": re.compile(r"\A#((?:fig|tbl|lst|sec)-\S+)\Z")}
"""Labels, by the kind of token that may contain them."""
NOTHING = re.compile(r"(?!)")
A_SLIP = 0.85
"""Minimum similarity of labels of different kinds for one to be suggested for the other."""
NO_FIGURE, NO_OUTPUT = "draws no figure", "gives no output"


def reference_findings(deck: Deck, checks: Sequence[CellCheck]) -> Iterator[Finding]:
    """References to nothing, duplicate labels, and labels that have no effect.

    They are determined on the full deck, which contains all that its variants do.
    """
    references = references_of(replace(deck.full or deck, others=deck.others))
    if references is None:
        return
    outcomes = {check.cell.number: check.outcome for check in checks} if deck.full is None else {}
    full = references.full
    faults = [*_unknown(references, outcomes), *_twice(full, deck.origins.number), *_open_formulas(full), *_idle(full)]
    page = page_of(full.positions.text)
    yield from dict.fromkeys(
        Finding(Kind.REFERENCE, Location(deck.path, page.line(start) + 1), message, full.slide(start))
        for start, message in faults)


def _unknown(references: References, gave: Mapping[int, Outcome]) -> Iterator[tuple[int, str]]:
    for start, item in references.full.items:
        name, key = references.resolve(item.key)
        if key is None:
            yield start, f"`@{item.key}` {_missing(item.key, name, references)}"
        elif not name and (without := _lacks(references.full.first[key], gave)):
            yield start, f"`@{item.key}` names the cell {key[1]!r}, which {without}"


def _missing(key: str, name: str, references: References) -> str:
    """The message for an unknown label, with the nearest one."""
    if name and name not in references.others:
        reason = "has no numbers, since it lacks `execute:`" if name in references.deck.others else \
            "is neither beside this one nor in the project, or cannot be read"
        return f"names another deck, but {_file_of(name, references)} {reason}"
    numbering = references.others.get(name, references.full)
    kind, label = key.partition("-")[0].lower(), key.rpartition("/")[2] if name else key.partition("-")[2]
    prefix = f"{name}/" if name else ""
    if numbering.named(f"{kind}-{label}"):
        return f"refers to something without a number in {_file_of(name, references)}; give it a caption there"
    keys = sorted(numbering.first, key=lambda key: key[0] == kind)
    kinds = {spot_label.removeprefix(f"{spot_kind}-"): spot_kind for spot_kind, spot_label in keys}
    near = nearest(label, [each for each in kinds if kinds[each] == kind]) or nearest(label, kinds, A_SLIP)
    hint = f"; did you mean `@{kinds[near]}-{prefix}{near}`?" if near else ""
    return f"refers to nothing{f' in {_file_of(name, references)}' if name else ''}{hint}"


def _file_of(name: str, references: References) -> str:
    """The file of another deck, for messages."""
    other = references.deck.others.get(name)
    return f"{name}{other.path.suffix if other else '.md'}"


def _lacks(spot: Spot, gave: Mapping[int, Outcome]) -> str:
    """What a cell lacks after it ran, although prose refers to it."""
    outcome = gave.get(spot.cell)
    if outcome is None or not outcome.ran or outcome.error or outcome.trouble:
        return ""
    drawn = outcome.figures or any(isinstance(output, Display) for output in outcome.outputs)
    return {"fig": "" if drawn else NO_FIGURE, "tbl": "" if outcome.outputs else NO_OUTPUT}.get(spot.kind, "")


def _twice(full: Numbering, number: Callable[[int], str]) -> Iterator[tuple[int, str]]:
    """Labels that were assigned twice; an image may be shown twice with the same number."""
    page = page_of(full.positions.text)
    for spot in full.spots:
        first = full.first[spot.kind, spot.label]
        if spot.label and spot is not first and (spot.always or spot.kind in ("eq", "lst")):
            line = number(page.line(first.start) + 1)
            yield spot.start, f"the label {spot.label!r} is already used on line {line}"


def _idle(full: Numbering) -> Iterator[tuple[int, str]]:
    """Labels that do not follow anything that can have one."""
    page = page_of(full.positions.text)
    taken = {page.line(edit.start) for spot in full.spots for edit in spot.always}
    for token in marp_tokens(full.positions.text):
        line = token.map[0] if token.map else 0
        for child in token.children or (token,):
            line += child.type in ("softbreak", "hardbreak")
            label = IDLE.get(child.type, NOTHING).search(child.content)
            if label and line not in taken:
                yield page.starts[line], f"the label {label[1]!r} follows no heading, picture " \
                                         "or table caption; nothing else takes one"


def _open_formulas(full: Numbering) -> Iterator[tuple[int, str]]:
    page = page_of(full.positions.text)
    for token in marp_tokens(full.positions.text):
        if token.type == "marp_math_block" and token.map:
            first, last = (page.starts[line] for line in token.map)
            if match := OPEN_FORMULA.search(full.positions.text, first, last):
                yield match.start(), f"Marp does not close the formula at `{match[0]}` and swallows what follows; " \
                                     f"write `\\label{{{match[1]}}}` inside the `$$`"
