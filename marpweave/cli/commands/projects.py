"""The commands `config` and `init`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from marpweave.cli.options import cache, decks
from marpweave.config.decks import folder_of, selector_of
from marpweave.config.effective import configuration


@click.command()
@decks
@cache
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--schema", is_flag=True, help="Print the JSON schema of marpweave.toml instead.")
def config(decks: tuple[str, ...], cache: str | None, *, as_json: bool, schema: bool) -> None:
    """Show the configuration in effect for decks, and where each value comes from."""
    from marpweave.cli import configuration as printed

    if schema:
        from marpweave.config.schema import schema as json_schema

        click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return
    configured = configuration([folder_of(selector_of(str(each), Path())) for each in decks], {"cache": cache})
    if cache:
        configured = replace(configured, origins={**configured.origins, "cache": "--cache or MARPWEAVE_CACHE"})
    click.echo(printed.as_json(configured) if as_json else printed.as_text(configured))


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[FOLDER]")
def init(folder: Path) -> None:
    """Create a first deck, a configuration, and files for VS Code, pre-commit and GitHub; overwrites nothing."""
    from marpweave.cli.init import init as lines

    for line in lines(folder):
        click.echo(line)
