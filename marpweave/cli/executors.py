"""The options that say where decks run and how that is told, and the runner that they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marpweave.errors import UsageError

if TYPE_CHECKING:
    from marpweave.build.runners import Runner
    from marpweave.build.settings import Settings

ADDRESS = re.compile(r"[a-z]+://[^/]+:\d+")


def reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
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


def _refuse_addresses(settings: Settings) -> None:
    """Raise UsageError where options of a cluster mean nothing."""
    if settings.executor != "dask" and (settings.scheduler or settings.shared_files):
        raise UsageError("--scheduler and --shared-files belong to --executor dask")
    if settings.scheduler and not ADDRESS.fullmatch(settings.scheduler):
        raise UsageError(f"--scheduler {settings.scheduler}: no address; write tcp://HOST:PORT")


def runner_of(settings: Settings) -> AbstractContextManager[Runner]:
    """The runner that settings ask for; what it starts ends with the block."""
    _refuse_addresses(settings)
    if settings.executor == "local":
        from marpweave.build.runners import Kernels

        return nullcontext(Kernels(settings))
    from marpweave.build.runners.elsewhere import Elsewhere, InProcesses

    return closing(Elsewhere(settings)) if settings.executor == "dask" else nullcontext(InProcesses(settings))
