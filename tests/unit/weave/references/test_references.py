"""Captions get numbers, and prose that refers to them gets links."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from marpweave.check.verdicts import check_deck
from marpweave.model.outcome import Figure, Outcome, Stream
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck
from marpweave.variants.variant import variant_of
from marpweave.weave.weave import weave_deck

FRONT = "---\nexecute: true\n---\n"


def drew(*names):
    return Outcome(figures=tuple(Figure(f"{name}.svg", b"<svg/>") for name in names))


def woven(deck, *outcomes):
    return weave_deck(deck, check_deck(deck, outcomes), (), PurePosixPath("figures/deck")).text


def body(text, *outcomes, front=FRONT, others=()):
    deck = replace(parse_deck(front + text, Path("deck.md")),
                   others={name: parse_deck(other, Path(f"{name}.md")) for name, other in dict(others).items()})
    return woven(deck, *outcomes).removeprefix(front)


CELL = "```python\n#| label: {label}\n#| fig-cap: {cap}\n#| echo: false\nplot()\n```\n"


def test_a_reference_is_a_link_to_the_slide_of_its_figure():
    text = "See @plot and @fig-plot.\n\n---\n\n" + CELL.format(label="plot", cap="A curve")
    assert body(text, drew("plot")) == \
        "See @plot and [Figure\N{NO-BREAK SPACE}1](#2).\n\n---\n\n![A curve](figures/deck/plot.svg)\n*__Figure\N{NO-BREAK SPACE}1__ A curve*\n"


@pytest.mark.parametrize(("lang", "words"), [
    ("ja", "[図1](#1) [表1](#1) [リスト1](#1) [式(1)](#1)"), ("ja-JP", "[図1](#1) [表1](#1) [リスト1](#1) [式(1)](#1)"),
    ("en", "[Figure_1](#1) [Table_1](#1) [Listing_1](#1) [Equation_1](#1)"), ("sv", "[Figure_1](#1) [Table_1](#1) [Listing_1](#1) [Equation_1](#1)"),
    ("de", "[Abbildung_1](#1) [Tabelle_1](#1) [Listing_1](#1) [Gleichung_1](#1)"), ("fr-CA", "[Figure_1](#1) [Table_1](#1) [Listing_1](#1) [Équation_1](#1)"),
    ("es", "[Figura_1](#1) [Tabla_1](#1) [Listado_1](#1) [Ecuación_1](#1)")])
def test_numbers_are_called_by_the_language_of_the_deck(lang, words):
    front = f"---\nlang: {lang}\nexecute: true\n---\n"
    text = "@fig-a @tbl-a @lst-a @eq-a\n\n```python\n#| label: a\nplot()\n```\n\n$$\nx \\label{eq-a}\n$$\n"
    assert body(text, drew("a"), front=front).split("\n")[0] == words.replace("_", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(("written", "shown"), [
    ("@fig-a", "[図1](#1)"), ("@Fig-a", "[図1](#1)"), ("[@fig-a]", "[図1](#1)"), ("-@fig-a", "[1](#1)"), ("[-@fig-a]", "[1](#1)"),
    ("[Fig. @fig-a]", "[Fig. 1](#1)"), ("[@fig-a; @fig-b]", "[図1](#1)、[図2](#1)"), ("[@fig-a の左]", "[図1](#1) の左"),
    ("図は@fig-aを見る", "図は[図1](#1)を見る"), ("**@fig-a**", "**[図1](#1)**"), ("\\@fig-a @fig-b", "\\@fig-a [図2](#1)"),
    ("@fig-c", "@fig-c"), ("[@fig-a; @fig-c]", "[@fig-a; @fig-c]"), ("[@fig-a; @knuth84]", "[@fig-a; @knuth84]"), ("@a @b", "@a @b")])
def test_a_reference_reads_as_it_is_written(written, shown):
    front = "---\nlang: ja\nexecute: true\n---\n"
    assert body(f"{written}\n\n![](a.png)\n*A*\n\n![](b.png)\n*B*\n", front=front).split("\n")[0] == shown


@pytest.mark.parametrize(("written", "shown"), [
    ("![w:300 a](img/a.png)\n*A **small** one*", "![w:300 a](img/a.png)\n*__図1__ A **small** one*"),
    ("> - ![](a.png)\n>   *A*", "> - ![](a.png)\n>   *__図1__ A*"),
    ("![w:300 A curve](a.png){#fig-b}", "![w:300 A curve](a.png)<br>*__図1__ A curve*"),
    ("![](a.png){#fig-b width=50%}\n*A*", "![](a.png)\n*__図1__ A*"),
    ("![](a.png)\n*A* <!-- #fig-b -->", "![](a.png)\n*__図1__ A*"), ("![](a.png)<!-- #fig-b -->\n*A*", "![](a.png)\n*__図1__ A*"),
    ("> ![](a.png)\n> *A* {#fig-b}", "> ![](a.png)\n> *__図1__ A*"),
    ("![](a.png) *A* ![](b.png) *B*", "![](a.png) *__図1__ A* ![](b.png) *__図2__ B*"),
    ("![](a.png)\n*A*\n\n![](a.png)\n*A again*", "![](a.png)\n*__図1__ A*\n\n![](a.png)\n*__図1__ A again*"),
    ("|a|b|\n|-|-|\n|![](a.png) *A*|![](a.png) *A*|", "|a|b|\n|-|-|\n|![](a.png) *__図1__ A*|![](a.png) *__図1__ A*|"),
    ("![](a.png)", "![](a.png)"), ("![bg](a.png)\n*A*", "![bg](a.png)\n*A*"), ("![](a.png)\n*図3　A*", "![](a.png)\n*図3　A*"),
    ("![](a.png)\n**A**", "![](a.png)\n**A**"), ("![](a.png) text\n*A*", "![](a.png) text\n*A*"),
    ("|a|\n|-|\n|1|\n\n: Sizes {#tbl-a}", "|a|\n|-|\n|1|\n\n*__表1__ Sizes*"), ("|a|\n|-|\n|1|\n\nTable: Sizes", "|a|\n|-|\n|1|\n\n*Sizes*"),
    ("*Sizes* <!-- #tbl-a -->\n\n|a|\n|-|\n|1|", "*__表1__ Sizes*\n\n|a|\n|-|\n|1|"),
    ("*Sizes*\n\n|a|\n|-|\n|1|", "*Sizes*\n\n|a|\n|-|\n|1|"),
    ("# A {#sec-a}", "# A"), ("# A <!-- #sec-a -->", "# A"), ("# A <!-- fit -->", "# A <!-- fit -->"), ("A {#sec-a}\n---\n", "A\n---\n"),
    ('```sql {#lst-a lst-cap="Rows"}\nSELECT\n```', '*__リスト1__ Rows*\n\n```sql {#lst-a lst-cap="Rows"}\nSELECT\n```'),
    ("$$\n\\begin{align}\na \\label{eq-a} \\\\\nb \\label{eq-b}\n\\end{align}\n$$", "$$\n\\begin{align}\na \\tag{1} \\\\\nb \\tag{2}\n\\end{align}\n$$")])
def test_captions_are_numbered_where_the_author_wrote_them(written, shown):
    front = "---\nlang: ja\nexecute: true\n---\n"
    for end in ("\n", "\r\n"):
        assert body(f"{written}\n".replace("\n", end), front=front) == f"{shown}\n".replace("\n", end)
    switched_off = "---\nlang: ja\nexecute: true\ncrossref: false\n---\n"
    assert body(f"{written}\n", front=switched_off) == f"{written}\n"
    assert body(f"{written}\n", front="---\nlang: ja\n---\n") == f"{written}\n"


@pytest.mark.parametrize(("options", "outcome", "shown"), [
    ("#| fig-cap: A", drew("a"), "```python\nplot()\n```\n\n![A](figures/deck/a.svg)\n*__図1__ A*\n"),
    ("#| fig-cap: A", drew("a", "a-2"), "```python\nplot()\n```\n\n![A](figures/deck/a.svg)\n*__図1(a)__ A*\n\n![A](figures/deck/a-2.svg)\n*__図1(b)__ A*\n"),
    ("#| tbl-cap: B", Outcome(outputs=(Stream("stdout", "1\n"),)), "```python\nplot()\n```\n\n*__表1__ B*\n\n```output\n1\n```\n"),
    ("#| lst-cap: C", drew(), "*__リスト1__ C*\n\n```python\nplot()\n```\n"),
    ("#| lst-cap: C\n#| echo: false", drew(), ""), ("#| tbl-cap: B\n#| output: false", Outcome(outputs=(Stream("stdout", "1\n"),)), "```python\nplot()\n```\n"),
    ("#| output: true", drew("a"), "```python\nplot()\n```\n\n![a](figures/deck/a.svg)\n")])
def test_what_a_cell_gives_has_its_caption(options, outcome, shown):
    front = "---\nlang: ja\nexecute: true\n---\n"
    assert body(f"```python\n#| label: a\n{options}\nplot()\n```\n", outcome, front=front) == shown


def test_figures_of_one_cell_never_lack_letters():
    text = body("```python\n#| label: a\n#| fig-cap: A\nplot()\n```\n", drew(*map(str, range(703))))
    found = re.findall(r"\((\S+)\)__", text)
    assert (len(set(found)), found[25:28], found[-2:]) == (703, ["z", "aa", "ab"], ["zz", "aaa"])


def test_a_caption_without_a_label_has_no_number():
    assert body("```python\n#| fig-cap: A\nplot()\n```\n", drew("cell-1")).endswith("\n*A*\n")


def test_a_figure_that_is_referred_to_has_a_number_though_it_has_no_caption():
    text = "@fig-a\n\n```python\n#| label: a\n#| echo: false\nplot()\n```\n\n![](img/b.png)\n\n@fig-b\n"
    assert body(text, drew("a"), front="---\nlang: ja\nexecute: true\n---\n") == \
        "[図1](#1)\n\n![a](figures/deck/a.svg)\n*__図1__*\n\n![](img/b.png)<br>*__図2__*\n\n[図2](#1)\n"


def test_a_picture_that_is_shown_again_has_its_caption_once():
    text = "![](logo.png)\n\n---\n\n![](logo.png)\n*Ours*\n\n---\n\n![](logo.png)\n"
    assert body(text) == text.replace("*Ours", "*__Figure\N{NO-BREAK SPACE}1__ Ours")


def test_a_figure_that_the_author_has_placed_is_numbered_there():
    text = "![](img/b.png)\n*B*\n\n```python\n#| label: a\n#| fig-cap: Of the cell\n#| echo: false\nplot()\n```\n\n---\n\n![](figures/deck/a.svg)\n*Here*\n\n@fig-a\n"
    assert body(text, drew("a"), front="---\nlang: ja\nexecute: true\n---\n") == \
        "![](img/b.png)\n*__図1__ B*\n\n\n---\n\n![](figures/deck/a.svg)\n*__図2__ Here*\n\n[図2](#2)\n"


def test_slides_that_outputs_open_count_in_links():
    cell = "```python\n#| label: {}\n#| fig-cap: A\n#| output-location: slide\nplot()\n```\n\n"
    text = f"# T @sec-end\n\n{cell.format('a')}{cell.format('b')}---\n\n# End {{#sec-end}}\n\n@fig-a @fig-b @lst-b\n"
    shown = body(text, drew("a"), drew("b"), front="---\nlang: ja\nexecute: true\n---\n")
    assert shown.split("\n")[0] == "# T [End](#4)"
    assert shown.endswith("# End\n\n[図1](#2) [図2](#3) [リスト1](#2)\n")
    assert shown.count("# T [End](#4)") == 3
    nothing = body(text, drew("a"), drew(), front="---\nlang: ja\nexecute: true\n---\n")
    assert (nothing.split("\n")[0], nothing.count("# T [End](#3)")) == ("# T [End](#3)", 2)


def test_sections_are_called_by_their_words():
    text = "# Gradient *descent*\n\n@sec-gradient-descent and @sec-loss\n\n## The `loss` {#sec-loss}\n"
    assert body(text) == "# Gradient *descent*\n\n[Gradient *descent*](#1) and [The `loss`](#1)\n\n## The `loss`\n"


def test_another_deck_is_linked_by_its_file_and_named():
    other = f"---\nexecute: true\ntitle: Layers\n---\n# A\n\n---\n\n{CELL.format(label='deep', cap='Deep')}\n\n![](wide.png)\n"
    deck = {"03-network": other}
    assert body("@fig-03-network/deep, @sec-03-network/a", others=deck) == \
        "[Figure\N{NO-BREAK SPACE}1 (Layers)](03-network.html#2), [A (Layers)](03-network.html#1)"
    assert body("@fig-03-network/wide", others=deck) == "@fig-03-network/wide"


def test_students_read_the_same_numbers_and_no_link_leads_to_a_solution():
    text = ("@fig-a @fig-b\n\n---\n<!-- _class: solution -->\n\n![](a.png)\n*A*\n\n---\n\n![](b.png)\n*B*\n")
    deck = parse_deck(f"---\nlang: ja\nexecute: true\n---\n{text}", Path("deck.md"))
    front, full = "---\nlang: ja\nexecute: true\n---\n", woven(deck)
    assert full.startswith(f"{front}[図1](#2) [図2](#3)\n")
    assert woven(variant_of(deck, Variant.STUDENT)) == f"{front}図1 [図2](#2)\n\n---\n\n![](b.png)\n*__図2__ B*\n"


def test_a_deck_with_a_byte_order_mark_is_edited_at_the_right_places():
    assert body("@fig-a\n\n![](a.png)\n", front="\ufeff---\nlang: ja\nexecute: true\n---\n") == "[図1](#1)\n\n![](a.png)<br>*__図1__*\n"


def test_values_stand_beside_references():
    deck = parse_deck(FRONT + "![](a.png)\n*`{python} x` and @fig-a*\n`{python} y`\n", Path("deck.md"))
    text = weave_deck(deck, (), [Outcome(outputs=(Stream("stdout", each),)) for each in "12"], PurePosixPath("figures/deck")).text
    assert text.removeprefix(FRONT) == "![](a.png)\n*__Figure\N{NO-BREAK SPACE}1__ 1 and [Figure\N{NO-BREAK SPACE}1](#1)*\n2\n"


def test_pictures_of_one_name_have_numbers_of_their_own():
    text = f"![](img/a.png)\n*A*\n\n![](old/a.png)\n*B*\n\n{CELL.format(label='a', cap='C')}\n@fig-a\n"
    shown = body(text, drew("a"), front="---\nlang: ja\nexecute: true\n---\n")
    assert [line for line in shown.split("\n") if "図" in line] == ["*__図1__ A*", "*__図2__ B*", "*__図3__ C*", "[図3](#1)"]


@pytest.mark.parametrize("options", ["include: false", "eval: false", "source: os.path.join"])
def test_what_no_slide_shows_has_no_number(options):
    text = f"```python\n#| label: a\n#| fig-cap: A\n#| {options}\nplot()\n```\n\n![](b.png)\n*B*\n"
    assert body(text, Outcome(ran=False), front="---\nlang: ja\nexecute: true\n---\n").endswith("![](b.png)\n*__図1__ B*\n")


def test_a_cell_in_a_list_keeps_its_captions_there():
    text = "1. A\n\n   ```python\n   #| label: a\n   #| lst-cap: C\n   #| fig-cap: F\n   plot()\n   ```\n\n2. B @lst-a\n"
    assert body(text, drew("a"), front="---\nlang: ja\nexecute: true\n---\n") == (
        "1. A\n\n   *__リスト1__ C*\n\n   ```python\n   plot()\n   ```\n\n   ![F](figures/deck/a.svg)\n   *__図1__ F*\n\n2. B [リスト1](#1)\n")


def test_a_foreign_deck_has_no_numbers_to_refer_to():
    assert body("@fig-other/a", others={"other": "![](a.png)\n*A*\n"}) == "@fig-other/a"


def test_a_caption_may_refer_to_another_figure():
    text = "![](b.png)\n\n" + CELL.format(label="a", cap="as @fig-b")
    assert body(text, drew("a"), front="---\nlang: ja\nexecute: true\n---\n") == \
        "![](b.png)<br>*__図1__*\n\n![as 図1](figures/deck/a.svg)\n*__図2__ as [図1](#1)*\n"


@pytest.mark.slow
def test_thousands_of_captions_and_references_take_linear_time():
    count = 500
    slides = "\n\n---\n\n".join(f"@fig-a{n}\n\n![](a{n}.png)\n*A*\n\n|a|\n|-|\n|1|\n\n: B{' ' * 99} {{#tbl-a{n}}}" for n in range(count))
    shown = body(slides, front="---\nlang: ja\nexecute: true\n---\n")
    assert (shown.count("[図"), shown.count("__図"), shown.count("__表")) == (count, count, count)
    assert body("# A" + " " * 50_000 + "x\n\n|a|\n|-|\n|1|\n\n: B" + " " * 50_000 + "x\n").startswith("# A ")
