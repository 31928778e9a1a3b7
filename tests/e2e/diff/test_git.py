"""What git has is read, and nothing of the user's is touched; whatever cannot be compared is told in one line."""

import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version

import pytest

from marpweave.errors import ToolError
from marpweave.inputs.digests import digest
from marpweave.kernel.sandbox import protection
from tests.axe import chromium, violations
from tests.e2e.diff.repository import FILES, commit, committed, differences, git
from tests.project import PROGRAM, Project

PLAIN = "---\nmarp: true\n---\n\n# One\n\nwords\n"
CHANGED = [("one.md", "changed", 1, 1, ["source changed"])]


def state(project):
    """All of a repository that a user could miss."""
    kept = {path: path.read_bytes() for path in (project / ".git").rglob("*") if path.is_file()}
    here = {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file() and not {".git", ".marpweave", "dist", "out.json"} & {*path.parts}}
    return kept, here


def test_checkout_index_refs_and_stash_stay_as_they_are(course):
    course.edit("slides/one.md", "はじめの文。", "しまっておく。")
    git(course, "stash")
    course.edit("slides/one.md", "はじめの文。", "載せた。")
    git(course, "add", "-A")
    course.edit("slides/one.md", "載せた。", "載せていない。")
    course.write({"slides/new.md": PLAIN, ".git/hooks/post-checkout": "#!/bin/sh\ntouch checked-out\n"})
    (course / ".git/hooks/post-checkout").chmod(0o755)
    before = state(course)
    assert differences(course) == [("new.md", "added", None, 1, []), *CHANGED]
    assert state(course) == before


