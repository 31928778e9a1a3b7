"""Options shared by several commands."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, get_args

import click

from marpweave.cli.elsewhere import COMMANDS
from marpweave.config.config import Audience, Executor, FileFormat
from marpweave.errors import command
from marpweave.text import nearest

Command = Callable[..., Any]
REPORT = click.Path(path_type=Path, dir_okay=False)
FORMATS = get_args(FileFormat)
VARIANTS = get_args(Audience)


def _together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Combine several options into one decorator."""
    return lambda command: reduce(lambda decorated, option: option(decorated), reversed(options), command)


prelude = click.option("--prelude", metavar="CODE",
                       help='Python code to run before the first cell, such as "import numpy as np".')
cache = click.option("--cache", envvar="MARPWEAVE_CACHE", metavar="PLACE",
                     help="Where results are stored: a folder, or the URL of a shared store (s3://…, gs://…, "
                     "file://…).  [default: .marpweave/cache]")


def _not_a_deck(_context: click.Context, parameter: click.Parameter, file: Path | None) -> Path | None:
    """Refuse to overwrite Markdown with a report: `--json deck.md` is not `--json FILE deck.md`."""
    from marpweave.config.decks import SUFFIXES

    if file and file.suffix.lower() in SUFFIXES and file.exists():
        raise click.BadParameter(f"{file} is a deck; put the FILE of the report first", param=parameter)
    return file


json_file = click.option("--json", "json_file", type=REPORT, callback=_not_a_deck, metavar="FILE",
                         help="Also write the differences to FILE as JSON.")
sandbox = click.option("--sandbox/--no-sandbox", default=None, help="Run decks without access to the network, "
                       "other processes or files outside the project; the project is read-only.")


def _not_empty(_context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Reject an empty path, e.g. from an unset variable."""
    if path == "":
        raise click.BadParameter("is empty; name a Python, or omit the option", param=parameter)
    return path


python = click.option("--python", metavar="PATH", callback=_not_empty,
                      help="Python that runs the cells: an executable or an environment's folder, with ipykernel "
                      "installed.  [default: the one that runs marpweave]")


def _no_command(context: click.Context, _parameter: click.Parameter, decks: tuple[Path, ...]) -> tuple[Path, ...]:
    """Reject a command that follows options, or is misspelled."""
    root = context.find_root().command
    names = root.commands if isinstance(root, click.Group) else {}
    for name in (str(deck) for deck in decks if not deck.exists()):
        if name in names:
            raise click.UsageError(f"put the command before its options: {command(f'{name} …')}")
        if near := COMMANDS.get(name) or nearest(name, names):
            raise click.UsageError(f"{name} is neither a command nor a file; did you mean {command(near)}?")
        if name.isidentifier():
            raise click.UsageError(f"{name} is neither a command nor a file; {command('--help')} lists the commands")
    return decks


decks = click.argument("decks", nargs=-1, type=click.Path(path_type=Path), metavar="[DECK]...", callback=_no_command)


def _among(choices: Sequence[str]) -> Callable[[click.Context, click.Parameter, str | None], tuple[str, ...] | None]:
    """A callback that parses a list of these words."""

    def read(_context: click.Context, parameter: click.Parameter, words: str | None) -> tuple[str, ...] | None:
        if words is None:
            return None
        chosen = tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))
        unknown = [word for word in chosen if word not in choices]
        if unknown or not chosen:
            raise click.BadParameter(f"{', '.join(unknown) or 'empty'}; choose from {', '.join(choices)}",
                                     param=parameter)
        return chosen

    return read


variant = click.option("--variant", "variants", metavar="LIST", callback=_among(VARIANTS),
                       help="Variants to write: any of full, student, solution; the last two become "
                       "NAME.VARIANT.html ….  [default: full]")
out = click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
                   help="Folder for the output files.  [default: dist]")
frozen = click.option("--frozen", is_flag=True,
                      help="Run no cells; use the results that `freeze` stored beside the decks.")
allow = click.option("--allow", type=click.Path(path_type=Path), multiple=True, metavar="PATH",
                     help="File or folder outside the project that decks may show and include; repeatable.")
theme = click.option("--theme", metavar="NAME_OR_CSS", help="Theme of all decks; overrides the one that a deck names.")
theme_set = click.option("--theme-set", type=click.Path(path_type=Path, exists=True), multiple=True, metavar="PATH",
                         help="Stylesheet, or folder of stylesheets, that decks can use as themes; repeatable.")


def _values(_context: click.Context, parameter: click.Parameter, words: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    """Parse names and values, as YAML; Python's None is accepted, too."""
    if not words:
        return ()
    from marpweave.read.yaml import read_value  # slow to import

    values = []
    for word in words:
        name, _, text = word.partition("=")
        if not (text.strip() and name.isidentifier()):
            raise click.BadParameter(f"{word!r} is not NAME=VALUE; an empty string is NAME='\"\"'", param=parameter)
        try:
            value = None if text == "None" else read_value(text)
        except ValueError:
            raise click.BadParameter(f"{word!r}: {text} is not valid YAML", param=parameter) from None
        try:
            literal_eval(repr(value))
        except ValueError:
            raise click.BadParameter(f"{word!r}: {text} has no Python literal", param=parameter) from None
        values.append((name, value))
    return tuple(values)


parameters = click.option("--parameter", "-P", "parameters", multiple=True, callback=_values, metavar="NAME=VALUE",
                          help="Override a variable of the cell tagged `parameters`; VALUE is YAML; repeatable.")
update = click.option("--update", is_flag=True, help="Rewrite expected outputs that drifted, in place.")

showing = _together(allow, theme, theme_set)
"""What slides may show, and their look."""
known = _together(prelude, python, sandbox, cache)
"""Options that affect which results are cached."""
running = _together(
    decks,
    click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N",
                 help="Number of decks to run in parallel.  [default: number of cores]"),
    prelude,
    python,
    click.option("--strict/--no-strict", default=None,
                 help="Fail on every kind of finding, including warnings and unchecked outputs."),
    click.option("--timeout", type=click.FloatRange(min=0.1), metavar="SECONDS",
                 help="Time limit per cell, unless the cell sets its own.  [default: 60]"),
    click.option("--deck-timeout", type=click.FloatRange(min=1), default=600.0, show_default=True,
                 metavar="SECONDS", help="Time limit per deck."),
    click.option("--kernel-start", type=click.Choice(["warm", "cold"]), default="warm", show_default=True,
                 help="Fork kernels from a process that has done its imports, where that is safe, or start each "
                 "from scratch."),
    sandbox,
    click.option("--trust", is_flag=True, help="Also run decks outside the project that a folder or glob led to."),
    click.option("--no-cache", is_flag=True, help="Run every cell; neither read nor write the store of results."),
    cache,
    click.option("--cache-read-only", "read_only", is_flag=True, help="Do not write to the shared store."))
