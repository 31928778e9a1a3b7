"""How decks are called, and what is said of them elsewhere than in their files."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from marpweave.build.settings import Settings, ordered, refuse_contradictions, refuse_equal_names
from marpweave.cli.main import program
from marpweave.errors import UsageError
from marpweave.model.given import Given
from marpweave.model.variant import Variant


@pytest.mark.parametrize(("deck", "base", "name"), [
    ("lectures/week1/intro.md", "lectures", "week1/intro"),
    ("lectures/week1/intro.md", None, "lectures/week1/intro"),
    ("lectures/week1/../week2/intro.v2.md", "lectures", "week2/intro.v2"),
    ("talks/intro.md", "lectures", "talks/intro"),
    ("../downloads/talk.md", "lectures", "talk"),
    ("lectures/link.md", "lectures", "link"),
    ("linked/week1/intro.md", "linked", "week1/intro"),
    ("lectures/..md", "lectures", "."),
])
def test_a_deck_is_called_by_its_way_from_the_folder_of_all_decks_or_the_project(deck, base, name, tmp_path):
    root = tmp_path / "course"
    for folder in ("lectures/week1", "lectures/week2", "talks", "../downloads"):
        (root / folder).mkdir(parents=True)
    (root / "lectures/link.md").symlink_to(tmp_path / "downloads/talk.md")
    (root / "linked").symlink_to(root / "lectures")
    assert Settings(root, (), base=base and root / base).name_of(root / deck) == name


def test_names_that_differ_in_case_alone_would_meet_on_some_machines(tmp_path):
    paths = (tmp_path / "a/Intro.md", tmp_path / "A/intro.md")
    with pytest.raises(UsageError, match=r"would both become A/intro\.html; rename one$"):
        refuse_equal_names(Settings(tmp_path, paths))
    refuse_equal_names(Settings(tmp_path, (tmp_path / "a/intro.md", tmp_path / "b/intro.md")))


def test_no_output_takes_the_place_of_a_deck(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")
    for out, formats in ((tmp_path / "a", ("md",)), (tmp_path / "link", ("html", "md"))):
        settings = Settings(tmp_path, (tmp_path / "a/deck.md",), base=tmp_path / "a", out=out, formats=formats)
        with pytest.raises(UsageError, match=r"^`--to md` would overwrite .*a/deck\.md; choose another output folder with --out$"):
            refuse_equal_names(settings)
        refuse_equal_names(replace(settings, formats=("html",)))
        refuse_equal_names(replace(settings, variants=(Variant.STUDENT,)))


@pytest.mark.parametrize("command", [["check", "--json"], ["build", "--format", "junit", "--output-file"], ["diff", "--json"]])
def test_no_report_takes_the_place_of_a_deck(command, tmp_path):
    deck = tmp_path / "deck.md"
    deck.write_text("# 1", encoding="utf-8")
    result = CliRunner().invoke(program, [*command, str(deck)])
    assert (result.exit_code, deck.read_text(encoding="utf-8")) == (2, "# 1")
    assert "deck.md is a deck; put the FILE of the report first" in result.output


def test_what_the_project_says_of_all_decks_is_given_to_each(tmp_path):
    defaults = Given(env=("COURSE",), kernel="course", options={"echo": False}, lang="ja")
    assert Settings(tmp_path, (), prelude="x = 1", defaults=defaults).given(Path(tmp_path / "a/b.md")) == Given(
        "a/b", "x = 1", env=("COURSE",), kernel="course", options={"echo": False}, lang="ja", allowed=(tmp_path,),
        named_from=(tmp_path,))


def test_the_outputs_of_a_variant_and_of_another_deck_do_not_meet(tmp_path):
    paths = (tmp_path / "intro.md", tmp_path / "intro.student.md")
    refuse_equal_names(Settings(tmp_path, paths))
    with pytest.raises(UsageError, match=r"intro.md and .*intro.student.md would both become intro.student.html; rename one"):
        refuse_equal_names(Settings(tmp_path, paths, variants=(Variant.FULL, Variant.STUDENT)))


@pytest.mark.parametrize(("asked", "message"), [
    ({"frozen": True, "variants": ordered(["student", "full"])}, "--frozen has no results of a.md for students; `freeze` stores only those of the full deck; add --variant full"),
    ({"update": True, "variants": ordered(["solution"])}, "--update corrects full decks, but a.md has only other variants; add --variant full")])
def test_what_only_the_full_deck_has_is_not_asked_of_others(asked, message, tmp_path):
    with pytest.raises(UsageError, match=message):
        refuse_contradictions(Settings(tmp_path, (Path("a.md"),), **asked))


@pytest.mark.parametrize(("asked", "message"), [
    ({"update": True, "defaults": Given(parameters=(("n", 1),))}, "^-P changes values for one run: --update would write its outputs into the deck"),
    ({"frozen": True, "defaults": Given(parameters=(("n", 1),))}, "^-P .* --frozen runs nothing$"),
    ({"frozen": True, "update": True}, "^--frozen runs no cells, but --update"), ({"frozen": True, "verify": True}, "--verify have to run them$")])
def test_one_option_cannot_ask_for_what_another_keeps_from_being_done(asked, message, tmp_path):
    with pytest.raises(UsageError, match=message):
        refuse_contradictions(Settings(tmp_path, (Path("a.md"),), **asked))


def test_the_full_deck_comes_first():
    assert ordered(["solution", "student", "full", "full"]) == (Variant.FULL, Variant.STUDENT, Variant.SOLUTION)
