"""What the front matter says, and every fault of a deck with its place."""

import pytest

from marpweave.model.deck import FrontMatter
from marpweave.model.finding import Finding, Kind
from marpweave.model.given import Given
from marpweave.model.options import ExecutionOptions, Options
from marpweave.read.parse import parse_deck, unparse
from tests.unit.read.parts import PATH, at, faults

# -- adopted or foreign --------------------------------------------------------------


@pytest.mark.parametrize("front_matter, adopted", [
    ("execute: true", True), ("execute: {}", True), ("execute: {echo: false}", True), ("execute:\n  timeout: 3", True),
    ("execute: false", False), ("execute:", False), ("theme: gaia", False), ("marp: true\nlayout: x", False),
])
def test_a_deck_that_says_execute_is_adopted(front_matter, adopted):
    assert parse_deck(f"---\n{front_matter}\n---\n", PATH).adopted is adopted


@pytest.mark.parametrize(("env", "names"), [("[COURSE, TZ, COURSE]", ("COURSE", "TZ")), ("COURSE", ("COURSE",)), ("[]", ())])
def test_a_deck_names_the_variables_that_its_cells_see(env, names):
    assert parse_deck(f"---\nexecute: {{env: {env}}}\n---\n", PATH).env == names


def test_what_the_project_gives_stands_under_the_front_matter_and_that_under_the_cell():
    given = Given("week1/a", env=("COURSE",), kernel="course", options={"timeout": 1.0, "error": True, "cache": False}, lang="ja-JP")
    text = "---\nexecute: {timeout: 2, error: false, env: [MINE]}\n---\n```python\n#| timeout: 3\n```\n"
    deck = parse_deck(text, PATH, given)
    assert (deck.name, deck.env, deck.kernel, deck.lang) == ("week1/a", ("COURSE", "MINE"), "course", "ja")
    assert deck.cells[0].options == Options(execution=ExecutionOptions(timeout=3.0, error=False, cache=False))
    own = parse_deck("---\nlang: fr\nexecute: {kernel: mine, sandbox: true, env: [MINE]}\n---\n", PATH, given)
    assert (own.kernel, own.lang, own.env) == ("mine", "fr", ("MINE",))


def test_the_front_matter_gives_defaults_and_a_prelude():
    deck = parse_deck('---\nexecute: {timeout: 5, prelude: "import os"}\n---\n```python\n```\n', PATH, Given(prelude="import re"))
    assert deck.prelude == "import re\nimport os"
    assert deck.cells[0].options == Options(execution=ExecutionOptions(timeout=5.0))


def test_a_foreign_deck_may_hold_other_tools_options():
    text = ('---\nlayout: post\n---\n```python ehco=1 title="a b" {1,3} linenums hl_lines="2" cache=1h\n'
            "#| ehco: 1\n#| eval: false\n1\n```\n")
    [cell] = parse_deck(text, PATH).cells
    assert (cell.options, cell.option_lines) == (Options(execution=ExecutionOptions(eval=False)), 2)


def test_a_table_drawn_in_comments_is_no_options_of_a_foreign_deck():
    [cell] = parse_deck("```python\n# | a | b |\n# |---|---|\n1\n```\n", PATH).cells
    assert (cell.options, cell.option_lines) == (Options(), 0)


# -- faults --------------------------------------------------------------------------


@pytest.mark.parametrize("text, fault", [
    ("---\ntheme: gaia\n\n# A\n", "slides/deck.md:1: the front matter that opens here is never closed: "
     "Marp drops the slides in it; end it with `---`"),
    ("--- a: 1\nexecute: no\n---\n", "slides/deck.md:2: 'execute' must be true, false or a mapping of options, not 'no'"),
    ("---\nexecute: yes\n---\n", "slides/deck.md:2: 'execute' must be true, false or a mapping of options, not 'yes'"),
    ("---\nexecute:\n  ehco: 1\n---\n", "slides/deck.md:3: unknown option 'ehco'; did you mean 'echo'?"),
    ("---\nexecute: {env: [A, '1']}\n---\n", "slides/deck.md:2: 'env' must be a list of names of environment variables, not ['A', '1']"),
    ("---\nexecute: {label: a}\n---\n", "slides/deck.md:2: 'label' must be given to one cell, not 'a'"),
    ("```python\n#| echo: flase\n```\n", "slides/deck.md:2: 'echo' must be true or false, not 'flase'"),
])
def test_a_fault_names_its_line_and_what_would_be_right(text, fault):
    assert faults(text) == [fault]


