"""Outputs and figures stand where they belong, and nothing else of a deck changes."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from marpweave.check.verdicts import check_deck
from marpweave.model.outcome import Display, Error, Figure, Outcome, Stream, Write
from marpweave.read.parse import parse_deck
from marpweave.weave.weave import MAX_SHOWN, safe_text, weave_deck
from marpweave.weave.woven import Mark

FRONT = "---\nexecute: true\n---\n"
DREW = Outcome(figures=(Figure("plot.svg", b"<svg/>"),))


def printed(text):
    return Outcome(outputs=(Stream("stdout", text),))


def weave(text, *outcomes):
    deck = parse_deck(text, Path("deck.md"))
    return weave_deck(deck, check_deck(deck, outcomes), (), PurePosixPath("figures/deck"))


def body(text, *outcomes, front=FRONT):
    return weave(front + text, *outcomes).text.removeprefix(front)


def test_an_output_that_the_slide_does_not_show_stands_under_its_cell():
    assert body("```python\nprint(1)\n```\n\nend\n", printed("1\n")) == \
        "```python\nprint(1)\n```\n\n```output\n1\n```\n\nend\n"


def test_an_output_that_the_slide_shows_is_not_shown_twice():
    shown = "```python\nprint(1)  # => 1\n```\n"
    assert body(shown, replace(printed("1\n"), writes=(Write("1\n", (5,)),))) == shown
    assert body("```python\nprint(2)\n```\n```output\n2\n```\n", printed("2\n")) == "```python\nprint(2)\n```\n\n```output\n2\n```\n"


@pytest.mark.parametrize("text", ["# A\n\n```python\n#| label: a\nprint(1)\n```\n\n---\n\n`{python} x`\n", "# A\r\n\r\n```python\r\nprint(1)\r\n```\r\n"])
def test_a_foreign_deck_gets_nothing_but_loses_its_options(text):
    assert weave(text, printed("1\n")).text == text.replace("#| label: a\n", "")


@pytest.mark.parametrize(("options", "woven"), [
    ("#| echo: false\n", "```output\n1\n```\n"), ("#| include: false\n", ""), ("#| output: false\n", "```python\nprint(1)\n```\n"),
    ("#| output: asis\n", "```python\nprint(1)\n```\n\n1\n"), ("#| output: asis\n#| echo: false\n", "1\n"),
    ('#| code-line-numbers: "1"\n#| output: false\n', "```python {1}\nprint(1)\n```\n"),
    ('#| code-line-numbers: "|1,2 | 3"\n#| output: false\n', "```python {|1,2 | 3}\nprint(1)\n```\n"),
    ("#| output-location: fragment\n", '```python\nprint(1)\n```\n\n<div class="fragment">\n\n```output\n1\n```\n\n</div>\n'),
    ("#| output-location: column-fragment\n#| echo: false\n", '<div class="fragment">\n\n```output\n1\n```\n\n</div>\n'),
    ("#| output-location: column-fragment\n", '<div class="columns outcome">\n<div>\n\n```python\nprint(1)\n```\n\n</div>\n<div class="fragment">\n\n'
                                              "```output\n1\n```\n\n</div>\n</div>\n")])
def test_display_options_say_what_is_shown(options, woven):
    assert body(f"```python\n{options}print(1)\n```\n", printed("1\n")) == woven


def test_figures_come_one_after_the_other_where_the_author_says_so():
    drew = Outcome(outputs=(Stream("stdout", "1\n"),), figures=(Figure("a.svg", b"<svg/>"), Figure("a-2.svg", b"<svg/>")))
    cell = "```python\n#| label: a\n#| echo: false\n#| fig-alt: words\n{}draw()\n```\n"
    each = "![words](figures/deck/a.svg)\n\n![words](figures/deck/a-2.svg)\n"
    assert body(cell.format("#| fig-build: stack\n"), drew) == f'```output\n1\n```\n\n<div class="r-stack">\n\n{each}\n</div>\n'
    assert body(cell.format(""), drew) == f"```output\n1\n```\n\n{each}"


def test_an_option_on_the_fence_goes_and_the_words_of_other_tools_stay():
    assert body('```python title="a" output=false {2}\nprint(1)\n```\n', printed("1\n")) == '```python title="a" {2}\nprint(1)\n```\n'


def test_an_output_as_markdown_opens_no_slide():
    woven = weave(FRONT + "```python\n#| output: asis\nprint('---')\n```\n", printed("a\n\n---\n\nb\n"))
    assert woven.slides == (1,)
    assert "\n\\---\n" in woven.text


def test_an_error_is_shown_by_its_last_line():
    failed = Outcome(outputs=(Error("ValueError", "no", 3, "Traceback"),))
    assert body("```python\n#| error: true\nf()\n```\n", failed) == "```python\nf()\n```\n\n```error\nValueError: no\n```\n"


def test_stderr_is_left_out_where_warnings_are():
    said = Outcome(outputs=(Stream("stderr", "careful\n"), Stream("stdout", "1\n")))
    assert "careful" in body("```python\nf()\n```\n", said)
    assert body("```python\n#| warning: false\nf()\n```\n", said) == "```python\nf()\n```\n\n```output\n1\n```\n"


def test_the_richest_form_of_a_result_is_shown():
    table = Outcome(outputs=(Display({"text/plain": "a", "text/html": "<b>a</b>"}, is_result=True),))
    assert body("```python\na\n```\n", table) == "```python\na\n```\n\n<div>\n<b>a</b>\n</div>\n"


@pytest.mark.parametrize(("front", "width"), [(FRONT, 570), ("---\nexecute: true\nsize: 4:3\n---\n", 410), (FRONT + "<!-- size: 4:3 -->\n", 410)])
def test_a_percentage_is_of_the_room_between_the_margins(front, width):
    text = "```python\n#| out-width: 50%\n#| fig-cap: A line\n#| echo: false\nplot()\n```\n"
    assert body(text, DREW, front=front) == f"![w:{width}px A line](figures/deck/plot.svg)\n*A line*\n"


@pytest.mark.parametrize("source", ["figures/deck/plot.svg", "./figures/../figures/deck/plot.svg"])
def test_a_figure_that_the_deck_shows_is_not_woven_in(source):
    text = f"```python\nplot()\n```\n\n![]({source})\n"
    woven = weave(FRONT + text, DREW)
    assert woven.text == FRONT + text
    assert set(woven.figures) == {"figures/deck/plot.svg"}


def test_an_output_on_a_slide_of_its_own_repeats_the_heading():
    woven = weave(FRONT + "# A\n\n```python\n#| output-location: slide\nprint(1)\n```\n\n---\n\n# B\n", printed("1\n"))
    assert woven.text == FRONT + "# A\n\n```python\nprint(1)\n```\n\n---\n\n# A\n\n```output\n1\n```\n\n---\n\n# B\n"
    assert woven.slides == (1, 1, 2)


def test_an_output_stays_in_the_list_and_with_the_line_ends_of_its_cell():
    text = "- a\r\n\r\n  ```python\r\n  print(1)\r\n  ```\r\n"
    assert body(text, printed("1\n")) == "- a\r\n\r\n  ```python\r\n  print(1)\r\n  ```\r\n\r\n  ```output\r\n  1\r\n  ```\r\n"


def test_text_cannot_leave_its_fence():
    assert body("```python\n#| echo: false\nf()\n```\n", printed("```\n---\n")) == "````output\n```\n---\n````\n"


def test_a_flood_is_cut_and_control_characters_are_gone():
    assert safe_text("50%\r100%\n\x07a") == "100%\n\N{REPLACEMENT CHARACTER}a"
    assert safe_text("x" * (MAX_SHOWN + 1234)) == "x" * MAX_SHOWN + "\n… (+1,234)"


def test_marks_tell_the_lines_that_come_from_a_cell_and_whether_its_code_is_there():
    woven = weave(FRONT + "# A\n\n```python\nprint(1)\n```\n\n---\n\n```python\n#| echo: false\nprint(2)\n```\n", printed("1\n"), printed("2\n"))
    assert woven.marks == (Mark(0, 5, 12, code=True), Mark(1, 15, 18, code=False))
    lines = woven.text.split("\n")
    assert lines[5:12] == ["```python", "print(1)", "```", "", "```output", "1", "```"]
    assert lines[15:18] == ["```output", "2", "```"]
