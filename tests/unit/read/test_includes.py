"""Files that stand in a deck: what is put where, and from where each line comes."""

from pathlib import Path

import pytest

from marpweave.errors import DeckError
from marpweave.model.location import Location
from marpweave.read.includes import Part, with_parts
from marpweave.read.parse import parse_deck, unparse

DECK = Path("slides/deck.md")


def included(text, **parts):
    def fetch(target, above):
        path = above.parent / target
        name = str(path.relative_to("slides")).removesuffix(".md").replace("/", "_")
        return Part(path, path, parts[name]) if name in parts else f"{target} does not exist"

    return with_parts(Part(DECK, DECK, text), fetch)


def places(whole):
    return [str(whole.origins.place(Location(DECK, line))).removeprefix("slides/") for line in range(1, whole.text.count("\n") + 1)]


def faults(text, **parts):
    with pytest.raises(DeckError) as caught:
        included(text, **parts)
    return [f"{each.location}: {each.message}" for each in caught.value.findings]


def test_a_part_stands_in_the_place_of_its_include_and_each_line_knows_its_file():
    whole = included("# 一\n\n{{< include a.md >}}\n\n終\n", a="甲\n乙\n")
    assert whole.text == "# 一\n\n甲\n乙\n\n\n終\n"
    assert places(whole) == ["deck.md:1", "deck.md:2", "a.md:1", "a.md:2", "deck.md:3", "deck.md:4", "deck.md:5"]


def test_a_part_of_a_part_is_named_from_where_it_stands():
    whole = included("{{< include sub/a.md >}}\n", sub_a="1\n\n{{< include b.md >}}\n", sub_b="2")
    assert (whole.text, places(whole)) == ("1\n\n2\n\n\n", ["sub/a.md:1", "sub/a.md:2", "sub/b.md:1", "sub/a.md:3", "deck.md:1"])


def test_a_part_that_stands_twice_has_a_line_of_the_deck_for_each():
    whole = included("{{< include a.md >}}\n\n{{< include a.md >}}\n", a="1\n2\n")
    assert list(whole.origins.lines(Location(DECK.with_name("a.md"), 2))) == [2, 6]


@pytest.mark.parametrize("written", ["{{<include a.md>}}", "  {{< include  a.md  >}}  ", "{{< include 'a.md' >}}", '{{< include "a.md" >}}'])
def test_an_include_is_written_as_in_quarto(written):
    assert included(f"{written}\n", a="1\n").text == "1\n\n"


def test_front_matter_of_a_part_is_dropped_and_what_it_says_in_vain_is_told():
    whole = included("a\n\n{{< include a.md >}}\n", a="\ufeff---\nmarp: true\ntheme: gaia\n---\n\n# 二\n")
    assert whole.text == "a\n\n\n# 二\n\n"
    assert places(whole)[2:] == ["a.md:5", "a.md:6", "deck.md:3"]
    assert [(fault.line, fault.message) for fault in whole.dropped] == [
        (2, "front matter of an included file has no effect; a.md has `theme`")]


@pytest.mark.parametrize("part", ["---\n\n# 二\n\n---\n\n# 三\n", "---\n", "---\n- 一\n---\n"])
def test_a_ruler_that_opens_a_part_begins_a_slide(part):
    assert included("一\n\n{{< include a.md >}}\n", a=part).text == f"一\n\n{part}\n"


@pytest.mark.parametrize("text", [
    "```\n{{< include a.md >}}\n```\n",
    "    {{< include a.md >}}\n",
    "`{{< include a.md >}}`\n",
    "``\n{{< include a.md >}}\n``\n",
    "<!--\n{{< include a.md >}}\n-->\n",
    "<div>\n{{< include a.md >}}\n</div>\n",
    "$$\n{{< include a.md >}}\n$$\n",
    "- {{< include a.md >}}\n",
    "> {{< include a.md >}}\n",
    "文 {{< include a.md >}}\n",
    "文\n{{< include a.md >}}\n",
    "{{< include a.md >}}\n---\n",
    "# {{< include a.md >}}\n",
    "{{{< include a.md >}}}\n",
    "\\{{< include a.md >}}\n",
    "{{< video a.mp4 >}}\n",
    "{{% include a.md %}}\n",
    "{{< include a.md\n",
    "---\ntitle: '{{< include a.md >}}'\n---\n",
])
def test_what_is_no_paragraph_of_its_own_stays_as_it_is(text):
    whole = included(text, a="1\n")
    assert (whole.text, bool(whole.origins)) == (text, False)


@pytest.mark.parametrize(("text", "parts", "told"), [
    ("{{< include no.md >}}\n", {}, ["slides/deck.md:1: no.md does not exist"]),
    ("a\n\n{{< include a.md >}}\n", {"a": "b\n\n{{< include no.md >}}\n"}, ["slides/a.md:3: no.md does not exist"]),
    ("{{< include deck.md >}}\n", {"deck": "x"}, ["slides/deck.md:1: deck.md includes itself: deck.md -> deck.md"]),
    ("{{< include a.md >}}\n", {"a": "{{< include b.md >}}\n", "b": "\n{{< include a.md >}}\n"},
     ["slides/b.md:2: a.md includes itself: deck.md -> a.md -> b.md -> a.md"]),
    ("{{< include a.md b.md >}}\n", {}, ["slides/deck.md:1: an include takes the path of one file, in quotes if it has spaces: "
                                        "{{< include part.md >}}"]),
    ("{{< include x.md >}}\n\n{{< include y.md >}}\n", {}, ["slides/deck.md:1: x.md does not exist", "slides/deck.md:3: y.md does not exist"]),
    ("{{< include a.md >}}\n\n# 二\n", {"a": "1\n\n```python\nx = 1\n"},
     ["slides/a.md:3: this block is not closed in its file and would swallow what follows the include; close it"]),
    ("{{< include a.md >}}\n\n# 二\n", {"a": "<!-- note\n"},
     ["slides/a.md:1: this block is not closed in its file and would swallow what follows the include; close it"]),
    ("{{< include a.md >}}\n", {"a": "{{< include b.md >}}\n\n" * 40, "b": "{{< include c.md >}}\n\n" * 40, "c": "x"},
     ["slides/b.md:13: the deck includes too much: more than 500 files, or 5,000,000 characters"]),
])
def test_what_cannot_stand_in_a_deck_is_told_where_it_is_asked_for(text, parts, told):
    assert faults(text, **parts) == told


def test_cells_and_slides_of_a_part_are_the_decks_own():
    whole = included("---\nexecute: true\n---\n\n# 一\n\n{{< include a.md >}}\n", a="---\n\n```python\nx = 1\n```\n")
    deck = parse_deck(whole.text, DECK, included=whole)
    (cell,) = deck.cells
    assert (len(deck.slides), cell.slide, str(deck.origins.place(cell.location))) == (2, 2, "slides/a.md:3")
    assert unparse(deck) == whole.text


def test_labels_that_clash_between_files_are_told_with_their_files():
    cell = "```python\n#| label: x\nx = 1\n```\n"
    whole = included(f"{cell}\n{{{{< include a.md >}}}}\n", a=cell)
    (finding,) = parse_deck(whole.text, DECK, included=whole).findings
    assert finding.message == "the label 'x' is already used on line 1 of deck.md"
