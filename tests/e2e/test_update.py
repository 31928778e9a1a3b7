"""Rewriting a deck on disk: what its author saved meanwhile is never overwritten."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from marpweave import files
from marpweave.cli.main import program

pytestmark = pytest.mark.usefixtures("kernel")

DECK = "---\nexecute: true\n---\n\n# 一\n\n```python\n{code}\nprint(1)  # => 2\n```\n"
SAVES = "from pathlib import Path\ndeck = Path('deck.md')\ndeck.write_text(deck.read_text(encoding='utf-8') + '追記\\n', encoding='utf-8')"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(program, [*arguments, "deck.md"], catch_exceptions=False)


def test_a_deck_that_is_saved_while_it_runs_is_not_overwritten(run):
    text = DECK.format(code=SAVES)
    Path("deck.md").write_text(text, encoding="utf-8")
    result = run("check", "--update")
    assert Path("deck.md").read_text(encoding="utf-8") == text + "追記\n追記\n"
    assert "deck.md:11: mismatch: the output on the slide differs from what the code gives; not updated: " \
           "the file was saved meanwhile (slide 1)\n" in result.stdout
    assert result.exit_code == 1


def test_a_deck_that_is_saved_while_it_runs_is_not_frozen(run):
    Path("deck.md").write_text(DECK.format(code="x = 1").replace("2", "1"), encoding="utf-8")
    assert run("freeze").exit_code == 0
    lock = Path("deck.lock.json").read_bytes()
    Path("deck.md").write_text(DECK.format(code=SAVES).replace("2", "1"), encoding="utf-8")
    result = run("freeze")
    assert Path("deck.lock.json").read_bytes() == lock
    assert "deck.md:1: stale: not frozen: the file was saved while its cells ran; run `build.py freeze` again\n" in result.stdout
    assert result.exit_code == 1


def test_a_linked_deck_keeps_its_link_its_mark_and_its_line_ends(run):
    real = Path("real.md")
    text = "\ufeff" + DECK.format(code="x = 1").replace("\n", "\r\n")
    real.write_bytes(text.encode())
    real.chmod(0o640)
    Path("deck.md").symlink_to(real)
    assert run("check", "--update").exit_code == 0
    assert (Path("deck.md").readlink(), real.read_bytes().decode(), real.stat().st_mode & 0o777) == (
        real, text.replace("=> 2", "=> 1"), 0o640)


def test_a_classic_deck_that_is_saved_meanwhile_is_not_modernised(run, monkeypatch):
    deck = Path("deck.md")
    deck.write_bytes("<!-- $theme: gaia -->\n\n# 一\n".encode())
    monkeypatch.setattr(files.os, "fsync", lambda _handle: deck.write_bytes("# 二\n".encode()))
    with pytest.raises(Exception, match=r"deck\.md was saved meanwhile, so it was not rewritten; run `modernise` again"):
        run("modernise")
    assert deck.read_bytes() == "# 二\n".encode()


def test_results_that_another_lock_may_name_stay(run):
    Path("deck.md").write_text(DECK.format(code="x = 1").replace("2", "1"), encoding="utf-8")
    orphan = Path("_frozen", 32 * "0")
    orphan.parent.mkdir()
    orphan.write_bytes(b"")
    Path("other.lock.json").write_text("<<<<<<< HEAD", encoding="utf-8")
    assert run("freeze").exit_code == 0
    assert orphan.exists()
    Path("other.lock.json").unlink()
    assert run("freeze").exit_code == 0
    assert not orphan.exists()
