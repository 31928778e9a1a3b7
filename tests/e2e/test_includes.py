"""Decks that share files: places, updates and reruns are those of the file that holds a line."""

import json
import os
from xml.etree import ElementTree

import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")

HEAD = "---\nmarp: true\nexecute: true\n---\n\n"
DECK = HEAD + "# 一\n\n```python\n#| label: first\nn = {n}\n```\n\n{{{{< include _part.md >}}}}\n\n---\n\n# 終\n\n```python\n#| label: last\nprint(m)  # => 3\n```\n"
PART = "---\n\n# 二\n\n```python\n#| label: shared\nm = n + 1\nprint(m)  # => {m}\n```\n"


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path).write({"slides/a.md": DECK.format(n=2), "slides/_part.md": PART.format(m=3)})


def test_a_part_runs_in_the_deck_and_is_no_deck_itself(project):
    built = project.check()
    assert [(deck["path"], deck["slides"], deck["executed"]) for deck in built.decks] == [
        ("slides/a.md", 3, ["first", "shared", "last"])]


def test_a_part_that_did_not_change_leaves_the_deck_up_to_date(project):
    project.check()
    assert project.check().ran == {"a": []}
    project.edit("slides/_part.md", "# 二", "# 弐")
    assert project.check().ran == {"a": []}
    project.edit("slides/_part.md", "n + 1", "1 + n")
    assert project.check().ran == {"a": ["first", "shared", "last"]}


def test_findings_stand_where_the_part_has_them(project):
    project.edit("slides/_part.md", "print(m)", "print(k)")
    first = project.check(code=1)
    assert first.found("path", "line", "kind") == [("slides/_part.md", 8, "error")]
    assert "slides/_part.md:8: error: NameError" in first.stdout
    again = project.check(code=1)
    assert (again.found("path", "line"), again.ran) == ([("slides/_part.md", 8)], {"a": []})


