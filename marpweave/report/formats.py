"""The formats of a report, and how it is printed or written to a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import click

from marpweave.files import worktree_of, write_bytes
from marpweave.report.report import DeckReport, Report


class Format(StrEnum):
    """Formats of a report."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


OF_REPOSITORIES = (Format.GITHUB, Format.SARIF, Format.JUNIT)
"""Formats whose consumers expect paths relative to the repository root, wherever the program was called."""


def show(report: Report, style: Format) -> None:
    """Print a report."""
    click.echo(_formatted(report, style))


def write(report: Report, style: Format, file: Path) -> None:
    """Write a report to a file, in UTF-8 without colours."""
    write_bytes(file, f"{click.unstyle(_formatted(report, style))}\n".encode("utf-8", "backslashreplace"))


def _formatted(report: Report, style: Format) -> str:
    working = Path.cwd()
    if style in OF_REPOSITORIES:
        report = in_repository(report, worktree_of(working) or working)
    return _formatter(style)(report)


def _formatter(style: Format) -> Callable[[Report], str]:
    """The function for a format; modules of other formats are not imported."""
    match style:
        case Format.TEXT:
            from marpweave.report.text import text as formatter
        case Format.JSON:
            from marpweave.report.json import as_json as formatter
        case Format.GITHUB:
            from marpweave.report.github import github as formatter
        case Format.SARIF:
            from marpweave.report.sarif import sarif as formatter
        case Format.JUNIT:
            from marpweave.report.junit import junit as formatter
    return formatter


def in_repository(report: Report, repository: Path) -> Report:
    """The report with paths relative to ``repository``; absolute for files outside."""
    return replace(report, decks=tuple(_moved(deck, repository) for deck in report.decks))


def _moved(deck: DeckReport, repository: Path) -> DeckReport:
    def moved(path: Path) -> Path:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are named
        return absolute.relative_to(repository) if absolute.is_relative_to(repository) else absolute

    findings = tuple(replace(each, location=replace(each.location, path=moved(each.location.path)))
                     for each in deck.findings)
    cells = tuple(replace(cell, path=cell.path and moved(cell.path)) for cell in deck.cells)
    return replace(deck, path=moved(deck.path), cells=cells, findings=findings)
