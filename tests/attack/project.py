"""Tries a way: a project is built, edited and built again, and built from nothing; what differs is stale."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.attack.makers import Files, place
from tests.attack.ways.way import Way
from tests.project import alone, forked, reported

LEFT = ("between cells and decks", "keys", "sharing", "rendered")
"""Where what an earlier build left on the disk can matter, so that a build from nothing is made in any case."""
MACHINE = ("PATH", "HOME", "LANG")


@dataclass(frozen=True, slots=True)
class Gave:
    """What a build gave."""

    gave: dict[str, Any]
    """Files of ``dist`` and ``figures`` and the findings of each deck."""
    ran: tuple[str, ...]
    """Labels of the cells that ran."""
    known: int
    """How many cells did not have to."""


def tried(way: Way, folder: Path) -> tuple[str, str]:
    """``fresh`` or what is wrong, and what differs."""
    project, untouched, setting = folder / "project", folder / "untouched", dict(way.files)
    place(project / "slides", {"deck.md": way.deck, **way.files})
    place(project, {"marpweave.toml": 'decks = ["slides"]\n'})
    subprocess.run(["cp", "-a", project, untouched], check=True)
    builds = [build(project, setting)]
    for edit in way.edits:
        for each in (project, untouched):
            place(each / "slides", edit)
        setting |= edit
        if way.checkout:
            project = moved(project, folder / "elsewhere")
        builds.append(build(project, setting))
    late = build(project, setting)
    if builds[-1].ran and not builds[-1].known and way.kind not in LEFT:
        return judged(way, builds, late, builds[-1])  # every cell ran in a fresh kernel: that is a build from nothing
    project.rename(folder / "warm")
    moved(untouched, project) if way.checkout else untouched.rename(project)
    return judged(way, builds, late, build(project, setting, "--no-cache"))


def moved(project: Path, to: Path) -> Path:
    """A copy of a project elsewhere, in which all files are new, as version control makes it."""
    return Path(shutil.copytree(project, to, symlinks=True, copy_function=shutil.copyfile))


def build(project: Path, setting: Files, *more: str) -> Gave:
    """Build all decks of a project; its variables are those of the setting, and few of the machine's."""
    variables = {name: os.environ[name] for name in MACHINE if name in os.environ}
    variables |= {name[1:]: str(value) for name, value in setting.items() if name.startswith("$") and value is not None}
    chosen = [str(word) for name, value in setting.items() if name.startswith("--") for word in (name, value)]
    run = alone if any(name.startswith(("$PYTHON", "$L")) for name in setting) else forked
    built = reported(run, ("build", "--to", "md", *chosen, *more), project, variables)
    told = {deck["path"]: [f for f in deck["findings"] if f["kind"] != "nondeterministic"] for deck in built.decks}
    made = {str(path.relative_to(project)): path.read_bytes()
            for top in ("dist", "figures") for path in sorted((project / top).rglob("*")) if path.is_file()}
    return Gave({**told, **made}, tuple(label for labels in built.ran.values() for label in labels),
                sum(deck["from_cache"] for deck in built.decks))


def judged(way: Way, builds: list[Gave], late: Gave, cold: Gave) -> tuple[str, str]:
    """What builds before and after an edit, once more and from nothing say of a way."""
    before, (warm, later) = builds[-2].gave, ({n: each.gave[n] for n in each.gave if n not in way.leaves} for each in (builds[-1], late))
    if any(before[name] != each.gave.get(name) for name in way.leaves for each in (builds[-1], late)):
        return "lost", difference(before, late.gave)
    if warm != cold.gave:
        return "late" if later == cold.gave else "stale", difference(warm, cold.gave)
    if later != cold.gave:
        return "spoiled", difference(later, cold.gave)
    if way.finding and way.finding not in "".join(f["message"] for f in cold.gave["slides/deck.md"]):
        return "unsaid", f"no finding says {way.finding!r}"
    if way.quiet and builds[-1].ran:
        return "restless", f"ran: {', '.join(builds[-1].ran)}"
    if shown(before) == shown(cold.gave) and not (way.quiet or way.sealed or way.finding):
        return "vacuous", difference({}, cold.gave)
    return "fresh", ""


def shown(gave: dict[str, Any]) -> list[Any]:
    """What of all that a build gave comes from running: neither code nor the prose that an edit brings."""
    return [[(f["kind"], f["message"], f["got"]) for f in each] if isinstance(each, list)
            else re.sub(r"(?s)```python\n.*?\n```|文。|\n+", "", each.decode(errors="replace")) for each in gave.values()]


def difference(warm: dict[str, Any], cold: dict[str, Any]) -> str:
    """What a build gave that the one from nothing did not, and the other way round."""
    names = [name for name in {**warm, **cold} if warm.get(name) != cold.get(name)]
    return "\n".join(f"{name}: {_short(warm.get(name))}\n  cold: {_short(cold.get(name))}" for name in names)


def _short(content: Any) -> str:
    return (content.decode(errors="replace") if isinstance(content, bytes) else str(content))[:2000]