def test_reports_for_other_programs_name_the_part(project):
    project.edit("slides/_part.md", "=> 3", "=> 4")
    assert "file=slides/_part.md,line=8" in project.run("check", "--format", "github", code=1).stdout
    sarif = json.loads(project.run("check", "--format", "sarif", code=1).stdout)
    (found,) = sarif["runs"][0]["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "slides/_part.md"
    suites = ElementTree.fromstring(project.run("check", "--format", "junit", code=1).stdout)
    assert [(case.get("name"), case.get("file"), case.get("line"), case.find("failure") is not None) for case in suites.iter("testcase")] == [
        ("a.md", "slides/a.md", "1", False), ("first", "slides/a.md", "8", False),
        ("shared", "slides/_part.md", "5", True), ("last", "slides/a.md", "19", False)]


def test_why_and_impact_name_the_part(project):
    project.check()
    assert project.run("why", "slides/a.md").stdout == "slides/a.md:8: first: known\nslides/_part.md:5: shared: known\nslides/a.md:19: last: known\n"
    assert project.run("impact", "slides/_part.md").stdout == "slides/a.md: slide 2: includes slides/_part.md\n"


def test_an_update_writes_into_the_part_that_holds_the_line(project):
    project.edit("slides/_part.md", "=> 3", "=> 5")
    project.edit("slides/a.md", "=> 3", "=> 5")
    assert project.check("--update").deck["updated"] == 2
    assert (project.text("slides/_part.md"), project.text("slides/a.md")) == (PART.format(m=3), DECK.format(n=2))


def test_decks_that_agree_update_the_part_that_both_include(project):
    project.write({"slides/_part.md": PART.format(m=5), "slides/b.md": DECK.format(n=2)})
    built = project.check("--update")
    assert [(deck["updated"], deck["findings"]) for deck in built.decks] == [(1, []), (0, [])]
    assert project.text("slides/_part.md") == PART.format(m=3)


@pytest.mark.parametrize("shown", [3, 4, 9])
def test_decks_that_disagree_leave_the_part_as_it_is(project, shown):
    project.write({"slides/_part.md": PART.format(m=shown), "slides/b.md": DECK.format(n=3).replace("=> 3", "=> 4")})
    built = project.check("--update", code=1)
    assert project.text("slides/_part.md") == PART.format(m=shown)
    other = {"slides/a.md": "slides/b.md", "slides/b.md": "slides/a.md"}
    assert [(deck["path"], each["path"], each["line"], each["message"]) for deck in built.decks for each in deck["findings"]] == [
        (path, "slides/_part.md", 8, "the output on the slide differs from what the code gives; not updated: "
         f"{other[path]} includes this file, too, with a different output") for path, gives in (("slides/a.md", 3), ("slides/b.md", 4)) if gives != shown]


def test_a_part_that_stands_twice_and_gives_two_things_is_left_as_it_is(project):
    part = "\n```python\nn = n + 1\nprint(n)  # => 9\n```\n"
    project.write({"slides/_part.md": part})
    project.edit("slides/a.md", "---\n\n# 終", "{{< include _part.md >}}\n\n---\n\n# 終")
    project.edit("slides/a.md", "print(m)", "print(n - 1)")
    built = project.check("--update", code=1)
    assert project.text("slides/_part.md") == part
    assert built.found("path", "line", "message") == [
        ("slides/_part.md", 4, "the output on the slide differs from what the code gives; not updated: "
         "the deck includes this file more than once, with different outputs")] * 2


def test_a_part_that_stands_under_two_names_is_one_file(project):
    project.write({"slides/_part.md": "\n```python\nn = n + 1\nprint(n > 2)  # => 9\n```\n"})
    (project.folder / "slides/_link.md").symlink_to("_part.md")
    project.edit("slides/a.md", "---\n\n# 終", "{{< include _link.md >}}\n\n---\n\n# 終")
    project.edit("slides/a.md", "print(m)", "print(n - 1)")
    assert project.check("--update").deck["findings"] == []
    assert project.text("slides/_part.md") == "\n```python\nn = n + 1\nprint(n > 2)  # => True\n```\n"


@pytest.mark.parametrize("below", ["{{< include _link.md >}}\n\n---\n\n# 終", "# 終"])
def test_links_to_a_part_update_nothing_that_is_wrong_elsewhere(project, below):
    """Below in the same deck, or in another one."""
    part = "\n```python\nn = n + 1\nprint(n)  # => 9\n```\n"
    project.write({"slides/_part.md": part, "slides/b.md": DECK.format(n=5).replace("_part", "_link").replace("print(m)", "print(n - 3)")})
    (project.folder / "slides/_link.md").symlink_to("_part.md")
    project.edit("slides/a.md", "---\n\n# 終", below)
    project.edit("slides/a.md", "print(m)", "print(3)")
    project.check("--update", code=1)
    assert (project.text("slides/_part.md"), (project.folder / "slides/_link.md").is_symlink()) == (part, True)


@pytest.mark.parametrize(("target", "told"), [
    ("no.md", "no.md does not exist: there is no slides/no.md"),
    ("_prat.md", "_prat.md does not exist: there is no slides/_prat.md; did you mean _part.md?"),
    ("sub", "sub is a folder; name a file in it"),
    ("../../out.md", "../../out.md is outside the project, at {out}; allow it with `--allow PATH`"),
    ("loop.md", "loop.md cannot be read: Too many levels of symbolic links"),
    ("big.md", "big.md is too large: more than 5,000,000 bytes"),
    ("pipe.md", "pipe.md cannot be read"),
    ("binary.md", "binary.md is not text; a deck includes Markdown"),
    ("latin.md", "latin.md is not UTF-8 (line 2); save it as UTF-8"),
    ("https://example.org/a.md", "https://example.org/a.md is on the network, and builds download nothing; store it beside the deck"),
    ("a.md", "a.md includes itself: a.md -> a.md"),
])
def test_a_part_that_cannot_be_read_is_told_at_the_include(project, target, told):
    out = project.folder.parent / f"{project.folder.name}.md"
    out.write_text("# 外\n", encoding="utf-8")
    project.write({"slides/sub/x.md": "", "slides/big.md": "x" * 5_000_001})
    (project / "slides/loop.md").symlink_to("loop.md")
    os.mkfifo(project / "slides/pipe.md")
    (project / "slides/binary.md").write_bytes(b"# a\0b\n")
    (project / "slides/latin.md").write_bytes("# a\nü\n".encode("latin-1"))
    target, told = target.replace("out.md", out.name), told.replace("out.md", out.name).replace("{out}", str(out))
    project.edit("slides/a.md", "_part.md", target)
    assert project.check(code=1).found("path", "line", "kind", "message") == [("slides/a.md", 13, "markdown", told)]


def test_a_foreign_deck_is_left_as_it_is(project):
    project.edit("slides/a.md", "execute: true", "theme: default")
    project.edit("slides/a.md", "print(m)", "print(n + 1)")
    assert project.check().deck["executed"] == ["first", "last"]


@pytest.mark.parametrize(("gives", "told"), [(3, []), (4, ["slides/p.md", "slides/a.md"])])
def test_a_deck_that_another_one_includes_is_updated_if_both_agree(project, gives, told):
    deck = f"---\nexecute:\n  prelude: n = {gives - 1}\n---\n\n" + PART.format(m=9).removeprefix("---\n\n")
    project.write({"slides/p.md": deck})
    project.edit("slides/a.md", "_part.md", "p.md")
    built = project.check("--update", code=1 if told else 0)
    assert project.text("slides/p.md") == (deck if told else deck.replace("9", str(gives)))
    assert [each["message"].rpartition("not updated: ")[2] for deck in built.decks for each in deck["findings"] if each["kind"] == "mismatch"] == [
        f"{other} includes this file, too, with a different output" for other in told]
