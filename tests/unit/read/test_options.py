from dataclasses import fields

import pytest

from marpweave.model.options import (
    CheckOptions,
    Compare,
    DisplayOptions,
    ExecutionOptions,
    FigureOptions,
    Options,
    Output,
    OutputLocation,
)
from marpweave.read.options.fences import language_of, options_of, shown_info
from marpweave.read.options.options import (
    CellOptions,
    DeckOptions,
    read_cell_options,
    read_deck_options,
)
from marpweave.read.options.values import NAMES
from marpweave.read.yaml import Fault, read_mapping

ADOPTED = DeckOptions(adopted=True)
FOREIGN = DeckOptions()
GIVEN = {
    "label": ("sigmoid-1.a", Options(label="sigmoid-1.a")),
    "tags": ("[solution, test]", Options(tags=("solution", "test"))),
    "eval": ("false", Options(execution=ExecutionOptions(eval=False))),
    "error": ("ValueError", Options(execution=ExecutionOptions(error="ValueError"))),
    "timeout": ("30", Options(execution=ExecutionOptions(timeout=30.0))),
    "deps": ("[data/*.csv, b.txt]", Options(execution=ExecutionOptions(deps=("data/*.csv", "b.txt")))),
    "cache": ("false", Options(execution=ExecutionOptions(cache=False))),
    "isolate": ("true", Options(execution=ExecutionOptions(isolate=True))),
    "source": ("package.Class.method", Options(execution=ExecutionOptions(source="package.Class.method"))),
    "fig-width": ("4", Options(figure=FigureOptions(fig_width=4.0))),
    "fig-height": ("2.5", Options(figure=FigureOptions(fig_height=2.5))),
    "fig-dpi": ("200", Options(figure=FigureOptions(fig_dpi=200.0))),
    "fig-format": ("png", Options(figure=FigureOptions(fig_format="png"))),
    "fig-poster": ("[1, 4]", Options(figure=FigureOptions(fig_poster=(1, 4)))),
    "echo": ("false", Options(display=DisplayOptions(echo=False))),
    "output": ("false", Options(display=DisplayOptions(output=Output.HIDE))),
    "include": ("false", Options(display=DisplayOptions(include=False))),
    "warning": ("false", Options(display=DisplayOptions(warning=False))),
    "output-location": ("column", Options(display=DisplayOptions(output_location=OutputLocation.COLUMN))),
    "fig-build": ("stack", Options(display=DisplayOptions(fig_build="stack"))),
    "fig-cap": ("シグモイド関数", Options(display=DisplayOptions(fig_cap="シグモイド関数"))),
    "tbl-cap": ("大きさ", Options(display=DisplayOptions(tbl_cap="大きさ"))),
    "lst-cap": ("層", Options(display=DisplayOptions(lst_cap="層"))),
    "lst-label": ("lst-layer", Options(display=DisplayOptions(lst_label="lst-layer"))),
    "fig-alt": ("'a: b'", Options(display=DisplayOptions(fig_alt="a: b"))),
    "out-width": ("60%", Options(display=DisplayOptions(out_width="60%"))),
    "code-line-numbers": ('"2,4-5"', Options(display=DisplayOptions(code_line_numbers="2,4-5"))),
    "check": ("off", Options(check=CheckOptions(check=Compare.OFF))),
    "rtol": ("1e-3", Options(check=CheckOptions(rtol=0.001))),
    "atol": ("0", Options(check=CheckOptions(atol=0.0))),
}


def inside(*lines, deck=ADOPTED):
    return read_cell_options("python", "\n".join(lines) + "\nx = 1\n", deck)


def on_fence(words, deck=ADOPTED):
    return read_cell_options(f"python {words}", "x = 1\n", deck)


def test_every_option_field_can_be_written_in_kebab_case():
    groups = (ExecutionOptions, FigureOptions, DisplayOptions, CheckOptions)
    names = {field.name.replace("_", "-") for group in groups for field in fields(group)} | {"label", "tags"}
    assert set(NAMES) == names == set(GIVEN)


