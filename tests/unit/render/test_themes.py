"""Which themes a deck can ask for: ours, and those in the folder beside it."""

from pathlib import Path

from marpweave.inputs.used import Files
from marpweave.model.deck import ThemeName
from marpweave.model.location import Location
from marpweave.read.parse import parse_deck
from marpweave.render.themes import of_editor, size_findings, theme_findings, themes_of


def deck_in(folder, theme="lecture"):
    return parse_deck(f"---\nmarp: true\ntheme: {theme}\n---\n\n# A\n", folder / "deck.md")


def place(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_deck_anywhere_can_ask_for_our_theme(tmp_path):
    themes = themes_of(deck_in(tmp_path), Files(), [tmp_path])
    assert [theme.name for theme in themes] == ["lecture"]
    assert list(theme_findings(deck_in(tmp_path).themes, themes)) == []


def test_themes_of_an_author_stand_in_the_folder_theme_beside_the_deck_and_go_last(tmp_path):
    place(tmp_path / "a/theme/own.css", "/* @theme own */\na { color: red }\n")
    place(tmp_path / "b/theme/own.css", "/* @theme own */\na { color: blue }\n")
    place(tmp_path / "theme/other.css", "/* @theme other */\n")
    themes = themes_of(deck_in(tmp_path / "a", "own"), Files(), [tmp_path])
    assert [(theme.name, "a { color: red }" in theme.css) for theme in themes] == [("lecture", False), ("own", True)]


def test_the_words_of_a_theme_are_its_text_without_comments(tmp_path):
    place(tmp_path / "theme/own.css", "/* 注 @theme own */\na::before { content: '解' } /* 釈 */")
    assert themes_of(deck_in(tmp_path), Files(), [tmp_path])[-1].words == "\na::before { content: '解' } "


def test_a_slide_size_that_no_theme_has_is_told(tmp_path):
    place(tmp_path / "theme/own.css", "/*\n * @theme own\n * @size A4 1123px 794px\n */\n")
    themes = themes_of(deck_in(tmp_path), Files(), [tmp_path])
    sizes = [ThemeName(name, Location(Path("deck.md"), 4)) for name in ("16:9", "A4", "16:10")]
    assert [f"{each.location}: {each.message}" for each in size_findings(sizes, themes)] == [
        "deck.md:4: no theme has the size '16:10'; did you mean '16:9'?"]


def test_a_theme_that_only_vs_code_knows_is_told_with_where_it_is(tmp_path):
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode/settings.json").write_text(
        '{\n  // of Marp\n  "markdown.marp.themes": ["./themes/my.css", "https://example.com/x.css"],\n}\n', encoding="utf-8")
    hints = [of_editor(tmp_path, Files()), of_editor(tmp_path / ".vscode", Files())]
    assert hints == ["; VS Code has ./themes/my.css: name that in `theme-set`, too", ""]
    wish = ThemeName("of mine", Location(Path("deck.md"), 3))
    assert [finding.message for finding in theme_findings([wish], (), lambda: hints[0])] == [
        "unknown theme 'of mine'; known: default, gaia, uncover; VS Code has ./themes/my.css: name that in `theme-set`, too"]
