"""The command line: ``marpweave [COMMAND] [OPTIONS] [DECK…]``; in a checkout, ``build.py …``."""

from __future__ import annotations

import atexit
import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from marpweave.cli.commands.convert import convert
from marpweave.cli.commands.diff import diff
from marpweave.cli.commands.machine import doctor, setup
from marpweave.cli.commands.projects import config, init
from marpweave.cli.commands.stats import stats
from marpweave.cli.elsewhere import instead
from marpweave.cli.executors import runner_of
from marpweave.cli.options import checking, known, reporting, running, showing, writing
from marpweave.cli.settings import project_of, settings_of
from marpweave.errors import MarpweaveError, UsageError, command, program_name, say

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from marpweave.build.project import Project

WRONG_USAGE = 2
INTERRUPTED = 128 + signal.SIGINT
"""The exit code for Ctrl-C by shell convention."""
YOUNG = 50_000
"""Number of new objects that triggers a garbage collection; with Python's 700, an eighth of a command's time."""


class _BuildByDefault(click.Group):
    """``marpweave DECK`` is ``marpweave build DECK``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        begun = bool(args) or ctx.resilient_parsing  # which completes the first word where there is none yet
        if not begun or (args and args[0] not in (*self.commands, "--help", "-h", "--version")):
            args = ["build", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, and what may follow ``build``; files come first, since in bash they drop what is before them."""
        from click.shell_completion import CompletionItem

        build = self.commands["build"]
        options = build.shell_complete(click.Context(build, ctx), incomplete)
        return [CompletionItem(incomplete, type="file"), *super().shell_complete(ctx, incomplete), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands with their whole summaries, wrapped instead of cut off."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(1000)) for name in sorted(self.commands)])


@click.group(cls=_BuildByDefault, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="marpweave")
def program() -> None:
    """Run the Python in Marp decks, check their outputs, and render the slides.

    The default command is build. A DECK is a file, a folder or a glob; without one, a command uses the decks of the
    project's configuration, or all decks below the project's folder.
    Exit code: 0 clean, 1 findings, 2 wrong usage or a missing tool, 3 a bug in marpweave,
    130 interrupted.
    """


program.add_command(config)
program.add_command(convert)
program.add_command(diff)
program.add_command(doctor)
program.add_command(init)
program.add_command(setup)
program.add_command(stats)


@program.command()
@checking
@writing
@click.option("--watch", is_flag=True, help="Rebuild on every save, until Ctrl-C.")
def build(*, watch: bool, **common: Any) -> None:  # noqa: ANN401
    """Run, check, draw figures and render decks (the default)."""
    _run("build", common, watch=watch)


@program.command()
@checking
@click.option("--verify", is_flag=True, help="Run every cell again and report results that differ from the stored "
              "ones.")
def check(**common: Any) -> None:  # noqa: ANN401
    """Run decks and compare every output on their slides; needs neither Node nor a browser."""
    _run("check", common)


@program.command()
@running
@reporting
def freeze(**common: Any) -> None:  # noqa: ANN401
    """Run decks and store their results beside them (NAME.lock.json, _frozen/) for machines that cannot run them."""
    _run("freeze", common)


@program.command()
@running
@reporting
def figures(**common: Any) -> None:  # noqa: ANN401
    """Run decks and write the figures that changed; renders nothing."""
    _run("draw", common)


@program.command()
@running
@showing
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="Address to listen on; any but the default is reachable from other machines.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N",
              help="Port to listen on; 0, the default, picks a free one.")
@click.option("--no-open", is_flag=True, help="Print the address of the page, but do not open a browser.")
@click.option("--no-live", is_flag=True, help="Do not run code that is typed into the page.")
@click.option("--snapshots-memory", type=click.IntRange(min=1), default=300, show_default=True, metavar="MB",
              help="Memory limit for the kernel snapshots of each deck.")
def preview(host: str, port: int, *, no_open: bool, no_live: bool, **common: Any) -> None:  # noqa: ANN401
    """Show decks in a browser and update them on every save, until Ctrl-C."""
    from marpweave.build.settings import refuse_equal_names
    from marpweave.serve.server import Address, open_browser, preview

    def opened(url: str) -> None:
        click.echo(url)
        if not no_open:
            open_browser(url)

    def project() -> Project:
        settings = settings_of(**common)
        refuse_equal_names(settings)
        return project_of(settings)

    if host != "127.0.0.1":
        click.echo("warning: anyone who has the address can open this page from other machines and run code", err=True)
    preview(project, Address(host, port), live=not no_live, opened=opened)


