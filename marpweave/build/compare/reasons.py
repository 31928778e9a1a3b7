"""Finds out why a slide changed: edits, or inputs of its cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from marpweave.build.compare.sides import MadeDeck
from marpweave.build.compare.views import View
from marpweave.cache.current import CHANGED, OF_TEXT
from marpweave.cache.keys import runs
from marpweave.check.verdicts import CellCheck
from marpweave.inputs.digests import file_digest
from marpweave.inputs.modules import SKELETON, read_module
from marpweave.inputs.spelling import spelling_of
from marpweave.model.outcome import ADDRESS, Display, Outcome
from marpweave.weave.figures import FIGURES

MODULES = ("code", "module")
FILES = ("file", *MODULES)
MAX_NAMED = 4
"""Maximum number of parts of a module to name."""
SOURCE = "source changed"
FRONT = "front matter changed"
UNSEEN = "no observed input: its cells are nondeterministic, or read something that cannot be observed"
CONFINED = "its cells ran in the sandbox before; use `--no-sandbox` to run them like your own"
IN_PART = "the sandbox left out parts of Marp's configuration before; use `--no-sandbox` to follow all of it"


@dataclass(frozen=True, slots=True)
class Detail:
    """A text or a figure that changed."""

    name: str
    before: str = ""
    after: str = ""


def reasons_of(before: View, after: View, *, restyled: bool) -> tuple[str, ...]:
    """Why a slide changed, the most direct reason first; ``restyled``: the style of its deck changed."""
    found = [SOURCE] if before.source != after.source else []
    found += _of_cells(before, after)
    found += _of_pictures(before, after)
    if restyled:
        found += _of_style(before, after)
    if not found and _front(before.made) != _front(after.made):
        found.append(FRONT)
    found = found or _of_files(before, after) or [*_of_setup(before, after)]
    return tuple(dict.fromkeys(found)) or ("another slide of the deck changed",)


def gives(outcome: Outcome) -> tuple[object, ...]:
    """The parts of an outcome that are visible on a slide."""
    shown = [output.data for output in outcome.outputs if isinstance(output, Display)]
    figures = [(figure.content, figure.animation) for figure in outcome.figures]
    return ADDRESS.sub("0x", outcome.text(stderr=True)), ADDRESS.sub("0x", repr(shown)), figures


def cell_pairs(before: View, after: View) -> Iterator[tuple[CellCheck | None, CellCheck | None]]:
    """The cells of a slide before and after, paired by label or order."""
    olds, news = ({check.cell.options.label or str(n): check for n, check in enumerate(view.checks)}
                  for view in (before, after))
    for name in dict.fromkeys([*news, *olds]):
        yield olds.get(name), news.get(name)


# -- cells --------------------------------------------------------------------------


def _of_cells(before: View, after: View) -> Iterator[str]:
    changed = [new.cell.location.line for old, new in cell_pairs(before, after)
               if old and new and gives(old.outcome) != gives(new.outcome)]
    values = zip_longest(before.values, after.values)
    changed += [new[0].location.line for old, new in values if old and new and gives(old[1]) != gives(new[1])]
    if not changed:
        return
    last = max(changed)
    causes = [*_above(before, after, last), *_read(before, after, last), *_versions(before.made, after.made)]
    yield from causes
    if not causes and before.source == after.source:
        confined = before.made.checked.deck.sandbox and not after.made.checked.deck.sandbox
        yield CONFINED if confined else UNSEEN


def _above(before: View, after: View, last: int) -> Iterator[str]:
    """Cells on earlier slides whose code changed."""
    known = {_spelled(check) for check in before.made.checked.checks}
    for check in after.made.checked.checks:
        cell = check.cell
        if runs(cell) and cell.location.line < last and cell.slide != after.slide.number \
                and _spelled(check) not in known:
            yield f"{cell.location}: cell {cell.label} changed"
            return


def _spelled(check: CellCheck) -> str:
    return spelling_of(check.cell.script.code).text


def _read(before: View, after: View, last: int) -> Iterator[str]:
    """Changed inputs of the cells up to a line."""
    olds, news = (_inputs(view, last if view is after else None) for view in (before, after))
    changed = [what for (kind, name), functions in news.items() if kind in FILES
            for what in _parts(before, after, name, functions | olds.get((kind, name), set()))]
    yield from changed or _of_others(before.made, after.made)


def _of_others(before: MadeDeck, after: MadeDeck) -> Iterator[str]:
    """Changed inputs of other kinds than file contents."""
    old, new = ({(each.kind, each.name): each.digest for outcome in made.checked.outcomes
                 for each in outcome.provenance.inputs} for made in (before, after))
    for (kind, name), digest in new.items():
        if kind in CHANGED and kind not in OF_TEXT and old.get((kind, name), digest) != digest:
            yield CHANGED[kind].format(name)


def _inputs(view: View, last: int | None) -> dict[tuple[str, str], set[str]]:
    """Files that cells read, by their paths in the repository, with the functions of each that ran."""
    found: dict[tuple[str, str], set[str]] = {}
    for line, outcome in view.made.steps:
        for each in outcome.provenance.inputs if last is None or line <= last else ():
            name, _, functions = each.name.partition("::")
            found.setdefault((each.kind, view.side.named(name)), set()).update(functions.split())
    return found


def _parts(before: View, after: View, name: str, observed: set[str]) -> Iterator[str]:
    """A changed file or, for a module, its changed functions."""
    old, new = (view.side.top / name for view in (before, after))
    if file_digest(str(old)) == file_digest(str(new)):
        return
    functions = [each for each in _functions(old, new) if not observed or each in observed]
    yield from (f"{name}::{function}" for function in functions[:MAX_NAMED])
    if len(functions) > MAX_NAMED:
        yield f"and {len(functions) - MAX_NAMED} more of {name}"
    if not functions:
        yield name


def _functions(old: Path, new: Path) -> list[str]:
    """The functions of a module whose bodies differ."""
    if new.suffix != ".py" or not (old.is_file() and new.is_file()):
        return []
    was, now = (read_module(path.read_text(encoding="utf-8", errors="replace")) for path in (old, new))
    if not (was and now):
        return []
    return [name for name, digest in now.digests.items() if name != SKELETON and was.digests.get(name) != digest]


def _versions(before: MadeDeck, after: MadeDeck) -> Iterator[str]:
    old, new = before.facts, after.facts
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield f"{name} {old.get(name, 'not installed')} -> {new.get(name, 'not installed')}"


# -- pictures and style -------------------------------------------------------------


def _of_pictures(before: View, after: View) -> Iterator[str]:
    """Changed images of the author, not figures of cells."""
    olds, news = ({image.source: view.made.prepared.presentation.images.get(image.source)
                   for image in view.made.checked.deck.images if image.slide == view.slide.number}
                  for view in (before, after))
    drawn = {figure.name for check in after.made.checked.checks for figure in check.outcome.figures}
    for source, picture in news.items():
        own = FIGURES in Path(source).parts and Path(source).name in drawn
        if source in olds and olds[source] != picture and not own:
            yield f"picture {source}"


def _of_style(before: View, after: View) -> Iterator[str]:
    """Changes of themes, Marp's configuration, and the deck's own style."""
    old, new = (view.made.prepared.presentation for view in (before, after))
    if old.themes != new.themes:
        names = [name for name in _of_files(before, after) if name.endswith(".css")]
        yield f"theme {', '.join(names)}" if names else "theme"
    yield from _of_setup(before, after)
    if old.themes == new.themes and old.setup == new.setup:
        yield "style of the deck" if _front(before.made) == _front(after.made) else FRONT


def _of_files(before: View, after: View) -> list[str]:
    """Other changed files of the deck: stylesheets, images, bibliographies."""
    old, new = ({view.side.place(path): digest for used in (view.made.checked.used, view.made.prepared.used)
                 for kind, path, digest in used if kind == "file"} for view in (before, after))
    return [name for name, digest in new.items() if name in old and old[name] != digest]


def _of_setup(before: View, after: View) -> Iterator[str]:
    """Whether Marp's configuration says something else, or the sandbox of a revision followed it in part only."""
    old, new = before.made.prepared, after.made.prepared
    if old.presentation.setup != new.presentation.setup:
        yield IN_PART if old.deck.sandbox and not new.deck.sandbox else "Marp configuration"


