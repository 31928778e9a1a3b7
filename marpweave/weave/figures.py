"""Figure files: their location, whether they are current, and writing those that changed."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path, PurePosixPath

from marpweave.check.verdicts import CellCheck
from marpweave.errors import command
from marpweave.files import real_path, seen_from, write_bytes
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Figure, Outcome

NUMBER = re.compile(rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
NAMED = re.compile(rb'(?<=id=")[^"]+(?=")')
EMBEDDED = re.compile(rb"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)")
FIGURES = "figures"
PLAIN_NAME = re.compile(r"[^\W_][\w.-]*\.(?:svg|png)")
TOLERANCE = 0.02
"""Maximum difference in points between numbers of equal SVG files."""
PIXEL_TOLERANCE = 2
"""Maximum difference between colour values (0-255) of equal pixels."""


def figure_folder(deck: Deck, root: Path) -> Path:
    """``figures/NAME`` in the project, or beside a deck outside of it."""
    return home_of(deck, root) / FIGURES / deck.name


def home_of(deck: Deck, root: Path) -> Path:
    """The project's folder, or that of a deck outside of it."""
    path = deck.path.resolve()
    return root.resolve() if path.is_relative_to(root.resolve()) else path.parent


def folder_from_deck(deck: Deck, root: Path) -> PurePosixPath:
    """The figure folder relative to the deck: ``../figures/DECK``."""
    folder = figure_folder(deck, root)
    return PurePosixPath(seen_from(folder, deck.path.resolve().parent))


def write_figures(outcomes: Iterable[Outcome], folder: Path, files: Files) -> list[Path]:
    """Write the figures that changed, ignoring differences between CPUs; return their paths.

    Nothing is written through a symbolic link; :func:`linked_figures` reports those.
    """
    written = []
    for outcome in outcomes:
        for figure in outcome.figures:
            path = _place_of(figure, folder)
            old = files.read(path)
            if not _link(path) and (old is None or not same_figure(old, figure.content)):
                write_bytes(path, figure.content)
                files.wrote(path, figure.content)
                written.append(path)
    return written


def _place_of(figure: Figure, folder: Path) -> Path:
    """The path of a figure; its name can never lead out of ``folder``."""
    if not PLAIN_NAME.fullmatch(figure.name):
        raise ValueError(f"{figure.name!r} is not the name of a figure")
    return folder / figure.name


def linked_figures(checks: Iterable[CellCheck], folder: Path) -> Iterator[Finding]:
    """Figures that would be written through a symbolic link."""
    for check in checks:
        for figure in check.outcome.figures:
            link = _link(folder / figure.name)
            if link:
                yield Finding(Kind.STALE_FIGURE, check.cell.location, f"{link} is a symbolic link, so {figure.name} "
                              "was not written; replace it with a file or folder in the project", check.cell.slide)


def _link(path: Path) -> Path | None:
    """A symbolic link on the path of a figure; ``figures`` itself may link to a folder inside the project."""
    below = next(n for n, each in enumerate(path.parents) if each.name == FIGURES)
    figures = path.parents[below]
    inside = figures.resolve().is_relative_to(figures.parent)
    return next((each for each in (path, *path.parents[:below]) if each.is_symlink()), None if inside else figures)


def stale_figures(
    checks: Iterable[CellCheck], folder: Path, files: Files, shown: Container[Path] = (),
) -> Iterator[Finding]:
    """Figures on disk that differ from what the code currently draws.

    Where no deck of the project has drawn a figure yet, only missing files that slides show are reported.
    """
    drawn: set[str] = set()
    home = folder.parent
    is_new = not (files.listing(folder) or any(files.listing(home / name) for name in files.listing(home)))
    place: Location | None = None
    for check in checks:
        place = place or Location(check.cell.location.path, 1)
        for figure in check.outcome.figures:
            drawn.add(figure.name)
            path = _place_of(figure, folder)
            if (fault := _fault(path, figure, files)) and not (is_new and real_path(path) not in shown):
                yield Finding(Kind.STALE_FIGURE, check.cell.location, f"{fault}; run {command('figures')}",
                              check.cell.slide)
    failed = any(check.outcome.error or check.outcome.trouble for check in checks)
    leftover = [name for name in files.listing(folder) if name not in drawn and (folder / name).is_file()]
    if place and not failed:
        for name in leftover:
            yield Finding(Kind.STALE_FIGURE, place, f"{_shown(folder / name)}: no cell draws it; delete it")


def is_awaited(finding: Finding, deck: Deck, checks: Iterable[CellCheck]) -> bool:
    """Whether a missing image is the figure of a failed cell, and will exist once the cell is fixed."""
    if finding.kind is not Kind.MISSING_IMAGE:
        return False
    labels = {check.cell.label for check in checks if check.outcome.error or check.outcome.trouble
              or not (check.outcome.ran or check.cell.options.execution.eval is False)}
    source = PurePosixPath(finding.image)
    is_own = f"/{source.parent}".endswith(f"/{FIGURES}/{deck.name}")
    return is_own and re.sub(r"-\d+$", "", source.stem) in labels


def _fault(path: Path, figure: Figure, files: Files) -> str:
    shown, content = _shown(path), files.read(path)
    if content is None:
        return f"{shown} is missing"
    return "" if same_figure(content, figure.content) else f"{shown} differs from what the code draws"


def _shown(path: Path) -> str:
    """The path of a figure in messages: ``figures/NAME/LABEL.svg``."""
    home = next(each.parent for each in path.parents if each.name == FIGURES)
    return path.relative_to(home).as_posix()


def same_figure(old: bytes, new: bytes) -> bool:
    """Whether two figure files show the same: numbers within the tolerance, ids in the same order."""
    if old == new:
        return True
    if not (old.lstrip().startswith(b"<") and new.lstrip().startswith(b"<")):
        return _same_pixels(old, new)
    pictures = [[base64.b64decode(data) for data in EMBEDDED.findall(svg)] for svg in (old, new)]
    if len(pictures[0]) != len(pictures[1]) or not all(map(_same_pixels, *pictures)):
        return False
    a, b = (EMBEDDED.sub(b"", _ids_by_order(svg)) for svg in (old, new))
    if NUMBER.sub(b"0", a) != NUMBER.sub(b"0", b):
        return False
    return all(abs(float(x) - float(y)) <= TOLERANCE for x, y in zip(NUMBER.findall(a), NUMBER.findall(b), strict=True))


def _ids_by_order(svg: bytes) -> bytes:
    """Replace matplotlib's ids, which are content hashes, by their order of appearance."""
    names = {name: b"id-%d" % i for i, name in enumerate(dict.fromkeys(NAMED.findall(svg)))}
    if not names:
        return svg
    known = re.compile(b'(?<=id=")(?:%(n)s)(?=")|(?<=#)(?:%(n)s)(?=["\\)])' % {
        b"n": b"|".join(map(re.escape, sorted(names, key=len, reverse=True)))})
    return known.sub(lambda match: names[match.group()], svg)


def _same_pixels(old: bytes, new: bytes) -> bool:
    if old == new:
        return True
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    try:
        a, b = (np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"), dtype=int) for data in (old, new))
    except (UnidentifiedImageError, OSError):
        return False
    return a.shape == b.shape and bool(np.abs(a - b).max(initial=0) <= PIXEL_TOLERANCE)
