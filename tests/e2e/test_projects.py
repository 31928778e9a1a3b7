"""Projects as people have them: decks in folders, a configuration, decks of others."""

import json
import re

import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")
PLOT = """\
---
marp: true
execute: true
---

# {title}

```python
#| label: line
#| fig-alt: 線
import matplotlib.pyplot as plt
plt.plot([0, {y}])
print({y})  # => {y}
```
"""
LECTURES = {"lectures/week1/intro.md": PLOT.format(title="One", y=1), "lectures/week2/intro.md": PLOT.format(title="Two", y=2),
            "lectures/README.md": "# no deck\n", "lectures/.venv/lib/intro.md": PLOT.format(title="No", y=3),
            "marpweave.toml": 'decks = ["lectures"]\nto = "html"\n'}


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "course").write(LECTURES)


@pytest.fixture
def plain(tmp_path):
    """The same without its figures: matplotlib takes longer to import than all cells to run."""
    return Project(tmp_path / "course").write({name: re.sub(r"import matplotlib.*\n.*\n", "", text) for name, text in LECTURES.items()})


def files(project, *tops):
    return sorted(path.relative_to(project.folder).as_posix() for top in tops for path in (project / top).rglob("*") if path.is_file())


def test_outputs_and_figures_stand_in_folders_like_those_of_the_decks(project, browser):
    built = project.build()
    assert [deck["path"] for deck in built.decks] == ["lectures/week1/intro.md", "lectures/week2/intro.md"]
    assert built.found("kind") == []
    assert files(project, "dist", "figures") == [
        "dist/decks.json", "dist/index.html", "dist/week1/intro.html", "dist/week2/intro.html",
        "figures/week1/intro/line.svg", "figures/week2/intro/line.svg"]
    assert project.text("figures/week1/intro/line.svg") != project.text("figures/week2/intro/line.svg")
    assert [(each["name"], each["title"], each["files"]) for each in json.loads(project.text("dist/decks.json"))] == [
        ("week1/intro", "One", ["week1/intro.html"]), ("week2/intro", "Two", ["week2/intro.html"])]
    index = project.text("dist/index.html")
    assert [f'href="week{n}/intro.html"' in index for n in (1, 2)] == [True, True]
    pages = [(project / f"dist/week{n}/intro.html").stat().st_mtime_ns for n in (1, 2)]
    project.edit("lectures/week2/intro.md", "# Two", "# Zwei")
    again = project.build()
    assert [(deck["executed"], deck["from_cache"]) for deck in again.decks] == [([], 1), ([], 1)]
    assert [(project / f"dist/week{n}/intro.html").stat().st_mtime_ns == pages[n - 1] for n in (1, 2)] == [True, False]


def test_decks_of_one_name_and_one_text_are_rendered_each_and_no_second_time(project, browser):
    same = "---\nmarp: true\n---\n\n# Same\n"
    project.write({"lectures/week1/intro.md": same, "lectures/week2/intro.md": same})
    project.build("--to", "html,png")
    assert [(project / f"dist/week{n}/intro/001.png").is_file() for n in (1, 2)] == [True, True]
    before = [(project / f"dist/week{n}/intro.html").stat().st_mtime_ns for n in (1, 2)]
    assert "rendering" in project.build("--to", "html,png", "--allow", "lectures").stderr  # its reports are others
    assert [(project / f"dist/week{n}/intro.html").stat().st_mtime_ns for n in (1, 2)] == before


def test_a_page_that_is_deleted_in_a_folder_leaves_the_index_once_its_deck_is_gone(plain, browser):
    plain.build()
    (plain / "lectures/week1/intro.md").unlink()
    (plain / "dist/week1/intro.html").unlink()
    plain.build()
    assert "week1" not in plain.text("dist/index.html")


def test_a_deck_is_called_the_same_however_and_wherever_it_is_named(plain):
    first = plain.report("figures", "lectures/week1/intro.md")
    inside = Project(plain / "lectures/week2").report("figures", "../week1/intro.md")
    by_folder, by_glob = plain.report("figures", "lectures/week1"), plain.report("figures", "lectures/*/intro.md")
    assert first.deck["executed"] == ["line"]
    assert [deck["executed"] for built in (inside, by_folder) for deck in built.decks] == [[], []]
    assert [deck["executed"] for deck in by_glob.decks] == [[], ["line"]]
    assert files(Project(plain / "lectures"), "week2") == ["week2/.report.json", "week2/intro.md"]


def test_figures_of_two_decks_of_one_name_are_checked_apart(project):
    assert project.run("figures").stdout.count(": clean") == 2
    assert project.check().found("kind", "path") == []
    (project / "figures/week1/intro/line.svg").write_bytes(b"<svg/>")
    assert project.check(code=1).found("path", "message") == [
        ("lectures/week1/intro.md", "figures/week1/intro/line.svg differs from what the code draws; run `build.py figures`")]


