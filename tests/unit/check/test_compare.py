"""want against got, in every mode."""

import pytest

from marpweave.check import patterns
from marpweave.check.compare import same, same_number, tidy
from marpweave.check.patterns import TooHardError
from marpweave.model.options import CheckOptions, Compare

NUMERIC = CheckOptions()


@pytest.mark.parametrize(("want", "got"), [
    ("0", "0"),
    ("0.3999999999999999", "0.3999999999999999"),
    ("0.67", "0.6652409557748219"),          # rounded
    ("0.66", "0.6652409557748219"),          # cut
    ("-0.66", "-0.6652409557748219"),
    ("1e-3", "0.001"),
    ("1e3", "1000"),
    ("1.0", "1.0000000000000002"),
    ("0.1", "np.float64(0.1)"),
    ("True", "np.True_"),
    ("[0.09 0.24 0.67]", "[0.09003057 0.24472847 0.66524096]"),
    ("[[1 2]\n [3 4]]", "[[1   2]\n  [3   4]]"),
    ("[1. 2.]", "[1.   2. ]"),
    ("{'b', 'a'}", "{'a', 'b'}"),
    ("{'b': 1, 'a': [2, 3]}", "{'a': [2, 3], 'b': 1}"),
    ("<f at 0x7f00deadbeef>", "<f at 0x7fffffff0000>"),
    ("loss ... done", "loss 0.1 0.2 0.3 done"),
    ("...", "anything at all"),
    ("['a', \"b\"]", "['a', 'b']"),
    ("1_000", "1000"),
    ("nan", "nan"),
    ("(1+2j)", "(1+2j)"),
])
def test_numeric_comparison_takes(want, got):
    assert same(want, got, NUMERIC)


@pytest.mark.parametrize(("want", "got"), [
    ("0", "1"),
    ("0", "0.0"),                            # integers are exact
    ("1.0", "1"),
    ("12", "1 2"),
    ("0.67", "0.6549"),
    ("0.665", "0.6662"),
    ("0.25", "0.2401"),
    ("[0. 1.]", "[0.04 1.  ]"),              # NumPy's `0.` is no rounding
    ("1.0", "1.1"),
    ("a\nb", "a b"),
    ("[1, 2]", "(1, 2)"),
    ("abc", "abd"),
    ("{'a', 'b'}", "{'a', 'c'}"),
    ("0.3999999999999999", "0.39999"),
    ("loss ... done", "loss 0.1"),
    ("", "1"),
])
def test_numeric_comparison_refuses(want, got):
    assert not same(want, got, NUMERIC)


def test_exact_comparison_forgives_only_blanks_at_line_ends_and_blank_lines_around():
    exact = CheckOptions(check=Compare.EXACT)
    assert same("a  b\n", "a  b   \n\n", exact)
    assert not same("a b", "a  b", exact)
    assert not same("0.1", "0.10", exact)


def test_ellipsis_comparison_keeps_numbers_exact():
    ellipsis = CheckOptions(check=Compare.ELLIPSIS)
    assert same("a ... c", "a b\nb c", ellipsis)
    assert not same("0.1 ...", "0.12 x", ellipsis)


def test_regex_comparison_matches_the_whole_output():
    regex = CheckOptions(check=Compare.REGEX)
    assert same(r"\d+ ms", "12 ms", regex)
    assert not same(r"\d+", "12 ms", regex)


def test_off_takes_anything():
    assert same("1", "2", CheckOptions(check=Compare.OFF))


def test_tolerances_given_replace_the_digits_written():
    assert same_number("0.5", "0.52", atol=0.05)
    assert not same_number("0.5", "0.56", atol=0.05)
    assert same_number("100", "101", rtol=0.02)
    assert not same_number("100", "103", rtol=0.02)


def test_tidy_takes_colours_and_blank_edges_off():
    assert tidy("\n\x1b[31mred\x1b[0m  \r\nplain\n\n") == "red\nplain"


@pytest.mark.parametrize(("want", "got"), [
    ("1" * 100_000, "1" * 99_999 + "2"), ("0." + "1" * 100_000, "0.2"), ("1" * 100_000 + "a", "1" * 100_000 + "b"),
    ("1e999999999", "1"), ("1", "1e999999999"), ("1e999999999", "1e999999998"), ("1e-999999999", "1e999998"), ("1e-999999999", "0"),
    ("0.5", "1e9999999999999999999999"), ("0.5j", "infj"), ("1e99999999999999999999999999", "inf"),
    ("{" * 50_000, "{" * 49_999), ("(" * 50_000, "(" * 49_999), ("'\\" * 2_000, '"' * 3_999), ("...", None)])
def test_what_is_huge_is_compared_all_the_same(want, got):
    assert same(want, got or want, NUMERIC) is (got is None)
    assert same(want, want, NUMERIC)


def test_an_integer_of_any_length_is_compared_digit_by_digit():
    assert same("+" + "7" * 100_000, "7" * 100_000, NUMERIC)
    assert not same("0" + "7" * 100_000, "7" * 100_000, NUMERIC)
    assert same("-1_000", "-1000", NUMERIC)
    assert same("-0", "0", NUMERIC)
    assert not same("-7", "7", NUMERIC)


@pytest.mark.parametrize(("want", "got"), [("a...b...c", "a1b2c"), ("...b", "ab"), ("a…", "ab"), ("a...a", "aa"), ("......", "x"), ("a", "a")])
def test_ellipsis_takes_the_pieces_in_their_order(want, got):
    assert same(want, got, CheckOptions(check=Compare.ELLIPSIS))


@pytest.mark.parametrize(("want", "got"), [("a...a", "a"), ("a...b...c", "acb"), ("ab...bc", "abc"), ("...b", "bc"), ("a", "ab"), ("a...x...b", "a xb x")])
def test_ellipsis_takes_no_piece_twice(want, got):
    assert not same(want, got, CheckOptions(check=Compare.ELLIPSIS))


def test_a_long_output_around_an_ellipsis_is_given_up():
    with pytest.raises(TooHardError, match="too long to match around"):
        same("... " + "1 " * 5_000 + "2", "1 " * 100_000, NUMERIC)


def test_many_ellipses_are_compared_in_linear_time():
    assert not same("a...b" * 1_000, "ab" * 100_000 + "c", CheckOptions(check=Compare.ELLIPSIS))


def test_a_regular_expression_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(patterns, "TIMEOUT", 0.5)
    with pytest.raises(TooHardError, match=r"took more than 0\.5 s"):
        same("(a+)+$", "a" * 60 + "b", CheckOptions(check=Compare.REGEX))


@pytest.mark.parametrize("pattern", ["a(", "*", "a{99999999999}"])
def test_what_is_no_regular_expression_is_told(pattern):
    with pytest.raises(TooHardError, match="not a regular expression"):
        same(pattern, "a", CheckOptions(check=Compare.REGEX))


def test_a_regular_expression_takes_any_text():
    assert same(".*\udcff円\0", "é\udcff円\0", CheckOptions(check=Compare.REGEX))
