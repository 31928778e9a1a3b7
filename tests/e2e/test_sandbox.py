"""Decks that run in a sandbox: what of them is known, which run at all, and what is refused."""

import os

import pytest

from marpweave.build.settings import Sandbox, Settings
from marpweave.errors import ToolError, UsageError
from marpweave.kernel import sandbox
from tests.project import Project
from tests.running import run

pytestmark = pytest.mark.usefixtures("kernel")

READS = """---
execute: true
---

```python
import os, module
print(module.a, open('here.txt').read(), open('../there.txt').read(), os.path.exists('later.txt'), os.path.exists(os.path.expanduser('~/later.txt')))
```
"""


def deck(code, front="true"):
    return f"---\nexecute: {front}\n---\n\n```python\n{code}\n```\n"


@pytest.fixture
def project(tmp_path):
    files = {"slides/deck.md": READS, "slides/here.txt": "1", "there.txt": "2", "module.py": "a = 0\n"}
    return Project(tmp_path / "project").write(files)


def test_a_sandboxed_run_and_an_open_one_share_no_result(project):
    ran = [project.check(*options).ran["deck"] for options in ((), (), ("--sandbox",), ("--sandbox",), ())]
    assert ran == [["cell-1"], [], ["cell-1"], [], []]


@pytest.mark.parametrize("name", ["slides/later.txt", *(pytest.param(name, marks=pytest.mark.attack) for name in ("slides/here.txt", "there.txt", "module.py"))])
def test_a_sandboxed_deck_runs_again_if_what_it_read_has_changed(project, name):
    assert project.check("--sandbox").ran == {"deck": ["cell-1"]}
    project.write({name: "a = 7\n"})
    assert project.check("--sandbox").ran == {"deck": ["cell-1"]}


def test_what_a_sandboxed_deck_asks_of_a_file_is_asked_of_the_file_itself(project):
    project.write({"slides/deck.md": deck("import os\nos.path.samefile('here.txt', 'here.txt'), oct(os.stat('here.txt').st_mode)",
                                          "{sandbox: true}")})
    assert [project.check().ran["deck"] for _ in range(2)] == [["cell-1"], []]
    (project / "slides/here.txt").chmod(0o600)
    assert [project.check().ran["deck"] for _ in range(2)] == [["cell-1"], []]


def test_what_a_sandbox_never_shows_makes_no_result_old(project, tmp_path):
    environment = {"HOME": str(tmp_path / "home")}
    assert project.check("--sandbox", environment=environment).ran == {"deck": ["cell-1"]}
    Project(tmp_path / "home").write({"later.txt": ""})
    assert project.check("--sandbox", environment=environment).ran == {"deck": []}


def test_why_tells_of_results_in_the_sandbox(project):
    project.check("--sandbox")
    assert [project.run("why", *options).stdout.split(": ")[2].strip() for options in (("--sandbox",), ())] == ["known", "runs"]


def test_what_a_deck_writes_is_there_for_it_alone(tmp_path):
    Project(tmp_path).write({"deck.md": deck("open('new.txt', 'w').write('x')\nopen('old.txt', 'a').write('y')\n"
                                             "print(open('new.txt').read(), open('old.txt').read())"), "old.txt": "x"})
    (outcome,) = run(tmp_path, "deck.md", sandbox=Sandbox.ALWAYS).outcomes
    assert [each.text for each in outcome.outputs] == ["x xy\n"]
    assert {path.name: path.read_text() for path in tmp_path.glob("*.txt")} == {"old.txt": "x"}


