"""`make fuzz`: a million random decks are read; what breaks a law is made small and told.

python -m tests.fuzz.fuzz [PARSES [SEED]]
"""

import os
import random
import re
import signal
import sys
import time
from contextlib import contextmanager
from functools import partial
from multiprocessing import Pool
from pathlib import Path, PurePosixPath

import click

from marpweave.check.update.edits import apply_edits
from marpweave.check.update.rewrite import edits_of
from marpweave.check.verdicts import check_deck
from marpweave.errors import DeckError
from marpweave.model.deck import Prose
from marpweave.model.outcome import Outcome
from marpweave.read.classic import modernise
from marpweave.read.parse import parse_deck, unparse
from marpweave.weave.weave import weave_deck
from tests.golden import recorded
from tests.strategies import (
    BLANK,
    COMMENTS,
    CONTAINERS,
    FENCES,
    FORMULAS,
    FRONT_MATTERS,
    HEADINGS,
    MARKUP,
    RULES,
    SETTINGS,
    TEXT,
)

ROOT = Path(__file__).parents[2]
PATIENCE = 10
"""Seconds that one deck may take."""
BATCH = 500
PARSES = 1_000_000
LONGEST = 40
"""Lines of a random deck."""
CELLS = (
    "#| label: é", "#| label: a/b", "#| fig-width: 1e999", "#| check: regex", "#| timeout: nan", "#|", "#| a", "#| [", "#| error: {",
    "print(1)  # => 2", "print('a')  # 出力: a", ">>> 1", "... ", "x = '''", "'''", "def f(:", "\\", "%%time", "!ls", "1 -> 2", "# Output:",
    "print(1,", "x\x00", "\ufeff", "\udc80", "é" * 50, "(" * 120, "`{python} x", "`{python} 1`" * 9, "x?", "async def f():", "  await g()",
    "# " + "9" * 5000, "lambda: (yield)", "f'{x!r:>{w}}'", "0x", "1_000_", "assert  # 1", "print(*a)  # 1 2  （b）")
FRAGMENTS = (*BLANK, *COMMENTS, *CONTAINERS, *FENCES, *FORMULAS, *FRONT_MATTERS, *HEADINGS, *MARKUP, *RULES, *SETTINGS, *TEXT, *CELLS)
SIGNS = ("`", "```", "~~~", "---", "\t", "\r", "\r\n", "\n\n", "<!--", "-->", "$$", ">", "- ", "#", "|", "[", "](", "\\", "\0", "\u2028",
         "\x0c", "\x85", "{", "}", "&#0;", "\U0001f600", "'", '"', ":", "!", "%00", "<style>", "\x1b[0m")


class BrokenLawError(Exception):
    """A law does not hold."""


@contextmanager
def limited(seconds):
    """Stop what hangs."""
    def stop(*_):
        raise BrokenLawError(f"takes longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def laws(text):
    """What holds for every text: it is a deck, or a DeckError with a place; raises whatever breaks that."""
    modernise(text)
    try:
        deck = parse_deck(text, Path("deck.md"))
    except DeckError as error:
        if not error.findings:
            raise BrokenLawError("a DeckError names no place") from None
        return
    if unparse(deck) != text:
        raise BrokenLawError("unparse(parse(text)) is not the text")
    checks = check_deck(deck, [Outcome(ran=False)] * len(deck.cells))
    if apply_edits(text, edits_of(checks, text, suspects=True)) != text:
        raise BrokenLawError("cells that did not run are updated")
    woven = weave_deck(deck, checks, (), PurePosixPath("figures/deck")).text
    at = 0
    for block in (block for slide in deck.slides for block in slide.blocks if isinstance(block, Prose)):
        at = woven.find(block.text, at)
        if at < 0:
            raise BrokenLawError(f"weaving loses {block.text!r}")
        at += len(block.text)


def fault(text):
    """Which law a text breaks; "" where all hold."""
    try:
        with limited(PATIENCE):
            laws(text)
    except Exception as error:  # noqa: BLE001  whatever is raised is a fault
        last = error.__traceback__
        while last.tb_next:
            last = last.tb_next
        return f"{type(error).__name__} {str(error)[:60]!r} in {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
    return ""


def corpus():
    """The lines of real decks."""
    paths = [*ROOT.glob("slides/*.md"), *ROOT.glob("tests/golden/*/*/deck.md"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    texts = [path.read_bytes().decode() for path in sorted(paths)] + [case.deck for path in recorded.FILES for case in recorded.cases(path)]
    return [re.split(r"(?<=\n)", text) for text in texts]


def text_of(chance, decks):
    """A random text: a piece of a real deck with fragments in it, or fragments alone, and then some signs."""
    lines = []
    if chance.random() < 0.7:
        deck = chance.choice(decks)
        start = 0 if chance.random() < 0.5 else chance.randrange(len(deck))
        lines = deck[start:start + chance.randrange(1, LONGEST)]
    for _ in range(chance.randrange(12)):
        at = chance.randrange(len(lines) + 1)
        if lines and chance.random() < 0.3:
            lines[at:at + chance.randrange(4)] = lines[chance.randrange(len(lines)):][:chance.randrange(4)]
        else:
            lines.insert(at, chance.choice(FRAGMENTS) + chance.choice(("\n", "\n", "\n", "\r\n", "\r", "")))
    text = "".join(lines)
    for _ in range(chance.choice((0, 0, 1, 2, 5))):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice((chance.choice(SIGNS), chr(chance.randrange(0x110000)))) + text[at + chance.randrange(3):]
    return text.encode("utf-8", "replace").decode()  # a deck is UTF-8: it has no halves of surrogate pairs


def batch(number, decks, seed):
    """The texts of one batch that break a law, by fault."""
    chance = random.Random(seed * 1_000_003 + number)
    return {found: text for text in (text_of(chance, decks) for _ in range(BATCH)) if (found := fault(text))}


def smallest(text, found):
    """The text with every line and then every sign left out that its fault does not need."""
    for pieces in (re.split(r"(?<=\n)", text), None):
        rest = pieces or list(text)
        width = max(len(rest) // 2, 1)
        while width:
            at = 0
            while at < len(rest):
                less = rest[:at] + rest[at + width:]
                if fault("".join(less)).split(" in ")[0] == found.split(" in ")[0]:
                    rest = less
                else:
                    at += width
            width //= 2
        text = "".join(rest)
        if len(text) > 5000:
            break
    return text


def main(parses=PARSES, seed=0):
    """Parse until the number is reached -> how many faults were found."""
    decks, begun, faults = corpus(), time.monotonic(), {}
    with Pool(os.cpu_count()) as pool:
        for done, new in enumerate(pool.imap_unordered(partial(batch, decks=decks, seed=seed), range(-(-parses // BATCH))), start=1):
            for found in new.keys() - faults.keys():
                faults[found] = new[found]
                click.echo(f"{found}\n    {new[found]!r:.300}")
            if not done % 20:
                click.echo(f"{done * BATCH:>9,} parses, {done * BATCH / (time.monotonic() - begun):,.0f} a second")
    for found, text in faults.items():
        click.echo(f"{found}\n    {smallest(text, found)!r:.2000}")
    click.echo(f"{parses:,} parses, {len(faults)} faults")
    return len(faults)


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
