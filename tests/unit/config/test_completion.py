"""What a shell offers for the next word."""

import pytest
from click.shell_completion import ShellComplete

from marpweave.cli.main import program


@pytest.mark.parametrize(("words", "begun", "offered"), [
    ([], "ch", [("file", "ch"), ("plain", "check")]),
    ([], "--wa", [("file", "--wa"), ("plain", "--watch")]),
    (["check"], "--upd", [("plain", "--update")]),
    (["a.md"], "--wa", [("plain", "--watch")]),
    (["check"], "slides/", [("file", "slides/")])])
def test_the_first_word_may_be_a_command_an_option_of_build_or_a_deck(words, begun, offered):
    found = ShellComplete(program, {}, "marpweave", "_MARPWEAVE_COMPLETE").get_completions(words, begun)
    assert [(each.type, each.value) for each in found] == offered