def test_a_deck_asks_for_a_sandbox_and_gets_no_variable_there(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE", "physics")
    Project(tmp_path).write({"deck.md": deck("import os\nprint(os.environ.get('COURSE'))", "{sandbox: true, env: [COURSE]}")})
    checked = run(tmp_path, "deck.md")
    assert [each.text for each in checked.outcomes[0].outputs] == ["None\n"]
    assert [(each.kind, each.message) for each in checked.findings if each.kind == "warning"] == [
        ("warning", "`env` has no effect in a sandbox")]


def test_a_large_environment_beside_the_deck_is_shown_and_not_copied(tmp_path):
    Project(tmp_path).write({"deck.md": deck("import os\nprint(os.stat('.cache/big').st_size, os.stat('env/big').st_size, os.access('env', os.W_OK))"),
                             "env/pyvenv.cfg": "", ".cache/big": "", "env/big": ""})
    for name in ("env/big", ".cache/big"):
        os.truncate(tmp_path / name, 1 << 30)
    (outcome,) = run(tmp_path, "deck.md", sandbox=Sandbox.ALWAYS).outcomes
    assert [each.text for each in outcome.outputs] == [f"{1 << 30} {1 << 30} False\n"]


# -- what does not run ------------------------------------------------------------------


def told(action):
    with pytest.raises((UsageError, ToolError)) as error:
        action()
    return type(error.value), str(error.value)


def test_a_folder_that_cannot_be_copied_is_refused(tmp_path):
    Project(tmp_path).write({"deck.md": deck("open('ran.txt', 'w')"), "data/big": ""})
    os.truncate(tmp_path / "data/big", 300 << 20)
    assert told(lambda: run(tmp_path, "deck.md", sandbox=Sandbox.ALWAYS)) == (UsageError, (
        f"{tmp_path} holds more than 256 MB; a sandbox copies the deck's folder: put the deck into a folder of its own"))


def test_a_deck_in_the_home_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    Project(tmp_path).write({"deck.md": deck("1")})
    assert told(lambda: run(tmp_path, "deck.md", sandbox=Sandbox.ALWAYS)) == (UsageError, (
        f"{tmp_path} is or holds your home folder, which a sandbox never shows; put the deck into a folder of its own"))


def test_a_project_that_is_the_home_folder_is_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    Project(tmp_path).write({"talk/deck.md": deck("import os\nprint(sorted(os.listdir('..')))"), "notes.txt": ""})
    (outcome,) = run(tmp_path, "talk/deck.md", sandbox=Sandbox.ALWAYS).outcomes
    assert "notes.txt" not in outcome.outputs[0].text


def test_without_any_protection_nothing_runs(tmp_path, monkeypatch):
    sandbox.protection.cache_clear()
    monkeypatch.setattr(sandbox, "machine", lambda: None)
    Project(tmp_path).write({"open.md": deck("1"), "deck.md": deck("1", "{sandbox: true}")})
    kind, message = told(lambda: run(tmp_path, "deck.md"))
    sandbox.protection.cache_clear()
    assert (kind, message.partition(":")[0]) == (ToolError, "this machine has no sandbox")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deck.md", "open.md"]


OUTSIDE = "is outside the project, at {}, and building it runs its code; name it explicitly, or pass `--sandbox` or `--trust`"


@pytest.fixture
def linked(project, tmp_path):
    Project(tmp_path).write({"elsewhere/stranger.md": deck("print(1)  # 1")})
    (project / "slides/stranger.md").symlink_to(tmp_path / "elsewhere/stranger.md")
    return project


def test_a_deck_that_a_link_brings_in_from_outside_does_not_run(linked, tmp_path):
    built = linked.run("check", code=2)
    assert built.stderr == f"error: slides/stranger.md {OUTSIDE.format(tmp_path / 'elsewhere/stranger.md')}\n"


def test_nothing_is_refused_where_nothing_runs(linked):
    linked.run("freeze", "slides/deck.md", "slides/stranger.md")
    assert linked.check("--frozen").ran == {"deck": [], "stranger": []}


@pytest.mark.parametrize("arguments", [["slides/stranger.md"], ["--trust"], *(pytest.param([each], marks=pytest.mark.attack) for each in ("{}/slides/stranger.md", "--sandbox"))])
def test_it_runs_if_it_is_named_or_trusted_or_kept_in(linked, arguments):
    arguments = [each.format(linked.folder) for each in arguments]
    assert linked.check(*arguments).ran["stranger"] == ["cell-1"]


def test_decks_outside_of_the_project_can_be_the_ones_that_are_sandboxed(tmp_path):
    settings = [Settings(tmp_path / "project", (), sandbox=each) for each in Sandbox]
    assert [[each.given(tmp_path / name).sandbox for name in ("project/a.md", "b.md")] for each in settings] == [
        [False, False], [False, True], [True, True]]
