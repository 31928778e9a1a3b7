"""Decks with the outcomes that a kernel gave, in markdown-it's form: parts of a file that a line of one dot ends.

The first line of a case is its command and its title. Then come the deck, an outcome a line for each of its steps, the
report, what is woven where it builds, and what the deck becomes where it is updated. A case with files beside its deck is
a folder, in which each part is a file; one without ``outcomes.txt`` runs in a kernel each time.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import chain, islice
from pathlib import Path

from click.testing import CliRunner

from marpweave.build.runners.local import Kernels
from marpweave.build.runners.ports import Events
from marpweave.cache.plan import Plan
from marpweave.cli.main import program
from marpweave.model import outcome
from marpweave.model.outcome import Outcome
from marpweave.model.variant import Variant

FILES = sorted(Path(__file__).parent.glob("recorded/*.txt"))
FOLDERS = sorted(deck.parent for deck in Path(__file__).parent.glob("*/*/deck.md"))
OUTCOMES = "outcomes.txt"
RECORDED = [folder for folder in FOLDERS if (folder / OUTCOMES).is_file()]
in_kernels = Kernels.run
ELSEWHERE = re.compile(r'^ +File "/[^"]*", line \d+, in .*\n(?: {4}.*\n)*', re.MULTILINE)
"""Frames of a traceback that are the machine's: other paths and lines on each."""
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
"""Recorded for every figure: what is drawn counts only where a kernel draws it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A deck, what its steps gave, and what comes of that."""

    command: str
    title: str
    deck: str
    outcomes: str
    gave: tuple[str, ...]
    """The report; what was woven; what the deck became."""

    def __str__(self) -> str:
        return "".join(f"{part}.\n" for part in (f"{self.command}: {self.title}\n", self.deck, self.outcomes, *self.gave))


def cases(path: Path) -> list[Case]:
    """The cases of a file."""
    parts, found = iter(re.split(r"^\.\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)), []
    for head in parts:
        command, _, title = head.strip().partition(": ")
        if command:
            deck, outcomes, report = next(parts), next(parts), next(parts)
            found.append(Case(command, title, deck, outcomes, (report, *(next(parts) for _ in made(command)))))
    return found


def in_folder(folder: Path) -> Case:
    """The case that is a folder."""
    command = "build" if folder.parent.name == "cases" else "check"
    command = " ".join([command, *(text(folder / "flags").split() if (folder / "flags").is_file() else ())])
    outcomes = text(folder / OUTCOMES) if folder in RECORDED else ""
    return Case(command, folder.name, text(folder / "deck.md"), outcomes, tuple(text(folder / name) for name in expected(command)))


def folder_again(folder: Path, to: Path, monkeypatch, *, really: bool = False) -> Case:
    """`again`, for a case that is a folder."""
    return again(in_folder(folder), Path(shutil.copytree(folder, to / "deck")), monkeypatch, really=really)


def overwrite(folder: Path, case: Case) -> None:
    """Accept what came out of the case of a folder."""
    for name, part in zip(expected(case.command), case.gave, strict=True):
        (folder / name).write_text(part, encoding="utf-8", newline="")
    if folder in RECORDED:
        (folder / OUTCOMES).write_text(case.outcomes, encoding="utf-8")


def expected(command: str) -> list[str]:
    """The files of a folder that hold what comes out."""
    return ["report.txt", *["woven.md"] * command.startswith("build"), *["updated.md"] * ("--update" in command)]


def text(path: Path) -> str:
    """What a file holds, line ends and all."""
    return path.read_bytes().decode()


def made(command: str) -> list[str]:
    """The files that a command makes of a deck."""
    name = "deck.student" if "--variant student" in command else "deck"
    return [f"dist/{name}.md"] * command.startswith("build") + ["deck.md"] * ("--update" in command)


def again(case: Case, folder: Path, monkeypatch, *, really: bool = False) -> Case:
    """The case as it comes out today, with the outcomes that are recorded, or those that kernels really give."""
    (folder / "deck.md").write_text(case.deck, encoding="utf-8", newline="")
    monkeypatch.chdir(folder)
    given: dict[Variant, list[Outcome]] = {}
    recorded = iter(decoded(case.outcomes))

    def run(kernels: Kernels, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        (plan,) = plans
        known = given.get(plan.deck.variant) or list(islice(recorded, len(plan.running)))
        gave = in_kernels(kernels, plans, events)[0] if really else known
        assert len(gave) == len(plan.running)
        given.setdefault(plan.deck.variant, gave)
        return [gave]

    monkeypatch.setattr(Kernels, "run", run)
    command, *flags = case.command.split()
    to = ["--to", "md"] if command == "build" else []
    result = CliRunner().invoke(program, [command, *to, *flags, "deck.md"], catch_exceptions=False)
    report = f"{result.stdout.replace(sys.executable, 'python')}exit {result.exit_code}\n"
    gave = (report, *(text(folder / name) for name in made(case.command)))
    outcomes = "".join(f"{literal(each)}\n" for each in chain.from_iterable(given.values()))
    return replace(case, outcomes=outcomes, gave=gave)


def literal(value: object) -> str:
    """An outcome as Python, without what does not count and what is the same in most."""
    if is_dataclass(value):
        said = (each for each in fields(value) if each.compare and getattr(value, each.name) != each.default)
        return f"{type(value).__name__}({', '.join(f'{each.name}={literal(getattr(value, each.name))}' for each in said)})"
    if isinstance(value, tuple):
        return f"({''.join(f'{literal(each)}, ' for each in value)})"
    return repr(ELSEWHERE.sub("", value) if isinstance(value, str) else value and PICTURE if isinstance(value, bytes) else value)


def decoded(outcomes: str) -> list[Outcome]:
    """Outcomes as they were recorded."""
    return [eval(line, vars(outcome)) for line in outcomes.splitlines()]  # written by `literal`
