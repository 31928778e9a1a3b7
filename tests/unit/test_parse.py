import re
from pathlib import Path

import pytest

from marpweave.errors import DeckError
from marpweave.model.deck import Cell, Deck, FrontMatter, Image, Inline, OutputFence, Prose, Script, Slide, ThemeName
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.options import ExecutionOptions, Options
from marpweave.read.parse import parse_deck, unparse

PATH = Path("slides/deck.md")


def at(line):
    return Location(PATH, line)


def sources(text):
    return [cell.source for cell in parse_deck(text, PATH).cells]


def faults(text):
    with pytest.raises(DeckError) as caught:
        parse_deck(text, PATH)
    return str(caught.value).split("\n")


def test_a_deck_is_front_matter_slides_prose_and_cells():
    text = "---\ntitle: 4:3\nexecute: true\n---\n# A\n\n```python\nx = 1\n```\n\n---\n\nend\n"
    cell = Cell(text="```python\nx = 1\n```\n", source="x = 1\n", info="python", options=Options(), location=at(7), number=1,
                slide=1, script=Script("x = 1\n"))
    assert parse_deck(text, PATH, prelude="import math") == Deck(
        PATH,
        FrontMatter("---\ntitle: 4:3\nexecute: true\n---\n", {"title": "4:3", "execute": True}),
        (Slide(1, (Prose("# A\n\n", at(5)), cell, Prose("\n", at(10))), at(5)),
         Slide(2, (Prose("---\n\nend\n", at(11)),), at(11))),
        adopted=True, prelude="import math", text=text)


def test_an_empty_file_is_one_empty_slide():
    assert parse_deck("", PATH).slides == (Slide(1, (), at(1)),)


def test_a_slide_behind_the_last_line_is_located_on_it():
    assert parse_deck("---\na: 1\n---\n", PATH).slides == (Slide(1, (), at(3)),)


@pytest.mark.parametrize("info", ["python", "Python", "PYTHON3", "py", " python ", 'python title="a"', "python {1,3}",
                                  "python eval=false", "&#112;ython", "pycon"])
def test_a_fence_whose_first_word_is_python_is_a_cell(info):
    assert sources(f"```{info}\n1\n```\n") == ["1\n"]


@pytest.mark.parametrize("info", ["", "{python}", "{.python}", "python,attr", "python{1}", "pythonic", "ipython", "js"])
def test_a_fence_of_anything_else_is_no_cell(info):
    assert sources(f"```{info}\n1\n```\n") == []


@pytest.mark.parametrize("text", [
    "<!--\n```python\n1\n```\n-->\n",
    "<pre>\n```python\n1\n```\n</pre>\n",
    "$$\n```python\n1\n```\n$$\n",
    "    ```python\n    1\n    ```\n",
    "<style>\n```python\n1\n```\n</style>\n",
    "---\na: |\n  ```python\n  1\n  ```\n---\n",
    "````md\n```python\n1\n```\n````\n",
])
def test_a_fence_in_a_note_markup_formula_or_other_code_is_not_a_cell(text):
    assert sources(text) == []


@pytest.mark.parametrize("text, prefix", [
    ("- ```python\n  x\n  ```\n", "  "),
    ("1. a\n\n   ```python\n   x\n   ```\n", "   "),
    ("> ```python\n> x\n> ```\n", "> "),
    (">```python\n>x\n>```\n", ">"),
    ("> - a\n>   ```python\n>   x\n>   ```\n", ">   "),
    ("  ```python\n  x\n  ```\n", "  "),
    ("- ```python\n  ```\n", "  "),
    ("> - ```python\n", ">   "),
])
def test_a_cell_knows_what_stands_before_its_lines(text, prefix):
    [cell] = parse_deck(text, PATH).cells
    assert (cell.source.strip(), cell.prefix) == (("x" if "x" in text else ""), prefix)


def test_a_nul_hides_no_prefix():
    [cell] = parse_deck(">```python\n> a\0b\n>```\n", PATH).cells
    assert (cell.source, cell.prefix) == ("a\ufffdb\n", "> ")


def test_an_unclosed_fence_runs_to_the_end():
    [cell] = parse_deck("a\n\n```python\nx\n\n---\n", PATH).cells
    assert (cell.source, cell.text, cell.location) == ("x\n\n---\n", "```python\nx\n\n---\n", at(3))


