"""Converts between decks, notebooks and scripts; never overwrites files unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from marpweave.build.reading import content_of
from marpweave.build.reading import deck_of as parsed
from marpweave.config import decks
from marpweave.config.root import find_project
from marpweave.errors import DeckError, UsageError, command
from marpweave.files import write_bytes
from marpweave.inputs.used import Files
from marpweave.model.finding import Finding
from marpweave.model.given import Given
from marpweave.notebook.editable import notebook_of
from marpweave.notebook.imported.deck import deck_of
from marpweave.notebook.kept import Node
from marpweave.notebook.scripts import Form, as_text, from_text
from marpweave.read.includes import includes_of
from marpweave.read.parse import parse_deck
from marpweave.read.tokens import front_matter_token
from marpweave.text import split_lines

FORMS = {**dict.fromkeys(decks.SUFFIXES, Form.DECK), ".ipynb": Form.NOTEBOOK, ".py": Form.PERCENT, ".rmd": Form.RMD,
         ".qmd": Form.QMD}
"""Formats by file suffix."""
OF_JUPYTEXT = ("jupytext:", "jupyter:", "kernelspec:")
"""Front matter keys of Jupytext's Markdown notebooks."""
OF_DECKS = ("marp:", "execute:")
"""Front matter keys of decks, which may also have `jupyter: python3` as in Quarto."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file and its content."""

    path: Path
    form: Form


def convert(source: Path, target: Path, wish: Form | None = None, *, force: bool = False) -> Iterator[str]:
    """Convert a file, yielding a line for each loss; raises UsageError.

    ``wish``: the target format if its suffix is ambiguous; ``force``: overwrite.
    """
    text = _text(source)
    here, there = _File(source, _form_of(source, text)), _File(target, wish or _form(target))
    if here.form is there.form:
        script = "; `--as md` or `--as myst` writes a script" if here.form is Form.DECK and wish is None else ""
        raise UsageError(f"{source} and {target} are both {here.form}: nothing to convert{script}")
    deck = parse_deck(text, source) if here.form is Form.DECK else None
    notebook = notebook_of(deck) if deck else _read(text, here)
    made: dict[Path, bytes] = {}
    losses: list[str] = []
    if there.form is Form.DECK:
        whole = deck_of(notebook, f"{target.stem}_files")
        made = {target.parent / name: content for name, content in whole.files.items()}
        losses = [f"{source}: cell {loss.cell}: {loss.what}" for loss in whole.losses]
        losses += [f"{finding.location}: {finding.message}" for finding in _faults(whole.text, target)]
        made[target] = whole.text.encode()
    else:
        written = as_text(notebook, there.form)
        losses = list(_changed(text if deck else deck_of(notebook, "").text, written, there, source))
        if deck and deck.adopted and there.form is not Form.QMD:  # Quarto includes the same files
            losses += (f"{source}:{line}: {target.name} does not contain {part}, since its include stays text; "
                       f"{command('--to ipynb')} writes a notebook that does"
                       for line, part in includes_of(split_lines(text)).items())
        made[target] = written.encode()
    _write(made, force=force)
    yield from losses


def _faults(text: str, path: Path) -> Sequence[Finding]:
    """Faults of a deck that is to be written to a path."""
    home = find_project([path.parent]).root
    try:
        deck = parsed(text, path, Files(), Given(allowed=(home,)))
    except DeckError as error:
        return error.findings
    return deck.origins.in_files(deck.findings)


def _form(path: Path) -> Form:
    try:
        return FORMS[path.suffix.lower()]
    except KeyError:
        raise UsageError(f"{path}: unknown suffix; use one of {', '.join(FORMS)}, or name the format "
                         "with `--as`") from None


def _form_of(path: Path, text: str) -> Form:
    """The format of a file; Markdown may be a deck or a Jupytext notebook."""
    form = _form(path)
    front = front_matter_token(text) if form is Form.DECK else None
    lines = front.content.split("\n") if front else []
    if not front or not any(line.startswith(OF_JUPYTEXT) for line in lines) or (
            "jupytext" not in front.content and any(line.startswith(OF_DECKS) for line in lines)):
        return form
    return Form.MYST if "format_name: myst" in front.content else Form.MARKDOWN


def _text(path: Path) -> str:
    try:
        return content_of(path).decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8; save it as UTF-8") from None


def _read(text: str, file: _File) -> Node:
    """The notebook in a file, which must be a Python one."""
    try:
        notebook = from_text(text, file.form)
    except ValueError as error:
        raise UsageError(f"{file.path} is not a readable notebook: {error}") from None
    spec, info = (notebook.metadata.get(name, {}) for name in ("kernelspec", "language_info"))
    language = spec.get("language") or info.get("name") or "python"
    if str(language).lower() not in ("python", "ipython"):
        raise UsageError(f"{file.path} runs {language}; the cells of a deck are Python")
    return notebook


def _changed(deck: str, written: str, there: _File, source: Path) -> Iterator[str]:
    """The first line of the deck that a round trip would change; raises UsageError if nothing would be preserved."""
    try:
        again = from_text(written, there.form)
    except ValueError as error:
        raise UsageError(f"{source} cannot be written as {there.form}: {error}") from None
    old, new = (each.split("\n") for each in (deck, deck_of(again, "").text))
    if old != new:
        same = zip(old, new, strict=False)
        row = next((row for row, (one, other) in enumerate(same) if one != other), min(len(old), len(new)))
        yield f"{source}:{row + 1}: from here on, converting it back gives different text"


def _write(made: dict[Path, bytes], *, force: bool) -> None:
    there = [path for path in made if path.exists()]
    if there and not force:
        raise UsageError(f"{', '.join(map(str, there))} already exists; use `--force` to overwrite")
    for path, content in made.items():
        write_bytes(path, content)
