"""``python docs/commands.py``: writes what commands say of themselves and their options into docs/COMMANDS.md."""

from __future__ import annotations

import re
from pathlib import Path

import click

from marpweave.cli.main import program

PAGE = Path(__file__).with_name("COMMANDS.md")
BAR = r"\|"
MADE = re.compile(r"(?<=<!-- made by docs/commands.py -->\n).*?(?=<!-- end -->)", re.DOTALL)


def tables() -> str:
    """All commands with their arguments, and all options with the commands that take them."""
    commands: list[str] = []
    options: dict[tuple[str, str], list[str]] = {}
    for name, command in sorted(program.commands.items(), key=lambda each: (each[0] != "build", each[0])):
        context = click.Context(command, info_name=name)
        words = [name, *(piece for each in command.params for piece in each.get_usage_pieces(context))]
        commands.append(f"| `{' '.join(words)}` | {command.get_short_help_str(limit=500)} |")
        for record in filter(None, (each.get_help_record(context) for each in command.params)):
            options.setdefault(record, []).append(name)
    rows = [f"| `{option.replace('|', BAR)}` | {', '.join(names)} | {meaning.replace('  [', ' [')} |"
            for (option, meaning), names in options.items() if option.startswith("-")]
    return "\n".join(["| command | does |", "|---|---|", *commands, "",
                      "| option | of | meaning |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(MADE.sub(lambda _: tables(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
