"""The command line: ``build.py [COMMAND] [OPTIONS] [DECK…]``."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from marpweave.cli.executors import runner_of
from marpweave.cli.find import all_decks, project_root
from marpweave.cli.opened import project_of, settings_of, stored
from marpweave.cli.options import allow, cache, frozen, prelude, python, reporting, running, sandbox, update
from marpweave.errors import MarpweaveError, UsageError

WRONG_USAGE = 2
INTERRUPTED = 128 + signal.SIGINT
"""The exit code that a shell reports for a program ended by Ctrl-C."""
FORMATS = ("html", "pdf", "pptx", "png", "notes", "md")


class _BuildByDefault(click.Group):
    """``build.py DECK`` is ``build.py build DECK``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_BuildByDefault, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="marpweave")
def program() -> None:
    """Marp decks whose Python really ran.

    The default command is build; without a DECK, it takes all decks in slides/.
    Exit code: 0 clean, 1 findings, 2 wrong usage or a missing tool, 3 a fault of marpweave,
    130 interrupted.
    """


@program.command()
@running
@reporting
@frozen
@update
@allow
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("dist"), show_default=True,
              metavar="DIR", help="The folder for NAME.html, NAME.pdf ….")
@click.option("--to", "formats", default="html,pdf", show_default=True, metavar="LIST",
              help=f"Formats to write: any of {', '.join(FORMATS)}.")
@click.option("--watch", is_flag=True, help="Build again at every save, until Ctrl-C.")
def build(formats: str, out: Path, *, watch: bool, **common: Any) -> None:  # noqa: ANN401
    """Run, check, draw figures and render decks (the default)."""
    wanted = tuple(dict.fromkeys(word.strip() for word in formats.split(",") if word.strip()))
    unknown = [word for word in wanted if word not in FORMATS]
    if unknown or not wanted:
        raise click.BadParameter(f"{', '.join(unknown) or 'empty'}; choose among {', '.join(FORMATS)}",
                                 param_hint="--to")
    _run("build", common, watch=watch, out=out, formats=wanted)


@program.command()
@running
@reporting
@frozen
@update
@allow
@click.option("--verify", is_flag=True, help="Run everything afresh; a result that differs from the stored one is a "
              "finding.")
def check(**common: Any) -> None:  # noqa: ANN401
    """Run decks and compare every output on their slides; needs neither Node nor a browser."""
    _run("check", common)


@program.command()
@running
@reporting
def freeze(**common: Any) -> None:  # noqa: ANN401
    """Run decks and keep their outcomes beside them (NAME.lock.json, _frozen/), for machines that cannot run them."""
    _run("freeze", common)


@program.command()
@running
@reporting
def figures(**common: Any) -> None:  # noqa: ANN401
    """Run decks and write the figures that changed; nothing is rendered."""
    _run("draw", common)


@program.command()
@running
@allow
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="Where to listen; other machines can reach any address but the default.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="0, the default, takes a free one.")
@click.option("--no-open", is_flag=True, help="Print the page's address, but open no browser.")
@click.option("--no-live", is_flag=True, help="Run nothing that somebody types into the page.")
@click.option("--snapshots-memory", type=click.IntRange(min=1), default=1000, show_default=True, metavar="MB",
              help="Memory for the states that each deck keeps between its cells.")
def preview(host: str, port: int, *, no_open: bool, no_live: bool, **common: Any) -> None:  # noqa: ANN401
    """Show decks in a browser, true at every save, until Ctrl-C."""
    from marpweave.build.settings import refuse_equal_names
    from marpweave.serve.server import Address, open_browser, preview

    def opened(url: str) -> None:
        click.echo(url)
        if not no_open:
            open_browser(url)

    settings = settings_of(common)
    refuse_equal_names(settings.paths)
    if host != "127.0.0.1":
        click.echo("warning: whoever has the address can reach this page from other machines, and run code", err=True)
    preview(project_of(settings), Address(host, port), live=not no_live, opened=opened)


