"""The command `convert`."""

from __future__ import annotations

from pathlib import Path

import click

FORMS = ("percent", "md", "myst", "Rmd", "qmd", "ipynb", "deck")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--as", "form", type=click.Choice(FORMS),
              help="Format of TARGET, if its suffix is ambiguous: .md is a deck unless this is `md` or `myst`.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
def convert(source: Path, target: Path, form: str | None, *, force: bool) -> None:
    """Convert a deck to a notebook or script (.ipynb, .py, .Rmd, .qmd, .md), or such a file to a deck; runs nothing."""
    from marpweave.build.notebooks.convert import convert
    from marpweave.notebook.scripts import Form

    losses = list(convert(source, target, Form(form) if form else None, force=force))
    click.echo(f"wrote {target}")
    for line in losses:
        click.echo(line, err=True)
