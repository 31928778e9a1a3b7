"""The command `diff`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marpweave.cli.options import frozen, json_file, known, out, showing
from marpweave.cli.settings import project_of, settings_of_checkout, settings_of_revision
from marpweave.errors import UsageError

if TYPE_CHECKING:
    from marpweave.build.settings import Settings

PAGE = "diff/index.html"
"""In the folder for outputs."""


@click.command()
@click.argument("words", nargs=-1, metavar="[REV] [REV] [DECK]...")
@known
@frozen
@showing
@out
@json_file
def diff(words: tuple[str, ...], json_file: Path | None, **options: Any) -> None:  # noqa: ANN401
    """Show which slides look different between two revisions; default: from HEAD to the working tree.

    Exit code: 0 no differences, 1 differences.
    """
    from marpweave.build.compare.compare import compare
    from marpweave.build.compare.page import page_of
    from marpweave.build.compare.report import as_json, as_text
    from marpweave.build.compare.revisions import repository_of, request_of
    from marpweave.build.compare.sides import sides
    from marpweave.files import write_text

    repository = repository_of(next((_folder(word) for word in words if Path(word).exists()), Path.cwd()))
    request = request_of(words, repository)
    relative = [_named(word, repository.top) for word in request.decks]
    project = project_of(settings_of_checkout(request.decks, options))
    project.sweep()

    def settings_at(root: Path, tree: Path) -> Settings:
        return settings_of_revision(root, [tree / name for name in relative], options)

    with sides(request, repository, project, settings_at) as both:
        comparison = compare(both, relative, repository)
        page = project.settings.out / PAGE
        write_text(page, page_of(comparison, project.store))
        if json_file:
            write_text(json_file, as_json(comparison, page) + "\n")
        with suppress(BrokenPipeError):  # a reader that stops early does not change the exit code
            click.echo("\n".join(as_text(comparison, page)))
    sys.exit(comparison.differs)


def _folder(word: str) -> Path:
    path = Path(word).resolve()
    return path if path.is_dir() else path.parent


def _named(word: str, top: Path) -> str:
    """What is named, as the repository names it; raises UsageError."""
    path = Path(os.path.abspath(word))  # noqa: PTH100  a link stays one
    place = path.parent.resolve() / path.name
    if not place.is_relative_to(top):
        raise UsageError(f"{word} is not in the repository {top}")
    return place.relative_to(top).as_posix()
