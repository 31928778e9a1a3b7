"""The pytest plugin: ``pytest --decks`` also tests decks. It imports nothing of marpweave otherwise."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--decks``, and the options of ``check`` that apply here."""
    group = parser.getgroup("marpweave", "slide decks")
    group.addoption("--decks", action="store_true", help="Test slide decks, one test per cell.")
    parser.addini("marpweave_decks", "Test slide decks without --decks.", type="bool", default=False)
    group.addoption("--deck-prelude", default="", metavar="CODE", help="Python code to run before a deck's first cell.")
    group.addoption("--deck-python", default="", metavar="PATH", help="Python that runs the cells.")
    group.addoption("--deck-strict", action="store_true", help="Fail on every kind of finding.")
    group.addoption("--deck-cell-timeout", type=float, metavar="SECONDS",
                    help="Time limit per cell, unless the cell sets its own.")
    group.addoption("--deck-sandbox", action="store_true", help="Run decks in the sandbox.")


def pytest_configure(config: pytest.Config) -> None:
    """Collect decks if requested; other Markdown files are not ours."""
    if config.getoption("--decks") or config.getini("marpweave_decks"):
        from marpweave.cli import pytest_decks

        config.pluginmanager.register(pytest_decks, "marpweave-decks")