@pytest.mark.parametrize("front_matter, line, fault", [
    ("---\ntitle: a\nx: b: c\n---\n", 3, "invalid YAML: a second colon; put the value in quotes"),
    ("--- x: b: c\n---\n", 1, "invalid YAML: a second colon; put the value in quotes"),
    ("---\ntheme: gaia\ntheme: gaia\n---\n", 3, "'theme' is given twice"),
    ("---\na: [\n---\n", 2, "invalid YAML: expected the node content, but found '<stream end>'"),
    ("---\nmarp: true\nauthor: @a\n---\n", 3, "invalid YAML: found character '@' that cannot start any token"),
    ("---\ntitle: *a*\n---\n", 2, "invalid YAML: expected alphabetic or numeric character, but found '*'"),
    ("---\nmarp: true\n\ttheme: gaia\n---\n", 3, "invalid YAML: a tab; indent with spaces"),
    ("---\na: !!timestamp b\n---\n", 2, "invalid YAML: a tag (`!!…`) does not fit its value"),
    ("---\na: !!bool b\n---\n", 2, "invalid YAML: a tag (`!!…`) does not fit its value"),
])
def test_front_matter_that_is_no_yaml_says_nothing_as_in_marp_and_the_deck_goes_on(front_matter, line, fault):
    deck = parse_deck(f"{front_matter}# A\n", PATH)
    assert deck.findings == (Finding(Kind.MARKDOWN, at(line), f"front matter: {fault}; Marp ignores all of it", 1),)
    assert (deck.front_matter, unparse(deck)) == (FrontMatter(front_matter, {}), f"{front_matter}# A\n")


@pytest.mark.parametrize("swallowed", ["# Title", "text", "- a\n- b", "# Title\n\n# theme: gaia"])
def test_a_first_slide_that_marp_would_drop_as_front_matter_is_a_finding(swallowed):
    [finding] = parse_deck(f"---\n{swallowed}\n---\n\n# B\n", PATH).findings
    assert str(finding.location) == "slides/deck.md:2"
    assert finding.message.startswith("the lines between the first two `---` hold no `key: value`")


@pytest.mark.parametrize("text", [
    "---\n---\n# A\n", "---\n\n---\n", "---\n# theme: gaia\n---\n", "---\nfooter: a: b\n---\n", "---\na:\tb\n---\n",
    "---\nsize: 4:3\ndate: 2026-13-45\n---\n", "---\na: b\u2028c\n---\n", "----\na: 1\n----\n", "---\na: 1\n...\nb\n",
    "--- \na: 1\n---\n", " ---\na\n", "text\n\n---\n",
])
def test_front_matter_that_marp_accepts_is_accepted(text):
    deck = parse_deck(text, PATH)
    assert (unparse(deck), deck.findings) == (text, ())


@pytest.mark.parametrize(("lines", "told"), [
    ("marp: true\nexcute: true", "slides/deck.md:3: front matter: unknown key 'excute'; did you mean 'execute'?"),
    ("pagniate: true", "slides/deck.md:2: front matter: unknown key 'pagniate'; did you mean 'paginate'?"),
    ("math: katx", "slides/deck.md:2: Marp does not know 'katx' for `math`; did you mean 'katex'?"),
    ("paginate: ture", "slides/deck.md:2: Marp does not know 'ture' for `paginate`; did you mean 'true'?"),
    ("a: b\n---\n\n<!-- _paginate: 3 -->\n\n---", "slides/deck.md:5: Marp does not know '3' for `_paginate`; known: true, false, hold, skip"),
    ("theme: a\nthemes: b", None), ("paginate: Hold\nmath: mathjax\nmarp: yes", None), ("paginate: no", None),
    ("styles: a.css\nheaders: b", None), ("author: A\ndate: today\nformat: revealjs\nlayout: x\nlanguage: ja", None)])
