"""Notebooks run as their readers run them: by plain nbclient, in an environment without marpweave."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import nbformat

from tests.environments import environment
from tests.project import ROOT

RUN = """
import importlib, os, signal, sys
import nbformat
from ipykernel.kernelapp import launch_new_instance
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
assert importlib.util.find_spec("marpweave") is None


class Forked(AsyncKernelManager):
    has_kernel = True

    async def is_alive(self):
        return True

    _async_is_alive = is_alive  # which a client asks while the first answer takes long

    async def shutdown_kernel(self, *_, **__):
        os.kill(self.pid, signal.SIGKILL)


def run(source, target):
    notebook = nbformat.read(source, 4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    kernel = Forked()
    kernel.write_connection_file()
    kernel.pid = os.fork()
    if not kernel.pid:
        launch_new_instance(argv=["-f", kernel.connection_file])
    try:
        NotebookClient(notebook, kernel, allow_errors=True).execute()
    finally:
        os.kill(kernel.pid, signal.SIGKILL)  # a client leaves a manager alone that it was given
    nbformat.write(notebook, target)


for name in ("matplotlib.pyplot", "sklearn.datasets"):
    if importlib.util.find_spec(name.partition(".")[0]):
        importlib.import_module(name)
for source, target in zip(sys.argv[1::2], sys.argv[2::2]):
    pid = os.fork()
    if not pid:
        run(source, target)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
"""
"""Each kernel is a fork of a process that has imported what most notebooks do, a second less for each."""


def plain(folder: Path, *, course: bool = False) -> Path:
    """An environment with Jupyter and matplotlib; for the ``course`` also with what its decks import."""
    made = environment(folder, "ipykernel", "nbclient", "matplotlib", "numpy",
                       *(("matplotlib-fontja", "scikit-learn") if course else ()))
    if course:
        (site,) = made.glob("lib/*/site-packages")
        (site / "nnviz").symlink_to(ROOT / "nnviz")
    return made


def ran(place: Path, *notebooks: Path) -> list[Any]:
    """The notebooks after all of their cells ran, whatever fails."""
    folder = place.parent
    files = [file for path in notebooks for file in (path, folder / f"ran-{path.name}")]
    subprocess.run([place / "bin/python", "-c", RUN, *files], check=True, cwd=folder, timeout=540, stdout=subprocess.DEVNULL,
                   env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "MPLBACKEND": "module://matplotlib_inline.backend_inline"})
    return [nbformat.read(file, 4) for file in files[1::2]]


def errors(notebook: Any) -> dict[str, str]:
    """The names of errors by the ids of their cells."""
    return {cell.id: output.ename for cell in notebook.cells for output in cell.get("outputs", ()) if output.output_type == "error"}


def unfilled(deck: Path, report: Any) -> set[str]:
    """The cells of a students' deck that stop because of its blanks, by their labels."""
    from marpweave.read.parse import parse_deck

    cells = {cell.location.line: cell.label for cell in parse_deck(deck.read_text(encoding="utf-8"), deck).cells}
    return {cells[line] for lines in report["blanks"].values() for line in lines if line in cells}
