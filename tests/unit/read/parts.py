"""Decks of the tests and parts of them."""

from pathlib import Path

from marpweave.errors import DeckError
from marpweave.model.location import Location
from marpweave.read.parse import parse_deck

PATH = Path("slides/deck.md")


def at(line):
    return Location(PATH, line)


def sources(text):
    return [cell.source for cell in parse_deck(text, PATH).cells]


def faults(text):
    try:
        findings = parse_deck(text, PATH).findings
    except DeckError as error:
        findings = error.findings
    return [f"{finding.location}: {finding.message}" for finding in findings]
