"""Our own fault in one deck: a finding, a report to send, and the other decks are built."""

import json
import re

import pytest
from click.testing import CliRunner

import marpweave
from marpweave.build import checking, pipeline, reading, running, update
from marpweave.build.settings import Settings
from marpweave.build.uptodate import Reports
from marpweave.cache import frozen
from marpweave.cache.plan import Cache
from marpweave.cli.main import main, program
from marpweave.kernel import client
from marpweave.read import parse
from marpweave.render import prepare
from marpweave.weave import weave
from tests.running import project_of

pytestmark = pytest.mark.usefixtures("kernel")

DECK = "---\nexecute: true\n---\n\n# {name}\n\n```python\n{option}\nprint('{name}')  # {name}\n```\n"
NO_KERNEL = "#| eval: false"
STEPS = [
    (reading, "parse_deck", "check"), (parse, "read_script", "check"), (Cache, "plan", "check"), (client, "run_deck", "check"),
    (Cache, "keep", "check"), (checking, "check_deck", "check"), (pipeline, "stale_figures", "check"), (update, "edits_of", "check --update"),
    (Reports, "remember", "check"), (running, "write_figures", "figures"), (frozen, "freeze", "freeze"),
    (weave, "weave_deck", "build --to md"), (prepare, "prepare_bare", "build --to md"),
]
"""Where we may fail, and the command that comes there."""


class OurOwnError(Exception):
    pass


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("bad", "good"):
        (tmp_path / f"{name}.md").write_text(DECK.format(name=name, option=NO_KERNEL), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_TOKEN", "a secret")
    return tmp_path


def plant(monkeypatch, owner, name, error=None):
    """Make a function fail as soon as the deck ``bad`` is among what it is given."""
    error = error or OurOwnError("planted")
    really = getattr(owner, name)

    def failing(*arguments, **options):
        if re.search(r"\bbad\b", repr(arguments)):
            raise error
        return really(*arguments, **options)

    monkeypatch.setattr(owner, name, failing)


@pytest.mark.parametrize(("owner", "name", "command"), STEPS, ids=[f"{name} in {command}" for _, name, command in STEPS])
def test_a_fault_of_ours_in_one_deck_is_told_and_the_others_go_on(folder, monkeypatch, owner, name, command):
    plant(monkeypatch, owner, name)
    if owner is client:
        (folder / "bad.md").write_text(DECK.format(name="bad", option=""), encoding="utf-8")
    goes_on_without_the_bad_one(folder, command)


def test_a_fault_of_ours_in_one_deck_leaves_the_pages_of_the_others(folder, monkeypatch, browser):
    plant(monkeypatch, prepare, "prepare")
    goes_on_without_the_bad_one(folder, "build --to html")
    assert sorted(path.name for path in (folder / "dist").glob("*.html")) == ["good.html", "index.html"]


def test_a_fault_of_ours_in_the_full_deck_is_none_of_its_students(folder, monkeypatch):
    plant(monkeypatch, update, "edits_of")
    CliRunner().invoke(program, ["check", "--update", "--variant", "full,student", "--json", "report.json", "bad.md"])
    decks = json.loads((folder / "report.json").read_text(encoding="utf-8"))["decks"]
    assert [(deck["variant"], [each["kind"] for each in deck["findings"]]) for deck in decks] == [("full", ["internal"]), ("student", [])]


def goes_on_without_the_bad_one(folder, command):
    result = CliRunner().invoke(program, [*command.split(), "--json", "report.json", "bad.md", "good.md"])
    bad, good = json.loads((folder / "report.json").read_text(encoding="utf-8"))["decks"]
    (finding,) = (each for each in bad["findings"] if each["kind"] == "internal")
    assert (result.exit_code, good["findings"], good["cells"]) == (3, [], 1)
    assert re.fullmatch(r"\S*OurOwnError: planted: a bug in marpweave, .* Please send (\S+) .*", finding["message"])
    report = (folder / ".marpweave/internal-bad.txt").read_text(encoding="utf-8")
    assert str(folder / ".marpweave/internal-bad.txt") in finding["message"]
    assert f"marpweave {marpweave_version()}" in report
    assert "Traceback (most recent call last)" in report
    assert "a secret" not in report


def marpweave_version():
    from importlib.metadata import version

    return version(marpweave.__name__)


def test_a_fault_outside_of_all_decks_still_ends_in_a_report_and_json(folder, monkeypatch):
    plant(monkeypatch, Reports, "recall")
    monkeypatch.setattr(Reports, "recall", lambda _: {}["planted"])
    result = CliRunner().invoke(program, ["check", "--json", "report.json", "good.md"])
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (result.exit_code, report["exit_code"], report["decks"][0]["findings"][0]["kind"]) == (3, 3, "internal")


def test_commands_without_a_report_end_with_three_too(folder, monkeypatch, capsys):
    plant(monkeypatch, reading, "parse_deck")
    with pytest.raises(SystemExit) as end:
        main(["why", "bad.md"])
    assert end.value.code == 3
    assert capsys.readouterr().err.startswith("internal error: ")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_stops_a_build_stops_it(folder, monkeypatch, stop):
    plant(monkeypatch, checking, "check_deck", stop())
    project = project_of(Settings(root=folder, paths=(folder / "good.md", folder / "bad.md")))
    with pytest.raises(stop):
        pipeline.check(project)
    assert not (folder / ".marpweave/internal-bad.txt").exists()


def test_errors_that_the_author_can_mend_stay_as_they_are(folder, monkeypatch):
    result = CliRunner().invoke(program, ["check", "--frozen", "good.md"])
    assert "run `build.py freeze good.md` where the deck can run" in str(result.exception)


def test_what_the_machine_refuses_names_the_path(folder, monkeypatch, capsys):
    plant(monkeypatch, running, "write_figures", PermissionError(13, "Permission denied", "/x/figures/bad"))
    with pytest.raises(SystemExit) as end:
        main(["figures", "bad.md", "good.md"])
    assert (end.value.code, capsys.readouterr().err.splitlines()[-1]) == (2, "error: /x/figures/bad: Permission denied")


def test_a_fault_of_ours_fails_the_cells_of_that_deck_and_not_the_session(pytester, monkeypatch):
    pytester.makefile(".md", bad=DECK.format(name="bad", option=""), good=DECK.format(name="good", option=""))
    plant(monkeypatch, checking, "check_deck")
    result = pytester.runpytest_inprocess("--decks", "-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["bad.md:1: internal: *OurOwnError: planted*"])
