"""Random edits of a small project: cells, prose, a module, a data file, a theme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

CELLS = (
    "x = {n}", "print(x)", "print(x * {n})  # => {n}", "#| label: picture{n}\nimport matplotlib.pyplot as plt\nplt.plot([{n}, x])", "x += {n}",
    "import tool\nprint(tool.twice({n}))", "import tool\nprint(tool.less({n}))", "print(open('data.txt').read())", "print(missing{n})", "many = globals().setdefault('many', [])\nmany.append({n})\nprint(many)",
    "#| error: true\nraise ValueError({n})", "def named():\n    return x + {n}\n\nprint(named())", "#| isolate: true\nx = -{n}\nprint(x)",
    "import warnings\nwarnings.warn('beware {n}')", "#| echo: false\nprint('quiet', {n})", "open('made.txt', 'w').write('{n}')", "import os\nprint(os.path.exists('made.txt'))")
HEAD = "---\nmarp: true\nexecute: true\ntheme: own\n---\n"
RULES = ("color: red", "color: blue", "color: red }}")
"""Of all slides; the last one cannot be read."""


@dataclass(frozen=True, slots=True)
class Page:
    """A slide: words, blank lines, and a cell by its number among the kinds, with a number in it."""

    words: str
    blank: int = 0
    cell: int = 0
    number: int = 1

    @property
    def text(self) -> str:
        """As it stands in the deck."""
        return f"# {self.words}\n{chr(10) * self.blank}\n```python\n{CELLS[self.cell].format(n=self.number)}\n```\n"


@dataclass(frozen=True, slots=True)
class World:
    """A project."""

    pages: tuple[Page, ...]
    factor: int = 2
    """In a function of the module."""
    part: int = 1
    """In another one."""
    words: str | None = "words"
    """In the data file; None: there is none."""
    rule: str = RULES[0]
    """In the theme."""

    @property
    def files(self) -> dict[str, str | None]:
        """Name -> text."""
        return {"tool.py": f"def twice(n):\n    return {self.factor} * n\n\n\ndef less(n):\n    return n - {self.part}\n", "data.txt": self.words,
                "theme/own.css": f"/* @theme own */\nsection {{ {self.rule} }}\n",
                "deck.md": HEAD + "\n---\n\n".join(page.text for page in self.pages)}


def world() -> World:
    """The first one."""
    return World(tuple(Page(f"Slide {n}", cell=n, number=n + 2) for n in range(6)))


MAKES, LOOKS = (next(n for n, code in enumerate(CELLS) if word in code) for word in ("'w'", "exists"))


def edited(now: World, random: Random) -> World:
    """The project after a random edit, but none in which a cell looks for what a cell below makes: each run differs."""
    while _looks_ahead(found := _edited(now, random)):
        pass
    return found


def _looks_ahead(world: World) -> bool:
    cells = [page.cell for page in world.pages]
    return LOOKS in cells and MAKES in cells[cells.index(LOOKS):]


def _edited(now: World, random: Random) -> World:
    at = random.randrange(len(now.pages))
    page, edits = now.pages[at], (_worded, _spaced, _numbered, _recelled)
    whole: tuple[Callable[[], World], ...] = (
        lambda: replace(now, pages=(*now.pages[:at], Page("New", cell=random.randrange(len(CELLS))), *now.pages[at:])),
        lambda: replace(now, pages=(*now.pages[:at], *now.pages[at + 1:]) if len(now.pages) > 3 else now.pages),
        lambda: replace(now, pages=tuple(random.sample(now.pages, len(now.pages)))),
        lambda: replace(now, factor=random.randrange(9)),
        lambda: replace(now, part=random.randrange(9)),
        lambda: replace(now, words=random.choice([None, "words", "other words"])),
        lambda: replace(now, rule=random.choice(RULES)))
    if random.random() < 0.4:
        return random.choice(whole)()
    return replace(now, pages=(*now.pages[:at], random.choice(edits)(page, random), *now.pages[at + 1:]))


def _worded(page: Page, random: Random) -> Page:
    return replace(page, words=f"Word {random.randrange(99)}")


def _spaced(page: Page, random: Random) -> Page:
    return replace(page, blank=random.randrange(4))


def _numbered(page: Page, random: Random) -> Page:
    return replace(page, number=random.randrange(9))


def _recelled(page: Page, random: Random) -> Page:
    return replace(page, cell=random.randrange(len(CELLS)))