def test_a_key_or_value_that_marp_does_not_know_is_told(lines, told):
    assert [f"{each.location}: {each.message}" for each in parse_deck(f"---\n{lines}\n---\n", PATH).findings] == [told] * bool(told)


def test_all_faults_of_a_deck_come_at_once_in_the_order_of_lines():
    text = ("---\nexecute: {ehco: 1}\n---\n```python ehco=1 title=2\n#| lable: a\n#| echo: 3\n```\n\n---\n\n"
            "- ```python echo=false echo=true\n  #| a: b: c\n  ```\n\n```python\n#| just words\n```\n")
    assert faults(text) == [
        "slides/deck.md:2: unknown option 'ehco'; did you mean 'echo'?",
        "slides/deck.md:4: unknown option 'ehco'; did you mean 'echo'?",
        "slides/deck.md:5: unknown option 'lable'; did you mean 'label'?",
        "slides/deck.md:6: 'echo' must be true or false, not 3",
        "slides/deck.md:11: 'echo' is given twice",
        "slides/deck.md:12: invalid YAML: a second colon; put the value in quotes",
        "slides/deck.md:16: `#|` lines must be `key: value`",
    ]


def test_a_label_taken_is_reported_before_faults_below_it():
    text = "".join(f"```python\n#| {option}\n```\n" for option in ("label: a", "label: a", "echo: 1"))
    assert faults(text) == ["slides/deck.md:4: the label 'a' is already used on line 1",
                            "slides/deck.md:8: 'echo' must be true or false, not 1"]


def test_a_fault_knows_its_slide():
    deck = parse_deck("a\n\n---\n\n```python\n#| echo: 1\n```\n", PATH)
    assert [finding.slide for finding in deck.findings] == [2]


@pytest.mark.parametrize("first, second, fault", [
    ("a", "a", "slides/deck.md:5: the label 'a' is already used on line 1"),
    ("a", "A", "slides/deck.md:5: the label 'A' is already used on line 1"),
    ("cell-2", None, "slides/deck.md:1: the label 'cell-2' is already used on line 5"),
    ("a", "a-2", "slides/deck.md:5: the label 'a-2' is also the name of a further figure of 'a' (lines 5 and 1)"),
    ("a-3", "a", "slides/deck.md:1: the label 'a-3' is also the name of a further figure of 'a' (lines 1 and 5)"),
    ("cell", None, "slides/deck.md:1: the label 'cell-2' is also the name of a further figure of 'cell' (lines 5 and 1)"),
])
def test_labels_that_would_share_a_figure_file_are_a_fault(first, second, fault):
    options = [f"#| label: {label}" if label else "#" for label in (first, second)]
    assert faults("".join(f"```python\n{option}\n```\n\n" for option in options)) == [fault]


def test_a_label_that_clashes_is_left_out_and_the_deck_goes_on():
    text = "".join(f"```python\n#| label: {label}\n```\n\n" for label in ("a", "a", "cell-2", "a-2", "b"))
    assert [cell.label for cell in parse_deck(text, PATH).cells] == ["a", "cell-2", "cell-3", "cell-4", "b"]


def test_labels_that_only_look_alike_are_none():
    text = "".join(f"```python\n#| label: {label}\n```\n\n" for label in ("a", "a-1", "a-02", "b-2", "シグモイド"))
    assert [cell.label for cell in parse_deck(text, PATH).cells] == ["a", "a-1", "a-02", "b-2", "シグモイド"]


# -- floods ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", [
    "<style>", "<style>\n", "<style>\n\n", "x <style> ", "<!-- a -->\n", "x <!-- ", "<!-- header: a -->\n", "$x ", "x$ ", "\\$",
    "$$\n\nx\n\n", "[", "![", "![](a", "[a](", "<a ", "`a ", "> $$\n\n", "`{python} 1` "])
def test_a_deck_of_two_thousand_openings_is_read_at_once(text):
    assert parse_deck("\n" + text * 2000, PATH).cells == ()
