import pytest

from marpweave.config.decks import is_deck


@pytest.mark.parametrize("opening", [
    "---\nmarp: true\n---\n", "---\nexecute: true\n---\n", "\ufeff---\r\nmarp: true\r\n---\r\n", "---\ntheme: gaia\nmarp: true\n---\n",
    "----\nmarp: true\n----\n", '---\n"marp": true\n---\n', "---\n{marp: true, theme: gaia}\n---\n", "--- marp: true\n---\n",
    "---\n  marp: true\n---\n", "---\nmarp : true\n---\n", "---\nstyle: |\n" + "  a {}\n" * 2000 + "marp: true\n---\n",
    "---\ntitle: a: b\n'marp': true\n---\n", "---\nmarp: true\n\n# never closed\n",
])
def test_a_file_whose_front_matter_says_so_is_a_deck_however_it_is_written(tmp_path, opening):
    (tmp_path / "a.md").write_bytes(f"{opening}\n# A\n".encode())
    assert is_deck(tmp_path / "a.md")


@pytest.mark.parametrize("opening", [
    "", "# A\n\nmarp: true\n", "---\ntitle: a\n---\nmarp: true\n", "---\n---\nmarp: true\n", "---\ntitle: a\n...\nmarp: true\n---\n",
    " ---\nmarp: true\n---\n",
    "---\nstyle: |\n  marp: true\n---\n", "# A\n---\nmarp: true\n---\n", "---\ntitle: |\n  execute: true\nlang: ja\n---\n",
])
def test_any_other_file_is_none(tmp_path, opening):
    (tmp_path / "a.md").write_bytes(f"{opening}\n# A\n".encode())
    assert not is_deck(tmp_path / "a.md")
