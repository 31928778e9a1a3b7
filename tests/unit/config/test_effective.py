"""What holds in the end: options over the file over defaults, and paths from the working folder."""

import os
from pathlib import Path

import pytest

from marpweave.config.config import Config
from marpweave.config.effective import base_of, configuration

CORES = os.cpu_count() or 1


@pytest.fixture
def course(tmp_path, monkeypatch):
    for folder in ("env", "looks", "lectures/week1", "talks"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(text, **options):
    Path("marpweave.toml").write_text(text, encoding="utf-8")
    return configuration((), options)


def test_paths_of_the_file_are_those_of_the_projects_folder(course, monkeypatch):
    text = 'out = "site"\npython = "env"\ncache = "kept"\ntheme = "looks"\ntheme-set = ["looks", "gone"]\nallow = "talks"\n'
    assert told(text).config == Config(
        out=Path("site"), python="env", cache="kept", theme="looks", theme_set=(Path("looks"), Path("gone")), allow=(Path("talks"),), jobs=CORES)
    monkeypatch.chdir(course / "lectures/week1")
    assert configuration((), {}).config == Config(
        out=course / "site", python=str(course / "env"), cache=str(course / "kept"), theme=str(course / "looks"),
        theme_set=(course / "looks", course / "gone"), allow=(course / "talks",), jobs=CORES)


def test_what_is_no_path_stays_as_it_is(course):
    assert told('python = "python3.12"\ncache = "s3://bucket/course"\ntheme = "gaia"\n').config == Config(
        python="python3.12", cache="s3://bucket/course", theme="gaia", jobs=CORES)


def test_defaults_of_a_project_stand_in_its_folder_and_outputs_of_none_in_the_working_folder(course, monkeypatch):
    monkeypatch.chdir(course / "talks")
    found = configuration((course / "lectures",), {})
    assert (found.marked, found.config) == (False, Config(cache=str(course / "lectures/.marpweave/cache"), jobs=CORES))
    (course / "marpweave.toml").touch()
    assert configuration((course / "lectures",), {}).config == Config(
        out=course / "dist", cache=str(course / ".marpweave/cache"), jobs=CORES)


def test_options_stand_over_the_file_and_what_is_not_given_does_not(course):
    found = told('jobs = 2\nprelude = "x = 1"\ntheme-set = "looks"\n', jobs=3, prelude=None, theme_set=(), out=Path("other"))
    assert found.config == Config(jobs=3, prelude="x = 1", theme_set=(Path("looks"),), out=Path("other"), cache=".marpweave/cache")
    assert found.origins == {"jobs": "--jobs", "prelude": "marpweave.toml:2", "theme-set": "marpweave.toml:3", "out": "--out"}


@pytest.mark.parametrize(("decks", "base"), [
    ('"lectures"', "lectures"), ('"lectures/**/*.md"', "lectures"), ('["lectures", "talks"]', "."), ('["lectures/week1/a.md", "lectures"]', "lectures"),
    ('"."', ".")])
def test_decks_are_named_from_the_folder_of_all_that_are_configured(course, decks, base):
    assert base_of(told(f"decks = {decks}\n")) == (course / base).resolve()