@pytest.mark.parametrize("info", ["output", "text", "error", "Output", "output rtol=1e-3"])
def test_an_output_fence_directly_behind_a_cell_belongs_to_it(info):
    [cell] = parse_deck(f"> ```python\n> 1\n> ```\n>\n> ```{info}\n> 1\n> ```\n\nend\n", PATH).cells
    assert cell.output_fence == OutputFence("1\n", info, at(5), "> ")
    assert cell.text == f"> ```python\n> 1\n> ```\n>\n> ```{info}\n> 1\n> ```\n"


@pytest.mark.parametrize("between", ["text\n", "[a]: /u\n", "<!-- note -->\n", "---\n", "```js\n```\n", "> a\n"])
def test_an_output_fence_further_on_is_prose(between):
    [cell] = parse_deck(f"```python\n1\n```\n\n{between}\n```output\n1\n```\n", PATH).cells
    assert (cell.output_fence, cell.text) == (None, "```python\n1\n```\n")


def test_an_output_fence_in_another_container_is_prose():
    [cell] = parse_deck("- ```python\n  1\n  ```\n\n```output\n1\n```\n", PATH).cells
    assert cell.output_fence is None


def test_of_two_output_fences_only_the_first_is_the_cells():
    [cell] = parse_deck("```python\n1\n```\n```output\n1\n```\n```error\n2\n```\n", PATH).cells
    assert cell.output_fence == OutputFence("1\n", "output", at(4), "")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_at_lf_crlf_and_cr_only(end):
    text = end.join(["a\u2028b\x0cc\x85d", "", "```python", "x = '\x0c\u2028'", "y", "```", ""])
    deck = parse_deck(text, PATH)
    assert [(cell.location, cell.source) for cell in deck.cells] == [(at(3), "x = '\x0c\u2028'\ny\n")]
    assert unparse(deck) == text


def test_a_byte_order_mark_belongs_to_no_slide():
    deck = parse_deck("\ufeff```python\n1\n```\n", PATH)
    assert (deck.front_matter.text, deck.cells[0].text) == ("\ufeff", "```python\n1\n```\n")


def test_front_matter_stands_behind_a_byte_order_mark_too():
    deck = parse_deck("\ufeff---\ntheme: gaia\n---\na\n", PATH)
    assert deck.front_matter == FrontMatter("\ufeff---\ntheme: gaia\n---\n", {"theme": "gaia"})


def test_a_nul_is_kept_in_the_text():
    assert unparse(parse_deck("a\0b\n", PATH)) == "a\0b\n"


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


def test_the_front_matter_gives_defaults_and_a_prelude():
    deck = parse_deck('---\nexecute: {timeout: 5, prelude: "import os"}\n---\n```python\n```\n', PATH, prelude="import re")
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
    ("---\ntitle: a\nx: b: c\n---\n", 3, "invalid YAML: mapping values are not allowed here"),
    ("--- x: b: c\n---\n", 1, "invalid YAML: mapping values are not allowed here"),
    ("---\ntheme: gaia\ntheme: gaia\n---\n", 3, "'theme' is given twice"),
    ("---\na: [\n---\n", 2, "invalid YAML: expected the node content, but found '<stream end>'"),
    ("---\nmarp: true\nauthor: @a\n---\n", 3, "invalid YAML: found character '@' that cannot start any token"),
    ("---\ntitle: *a*\n---\n", 2, "invalid YAML: expected alphabetic or numeric character, but found '*'"),
    ("---\nmarp: true\n\ttheme: gaia\n---\n", 3, "invalid YAML: found character '\\t' that cannot start any token"),
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


def test_all_faults_of_a_deck_come_at_once_in_the_order_of_lines():
    text = ("---\nexecute: {ehco: 1}\n---\n```python ehco=1 title=2\n#| lable: a\n#| echo: 3\n```\n\n---\n\n"
            "- ```python echo=false echo=true\n  #| a: b: c\n  ```\n\n```python\n#| just words\n```\n")
    assert faults(text) == [
        "slides/deck.md:2: unknown option 'ehco'; did you mean 'echo'?",
        "slides/deck.md:4: unknown option 'ehco'; did you mean 'echo'?",
        "slides/deck.md:5: unknown option 'lable'; did you mean 'label'?",
        "slides/deck.md:6: 'echo' must be true or false, not 3",
        "slides/deck.md:11: 'echo' is given twice",
        "slides/deck.md:12: invalid YAML: mapping values are not allowed here",
        "slides/deck.md:16: `#|` lines must be `key: value`",
    ]


def test_a_label_taken_is_reported_before_faults_below_it():
    text = "".join(f"```python\n#| {option}\n```\n" for option in ("label: a", "label: a", "echo: 1"))
    assert faults(text) == ["slides/deck.md:4: the label 'a' is already used in line 1",
                            "slides/deck.md:8: 'echo' must be true or false, not 1"]


