"""Whole decks in, report and woven Markdown out, with a real kernel: a folder is a behaviour, its name the specification.

``make golden`` writes what comes out today; read the diff before you commit it.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from marpweave.cli.main import program
from marpweave.model.finding import Kind

pytestmark = pytest.mark.usefixtures("kernel", "browser")

HERE = Path(__file__).parent
CASES = sorted(p.parent for p in HERE.glob("*/*/deck.md"))
OVERWRITE = os.environ.get("GOLDEN") == "overwrite"


def run(*arguments):
    result = CliRunner().invoke(program, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize("case", CASES, ids=[f"{p.parent.name}-{p.name}" for p in CASES])
def test_golden(case, tmp_path, monkeypatch):
    folder = tmp_path / "deck"
    shutil.copytree(case, folder)
    monkeypatch.chdir(folder)
    flags = (case / "flags").read_text(encoding="utf-8").split() if (case / "flags").is_file() else []
    if case.parent.name == "cases":
        result = run("build", "--to", "md", *flags, "deck.md")
    else:
        result = run("check", *flags, "deck.md")
    report = result.stdout.replace(sys.executable, "python")
    expect(case / "report.txt", f"{report}exit {result.exit_code}\n".encode())
    assert result.exit_code == (0 if case.parent.name == "cases" else 1)
    if case.parent.name == "cases":
        expect(case / "woven.md", (folder / "dist" / "deck.md").read_bytes())
    if "--update" in flags:
        expect(case / "updated.md", (folder / "deck.md").read_bytes())


def expect(golden, content):
    if OVERWRITE:
        golden.write_bytes(content)
    assert content.decode() == golden.read_bytes().decode()


def test_every_kind_of_finding_has_a_failure_case():
    reports = [*HERE.glob("failures/*/report.txt"), *HERE.glob("recorded/*.txt")]
    text = "".join(p.read_text(encoding="utf-8") for p in reports)
    seen_elsewhere = {Kind.OVERFLOW, Kind.SMALL_TEXT, Kind.SMALL_LABEL, Kind.EMPTY, Kind.RENDER, Kind.NONDETERMINISTIC,
                      Kind.STALE, Kind.CIRCULAR, Kind.INTERNAL}
    """Found by rendering, by running twice, by not running or by our own fault: tests/e2e has their cases."""
    assert {kind for kind in Kind if f": {kind}: " not in text} == seen_elsewhere
