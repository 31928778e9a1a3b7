"""The files that hosts read (GitHub, pre-commit), run as they would run them."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.e2e.diff.repository import commit
from tests.project import Project

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
WRONG = "---\nmarp: true\nexecute: true\n---\n\n```python\nprint(1)  # => 2\n```\n"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
STEPS = [(name, step) for name, job in WORKFLOW["jobs"].items() for step in job["steps"]]


def run_action(folder, **given):
    """Run the steps of action.yml in a project as a runner does -> exit code and output of the last."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(given) <= action["inputs"].keys()
    inputs = {name: given.get(name, declared["default"]) for name, declared in action["inputs"].items()}
    (told := folder / ".output").write_text("", encoding="utf-8")
    machine = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_OUTPUT": str(told)}
    done = None
    for step in action["runs"]["steps"]:
        if "uses" in step:
            continue
        environment = {name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value) for name, value in step.get("env", {}).items()}
        assert "${{" not in step["run"] + "".join(environment.values()), "a script that an input is pasted into runs what the input says"
        script = folder / ".step"
        script.write_text(step["run"], encoding="utf-8")
        shell = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "python": [sys.executable]}[step["shell"]]
        done = subprocess.run([*shell, script], cwd=folder, env=machine | environment, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            break
    assert told.read_text(encoding="utf-8") == f"python={sys.version_info.major}.{sys.version_info.minor}\n"
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def course(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    Project(tmp_path).write({"slides/week 1.md": WRONG, "slides/b.md": WRONG.replace("2", "1"), "slides/c.md": WRONG.replace("print", "no")})
    return tmp_path


def test_the_action_annotates_the_decks_that_are_named(course, kernel):
    code, said = run_action(course, decks="slides/week 1.md\n\nslides/b.md\n")
    assert code == 1
    assert [line for line in said.splitlines() if line.startswith("::")] == [
        "::error file=slides/week 1.md,line=7,title=mismatch::slides/week 1.md:7: mismatch: "
        "the output on the slide differs from what the code gives (slide 1)%0A    - 2%0A    + 1"]
    assert run_action(course, decks="slides/b.md")[0] == 0


@pytest.mark.attack
def test_the_action_shows_what_looks_different_since_a_revision(course, kernel, browser, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("RUNNER_TEMP", str(out := tmp_path_factory.mktemp("runner")))
    assert run_action(course, decks="slides/b.md", diff="HEAD") == (2, f"error: {course} has no commit yet, so there is nothing to compare with\n")
    commit(Project(course))
    Project(course).edit("slides/b.md", "print(1)  # => 1", "print(1)  # => 1.0")
    assert run_action(course, decks="slides/b.md", diff="HEAD")[0] == 1
    assert "<h1>1 slide changed in 1 of 1 deck</h1>" in (out / "marpweave/diff/index.html").read_text(encoding="utf-8")
    last = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"][-1]
    assert (last["if"], last["with"]["path"]) == ("${{ always() && inputs.diff != '' }}", "${{ runner.temp }}/marpweave/diff")


def test_the_action_passes_options_on_as_a_shell_would(course, kernel):
    code, _ = run_action(course, decks="slides/c.md", args='--prelude "no = print" --output-file "test results.xml"', format="junit", python=sys.executable)
    assert code == 1
    assert 'message="the output on the slide differs from what the code gives"' in (course / "test results.xml").read_text(encoding="utf-8")


def test_what_an_input_says_is_never_run(course):
    code, said = run_action(course, decks="--help\n$(touch stolen); touch stolen", args="'; touch stolen'")
    assert code == 2
    assert "Traceback" not in said
    assert not (course / "stolen").exists()


def test_what_an_input_names_as_a_revision_is_no_option(course):
    code, said = run_action(course, decks="slides/b.md", diff="--help")
    assert (code, said) == (2, f"error: {course} has no commit yet, so there is nothing to compare with\n")


def run_hook(name, folder, *files):
    """Run a hook as pre-commit does: its files, where it takes any, behind its command."""
    hook = HOOKS[name]
    chosen = [file for file in files if re.search(hook.get("files", ""), file)]
    command = [*shlex.split(hook["entry"]), *(chosen if hook.get("pass_filenames", True) else [])]
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=120, check=False)


def test_one_hook_checks_all_decks_and_one_those_of_the_commit(course, kernel):
    everything = run_hook("marpweave", course, "README.md")
    assert [line.rpartition(": ")[0].partition(":")[0] for line in everything.stdout.splitlines() if line.endswith(("finding", "clean"))] == [
        "slides/b.md", "slides/c.md", "slides/week 1.md"]
    assert everything.returncode == 1
    changed = run_hook("marpweave-changed", course, "slides/b.md", "slides/_part.md", "README.md", "other/c.md")
    assert (changed.returncode, changed.stdout) == (0, "slides/b.md: 1 slide, 1 cell, 1 output proven: clean\n")


def test_hooks_run_in_the_environment_of_the_course():
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}


def test_the_workflow_tries_every_system_and_every_python_that_the_package_allows():
    matrices = {name: job.get("strategy", {}).get("matrix", {}) for name, job in WORKFLOW["jobs"].items()}
    systems = {"ubuntu-latest", *matrices["others"]["os"]}
    assert systems == {"ubuntu-latest", "macos-latest", "windows-latest"}
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert [matrices[name]["python"] for name in ("linux", "others")] == [["3.11", "3.12", "3.13", "3.14"]] * 2
    assert oldest == ">=3.11"


@pytest.mark.parametrize("command", [step["run"] for _, step in STEPS if "run" in step])
def test_every_command_of_the_workflow_names_what_is_there(command):
    words = shlex.split(command)
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    assert words[0] == "python"
    named = [word for word in words if "/" in word or word.endswith(".py")]
    assert [word for word in named if "(" not in word and not (ROOT / word).exists()] == []


def test_the_workflow_uses_the_action_with_inputs_that_it_has():
    declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"].keys()
    own = [step["with"] for _, step in STEPS if step.get("uses") == "./"]
    assert own and all(given.keys() <= declared for given in own)


def test_a_deck_that_is_up_to_date_has_the_same_test_cases(course, kernel):
    command = [sys.executable, ROOT / "build.py", "check", "--format", "junit", "--output-file", "junit.xml", "slides/week 1.md"]
    told = []
    for _ in range(2):
        subprocess.run(command, cwd=course, capture_output=True, timeout=120, check=False)
        told.append(re.sub(r'time="[\d.]+"', "", (course / "junit.xml").read_text(encoding="utf-8")))
    assert told[0] == told[1]
    assert told[0].count("<testcase") == 2
