"""Which themes a deck can ask for: ours, and those in the folder beside it."""

from marpweave.inputs.used import Files
from marpweave.read.parse import parse_deck
from marpweave.render.themes import theme_findings, themes_of


def deck_in(folder, theme="lecture"):
    return parse_deck(f"---\nmarp: true\ntheme: {theme}\n---\n\n# A\n", folder / "deck.md")


def place(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_deck_anywhere_can_ask_for_our_theme(tmp_path):
    themes = themes_of(deck_in(tmp_path), Files(), [tmp_path])
    assert [theme.name for theme in themes] == ["lecture"]
    assert list(theme_findings(deck_in(tmp_path), themes)) == []


def test_themes_of_an_author_stand_in_the_folder_theme_beside_the_deck_and_go_last(tmp_path):
    place(tmp_path / "a/theme/own.css", "/* @theme own */\na { color: red }\n")
    place(tmp_path / "b/theme/own.css", "/* @theme own */\na { color: blue }\n")
    place(tmp_path / "theme/other.css", "/* @theme other */\n")
    themes = themes_of(deck_in(tmp_path / "a", "own"), Files(), [tmp_path])
    assert [(theme.name, "a { color: red }" in theme.css) for theme in themes] == [("lecture", False), ("own", True)]


def test_the_words_of_a_theme_are_its_text_without_comments(tmp_path):
    place(tmp_path / "theme/own.css", "/* 注 @theme own */\na::before { content: '解' } /* 釈 */")
    assert themes_of(deck_in(tmp_path), Files(), [tmp_path])[-1].words == "\na::before { content: '解' } "