@pytest.mark.parametrize("key", GIVEN)
def test_an_option_is_read_from_the_top_of_a_cell(key):
    text, options = GIVEN[key]
    assert inside(f"#| {key}: {text}") == CellOptions(options, lines=1)


@pytest.mark.parametrize("key", GIVEN)
def test_an_option_is_read_from_the_fence(key):
    text, options = GIVEN[key]
    assert on_fence(f"{key}={text.replace(', ', ',')}") == CellOptions(options)


@pytest.mark.parametrize("key", [key for key in GIVEN if key not in ("label", "lst-label", "source", "tags")])
def test_an_option_is_read_from_the_front_matter(key):
    text, options = GIVEN[key]
    deck = read_deck_options(read_mapping(f"execute:\n  {key}: {text}\n").entries[0])
    assert read_cell_options("python", "", deck) == CellOptions(options)


def test_the_cell_beats_the_fence_and_the_fence_the_front_matter():
    deck = DeckOptions(adopted=True, defaults={"timeout": 1.0, "echo": False, "eval": False})
    given = read_cell_options("python timeout=2 echo=true", "#| timeout: 3\n", deck)
    assert given.options == Options(execution=ExecutionOptions(eval=False, timeout=3.0))


@pytest.mark.parametrize("mark", ["#| ", "# | ", "#|", "#  |\t"])
def test_option_lines_may_be_marked_as_formatters_leave_them(mark):
    assert inside(f"{mark}echo: false", "#| eval: false").lines == 2


def test_options_may_go_over_several_lines():
    assert inside("#| deps:", "#|   - a", "#|   - b", "#| echo: true", "x", "#| echo: false") == CellOptions(
        Options(execution=ExecutionOptions(deps=("a", "b"))), lines=4)


def test_a_comment_below_the_top_is_no_option():
    assert inside("x = 1", "#| echo: false") == CellOptions(Options())


@pytest.mark.parametrize("value, options", [
    ("true", Output.SHOW), ("false", Output.HIDE), ("asis", Output.ASIS)])
def test_output_is_true_false_or_asis(value, options):
    assert inside(f"#| output: {value}").options.display.output is options


@pytest.mark.parametrize("words, options", [
    ("fig-cap='a b'", DisplayOptions(fig_cap="a b")), ('fig-cap="a \\" b"', DisplayOptions(fig_cap='a " b')),
    ("echo=False", DisplayOptions(echo=False)), ("code-line-numbers=2,4-5", DisplayOptions(code_line_numbers="2,4-5")),
    ("fig-cap=a=b", DisplayOptions(fig_cap="a=b")), ("fig-cap='echo=false'", DisplayOptions(fig_cap="echo=false")),
    ("fig-cap=", DisplayOptions()), ("{echo=false}", DisplayOptions()),
])
def test_values_on_the_fence_may_be_quoted(words, options):
    assert on_fence(words) == CellOptions(Options(display=options))


