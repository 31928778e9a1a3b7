"""The documentation tells the truth: every option, kind and command stands there, and every link leads somewhere."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

import nnviz
from marpweave.model.finding import Kind
from marpweave.model.options import CheckOptions, DisplayOptions, ExecutionOptions, FigureOptions
from marpweave.report.kinds import MEANINGS
from nnviz import plots
from tests.running import run

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def reference(name):
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def script(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["label", *(
    field.name.replace("_", "-") for duty in (ExecutionOptions, FigureOptions, DisplayOptions, CheckOptions)
    for field in fields(duty))])
def test_every_option_of_a_cell_is_documented(name):
    assert f"| `{name}`" in reference("CELLS") or f", `{name}`" in reference("CELLS")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_finding_is_documented_with_its_meaning(kind):
    meaning = MEANINGS[kind].replace("|", "\\|")
    assert f"| `{kind}` | {meaning} |" in reference("FINDINGS")


def test_every_command_and_its_options_are_documented_as_they_are():
    assert script("commands").tables() in reference("COMMANDS")


def test_every_make_target_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert [target for target in phony if not re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE)] == []


def test_no_file_names_a_package_registry_or_a_remote_lock():
    locks = [*(ROOT / "requirements").glob("*.lock"), ROOT / "package-lock.json"]
    assert len(locks) == 4
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "resolved" not in text
        assert "--index-url" not in text
        assert "--hash=" in text or '"integrity"' in text


def test_the_package_is_what_the_lock_was_made_for():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    locked = (ROOT / "requirements/base.lock").read_text(encoding="utf-8")
    names = [re.match(r"[\w-]+", each)[0].lower() for each in wanted]
    assert [name for name in names if not re.search(rf"^{name}==", locked, re.MULTILINE)] == []


@pytest.fixture(scope="module")
def gallery():
    return script("gallery")


def test_every_figure_has_an_example_and_a_picture_in_the_gallery(gallery):
    figures = [name for name in plots.__all__ if name.startswith("draw_")]
    assert sorted(filter(None, map(gallery.figure_of, gallery.examples()))) == figures
    page = (ROOT / "nnviz/README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r'src="../docs/nnviz/(\w+)\.png"', page)) == figures
    assert sorted(path.stem for path in (ROOT / "docs/nnviz").glob("*.png")) == figures
    assert all(f"`{name}`" in page for name in plots.__all__ if name.startswith("animate_"))


@pytest.mark.attack
def test_the_examples_of_the_gallery_run(gallery, tmp_path, monkeypatch):
    monkeypatch.setattr(gallery, "PICTURES", tmp_path)
    gallery.main()
    assert sorted(path.stem for path in tmp_path.iterdir()) == [n for n in plots.__all__ if n.startswith("draw_")]


def test_every_class_of_the_theme_has_a_picture():
    page = (ROOT / "marpweave/render/css/README.md").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", (ROOT / "marpweave/render/css/lecture.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    classes = set(re.findall(r"section\.(\w+)", css)) | set(re.sub(r"\W", " ", " ".join(re.findall(r"section:(?:is|not)\((\.[^)]*)\)", css))).split())
    assert classes
    assert sorted(name for name in classes if not re.search(rf"^\| `{name}` \|.*theme/{name}\.png", page, re.MULTILINE)) == []
    samples = re.findall(r"<!-- sample: (\w+) -->", (ROOT / "docs/theme.md").read_text(encoding="utf-8"))
    assert sorted(samples) == sorted(path.stem for path in (ROOT / "docs/theme").glob("*.png")) \
        == sorted(re.findall(r"docs/theme/(\w+)\.png", page))


def test_every_module_of_nnviz_is_in_its_table():
    page = (ROOT / "nnviz/README.md").read_text(encoding="utf-8")
    in_docstring = re.findall(r"^(\w+) {2,}(\S.*)$", nnviz.__doc__, re.MULTILINE)
    assert re.findall(r"^\| `nnviz\.(\w+)` \| (.*) \|$", page, re.MULTILINE) == in_docstring
    assert sorted(name for name, _ in in_docstring) == nnviz.__all__


@pytest.mark.parametrize("path", [
    *ROOT.glob("*.md"), *DOCS.glob("[A-Z]*.md"), DOCS / "themes.md", ROOT / "marpweave/render/css/README.md", ROOT / "nnviz/README.md"],
    ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_links_is_there(path):
    text = re.sub(r"(?<!\[)(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", path.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_samples_of_the_theme_are_proven(tmp_path, kernel):
    deck = tmp_path / "theme.md"
    deck.write_bytes((ROOT / "docs/theme.md").read_bytes())
    ran = run(tmp_path, deck.name)
    assert [str(finding) for finding in ran.findings] == []
    assert sum(check.checked for check in ran.checks) == 4


def test_the_reliability_page_counts_what_is_tried():
    rows = re.findall(r"^\|.*\| `(tests/[\w/.]+)` \| (\d+) \|$", (ROOT / "docs/RELIABILITY.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) >= 10
    done = subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", *(path for path, _ in rows)], cwd=ROOT,
                          capture_output=True, text=True, check=True, timeout=120)
    tests = [line for line in done.stdout.splitlines() if "::" in line]
    assert [(path, int(told)) for path, told in rows] == [(path, sum(test.startswith(path) for test in tests)) for path, _ in rows]