def test_a_fault_knows_its_slide():
    with pytest.raises(DeckError) as caught:
        parse_deck("a\n\n---\n\n```python\n#| echo: 1\n```\n", PATH)
    assert [finding.slide for finding in caught.value.findings] == [2]


@pytest.mark.parametrize("first, second, fault", [
    ("a", "a", "slides/deck.md:5: the label 'a' is already used in line 1"),
    ("a", "A", "slides/deck.md:5: the label 'A' is already used in line 1"),
    ("cell-2", None, "slides/deck.md:1: the label 'cell-2' is already used in line 5"),
    ("a", "a-2", "slides/deck.md:5: the label 'a-2' clashes with another figure of 'a' is called (lines 5 and 1)"),
    ("a-3", "a", "slides/deck.md:1: the label 'a-3' clashes with another figure of 'a' is called (lines 1 and 5)"),
    ("cell", None, "slides/deck.md:1: the label 'cell-2' clashes with another figure of 'cell' is called (lines 5 and 1)"),
])
def test_labels_that_would_share_a_figure_file_are_a_fault(first, second, fault):
    options = [f"#| label: {label}" if label else "#" for label in (first, second)]
    assert faults("".join(f"```python\n{option}\n```\n\n" for option in options)) == [fault]


def test_labels_that_only_look_alike_are_none():
    text = "".join(f"```python\n#| label: {label}\n```\n\n" for label in ("a", "a-1", "a-02", "b-2", "シグモイド"))
    assert [cell.label for cell in parse_deck(text, PATH).cells] == ["a", "a-1", "a-02", "b-2", "シグモイド"]


# -- floods ------------------------------------------------------------------------


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", [
    "<style>", "<style>\n", "<style>\n\n", "x <style> ", "<!-- a -->\n", "x <!-- ", "<!-- header: a -->\n", "$x ", "x$ ", "\\$",
    "$$\n\nx\n\n", "[", "![", "![](a", "[a](", "<a ", "`a ", "> $$\n\n", "`{python} 1` "])
def test_a_deck_of_two_thousand_openings_is_read_at_once(text):
    assert parse_deck("\n" + text * 2000, PATH).cells == ()


# -- images and values in prose --------------------------------------------------------


def found(text):
    return [(image.source, image.location.line, image.slide) for image in parse_deck(text, PATH).images]


def test_an_image_has_its_source_alt_line_and_slide():
    deck = parse_deck("a\n\n---\n\ntwo lines\n![bg left](a%20b.png 'title') end\n", PATH)
    assert deck.images == (Image("a b.png", "bg left", at(6), 2),)


@pytest.mark.parametrize("text, line, source", [
    ("![](図.png)", 1, "図.png"), ("![](<a b.png>)", 1, "a b.png"), ("![](a&amp;b.png)", 1, "a&b.png"),
    ("![a][r]\n\n[r]: a.png", 1, "a.png"), ("[![](a.png)](b.html)", 1, "a.png"), ("# x ![](a.png)", 1, "a.png"),
    ("| a |\n|---|\n| b ![](a.png) |", 3, "a.png"), ("- a\n  b\n  ![](a.png)", 3, "a.png"), ("> a\n> ![](a.png)", 2, "a.png"),
    ("a `\n` b\n![](a.png)", 3, "a.png"), ("<img\n  src='a.png'>", 1, "a.png"), ("x\n<img src=a.png> y", 2, "a.png"),
    ("<div>\n\n<IMG SRC=\"a&amp;b.png\">\n</div>", 3, "a&b.png"), ("<div>\n<p>\n<img alt='>' src='a.png'></p></div>", 3, "a.png"),
    ("<style>\na{}\nb{background:url( 'a.png' )}\n</style>", 3, "a.png"),
    ("<div style=\"background: url('a.png')\"></div>", 1, "a.png"),
    ("<!-- backgroundImage: url(a.png) -->", 1, "a.png"),
    ("a\n\n<!--\nclass: lead\n_backgroundImage: \"url('a%20b.png')\"\n-->", 5, "a b.png"),
    ("---\ntheme: gaia\nstyle: |\n  a {}\n  b { background: url(a.png) }\n---\n", 5, "a.png"),
    ("---\nheader: '![](a.png)'\n---\n", 2, "a.png"), ("---\nfooter: <img src='a.png'>\n---\n", 2, "a.png"),
    ("a\nb <!--\nbackgroundImage: url(a.png) -->", 3, "a.png"), ("$ ![](a.png)$", 1, "a.png"),
    ("<style>\n@import 'a.css' print;\n</style>", 2, "a.css"), ("<style>@import url(//x.org/a;b)</style>", 1, "//x.org/a;b"),
    ("<style>a{content:\"url(b.png)\";cursor:URL('a\\'b.cur')}</style>", 1, "a'b.cur"), ("<style>/* url(b) */a{b:url(a.png)}</style>", 1, "a.png"),
    ("<video\nsrc='a.mp4'></video>", 1, "a.mp4"), ("x <video poster=a.png></video>", 1, "a.png"), ("<audio src=a.mp3></audio>", 1, "a.mp3"),
    ("<source srcset='a%20b.png'>", 1, "a b.png"), ("<source src='a.mp4'>", 1, "a.mp4"), ("x <img srcset='a.png 2x'>", 1, "a.png"),
    ("$1 and $2 ![](a.png)", 1, "a.png"), ("a $$ ![](a.png)", 1, "a.png"),
    ("![](https://x.org/a%20b.png)", 1, "https://x.org/a%20b.png"), ("![](//x.org/a.png)", 1, "//x.org/a.png"),
])
def test_images_are_found_wherever_marp_shows_them(text, line, source):
    assert found(text) == [(source, line, 1)]


