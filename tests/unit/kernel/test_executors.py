"""What travels to workers, and what is made of what comes back."""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from marpweave.cli.main import program
from marpweave.errors import UsageError
from marpweave.kernel.client import DeckRun
from marpweave.kernel.environments import own_environment
from marpweave.kernel.executors import files
from marpweave.kernel.executors.collect import CellDone, Mailbox
from marpweave.kernel.executors.files import project_files
from marpweave.kernel.executors.workplace import Copy
from marpweave.model.outcome import Input, Outcome, Provenance
from marpweave.read.parse import parse_deck

DECK = "---\nexecute: true\n---\n\n```python\n1\n```\n\n```python\n2\n```\n"


def write(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")


def names(root, *without):
    return [file.name for file in project_files(root, without).files]


def test_files_travel_that_git_keeps_or_would_keep(tmp_path):
    write(tmp_path, "slides/a.md", "new.txt", "secret.env", "dist/a.html", "out/a.html", ".venv/bin/python", "kit/__pycache__/m.pyc")
    (tmp_path / ".gitignore").write_text("*.env\n")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert names(tmp_path, tmp_path / "out") == [".gitignore", "new.txt", "slides/a.md"]


def test_without_git_all_files_travel_but_those_that_tools_made(tmp_path):
    write(tmp_path, "slides/a.md", ".gitignore", "node_modules/x.js", "dist/a.html", ".marpweave/cache/v2/x")
    (tmp_path / "here").symlink_to("slides")
    assert names(tmp_path) == [".gitignore", "here", "slides/a.md"]


def test_a_copy_has_the_links_the_rights_and_the_times_of_the_project(tmp_path):
    write(tmp_path / "project", "run.sh", "data/x.csv")
    (tmp_path / "project/link").symlink_to("data/x.csv")
    (tmp_path / "project/run.sh").chmod(0o750)
    os.utime(tmp_path / "project/data/x.csv", ns=(1, 1_234_567_890_123_456_789))
    sent = project_files(tmp_path / "project", ())
    sent.unpack(tmp_path / "copy")
    assert project_files(tmp_path / "copy", ()) == sent
    assert [(file.name, oct(file.mode), file.content) for file in sent.files] == [
        ("data/x.csv", "0o100644", b"data/x.csv"), ("link", "0o120777", b"data/x.csv"), ("run.sh", "0o100750", b"run.sh")]


def test_an_edit_or_another_time_makes_other_files(tmp_path):
    write(tmp_path, "a.txt")
    was = project_files(tmp_path, ()).digest
    assert project_files(tmp_path, ()).digest == was
    os.utime(tmp_path / "a.txt", ns=(1, 1))
    assert project_files(tmp_path, ()).digest != was


def test_a_project_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    write(tmp_path, "large.txt", "more.txt")
    with pytest.raises(UsageError, match="--shared-files"):
        project_files(tmp_path, ())


def test_what_a_deck_reaches_from_a_copy_has_its_name_at_home():
    copy, home = Copy(Path("/copy"), ExitStack()), Path("/courses/net")
    deck = parse_deck(DECK, home / "slides/a.md")
    moved = copy.moved(DeckRun(deck, deck.cells, own_environment(), home))
    assert (moved.root, moved.place, moved.deck) == (Path("/copy/courses/net"), Path("/copy/courses/net/slides"), deck)
    known = Provenance(
        inputs=(Input("file", "/copy/courses/net/x.csv", "1"), Input("presence", "/copy/courses/y", "2"), Input("file", "/opt/z", "3"),
                Input("code", "/copy/courses/net/kit.py::f g", "4"), Input("environment", "/copy/courses", "5")),
        written=(Input("file", "/copy/courses/net/out.txt", ""),), unseen=("/copy/courses/net/x.csv",))
    assert copy.at_home(Outcome(provenance=known)).provenance == Provenance(
        inputs=(Input("file", "/courses/net/x.csv", "1"), Input("presence", "/courses/y", "2"), Input("file", "/opt/z", "3"),
                Input("code", "/courses/net/kit.py::f g", "4"), Input("environment", "/copy/courses", "5")),
        written=(Input("file", "/courses/net/out.txt", ""),), unseen=("/courses/net/x.csv",))


def test_a_cell_of_a_deck_that_began_anew_is_told_once():
    deck = parse_deck(DECK, Path("a.md"))
    told = []
    mail = Mailbox([DeckRun(deck, deck.cells, own_environment(), Path())], lambda cell, outcome: told.append((cell.number, outcome.provenance.seconds)))
    for each in (CellDone(0, 1, 0.5), CellDone(0, 1, 0.7), CellDone(0, 2, 0.1), "deck"):
        mail.queue.put(each)
    assert mail.collected({"deck": 0}, lambda done: [done]) == {0: ["deck"]}
    assert told == [(1, 0.5), (2, 0.1)]


def test_another_machine_is_told_by_its_first_differences():
    from marpweave.kernel.executors.cluster import unlike  # imports all of Dask

    here = {"Python": "CPython 3.11.7", "numpy": "2.2", "same": "1"}
    assert unlike(here, here) == ""
    assert unlike(here, {"Python": "CPython 3.11.7", "numpy": "2.1", "same": "1", "extra": "3"}) == "extra 3 (here missing), numpy 2.1 (here 2.2)"
    assert unlike({}, dict.fromkeys("abcde", "1")) == "a 1 (here missing), b 1 (here missing), c 1 (here missing), 2 more"


@pytest.mark.parametrize(("arguments", "said"), [
    (["--shared-files"], "--scheduler and --shared-files need --executor dask"),
    (["--scheduler", "tcp://a:1", "--executor", "processes"], "--scheduler and --shared-files need --executor dask"),
    (["--executor", "dask", "--scheduler", "localhost"], "--scheduler localhost: not an address; write tcp://HOST:PORT"),
])
def test_options_of_a_cluster_are_refused_where_they_mean_nothing(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(DECK)
    assert str(CliRunner().invoke(program, ["check", "a.md", *arguments]).exception) == said
