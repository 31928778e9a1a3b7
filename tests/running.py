"""Decks that are run in this process: what the pipeline makes of them, as its own values."""

from marpweave.build.pipeline import run_and_check
from marpweave.build.project import open_project
from marpweave.build.runners.local import Kernels
from marpweave.build.settings import Settings
from marpweave.report.progress import Silent


def project_of(settings):
    return open_project(settings, runner=Kernels(settings), events=Silent())


def run(folder, name, **settings):
    """One deck of a folder, run and checked."""
    (deck,) = run_and_check(project_of(Settings(folder, (folder / name,), **settings)), drawing=False)
    return deck
