"""Collects decks for pytest, one test per cell; imported only with ``--decks``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from marpweave.config.decks import SUFFIXES, is_deck

if TYPE_CHECKING:
    from marpweave.build.project import Project
    from marpweave.model.deck import Cell
    from marpweave.model.finding import Finding
    from marpweave.model.location import Location
    from marpweave.report.report import Report


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DeckFile | None:
    """Collect Markdown files that are decks, or that were named on the command line."""
    if file_path.suffix.lower() not in SUFFIXES or not (is_deck(file_path) or parent.session.isinitpath(file_path)):
        return None
    return DeckFile.from_parent(parent, path=file_path)


class CellFailedError(Exception):
    """The findings of a cell."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


class DeckFile(pytest.File):
    """One deck; its cells run together, for the first test that needs them."""

    _report: Report | None = None

    def collect(self) -> Iterable[CellItem]:
        """One test per cell; decks outside of the project, reached by a link, are skipped."""
        from marpweave.build.faults import Unreadable
        from marpweave.build.reading import read_deck
        from marpweave.build.settings import Sandbox, refuse_outside
        from marpweave.errors import UsageError
        from marpweave.inputs.used import Files

        try:
            settings = self.project().settings
            if settings.sandbox is Sandbox.NEVER and not self.session.isinitpath(self.path):
                refuse_outside((self.shown,), self.config.rootpath)
            deck = read_deck(self.shown, Files(), settings.given(self.shown))
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        if isinstance(deck, Unreadable):
            raise self.CollectError("\n".join(f"{f.location}: {f.kind}: {f.message}" for f in deck.findings))
        for cell in deck.cells:
            yield CellItem.from_parent(self, name=cell.label, cell=cell, place=deck.origins.place(cell.location))

    @property
    def shown(self) -> Path:
        """The deck's path in messages."""
        root = self.config.rootpath
        return self.path.relative_to(root) if self.path.is_relative_to(root) and Path.cwd() == root else self.path

    def project(self) -> Project:
        """The project described by its configuration and pytest's options."""
        from marpweave.build.project import open_project
        from marpweave.build.runners.local import Kernels
        from marpweave.cli.settings import configuration_of, settings_from
        from marpweave.model.variant import Variant
        from marpweave.report.progress import Silent

        names = {"prelude": "prelude", "python": "python", "strict": "strict", "timeout": "cell-timeout",
                 "sandbox": "sandbox"}
        options = {name: self.config.getoption(f"--deck-{flag}") or None for name, flag in names.items()}
        project = configuration_of((self.path.parent,), options)
        root = project.root if project.marked else self.config.rootpath
        settings = settings_from(replace(project, root=root), (self.shown,), options)
        settings = replace(settings, variants=(Variant.FULL,))
        return open_project(settings, runner=Kernels(settings), events=Silent())

    def report(self) -> Report:
        """The report on this deck; raises CellFailedError if it could not be checked."""
        from marpweave.build.commands import report_of

        if self._report is None:
            self._report = report_of("check", self.project())
        if not self._report.decks[0].cells:
            raise CellFailedError(self._report.decks[0].findings)
        return self._report


class CellItem(pytest.Item):
    """One cell: passes if it runs and its expected outputs are correct."""

    parent: DeckFile

    def __init__(self, *, cell: Cell, place: Location, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.cell, self.place = cell, place

    def runtest(self) -> None:
        """Fail with the findings in the cell."""
        if not self.cell.options.execution.eval:
            pytest.skip("eval: false")
        from marpweave.report.report import cell_of

        report = self.parent.report()
        (deck,) = report.decks
        mine = deck.cells[self.cell.number - 1]
        findings = tuple(each for each in deck.in_order if report.fails(each)
                      and (cell_of(each, deck) or deck.cells[0]) == mine)
        if findings:
            raise CellFailedError(findings)
        if not mine.ran:
            pytest.skip("not run")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """Show each finding with its location and difference."""
        if isinstance(excinfo.value, CellFailedError):
            import click

            from marpweave.report.text import as_text

            return click.unstyle("\n".join(map(as_text, excinfo.value.findings)))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The cell's location for pytest's messages."""
        included = self.place.path != self.parent.shown
        return Path.cwd() / self.place.path if included else self.path, self.place.line - 1, self.name