"""Options of every command that runs cells."""
reporting = _together(
    click.option("--executor", type=click.Choice(get_args(Executor)),
                 help="Run decks from this process, in one process per job, or on a Dask cluster.  "
                 "[default: local]"),
    click.option("--scheduler", metavar="URL",
                 help="Address of the Dask scheduler: tcp://HOST:PORT.  [default: a cluster on this machine]"),
    click.option("--shared-files", is_flag=True,
                 help="Dask workers share the project's files at the same path; send them nothing."),
    click.option("--format", "style", type=click.Choice(["text", "json", "github", "sarif", "junit"]),
                 default="text", show_default=True,
                 help="Format of the report; github: annotations, sarif: code scanning, junit: test results."),
    click.option("--output-file", "file", type=REPORT, callback=_not_a_deck, metavar="FILE",
                 help="Write the report to FILE in that format, and print it as text."),
    click.option("--json", "json_file", type=REPORT, callback=_not_a_deck, metavar="FILE",
                 help="Also write the report to FILE as JSON."))
"""Where decks run, and the format of the report."""
checking = _together(running, reporting, frozen, update, parameters, variant, showing)
"""The options of `check`."""
writing = _together(
    out,
    click.option("--to", metavar="LIST", callback=_among(FORMATS),
                 help=f"Formats to write: any of {', '.join(FORMATS)}.  [default: html,pdf]"),
    click.option("--pdf-builds", is_flag=True, help="Write a PDF page for each step of a slide."),
    click.option("--pdf-notes", is_flag=True, help="Add notes to the PDF as annotations."),
    click.option("--pptx-editable", is_flag=True, help="Write a PPTX with editable text; needs LibreOffice."))
"""Output files and their content."""
