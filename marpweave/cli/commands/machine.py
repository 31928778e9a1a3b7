"""The commands about what is installed on this machine."""

from __future__ import annotations

import sys

import click

from marpweave.cli.options import python
from marpweave.config.effective import configuration

MISSING = 2
"""The exit code where a tool is missing."""


@click.command()
@python
def doctor(python: str | None) -> None:
    """Show the Python, packages, Node.js, Marp CLI, browser and fonts that were found."""
    from marpweave.cli.doctor import examine

    lines, healthy = examine(configuration((), {"python": python}).config.python)
    for line in lines:
        click.echo(line)
    sys.exit(0 if healthy else MISSING)


@click.command()
def setup() -> None:
    """Download citation-js and, if none is installed, a browser, so that builds need no network."""
    from marpweave.cli.install import set_up

    click.echo("\n".join(set_up()))