@pytest.mark.parametrize("text", [
    "`![](a.png)`", "```\n![](a.png)\n```", "    ![](a.png)", "<!-- ![](a.png) -->", "<!-- see url(a.png) -->",
    "$x![](a.png)$", "$\\$ ![](a.png) x$", "$$\n![](a.png)\n$$", "[a](a.png)", "![](data:image/png;base64,AAAA)", "<img src='data:x'>", "<img>", "<div>\n<img src=a.png",
    "<div><!--\n<img src=a.png>\n--></div>", "<style>/* url(a.png) */</style>", "<style>a{fill:url(#b)}</style>",
    "<style>@import 'gaia'; @import url(data:text/css,a); a{content:'url(a.png)'}</style>", "\\![](a.png", "<a href='a.png'>b</a>", "<!-- _class: url(a.png) -->",
])
def test_what_marp_does_not_show_as_a_picture_is_no_image(text):
    assert found(text) == []


def test_every_candidate_of_a_srcset_is_found():
    assert found("<div>\n<img srcset='a.png, b,c.png 2x,d.png 100w'>\n</div>") == [
        ("a.png", 2, 1), ("b,c.png", 2, 1), ("d.png", 2, 1)]


@pytest.mark.parametrize("text, line", [
    ("<link rel=stylesheet href=a.css>", 1), ("a\nb <iframe src='a'></iframe>", 2), ("<div>\n<script src=a></script></div>", 2),
    ("<object data=a></object>", 1), ("<embed src=a>", 1)])
def test_a_tag_that_marp_shows_as_text_is_a_finding(text, line):
    [finding] = parse_deck(text, PATH).findings
    assert (finding.kind, finding.location.line) == (Kind.MARKDOWN, line)
    assert re.fullmatch(r"Marp shows <(link|iframe|script|object|embed)> as text; remove it", finding.message)


@pytest.mark.parametrize("text", ["<!-- <script> -->", "`<link>`", "```html\n<script>\n```", "<a href=script>b</a>"])
def test_other_tags_are_none(text):
    assert parse_deck(text, PATH).findings == ()


def test_a_deck_knows_the_themes_that_it_asks_for():
    text = "---\ntheme: @a: b\n---\n\n<!-- theme: gaia -->\n\n<!-- theme -->\n\n<!-- _theme: x -->\n\n`<!-- theme: y -->`\n"
    assert parse_deck(text, PATH).themes == (ThemeName("@a: b", at(2)), ThemeName("gaia", at(5)))


def test_values_in_prose_are_found_with_their_lines():
    text = "a\n`{python} len(x)` b\n\n| `{python}  1 + 1 ` |\n|---|\n\n---\n\n# ``{python} f`x` ``\n"
    assert parse_deck(text, PATH).inlines == (
        Inline("len(x)", at(2), 1), Inline("1 + 1", at(4), 1), Inline("f`x`", at(9), 2))


@pytest.mark.parametrize("text", ["`{python}`", "`python x`", "```\n`{python} x`\n```", "<!-- `{python} x` -->", "$`{python} x`$"])
def test_other_code_is_no_value(text):
    assert parse_deck(text, PATH).inlines == ()