def _front(made: MadeDeck) -> str:
    return made.checked.deck.front_matter.text


def details_of(before: View, after: View) -> Iterator[Detail]:
    """Changes of source text, outputs and figures."""
    if before.source != after.source:
        yield Detail("source", before.source, after.source)
    for old, new in cell_pairs(before, after):
        yield from _of_cell(old, new)
    for (value, was), (_, now) in zip(before.values, after.values, strict=False):
        if was.text(stderr=False) != now.text(stderr=False):
            yield Detail(f"value of {value.source}", was.text(stderr=False).strip(), now.text(stderr=False).strip())


def _of_cell(old: CellCheck | None, new: CellCheck | None) -> Iterator[Detail]:
    label = next(check.cell.label for check in (new, old) if check)
    was, now = ("" if each is None else each.outcome.text(stderr=True).rstrip("\n") for each in (old, new))
    if ADDRESS.sub("0x", was) != ADDRESS.sub("0x", now):
        yield Detail(f"output of {label}", was, now)
    drawn, draws = ({figure.name: (figure.content, figure.animation) for figure in each.outcome.figures} if each else {}
                    for each in (old, new))
    for name in dict.fromkeys([*draws, *drawn]):
        if drawn.get(name) != draws.get(name):
            became = "gone" if name not in draws else "redrawn" if name in drawn else "new"
            yield Detail(f"figure {name} {became}")