@pytest.mark.parametrize("given, right", [
    ("label: ../../x", "'label' must be letters, digits, `_`, `-` and `.`, the first a letter or digit, not '../../x'"),
    ("label: a/b", "'label' must be letters, digits, `_`, `-` and `.`, the first a letter or digit, not 'a/b'"),
    ("label: .a", "'label' must be letters, digits, `_`, `-` and `.`, the first a letter or digit, not '.a'"),
    ("label: a..b", "'label' must be letters, digits, `_`, `-` and `.`, the first a letter or digit, not 'a..b'"),
    ("label: " + "a" * 201, f"'label' must be at most 200 bytes long, since it names files, not '{'a' * 79}…"),
    ("label: " + "図" * 67, f"'label' must be at most 200 bytes long, since it names files, not '{'図' * 67}'"),
    ("label: a b", "'label' must be letters, digits, `_`, `-` and `.`, the first a letter or digit, not 'a b'"),
    ('label: "a\\n"', "'label' must be letters, digits, `_`, `-` and `.`, the first a letter or digit, not 'a\\n'"),
    ("label: true", "'label' must be letters, digits, `_`, `-` and `.`, the first a letter or digit, not true"),
    ("eval: 'no'", "'eval' must be true or false, not 'no'"),
    ("echo:", "'echo' must be true or false, not nothing"),
    ("error: a b", "'error' must be true, false or the name of an exception, not 'a b'"),
    ("timeout: soon", "'timeout' must be a number of seconds above 0, not 'soon'"),
    ("timeout: 0", "'timeout' must be a number of seconds above 0, not 0"),
    ("timeout: .inf", "'timeout' must be a number of seconds above 0, not inf"),
    ("fig-width: true", "'fig-width' must be a number above 0, not true"),
    ("fig-format: pdf", "'fig-format' must be svg or png, not 'pdf'"),
    ("fig-poster: 0", "'fig-poster' must be the number of a frame, counted from 1, or a list of them, not 0"),
    ("fig-poster: [1, a]", "'fig-poster' must be the number of a frame, counted from 1, or a list of them, not [1, 'a']"),
    ("output: asits", "'output' must be true, false, asis or live, not 'asits'"),
    ("output-location: [column]", "'output-location' must be default, column, slide, fragment or column-fragment, not ['column']"),
    ("fig-build: fade", "'fig-build' must be stack, not 'fade'"),
    ("code-line-numbers: '|'", "'code-line-numbers' must be lines such as \"2,4-5\", or in steps \"1|3-4\", not '|'"),
    ("fig-cap: [a]", "'fig-cap' must be text, not ['a']"),
    ("deps: 3", "'deps' must be a list of file patterns, not 3"),
    ("out-width: wide", "'out-width' must be a length such as 60% or 400px, not 'wide'"),
    ("code-line-numbers: a", "'code-line-numbers' must be lines such as \"2,4-5\", or in steps \"1|3-4\", not 'a'"),
    ("check: fuzzy", "'check' must be numeric, exact, ellipsis, regex or off, not 'fuzzy'"),
    ("rtol: -1", "'rtol' must be a number, 0 or above, not -1"),
])
def test_a_value_that_does_not_fit_says_what_would(given, right):
    assert inside(f"#| {given}").faults == (Fault(1, right),)


def test_a_key_that_nobody_knows_is_named_with_the_nearest():
    assert inside("#| ehco: 1", "#| fig_cap: 1", "#| wholly: 1").faults == (
        Fault(1, "unknown option 'ehco'; did you mean 'echo'?"),
        Fault(2, "unknown option 'fig_cap'; did you mean 'fig-cap'?"),
        Fault(3, "unknown option 'wholly'"))


@pytest.mark.parametrize("words", ["title=a", "linenums=1", "hl_lines='1 2'", "filename=a.py", "startline=3", "class=big"])
def test_what_others_write_on_fences_is_passed_over_in_an_adopted_deck_too(words):
    assert on_fence(words) == CellOptions(Options())


def test_an_option_given_twice_in_one_place_is_a_fault():
    assert on_fence("echo=true echo=false").faults == (Fault(0, "'echo' is given twice"),)
    assert inside("#| echo: true", "#| echo: false").faults == (Fault(2, "'echo' is given twice"),)


def test_a_foreign_fence_whose_value_is_not_ours_is_passed_over():
    assert on_fence("cache=1h ehco=1 echo=false", FOREIGN) == CellOptions(Options(display=DisplayOptions(echo=False)))


def test_a_foreign_cell_may_hold_other_keys_but_no_wrong_values():
    assert inside("#| tbl-subcap: a", "#| echo: flase", deck=FOREIGN) == CellOptions(
        Options(), 2, (Fault(2, "'echo' must be true or false, not 'flase'"),))


@pytest.mark.parametrize("written", [lambda words: inside(f"#| {words.replace('=', ': ')}", deck=DeckOptions()),
                                     lambda words: on_fence(words, deck=DeckOptions())])
def test_a_foreign_deck_says_nothing_about_the_source_of_its_code(written):
    assert written("source=package.Class").options.execution.source is None


# -- info strings ----------------------------------------------------------------------


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
