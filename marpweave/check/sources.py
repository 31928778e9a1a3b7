"""Code on slides that quotes a package: whether it still matches, and edits that update it.

The package is parsed, never imported. Docstrings are omitted: the slide explains the code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

from marpweave.check.update.edits import LineEdit
from marpweave.files import seen_from
from marpweave.inputs.used import Files
from marpweave.model.deck import Cell, Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.read.regions import MARKER
from marpweave.read.syntax import end_of
from marpweave.text import nearest

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class NoSourceError(Exception):
    """There is no such object; the message lists the available ones."""


def source_findings(deck: Deck, search: Sequence[Path], files: Files) -> Iterator[Finding]:
    """Findings for ``source`` cells whose code differs (apart from blanks), and for names that do not exist."""
    for name, cells in _cells_by_source(deck.full or deck).items():
        try:
            package_lines = source_of(name, search, files).split("\n")
        except NoSourceError as error:
            yield Finding(Kind.OPTION, cells[0].location, str(error), cells[0].slide)
            continue
        parts = _parts(cells, package_lines)
        for cell, part in zip(cells, parts, strict=True):
            if _filled(_shown(cell)) != _filled(part):
                several = f" (part {cells.index(cell) + 1} of {len(cells)})" if len(cells) > 1 else ""
                remedy = "correct it by hand, around its solutions" if cell.regions else "`--update` replaces it"
                yield Finding(Kind.STALE_SOURCE, Location(deck.path, _first_line(cell)),
                              f"the code on the slide differs from {name}{several}; {remedy}", cell.slide,
                              "\n".join(_shown(cell)), "\n".join(part))


def source_edits(deck: Deck, search: Sequence[Path], files: Files) -> Iterator[LineEdit]:
    """Edits that update code that differs from the package's; splits between cells are preserved.

    Cells with solutions are skipped: new code would have no markers, and students would see all of it.
    """
    for name, cells in _cells_by_source(deck).items():
        try:
            package_lines = source_of(name, search, files).split("\n")
        except NoSourceError:
            continue
        for cell, part in zip(cells, _parts(cells, package_lines), strict=True):
            if not cell.regions and _filled(_shown(cell)) != _filled(part):
                first = _first_line(cell)
                lines = tuple((cell.prefix + line).rstrip() for line in part)
                yield LineEdit(first, first + len(_shown(cell)) - 1, lines)


def source_of(name: str, search: Sequence[Path], files: Files) -> str:
    """The dedented source of ``package.module.Class.method`` without docstrings; raises NoSourceError."""
    words = name.split(".")
    for cut in range(len(words), 0, -1):
        for path in (path for folder in search for path in _candidates(words[:cut], folder)):
            content = files.read(path)
            if content is not None:
                return _extract(*_read(content, path), words[cut:], ".".join(words[:cut]))
    raise NoSourceError(f"source: there is no module {words[0]!r} for {name}")


def _candidates(words: Sequence[str], folder: Path) -> tuple[Path, Path]:
    base = folder.joinpath(*words)
    return base.with_name(base.name + ".py"), base / "__init__.py"


def _read(content: bytes, path: Path) -> tuple[str, ast.Module]:
    """A module's text and syntax tree; raises NoSourceError if it is not valid Python, e.g. while being edited."""
    shown = seen_from(path, Path.cwd())
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
        return text, ast.parse(text)
    except UnicodeDecodeError:
        raise NoSourceError(f"source: {shown} is not UTF-8; save it as UTF-8") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise NoSourceError(f"source: {shown} is not valid Python (line {line}); correct it") from None


def _extract(text: str, tree: ast.Module, words: Sequence[str], module: str) -> str:
    node: ast.Module | Definition = tree
    for word in words:
        definitions = {each.name: each for each in node.body if isinstance(each, Definition)}
        if word not in definitions:
            near = nearest(word, definitions)
            owner = getattr(node, "name", module)
            raise NoSourceError(f"source: {owner} has no {word!r}" + (f"; did you mean {near!r}?" if near else ""))
        node = definitions[word]
    lines = text.split("\n")
    if isinstance(node, ast.Module):
        raise NoSourceError(f"source: {module} is a module; name a class or a function in it")
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    hidden = {line for start, end in _docstrings(node, lines) for line in range(start, end + 1)}
    visible = [lines[n - 1] for n in range(first, end_of(node) + 1) if n not in hidden]
    return dedent("\n".join(visible)).rstrip("\n")


def _docstrings(node: Definition, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last line of each docstring, including the blank lines after it."""
    for each in ast.walk(node):
        if isinstance(each, Definition) and ast.get_docstring(each, clean=False) is not None and len(each.body) > 1:
            last = end_of(each.body[0])
            while not lines[last].strip():
                last += 1
            yield each.body[0].lineno, last


# -- cells ---------------------------------------------------------------------------


def _cells_by_source(deck: Deck) -> dict[str, list[Cell]]:
    """Cells by the name of their source, in order."""
    cells: dict[str, list[Cell]] = {}
    for cell in deck.cells:
        if cell.options.execution.source:
            cells.setdefault(cell.options.execution.source, []).append(cell)
    return cells


def _shown(cell: Cell) -> list[str]:
    return cell.source.removesuffix("\n").split("\n")[cell.option_lines:]


def _first_line(cell: Cell) -> int:
    return cell.location.line + 1 + cell.option_lines


def _filled(lines: Sequence[str]) -> list[str]:
    """Lines without blank lines and region markers, which the package need not have."""
    return [line.rstrip() for line in lines if line.strip() and not MARKER.search(line)]


def _parts(cells: Sequence[Cell], package_lines: Sequence[str]) -> list[list[str]]:
    """Split the package's code among the cells, at lines that correspond to the previous splits."""
    old = [line.rstrip() for cell in cells for line in _shown(cell)]
    matcher = SequenceMatcher(None, old, [line.rstrip() for line in package_lines], autojunk=False)
    blocks = matcher.get_matching_blocks()
    cuts, at = [0], 0
    for cell in cells[:-1]:
        at += len(_shown(cell))
        cuts.append(max(cuts[-1], _new_line(at, blocks)))
    cuts.append(len(package_lines))
    return [_trimmed(package_lines[start:end]) for start, end in pairwise(cuts)]


def _new_line(line: int, blocks: Sequence[tuple[int, int, int]]) -> int:
    """The line of the new code that corresponds to a line of the old code."""
    for start, new_start, size in blocks:
        if line < start + size or not size:
            return new_start + max(line - start, 0)
    return blocks[-1][1]


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Lines without leading and trailing blank lines."""
    filled = [n for n, line in enumerate(lines) if line.strip()]
    return list(lines[filled[0]:filled[-1] + 1]) if filled else []
