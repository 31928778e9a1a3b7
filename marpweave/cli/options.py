"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

prelude = click.option("--prelude", default="", metavar="CODE",
                       help='Python that runs before the first cell: --prelude "import numpy as np".')
cache = click.option("--cache", envvar="MARPWEAVE_CACHE", default="", metavar="PLACE",
                     help="Results of earlier builds: a folder, or the URL of a store that machines share (s3://…, "
                     "gs://…, file://…).  [default: .marpweave/cache]")

sandbox = click.option("--sandbox", is_flag=True, help="Run decks where they reach no network, no other process and "
                       "no file but those of the project, which they cannot change.")


def _named(_context: click.Context, parameter: click.Parameter, path: str | None) -> str:
    """Refuse an empty path, as of a variable that is not set."""
    if path == "":
        raise click.BadParameter("names no Python", param=parameter)
    return path or ""


python = click.option("--python", metavar="PATH", callback=_named,
                      help="The Python in which cells run: a program, or the folder of an environment, that has "
                      "ipykernel.  [default: the one that runs marpweave]")


def running(command: Command) -> Command:
    """Add what is said of every run of cells to a command."""
    options = [
        click.argument("decks", nargs=-1, type=click.Path(path_type=Path), metavar="[DECK]..."),
        click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N",
                     help="How many decks run at once.  [default: the number of cores]"),
        prelude,
        python,
        click.option("--strict", is_flag=True, help="Unchecked outputs and suspect comments are findings too."),
        click.option("--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, metavar="SECONDS",
                     help="Limit for each cell that sets no timeout of its own."),
        click.option("--deck-timeout", type=click.FloatRange(min=1), default=600.0, show_default=True,
                     metavar="SECONDS", help="Limit for all cells of a deck together."),
        click.option("--kernel-start", type=click.Choice(["warm", "cold"]), default="warm", show_default=True,
                     help="Fork kernels from one process with its imports done, where that is safe, or start each one "
                     "from scratch."),
        sandbox,
        click.option("--trust", is_flag=True, help="Also run decks that were found, not named, and lie outside of the "
                     "project."),
        click.option("--no-cache", is_flag=True, help="Run every cell; neither read nor store results."),
        cache,
        click.option("--cache-read-only", "read_only", is_flag=True, help="Put nothing into the shared store."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def reporting(command: Command) -> Command:
    """Add where decks run and how that is told to a command."""
    options = [
        click.option("--executor", type=click.Choice(["local", "processes", "dask"]), default="local",
                     show_default=True, help="Run decks from this process, from one process for each job, or on "
                     "a Dask cluster."),
        click.option("--scheduler", default="", metavar="URL",
                     help="The cluster's scheduler: tcp://HOST:PORT.  [default: a cluster on this machine]"),
        click.option("--shared-files", is_flag=True,
                     help="The cluster's workers find the project at the same path; nothing is sent to them."),
        click.option("--format", "style", type=click.Choice(["text", "github", "json"]), default="text",
                     show_default=True, help="How findings are printed."),
        click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                     help="Also write the report as JSON."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


frozen = click.option("--frozen", is_flag=True, help="Run nothing: use what `freeze` kept beside the decks.")
allow = click.option("--allow", type=click.Path(path_type=Path), multiple=True, metavar="PATH",
                     help="A folder or file outside the project whose pictures slides may show; repeatable.")
update = click.option("--update", is_flag=True, help="Rewrite outputs that drifted, in place.")