def test_a_linked_worktree_and_a_project_in_a_folder_of_its_repository_are_compared(known, tmp_path):
    whole = committed(tmp_path / "whole", {f"the course/{name}": text for name, text in FILES.items() if name.startswith("slides/two")}
                      | {"the course/marpweave.toml": 'decks = ["slides"]\n', "src/lib.py": ""})
    git(whole, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
    linked = Project(tmp_path / "linked/the course")
    linked.edit("slides/two.md", "second", "2nd")
    assert [(name.removeprefix("the course/slides/"), *rest) for name, *rest in differences(linked)] == [("two.md", "changed", 1, 1, ["source changed"])]
    assert differences(Project(whole / "the course"), code=0) == []


@pytest.mark.parametrize(("words", "said"), [
    (["nowhere"], "nowhere is neither a revision of {top} nor a deck"),
    (["HEAD", "HEAD", "HEAD"], "diff compares two revisions, not 3: HEAD, HEAD, HEAD"),
    (["slides"], "slides is both a revision and a path; write refs/heads/slides, or ./slides"),
    (["gone.md"], "neither HEAD ({head}) nor working tree has a deck gone.md"),
    (["../away.md"], "../away.md is not in the repository {top}"),
], ids=["unknown", "three", "both", "gone", "away"])
def test_what_cannot_be_compared_is_told_in_one_line(words, said, node, browser, tmp_path):
    project = committed(tmp_path / "a", {"slides/one.md": PLAIN})
    git(project, "branch", "slides")
    told = project.run("diff", *words, code=2)
    assert told.stderr == f"error: {said.format(top=project.folder, head=git(project, 'rev-parse', '--short=8', 'HEAD').strip())}\n"
    assert not (project / "dist").exists()


def test_a_deck_that_cannot_be_read_is_told_where_it_is_and_the_others_are_compared(node, browser, tmp_path):
    project = committed(tmp_path / "a", {"slides/one.md": PLAIN, "slides/two.md": "---\nmarp: true\n\n# Two\n", ".gitignore": "dist\nout.json\n"})
    project.edit("slides/one.md", "words", "other words")
    told = project.run("diff", code=1).stdout.splitlines()
    fault = "the front matter that opens here is never closed: Marp drops the slides in it; end it with `---`; not compared"
    assert told == ["slides/one.md:5: changed: slide 1 “One”: source changed", f"HEAD:slides/two.md:1: markdown: {fault}", f"slides/two.md:1: markdown: {fault}",
                    "1 slide changed in 1 of 2 decks; 1 deck not compared; see dist/diff/index.html"]


def test_faults_of_a_revision_name_its_files_as_git_does(node, browser, tmp_path):
    deck = "---\nmarp: true\nexecute: true\n---\n\n{{< include no.md >}}\n"
    project = committed(tmp_path / "a", {"slides/one.md": deck, ".gitignore": "dist\nout.json\nmarpweave.toml\n"})
    fault = "no.md does not exist: there is no {}slides/no.md; not compared"
    assert project.run("diff", code=1).stdout.splitlines()[:2] == [
        f"HEAD:slides/one.md:6: markdown: {fault.format('HEAD:')}", f"slides/one.md:6: markdown: {fault.format('')}"]
    project.write({"marpweave.toml": "no = 1\n"})
    git(project, "add", "-f", "marpweave.toml")
    commit(project)
    project.write({"marpweave.toml": ""})
    assert project.run("diff", code=2).stderr.startswith("error: HEAD:marpweave.toml:1: unknown key 'no'")


def test_a_revision_is_found_by_its_message(node, browser, tmp_path):
    project = committed(tmp_path / "a", {"slides/one.md": PLAIN, ".gitignore": "dist\nout.json\n"})
    said = git(project, "log", "-1", "--format=%s").strip()
    project.edit("slides/one.md", "words", "other words")
    assert differences(project, f":/{said}") == CHANGED


def test_a_shallow_clone_says_how_to_get_more(node, browser, tmp_path):
    project = committed(tmp_path / "a", {"slides/one.md": PLAIN})
    commit(project)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{project.folder}", tmp_path / "b"], check=True)
    told = Project(tmp_path / "b").run("diff", "HEAD~1", code=2).stderr
    assert told == (f"error: HEAD~1 is neither a revision of {tmp_path / 'b'} nor a deck; this clone is shallow and may lack it: run "
                    "`git fetch --unshallow`, or give actions/checkout `fetch-depth: 0`\n")


def test_without_a_repository_or_a_commit_there_is_nothing_to_compare_with(node, browser, tmp_path):
    project = Project(tmp_path).write({"slides/one.md": PLAIN})
    assert project.run("diff", code=2).stderr.startswith(f"error: cannot compare {tmp_path} with git: not a git repository")
    git(project, "init", "-q")
    assert project.run("diff", code=2).stderr == f"error: {tmp_path} has no commit yet, so there is nothing to compare with\n"


def test_a_killed_comparison_leaves_nothing_that_the_next_one_does_not_sweep(course, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    course.write({"slides/one.md": course.text("slides/one.md").replace("print(double(21))", "import time\ntime.sleep(60)")})
    trees = set()
    for end in (signal.SIGKILL, signal.SIGINT):
        running = subprocess.Popen([sys.executable, PROGRAM, "diff"], cwd=course.folder, env={**os.environ, "TMPDIR": str(work)},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not {*work.glob("marpweave-*/tree/slides/one.md")} - trees:
            assert running.poll() is None
            time.sleep(0.05)
        trees = {*work.glob("marpweave-*/tree/slides/one.md")}
        running.send_signal(end)
        running.wait(30)
        assert len([*work.glob("marpweave-*/tree")]) == (end == signal.SIGKILL)
    assert git(course, "worktree", "list").count("\n") == 1


def test_the_page_is_one_file_that_everybody_can_read(course):
    course.edit("slides/one.md", "はじめの文。", "はじめの文章。")
    course.edit("kit/core.py", "x / 2", "x / 3")
    git(course, "mv", "slides/two.md", "slides/zwei.md")
    course.run("diff", code=1)
    page = course / "dist/diff/index.html"
    text = page.read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!data:|#)', text) == []
    assert "http" not in re.sub(r"data:[^)\"]*", "", text)
    assert [path.name for path in (course / "dist").iterdir()] == ["diff"]
    with chromium() as browser:
        assert violations(browser, page, ("minor", "moderate", "serious", "critical")) == []


def test_what_is_kept_beside_a_deck_stands_for_a_run_and_tells_its_versions(course):
    course.run("freeze")
    kept = next(path for path in (course / "slides/_frozen").iterdir() if b'"42\\n"' in path.read_bytes())
    other = kept.read_bytes().replace(b'"42\\n"', b'"41\\n"')
    kept.with_name(digest(other)).write_bytes(other)
    lock = re.sub(r'"numpy": "[^"]*"', '"numpy": "0.1"', course.text("slides/one.lock.json")).replace(kept.name, digest(other))
    course.write({"slides/one.lock.json": lock})
    commit(course)
    assert differences(course) == [("one.md", "changed", 2, 2, [f"numpy 0.1 -> {version('numpy')}"])]
    assert differences(course, "--frozen", code=0) == []


def test_a_configuration_that_the_sandbox_follows_in_part_is_the_reason(course):
    course.write({".marprc.yml": "options:\n  markdown:\n    breaks: false\n", "slides/two.md": "---\nmarp: true\n---\n\n# Two\n\na\nb\n"})
    commit(course)
    assert differences(course) == [("two.md", "changed", 1, 1, [
        "the sandbox left out parts of Marp's configuration before; use `--no-sandbox` to follow all of it"])]
    assert differences(course, "--no-sandbox", code=0) == []


@pytest.mark.attack
def test_cells_of_a_revision_run_in_the_sandbox_unless_the_user_says_otherwise(course):
    course.edit("slides/one.md", "print(double(21))", "try:\n    print(open('/etc/passwd').read()[:0] + 'open')\nexcept OSError:\n    print('shut')")
    commit(course)
    if not protected():
        pytest.skip("this machine has no sandbox")
    assert differences(course) == [("one.md", "changed", 2, 2, ["its cells ran in the sandbox before; use `--no-sandbox` to run them like your own"])]
    assert differences(course, "--no-sandbox", code=0) == []


def protected():
    try:
        return bool(protection())
    except ToolError:
        return False