def test_frozen_decks_of_one_name_stand_beside_their_decks(project):
    project.run("freeze")
    assert files(project, "lectures/week1") != []
    assert [(project / f"lectures/week{n}/intro.lock.json").is_file() for n in (1, 2)] == [True, True]
    assert [deck["executed"] for deck in project.check("--frozen").decks] == [[], []]


def test_the_configuration_holds_and_an_option_and_a_deck_stand_over_it(project):
    told = "---\nexecute: {head}\n---\n\n```python\nimport os\nprint(base, os.environ.get('COURSE'))  # => {want}\n```\n"
    project.write({
        "marpweave.toml": 'decks = "lectures"\nprelude = "base = 1"\nenv = ["COURSE"]\n',
        "lectures/week1/intro.md": told.format(head="true", want="1 nets"),
        "lectures/week2/intro.md": told.format(head="{prelude: base += 1}", want="2 nets")})
    assert project.check(environment={"COURSE": "nets"}).found("kind") == []
    found = project.check("--prelude", "base = 5", code=1, environment={"COURSE": "nets"}).found("want", "got")
    assert found == [("1 nets", "5 nets"), ("2 nets", "6 nets")]


def test_theme_and_language_of_the_configuration_are_those_of_decks_that_name_none(project, browser):
    deck = "---\nmarp: true\n{}---\n\n# A\n"
    project.write({
        "marpweave.toml": 'decks = "lectures"\nto = "html"\nlang = "ja-JP"\ntheme-set = "looks"\n',
        "looks/plain.css": "/* @theme plain */\nsection { color: #123456 }\n",
        "lectures/week1/intro.md": deck.format("theme: plain\n"), "lectures/week2/intro.md": deck.format("lang: fr\n")})
    built = Project(project / "lectures").build()
    assert built.found("kind", "message") == []
    pages = [project.text(f"dist/week{n}/intro.html") for n in (1, 2)]
    assert [re.search(r'<html lang="([^"]*)"', page)[1] for page in (*pages, project.text("dist/index.html"))] == ["ja-JP", "fr", "ja"]
    assert ["#123456" in page for page in pages] == [True, False]
    project.edit("marpweave.toml", 'theme-set = "looks"', 'theme = "looks/plain.css"')
    Project(project / "lectures").build()
    assert ["#123456" in project.text(f"dist/week{n}/intro.html") for n in (1, 2)] == [True, True]


def test_an_edited_configuration_runs_what_it_must(plain):
    project = plain.write({"marpweave.toml": 'decks = "lectures"\n', "lectures/week1/intro.md": "---\nexecute: true\n---\n\n```python\nprint(1)\n```\n"})
    def ran():
        return [deck["executed"] for deck in project.report("figures", code=None).decks]

    assert [ran(), ran()] == [[["cell-1"], ["line"]], [[], []]]
    project.write({"marpweave.toml": 'decks = "lectures"\nprelude = "x = 1"\n'})
    assert [ran(), ran()] == [[["cell-1"], ["line"]], [[], []]]
    project.write({"marpweave.toml": 'decks = "lectures"\nprelude = "x = 1"\n[execute]\nerror = true\n'})
    assert [ran(), ran()] == [[["cell-1"], ["line"]], [[], []]]
    assert [kind for kind in project.report("figures", code=1).found("kind") if kind == ("error",)] == [("error",), ("error",)]


STRANGER = "---\nexecute: true\n---\n\n```python\nimport os\nprint(os.path.exists({there!r}))\n```\n"


@pytest.mark.parametrize(("arguments", "paths"), [
    (["../downloads"], ["../downloads/talk.md"]),
    *(pytest.param([named], ["../downloads/talk.md"], marks=pytest.mark.attack) for named in ("../downloads/talk.md", "../down*/*.md")),
    (["lectures/link.md"], ["lectures/link.md"])])
def test_decks_outside_of_the_project_run_in_the_sandbox_by_themselves(project, tmp_path, arguments, paths):
    project.write({"marpweave.toml": 'decks = "lectures"\nsandbox = "outside"\n', "../secret.txt": "7", "lectures/open.md": STRANGER.format(there=str(tmp_path / "secret.txt")),
                   "../downloads/talk.md": STRANGER.format(there=str(tmp_path / "secret.txt")), "../downloads/marpweave.toml": "python = './evil'\n"})
    (project / "lectures/link.md").symlink_to(tmp_path / "downloads/talk.md")
    project.run("build", "--to", "md", "--out", "out", "lectures/open.md", *arguments)
    woven = {path.stem: path.read_text(encoding="utf-8").split("\n")[-3] for path in (project / "out").rglob("*.md")}
    assert woven == {"open": "True", **{path.rpartition("/")[2].removesuffix(".md"): "False" for path in paths}}


def test_decks_found_outside_of_the_project_are_refused_and_named_ones_run(project):
    project.write({"../downloads/talk.md": PLOT.format(title="Talk", y=4)})
    assert "is outside the project" in project.run("check", "../downloads", code=2).stderr
    assert project.report("figures", "../downloads/talk.md").deck["executed"] == ["line"]


