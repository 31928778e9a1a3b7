"""README tells the truth: every option, kind, command and type stands there."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from marpweave.cli import program
from marpweave.model import CheckOptions, DisplayOptions, ExecutionOptions, FigureOptions, Kind

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["label", *(
    field.name.replace("_", "-") for duty in (ExecutionOptions, FigureOptions, DisplayOptions, CheckOptions)
    for field in fields(duty))])
def test_every_option_is_in_the_readme(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_finding_is_in_the_readme(kind):
    assert f"| `{kind}` |" in README


@pytest.mark.parametrize("command", sorted(program.commands))
def test_every_command_and_its_options_are_in_the_readme(command):
    assert f"`{command}`" in README
    told = CliRunner().invoke(program, [command, "--help"]).stdout
    for option in set(re.findall(r"--[a-z-]+", told)) - {"--help"}:
        assert f"`{option}" in README or f" {option}" in README


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


@pytest.mark.parametrize("page", ["README.md", "slides/theme/README.md"])
def test_every_file_that_a_page_links_is_there(page):
    path = ROOT / page
    links = re.findall(r"\]\(([^):]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