@program.command()
@click.argument("names", nargs=-1, metavar="[DECK[:LABEL]]...")
@known
def why(names: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Show for each cell whether its result is known, or why it has to run."""
    from marpweave.build import explain

    for name in names or ("",):
        path, _, label = name.rpartition(":") if not Path(name).exists() and ":" in name else (name, "", "")
        settings = settings_of(decks=tuple(filter(None, [path])), trust=True, **options)
        lines = list(explain.why(project_of(settings), label))
        if label and not lines:
            raise UsageError(f"{path} has no cell {label!r} that runs; {command(f'why {path}')} lists them")
        click.echo("\n".join(lines))


@program.command()
@click.argument("name", metavar="PATH[::FUNCTION]")
@known
def impact(name: str, **options: Any) -> None:  # noqa: ANN401
    """Show which slides and figures depend on a file, or on a function of a module."""
    from marpweave.build import explain

    if not Path(name.partition("::")[0]).exists():
        raise click.BadParameter(f"{name.partition('::')[0]} does not exist", param_hint="PATH")
    lines = list(explain.impact(project_of(settings_of(trust=True, **options)), name))
    click.echo("\n".join(lines) or f"no slide depends on {name}")


@program.command()
@click.argument("decks", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
                metavar="DECK...")
def modernise(decks: tuple[Path, ...]) -> None:
    """Rewrite decks of the classic Marp desktop app in current syntax, in place."""
    from marpweave.build.update import modernised

    for path in decks:
        click.echo(f"{path}: {'rewritten' if modernised(path) else 'unchanged'}")


def _run(command: str, common: dict[str, Any], *, watch: bool = False) -> None:
    from marpweave.build.faults import contained
    from marpweave.build.settings import refuse_contradictions, refuse_equal_names
    from marpweave.report.formats import Format, show, write
    from marpweave.report.report import DeckReport, Report

    style, file, json_file = Format(common.pop("style")), common.pop("file"), common.pop("json_file")
    settings = settings_of(**common)
    root = settings.root
    if command == "build":
        refuse_equal_names(settings)
    refuse_contradictions(settings)

    def tell(report: Report) -> None:
        if json_file:
            write(report, Format.JSON, json_file)
        if file:
            write(report, style, file)
        with suppress(BrokenPipeError):  # a reader that stops early does not change the exit code
            show(report, Format.TEXT if file else style)

    with runner_of(settings) as runner:
        from marpweave.build.commands import report_of  # slow import, while what the runner has started goes on

        project = project_of(settings, runner)
        if watch:
            from marpweave.serve.rebuild import rebuild

            rebuild(project, read_settings=lambda: settings_of(**common), built=tell)
            return
        result = contained(lambda: report_of(command, project), root, root)
    report = result if isinstance(result, Report) else Report((DeckReport(root, findings=(result,)),), settings.strict)
    tell(report)
    sys.exit(report.exit_code)


def _call(words: list[str] | None) -> NoReturn:
    try:
        sys.exit(program.main(words, prog_name=program_name(), standalone_mode=False))
    except click.ClickException as error:
        with suppress(OSError):
            instead(error).show()
        sys.exit(error.exit_code)
    except click.Abort:
        say("interrupted")
        sys.exit(INTERRUPTED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; usage errors and missing tools end with one line, internal errors with a crash report."""
    gc.set_threshold(YOUNG)
    atexit.register(gc.freeze)  # called last: skips the final search for cycles, which takes long
    from marpweave.build.faults import contained
    from marpweave.report.report import INTERNAL

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for names and results that the terminal cannot encode
    words = list(arguments) if arguments is not None else None
    try:
        fault = contained(lambda: _call(words), Path("marpweave"), Path())
    except MarpweaveError as error:
        say(f"error: {error}")
        sys.exit(WRONG_USAGE)
    say(f"internal error: {fault.message}")
    sys.exit(INTERNAL)
