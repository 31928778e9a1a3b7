"""Collects decks for pytest, one test per cell; imported where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from marpweave.build.decks import Checked
    from marpweave.build.faults import Unreadable
    from marpweave.build.project import Project
    from marpweave.model.deck import Cell
    from marpweave.model.finding import Finding

SUFFIXES = (".md", ".markdown")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DeckFile | None:
    """Collect Markdown files that are decks; others only when named on the command line."""
    if file_path.suffix.lower() not in SUFFIXES:
        return None
    from marpweave.cli.find import is_deck

    if not (is_deck(file_path) or parent.session.isinitpath(file_path)):
        return None
    return DeckFile.from_parent(parent, path=file_path)


def _owner(finding: Finding, cells: Sequence[Cell]) -> int:
    """The number of the cell that a finding belongs to; findings outside all cells go to the first."""
    line = finding.location.line
    return next((cell.number for cell in cells
                 if cell.location.line <= line <= cell.location.line + cell.text.count("\n")), cells[0].number)


class CellFailedError(Exception):
    """A cell's findings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


class DeckFile(pytest.File):
    """One deck; its cells run together, for the first test that needs them."""

    _checked: Checked | Unreadable | None = None

    def collect(self) -> Iterable[CellItem]:
        """One test for each cell; a deck that a link brings in from outside is none of the project's."""
        from marpweave.build.decks import read_deck
        from marpweave.build.faults import Unreadable
        from marpweave.build.settings import refuse_outside
        from marpweave.errors import UsageError
        from marpweave.inputs.used import Files

        option = self.config.getoption
        if not (option("--deck-sandbox") or self.session.isinitpath(self.path)):
            try:
                refuse_outside((self.shown,), self.config.rootpath)
            except UsageError as error:
                raise self.CollectError(str(error)) from None
        read = read_deck(self.shown, Files(), prelude=option("--deck-prelude"), sandbox=option("--deck-sandbox"))
        if isinstance(read, Unreadable):
            raise self.CollectError("\n".join(f"{f.location}: {f.kind}: {f.message}" for f in read.findings))
        for cell in read.cells:
            yield CellItem.from_parent(self, name=cell.label, cell=cell)

    @property
    def shown(self) -> Path:
        """The deck's path as messages name it."""
        root = self.config.rootpath
        return self.path.relative_to(root) if self.path.is_relative_to(root) and Path.cwd() == root else self.path

    def project(self) -> Project:
        """The project that this pytest run's options describe."""
        from marpweave.build.project import open_project
        from marpweave.build.runners import Kernels
        from marpweave.build.settings import Sandbox, Settings
        from marpweave.cli.find import cache_of
        from marpweave.report.progress import Silent

        option = self.config.getoption
        root = self.config.rootpath
        settings = Settings(root=root, paths=(self.shown,), prelude=option("--deck-prelude"), cache=cache_of(root),
                            python=option("--deck-python"),
                            strict=option("--deck-strict"), timeout=option("--deck-cell-timeout"),
                            sandbox=Sandbox.ALWAYS if option("--deck-sandbox") else Sandbox.NEVER)
        return open_project(settings, runner=Kernels(settings), events=Silent())

    def checked(self) -> Checked:
        """The deck after its cells ran and were checked; raises CellFailedError if marpweave itself failed."""
        from marpweave.build.faults import Unreadable
        from marpweave.build.pipeline import check

        if self._checked is None:
            (self._checked,) = check(self.project())
        if isinstance(self._checked, Unreadable):
            raise CellFailedError(self._checked.findings)
        return self._checked


class CellItem(pytest.Item):
    """One cell: passes if it runs and its slide shows its true outputs."""

    parent: DeckFile

    def __init__(self, *, cell: Cell, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.cell = cell

    def runtest(self) -> None:
        """Fail with the findings that lie within the cell."""
        if not self.cell.options.execution.eval:
            pytest.skip("eval: false")
        checked, strict = self.parent.checked(), self.config.getoption("--deck-strict")
        found = tuple(f for f in checked.findings if _owner(f, checked.deck.cells) == self.cell.number
                      and f.fails(strict=strict))
        if found:
            raise CellFailedError(found)
        ran_cells = [check.cell.number for check in checked.checks if check.outcome.ran]
        if self.cell.number not in ran_cells and not self.cell.options.execution.source:
            pytest.skip("not run")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """Show each finding with place, want and got."""
        if isinstance(excinfo.value, CellFailedError):
            import click

            from marpweave.report.report import as_text

            return click.unstyle("\n".join(map(as_text, excinfo.value.findings)))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The cell's location, for pytest's own messages."""
        return self.path, self.cell.location.line - 1, f"{self.parent.shown}::{self.name}"
