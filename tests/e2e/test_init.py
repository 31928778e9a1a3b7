"""`init`: what it writes builds at once, and it overwrites nothing."""

import json
import re
import subprocess
from types import SimpleNamespace

import pytest
import yaml

from marpweave.cli.init import START, THEME, init
from marpweave.cli.main import program
from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")
FILES = [".github/workflows/slides.yml", ".gitignore", ".pre-commit-config.yaml", ".vscode/lecture.css", ".vscode/marpweave.schema.json",
         ".vscode/settings.json", ".vscode/tasks.json", "marpweave.toml", "slides/first.md"]


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_it_writes_builds_at_once_without_a_finding(project, browser):
    project.run("init", "course")
    course = Project(project / "course")
    assert files(course.folder) == FILES
    subprocess.run(["git", "init", "-q", course.folder], check=True)
    built = course.build("--strict", "--to", "html,md")
    assert (built.found("kind"), built.deck["cells"], built.deck["checked"]) == ([], 2, 1)
    assert "The last of them is 100." in course.text("dist/first.md")
    assert (course / "figures/first/squares.svg").is_file()
    assert [deck["executed"] for deck in course.check("--strict").decks] == [[]]
    status = subprocess.run(["git", "status", "--short", "-uall"], cwd=course.folder, capture_output=True, text=True, check=True).stdout
    assert sorted(line.removeprefix("?? ") for line in status.splitlines()) == sorted([*FILES, ".report.json", "figures/first/squares.svg"])


def test_it_overwrites_nothing_and_says_so(project):
    project.write({"marpweave.toml": "jobs = 1\n", ".vscode/tasks.json": "mine", ".github": "a file"})
    said = project.run("init").stdout.splitlines()
    assert [line for line in said if line.startswith("kept")] == ["kept .vscode/tasks.json", "kept .github/workflows/slides.yml"]
    assert (project.text("marpweave.toml"), project.text(".vscode/tasks.json")) == ("jobs = 1\n", "mine")
    assert not (project / "slides").exists()
    again = project.run("init").stdout.splitlines()
    assert [line for line in again if line.startswith("wrote")] == []


def test_where_decks_are_it_adds_none_and_builds_them_all(project):
    project.write({"talks/one.md": "---\nmarp: true\n---\n\n# A\n"})
    project.run("init")
    assert not (project / "slides").exists()
    assert project.run("config").stdout.splitlines()[1].split("#")[0].strip() == 'decks = ["."]'


def test_what_belongs_to_the_repository_is_not_written_below_it(project):
    (project / ".git").mkdir()
    said = project.run("init", "course").stdout.splitlines()
    assert [line for line in said if line.startswith("skipped")] == [
        f"skipped course/{name}: it belongs in {project.folder}" for name in (".pre-commit-config.yaml", ".github/workflows/slides.yml")]
    assert not (project / "course/.github").exists()


def test_vs_code_is_given_the_theme_the_schema_and_commands_that_exist(project):
    project.run("init")
    settings, tasks = (json.loads(project.text(f".vscode/{name}.json")) for name in ("settings", "tasks"))
    assert [project.text(place) for place in settings["markdown.marp.themes"]] == [THEME.read_text(encoding="utf-8")]
    assert project.text(next(iter(settings["evenBetterToml.schema.associations"].values()))) == project.run("config", "--schema").stdout
    assert {task["args"][1] for task in tasks["tasks"]} | {task["args"][2] for task in tasks["tasks"]} <= {"marpweave", *program.commands}
    hooks = yaml.safe_load(project.text(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    steps = yaml.safe_load(project.text(".github/workflows/slides.yml"))["jobs"]["slides"]["steps"]
    called = [hook["entry"] for hook in hooks] + [step["run"] for step in steps if step.get("run", "").startswith("marpweave")]
    assert [words.split()[1] for words in called] == ["check", "build"]


def test_the_problem_matcher_reads_findings_and_faults_of_the_configuration(project):
    project.run("init")
    project.edit("slides/first.md", "# => 144", "# => 145")
    tasks = json.loads(project.text(".vscode/tasks.json"))["tasks"]
    patterns = [task["problemMatcher"]["pattern"] for task in tasks if task["problemMatcher"]]
    assert patterns == patterns[:1] * 2
    told = project.run("check", "slides/first.md", code=1).stdout
    project.write({"marpweave.toml": "jbos = 1\n"})
    told += project.run("check", code=2).stderr
    found = [match for line in told.splitlines() if (match := re.search(patterns[0]["regexp"], line))]
    assert [(match[patterns[0]["file"]], int(match[patterns[0]["line"]]), match[patterns[0]["code"]]) for match in found] == [
        ("slides/first.md", 17, "mismatch"), ("marpweave.toml", 1, None)]


@pytest.mark.parametrize(("line", "place"), [
    ("slides\\first.md:17: mismatch: it differs", ("slides\\first.md", "17", "mismatch", "it differs")),
    ("C:\\講義 1\\a.md:3: error: ValueError: x: y", ("C:\\講義 1\\a.md", "3", "error", "ValueError: x: y")),
    ("error: C:\\course\\marpweave.toml:1: unknown key", ("C:\\course\\marpweave.toml", "1", None, "unknown key"))])
def test_the_problem_matcher_reads_paths_of_windows(line, place):
    (pattern,) = {task["problemMatcher"]["pattern"]["regexp"] for task in json.loads((START / "tasks.json").read_text("utf-8"))["tasks"]
                  if task["problemMatcher"]}
    assert re.search(pattern, line).groups() == place


@pytest.mark.parametrize(("origin", "step"), [
    (None, "marpweave"),
    ({"url": "https://example.org/o/r.git", "vcs_info": {"vcs": "git", "commit_id": "a1b2", "requested_revision": "main"}},
     '"marpweave @ git+https://example.org/o/r.git@a1b2"'),
    ({"url": "https://example.org/m.whl", "archive_info": {}}, '"marpweave @ https://example.org/m.whl"'),
    ({"url": "file:///m", "dir_info": {"editable": True}}, "marpweave")])
def test_the_workflow_installs_marpweave_from_where_this_one_is(origin, step, project, monkeypatch):
    monkeypatch.setattr("marpweave.cli.init.distribution", lambda _: SimpleNamespace(read_text=lambda _: origin and json.dumps(origin)))
    list(init(project.folder))
    text = project.text(".github/workflows/slides.yml")
    steps = yaml.safe_load(text)["jobs"]["slides"]["steps"]
    assert [each["run"] for each in steps if "pip install" in each.get("run", "")] == [f"python -m pip install {step}"]
    assert ("if PyPI has none yet" in text) == (origin is not None and origin["url"].startswith("file:"))
