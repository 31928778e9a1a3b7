"""What is meant by a file, a folder and a glob."""

import subprocess
from pathlib import Path

import pytest

from marpweave.config.decks import decks_of, folder_of, selector_of, unique
from marpweave.errors import UsageError

DECK = "---\nmarp: true\n---\n"
WHAT = "; a deck is a Markdown file whose front matter has `marp:` or `execute:`; "
INIT = "run `marpweave init` to create one"


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a/intro.md", "a/b/Deep.MD", "a/two words.markdown", "a/dist/woven.md", "a/.hidden/no.md", "a/node_modules/p/no.md",
                 "a/env/lib/no.md", "top.md"):
        write(name)
    write("a/README.md", "# readme\n")
    write("a/env/pyvenv.cfg", "")
    write("empty/README.md", "# readme\n")
    return tmp_path


def write(name, text=DECK):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def meant(text, out="a/dist"):
    return [path.as_posix() for path in decks_of(selector_of(text, Path()), Path(out))]


@pytest.mark.parametrize(("text", "decks"), [
    ("a", ["a/b/Deep.MD", "a/intro.md", "a/two words.markdown"]),
    ("a/*.md", ["a/intro.md"]),
    ("a/**/*.MD", ["a/b/Deep.MD"]),
    ("**/[id]*.md", ["a/intro.md"]),
    ("?", ["a/b/Deep.MD", "a/intro.md", "a/two words.markdown"]),
    ("*.md", ["top.md"]),
    ("a/README.md", ["a/README.md"]),
    ("a/nowhere.md", ["a/nowhere.md"]),
])
def test_a_folder_and_a_glob_hold_decks_and_a_file_is_what_is_named(course, text, decks):
    assert meant(text) == decks


@pytest.mark.parametrize(("text", "message"), [
    ("empty", f"there is no deck in empty{WHAT}name {Path('empty/README.md')} itself to use it as it is, or {INIT}"),
    ("a/.hidden/x*", f"no deck matches a/.hidden/x*{WHAT}{INIT}"),
    ("*.qmd", f"no deck matches *.qmd{WHAT}{INIT}"),
    ("prose", f"there is no deck in prose{WHAT}name {Path('prose/a.md')} itself to use it as it is, or {INIT}"),
    ("handed in", f"there is no deck in handed in{WHAT}run `marpweave convert \"{Path('handed in/hw.ipynb')}\" \"{Path('handed in/hw.md')}\"` to make one")])
def test_a_folder_or_a_glob_without_a_deck_is_an_error_that_says_what_to_do(course, text, message):
    for name in ("prose/a.md", "prose/b.md", "handed in/hw.ipynb", "handed in/z.qmd"):
        write(name, "# A\n")
    with pytest.raises(UsageError) as error:
        meant(text)
    assert str(error.value) == message


def test_outputs_are_left_out_by_whatever_way_they_are_reached(course, monkeypatch):
    monkeypatch.chdir(course / "a/b")
    assert meant("..", "../dist") == ["../b/Deep.MD", "../intro.md", "../two words.markdown"]


def test_a_file_whose_name_looks_like_a_glob_is_a_file(course):
    write("[draft].md", "# A\n")
    assert meant("[draft].md") == ["[draft].md"]


def test_what_git_ignores_is_left_out_unless_it_is_tracked_or_named(course):
    for name in ("a/draft.md", "a/kept.md"):
        write(name)
    write(".gitignore", "draft.md\nkept.md\n")
    for command in (["init", "-q"], ["add", "-f", "a/kept.md"]):
        subprocess.run(["git", *command], check=True)
    assert meant("a") == ["a/b/Deep.MD", "a/intro.md", "a/kept.md", "a/two words.markdown"]
    assert meant("a/draft.md") == ["a/draft.md"]


def test_no_program_that_a_repository_names_is_started(course):
    subprocess.run(["git", "init", "-q"], check=True)
    write("spy.sh", "#!/bin/sh\ntouch spied\n")
    Path("spy.sh").chmod(0o755)
    subprocess.run(["git", "config", "core.fsmonitor", str(course / "spy.sh")], check=True)
    meant("a")
    assert not Path("spied").exists()


def test_links_to_folders_are_not_followed_and_those_to_files_are(course, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "far.md").write_text(DECK, encoding="utf-8")
    Path("b").mkdir()
    Path("b/linked.md").symlink_to(elsewhere / "far.md")
    Path("b/folder").symlink_to(elsewhere)
    assert meant("b") == ["b/linked.md"]


@pytest.mark.parametrize(("text", "folder"), [("a", "a"), ("a/intro.md", "a"), ("a/*/x.md", "a"), ("*", "."), ("none.md", ".")])
def test_the_folder_of_what_is_named(course, text, folder):
    assert folder_of(selector_of(text, Path())) == Path(folder)


def test_a_deck_that_is_named_twice_is_one(course):
    assert unique([Path("top.md"), Path("a/intro.md"), course / "top.md"]) == (Path("top.md"), Path("a/intro.md"))