@program.command()
@click.argument("names", nargs=-1, metavar="[DECK[:LABEL]]...")
@prelude
@python
@sandbox
@cache
def why(names: tuple[str, ...], **known: Any) -> None:  # noqa: ANN401
    """Say for each cell whether its result is known, or why it has to run."""
    from marpweave.build import explain

    root = project_root()
    for name in names or tuple(map(str, all_decks(root))):
        path, _, label = name.rpartition(":") if not Path(name).exists() and ":" in name else (name, "", "")
        lines = list(explain.why(stored(root, (Path(path),), **known), label))
        if label and not lines:
            raise UsageError(f"{path} has no cell {label!r} that runs")
        click.echo("\n".join(lines))


@program.command()
@click.argument("name", metavar="PATH[::FUNCTION]")
@prelude
@python
@sandbox
@cache
def impact(name: str, **known: Any) -> None:  # noqa: ANN401
    """Say which slides and figures depend on a file, or on a function of a module (Python 3.12 and newer)."""
    from marpweave.build import explain

    if not Path(name.partition("::")[0]).exists():
        raise click.BadParameter(f"{name.partition('::')[0]} does not exist", param_hint="PATH")
    root = project_root()
    lines = list(explain.impact(stored(root, all_decks(root), **known), name))
    click.echo("\n".join(lines) or f"no slide depends on {name}")


@program.command()
@python
def doctor(python: str) -> None:
    """Show which Pythons, packages, Node.js, Marp CLI, browser and fonts were found."""
    from marpweave.cli.doctor import examine

    lines, healthy = examine(python)
    for line in lines:
        click.echo(line)
    sys.exit(0 if healthy else WRONG_USAGE)


@program.command()
@click.argument("decks", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
                metavar="DECK...")
def modernise(decks: tuple[Path, ...]) -> None:
    """Rewrite decks of the classic Marp desktop program in today's syntax, in place."""
    from marpweave.build.update import modernised

    for path in decks:
        click.echo(f"{path}: {'rewritten' if modernised(path) else 'nothing to do'}")


def _run(command: str, common: dict[str, Any], *, watch: bool = False, **more: Any) -> None:  # noqa: ANN401
    from marpweave.build.commands import report_of
    from marpweave.build.faults import contained
    from marpweave.build.settings import refuse_equal_names
    from marpweave.files import write_bytes
    from marpweave.report.report import DeckReport, Format, Report, as_json, show

    style, json_file = common.pop("style"), common.pop("json_file")
    settings = settings_of(common, **more)
    root = settings.root
    if command == "build":
        refuse_equal_names(settings.paths)
    if settings.frozen and (settings.update or settings.verify):
        raise UsageError("--frozen runs no cells, but --update and --verify must run them")

    def tell(report: Report) -> None:
        if json_file:
            write_bytes(json_file, (as_json(report) + "\n").encode("utf-8", "backslashreplace"))
        with suppress(BrokenPipeError):  # a reader that stops early does not change the exit code
            show(report, Format(style))

    with runner_of(settings) as runner:
        project = project_of(settings, runner)
        if watch:
            from marpweave.serve.rebuild import rebuild

            rebuild(project, built=tell)
            return
        found = contained(lambda: report_of(command, project), root, root)
    report = found if isinstance(found, Report) else Report((DeckReport(root, findings=(found,)),), settings.strict)
    tell(report)
    sys.exit(report.exit_code)


def _call(words: list[str] | None) -> NoReturn:
    try:
        sys.exit(program.main(words, prog_name="build.py", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; wrong usage and missing tools end in one line, our own faults in a report to send."""
    from marpweave.build.faults import contained
    from marpweave.report.report import INTERNAL

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by our caller
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for names and results that the terminal cannot encode
    words = list(arguments) if arguments is not None else None
    try:
        fault = contained(lambda: _call(words), Path("marpweave"), Path())
    except MarpweaveError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(WRONG_USAGE)
    click.echo(f"internal error: {fault.message}", err=True)
    sys.exit(INTERNAL)