@pytest.mark.parametrize("line", ['python = "env"', 'cache = "file:///store"'])
def test_a_sandbox_that_is_asked_for_is_not_left_by_the_configuration(project, line):
    project.write({"marpweave.toml": f'decks = "lectures"\n{line}\n'})
    key = line.partition(" ")[0]
    assert project.run("check", "--sandbox", code=2).stderr == \
        f"error: marpweave.toml:2: {key!r} acts outside the sandbox; with --sandbox, pass --{key} on the command line\n"


def test_pictures_outside_of_the_project_are_allowed_by_the_configuration_but_for_a_sandbox(project):
    project.write({"marpweave.toml": 'decks = "talk.md"\nallow = "../shared"\n', "talk.md": "---\nmarp: true\n---\n\n![](../shared/a.svg)\n",
                   "../shared/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'})
    assert project.check().found("kind") == []
    assert project.check("--sandbox", code=1).found("kind") == [("outside-image",)]
    assert project.check("--sandbox", "--allow", "../shared").found("kind") == []


def test_a_project_can_be_strict_and_an_option_less_so(project):
    project.write({"marpweave.toml": 'decks = "talk.md"\nstrict = true\n', "talk.md": "---\nexecute: true\n---\n\n```python\nprint(1)\n```\n"})
    assert project.check(code=1).found("kind") == [("unchecked",)]
    assert project.check("--no-strict").found("kind") == [("unchecked",)]


def test_a_configured_scheduler_is_only_that_of_dask(project):
    project.write({"marpweave.toml": 'decks = "talk.md"\nscheduler = "tcp://head:8786"\n', "talk.md": "---\nmarp: true\n---\n\n# A\n"})
    assert project.run("check", "--scheduler", "tcp://head:1", code=2).stderr == "error: --scheduler and --shared-files need --executor dask\n"
    assert project.check().found("kind") == []


@pytest.mark.parametrize(("line", "options", "where"), [
    ('theme = "gaja"', (), "marpweave.toml:2"), ('theme = "gaia"', ("--theme", "gaja"), "--theme"), ("", ("--theme", "gaja"), "--theme")])
def test_a_theme_that_is_not_there_is_told_where_it_was_named(project, line, options, where):
    project.write({"marpweave.toml": f'decks = "talk.md"\n{line}\n', "talk.md": "---\nmarp: true\n---\n\n# A\n"})
    assert project.check(*options, code=1).found("message") == [(f"{where}: unknown theme 'gaja'; did you mean 'gaia'?",)]


def test_a_stylesheet_without_a_name_is_told_where_it_was_named(project):
    project.write({"marpweave.toml": 'decks = "talk.md"\ntheme-set = "a.css"\n', "talk.md": "---\nmarp: true\n---\n\n# A\n", "a.css": "p {}"})
    assert project.check(code=1).found("message") == [("marpweave.toml:2: a.css has no `@theme NAME` in a comment, so no deck can name it",)]


def test_config_tells_what_holds_and_where_it_comes_from(project):
    told = json.loads(project.run("config", "--json", environment={"MARPWEAVE_CACHE": "kept"}).stdout)
    assert (told["root"], told["file"]) == (str(project.folder), str(project / "marpweave.toml"))
    assert {name: value["from"] for name, value in told["values"].items() if value["from"] != "default"} == {
        "decks": "marpweave.toml:1", "to": "marpweave.toml:2", "cache": "--cache or MARPWEAVE_CACHE"}
    assert told["values"]["to"]["value"] == ["html"]
    assert 'decks = ["lectures"]' in project.run("config", "lectures/week1").stdout


def test_what_is_configured_and_not_there_is_an_error_at_its_line(project):
    project.write({"marpweave.toml": '\ndecks = ["lectures", "talks"]\n'})
    assert project.run("check", code=2).stderr == f"error: marpweave.toml:2: there is no 'talks' in {project.folder}\n"
    project.write({"marpweave.toml": "decks = []\n"})
    assert project.run("check", code=2).stderr == "error: marpweave.toml:1: 'decks' matches no deck\n"


def test_configurations_that_do_not_hold_are_named(tmp_path):
    deck = "---\nmarp: true\n---\n\n# A\n"
    project = Project(tmp_path).write({"a b/marpweave.toml": "", "a b/w1/a.md": deck, "c/pyproject.toml": "[tool.marpweave]\n",
                                       "c/a.md": deck, "d/pyproject.toml": "[project]\n", "d/a.md": deck, ".git/HEAD": ""})
    said = [line.partition(" does not hold here")[0] + " | " + line.rpartition("folder: ")[2]
            for line in project.run("check").stderr.splitlines()]
    assert said == ["warning: a b/marpweave.toml | `build.py 'a b'`", "warning: c/pyproject.toml | `build.py c`"]
    assert [project.run("check", name).stderr for name in ("a b", "c", "d")] == [""] * 3
