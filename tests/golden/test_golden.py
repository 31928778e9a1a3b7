"""Whole decks in, report and woven Markdown out, with a real kernel: a folder is a behaviour, its name the specification.

``make golden`` writes what comes out today; read the diff before you commit it.
"""

import os
from pathlib import Path

import pytest

from marpweave.model.finding import Kind
from tests.golden.recorded import FOLDERS, RECORDED, folder_again, in_folder, overwrite

HERE = Path(__file__).parent
OVERWRITE = os.environ.get("GOLDEN") == "overwrite"
IN_KERNELS = [folder for folder in FOLDERS if folder not in RECORDED]


@pytest.mark.usefixtures("kernel", "browser")
@pytest.mark.parametrize("folder", IN_KERNELS, ids=[f"{p.parent.name}-{p.name}" for p in IN_KERNELS])
def test_golden(folder, tmp_path, monkeypatch):
    today = folder_again(folder, tmp_path, monkeypatch, really=True)
    if OVERWRITE:
        overwrite(folder, today)
    assert today.gave == in_folder(folder).gave
    assert today.gave[0].endswith("exit 0\n" if folder.parent.name == "cases" else "exit 1\n")


def test_every_kind_of_finding_has_a_failure_case():
    reports = [*HERE.glob("failures/*/report.txt"), *HERE.glob("recorded/*.txt")]
    text = "".join(p.read_text(encoding="utf-8") for p in reports)
    seen_elsewhere = {Kind.OVERFLOW, Kind.SMALL_TEXT, Kind.SMALL_LABEL, Kind.EMPTY, Kind.RENDER, Kind.NONDETERMINISTIC,
                      Kind.STALE, Kind.CIRCULAR, Kind.INTERNAL}
    """Found by rendering, by running twice, by not running or by our own fault: tests/e2e has their cases."""
    assert {kind for kind in Kind if f": {kind}: " not in text} == seen_elsewhere
