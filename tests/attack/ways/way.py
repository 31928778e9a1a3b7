"""A way in which what a cell gives can come to depend on something, and the words of which ways are made."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.attack.makers import (
    Files,
)

ONE, TWO = {"a": "1\n"}, {"a": "2\n"}


@dataclass(frozen=True, slots=True)
class Way:
    """A deck, files beside it, and an edit after which a cell gives something else."""

    name: str
    deck: str
    files: Files = field(default_factory=lambda: ONE)
    edit: Files = field(default_factory=lambda: TWO)
    again: Files | None = None
    """A second edit, after a build."""
    quiet: bool = False
    """The edit changes nothing that a cell can give: no cell runs."""
    sealed: bool = False
    """The kernel need not see what changes: then nothing changes."""
    checkout: bool = False
    """After the edit the project stands elsewhere, with new times."""
    finding: str = ""
    """What a finding must say."""
    leaves: tuple[str, ...] = ()
    """Files of a deck that is gone: they stay as they were, and a build from nothing does not have them."""
    kind: str = ""

    @property
    def edits(self) -> tuple[Files, ...]:
        """One edit after the other."""
        return (self.edit,) if self.again is None else (self.edit, self.again)


class Text(str):
    """A part of a deck that is no cell."""


def D(*parts: str, head: str = "execute: true") -> str:
    """The text of a deck."""
    fences = [part if isinstance(part, Text) else f"```python\n{part}\n```" for part in parts]
    return "\n\n".join([f"---\nmarp: true\n{head}\n---\n\n# 一", *fences]) + "\n"


def becomes(*parts: str, head: str = "execute: true") -> Files:
    """An edit of the deck itself."""
    return {"deck.md": D(*parts, head=head)}


def let(name: str, *parts: str) -> str:
    """A deck whose kernel may see a variable."""
    return D(*parts, head=f"execute: {{env: [{name}]}}")


PATHLIB = "from pathlib import Path\n"
OPEN = "open('a').read()"
FIGURE = "import matplotlib.pyplot as plt\nfig = plt.figure()\nplt.plot([0, 1])"
DRAWN = "#| label: {}\nimport matplotlib.pyplot as plt\nplt.plot([0, {}])"
