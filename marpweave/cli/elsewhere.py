"""Options and commands of the Marp CLI and other tools, and what is written here instead."""

from __future__ import annotations

from collections.abc import Mapping

import click

COMMANDS: Mapping[str, str] = {
    "render": "build", "export": "build", "make": "build", "serve": "preview", "watch": "preview", "start": "preview",
    "test": "check", "run": "check", "execute": "check", "lint": "check", "new": "init", "create": "init",
    "help": "--help", "version": "--version"}
FORMATS: Mapping[str, str] = {
    "--pdf": "pdf", "--html": "html", "--pptx": "pptx", "--image": "png", "--images": "png", "--notes": "notes-txt"}
OPTIONS: Mapping[str, str] = {
    **{name: f"`--to {form}`" for name, form in FORMATS.items()},
    **dict.fromkeys(["-o", "--output", "--output-dir"], "`--out FOLDER`"),
    **dict.fromkeys(["-I", "--input-dir"], "the folder alone, as a DECK"),
    **dict.fromkeys(["-s", "--server", "-p", "--preview"], "the command `preview`"),
    "-w": "`--watch` of the command `build`",
    "--fix": "`--update`",
    "-V": "`--version`",
    "--allow-local-files": "not needed: slides show the pictures of the project, and `--allow PATH` adds others",
}


def instead(error: click.ClickException) -> click.ClickException:
    """An error of usage; if another tool has the option, with what is written here instead of a similar word."""
    equivalent = OPTIONS.get(error.option_name) if isinstance(error, click.NoSuchOption) else None
    if equivalent is None or not isinstance(error, click.NoSuchOption):
        return error
    return click.UsageError(f"no such option {error.option_name}; here it is {equivalent}", ctx=error.ctx)
