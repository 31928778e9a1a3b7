"""The info string of a fence is read in one place."""

import pytest

from marpweave.read.info_string import language_of, options_of, shown_info


@pytest.mark.parametrize(("info", "language"), [
    ("python", "python"), (" Python echo=false", "python"), ("", ""), ("py\tthon", "py"), ("&#112;y", "py"), ("{python}", "{python}")])
def test_the_language_is_the_first_word(info, language):
    assert language_of(info) == language


def test_options_are_keys_with_values_in_any_quotes():
    assert options_of("python a=1 title=\"b c\" d='e' f=[1, 2] g= h") == [("a", "1"), ("title", '"b c"'), ("d", "'e'"), ("f", "[1, 2]")]


@pytest.mark.parametrize(("info", "highlighted", "shown"), [
    ("python", None, "python"), ("python  title='a'", None, "python  title='a'"), ("python echo=false title='a'", None, "python title='a'"),
    ("python {1}", "2-3", "python {2-3}"), ("python", "2", "python {2}")])
def test_marp_is_given_what_is_not_ours(info, highlighted, shown):
    assert shown_info(info, highlighted) == shown
