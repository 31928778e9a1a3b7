"""Which slides students do not get, and what those leave behind for others."""

from pathlib import Path

import pytest

from marpweave.errors import DeckError
from marpweave.model.finding import Kind
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck, unparse
from marpweave.variants.variant import variant_of

HEAD = "---\nmarp: true\n---\n"


def student(*slides, head=HEAD):
    return variant_of(parse_deck(head + "\n---\n".join(slides), Path("a.md")), Variant.STUDENT)


def numbers(*slides, head=HEAD):
    return [slide.number for slide in student(*slides, head=head).slides]


@pytest.mark.parametrize("comment", [
    "_class: solution", "_class: lead solution", "_class: [lead, solution]", "class: solution", "_class: lead -->\n<!-- _class: solution",
    "_class: 'solution'", "class: lead\n_class: solution"])
def test_a_slide_whose_class_is_solution_is_not_for_students(comment):
    assert numbers("# 1\n", f"<!-- {comment} -->\n# 2\n", "<!-- class: '' -->\n# 3\n") == [1, 3]


@pytest.mark.parametrize("comment", [
    "_class: solution -->\n<!-- _class: lead", "class: solution\n_class: lead", "class: solution -->\n<!-- class: lead", "_class: solutions",
    "_class: [solution", "solution", "_class: lead -->\n<!-- class: solution"])
def test_what_marp_does_not_take_for_that_class_is_for_all(comment):
    assert numbers("# 1\n", f"<!-- {comment} -->\n# 2\n") == [1, 2]


def test_a_class_carries_over_until_another_one_is_given():
    slides = ("# 1\n", "<!-- class: solution -->\n# 2\n", "# 3\n", "<!-- _class: lead -->\n# 4\n", "# 5\n", "<!-- class: lead -->\n# 6\n")
    assert numbers(*slides) == [1, 4, 6]
    assert numbers("# 1\n", "<!-- class: lead -->\n# 2\n", head="---\nmarp: true\nclass: solution\n---\n") == [2]
    assert numbers("# 1\n", "# 2\n", head="---\nmarp: true\n_class: solution\n---\n") == [2]


def test_slides_at_headings_are_left_out_too():
    deck = student("# 1\n\n# 2\n<!-- _class: solution -->\n<!-- color: red -->\n\nTwo\n-----\ntext\n", head="---\nmarp: true\nheadingDivider: 2\n---\n")
    assert unparse(deck).partition("---\n")[2].partition("---\n")[2] == "# 1\n\nTwo\n-----\n<!--\ncolor: \"red\"\n-->\n\ntext\n"


def test_the_first_slide_takes_its_ruler_along():
    deck = student("# 1\n<!-- _class: solution -->\n", "\n# 2\n", "# 3\n")
    assert unparse(deck) == f"{HEAD}\n# 2\n\n---\n# 3\n"
    assert [slide.first_line.line for slide in deck.slides] == [9, 12]


def test_directives_hold_on_though_their_slide_is_left_out():
    gone = "<!-- _class: solution\nbackgroundColor: '#fff'\nfooter: a -> b\nanswer: 42\n_color: red -->\n<!-- a note -->\n<!-- color: blue -->\n"
    deck = student("# 1\n", gone, "# 3\n")
    assert unparse(deck) == f'{HEAD}# 1\n\n---\n<!--\nbackgroundColor: "#fff"\nfooter: "a -\\u003e b"\ncolor: "blue"\n-->\n\n# 3\n'


def test_behind_the_last_slide_only_what_holds_for_all_is_left():
    gone = "<!-- _class: solution -->\n<!-- color: red -->\n<!-- theme: gaia -->\n<style>h1 { top: 0 }</style>\n<style scoped>h1 { top: 1px }</style>\n"
    assert unparse(student("# 1\n", gone)) == f'{HEAD}# 1\n\n\n\n<!--\ntheme: "gaia"\n-->\n\n<style>h1 {{ top: 0 }}</style>\n\n'


def test_styles_that_are_left_lose_their_comments():
    gone = "<!-- _class: solution -->\n<style>\n/* 42 */ h1::after { content: '/* 1 */' } /* 42\n</style>\n"
    assert "<style>\n h1::after { content: '/* 1 */' } </style>" in unparse(student("# 1\n", gone))
    assert "42" not in unparse(student("# 1\n", gone))


def test_links_keep_the_definitions_that_they_use():
    gone = "<!-- _class: solution -->\n[a b]: http://a 'A'\n> [c]: http://c\n\n[answer]: http://answer\n"
    assert unparse(student("# [x][A  B] [C]\n", gone)) == f"{HEAD}# [x][A  B] [C]\n\n\n\n[a b]: http://a 'A'\n\n[c]: http://c\n\n"


def test_pictures_values_and_faults_of_slides_that_are_left_out_go_with_them():
    gone = "<!-- _class: solution -->\n![](a.png)\n<style>h1 { background: url(b.png) }</style>\n`{python} 1`\n<link>\n```python\n#| ehco: 1\n1\n```\n"
    deck = student("![](c.png)\n", gone, "`{python} 3`\n", head="---\nmarp: true\nexecute: true\n---\n")
    assert [image.source for image in deck.images] == ["c.png", "b.png"]
    assert [(inline.source, inline.location.line) for inline in deck.inlines] == [("3", 19)]
    assert (deck.findings, deck.refused) == ((), ())


def test_a_deck_of_solutions_leaves_students_nothing():
    with pytest.raises(DeckError, match="every slide has the class `solution`: nothing is left for students"):
        student("# 1\n", head="---\nmarp: true\nclass: solution\n---\n")


@pytest.mark.parametrize("variant", [Variant.FULL, Variant.SOLUTION])
def test_the_full_deck_and_the_solution_have_all_slides(variant):
    deck = parse_deck(f"{HEAD}<!-- class: solution -->\n# 1\n", Path("a.md"))
    made = variant_of(deck, variant)
    assert (made.slides, made.text, made.output_name) == (deck.slides, deck.text, "a" if variant is Variant.FULL else "a.solution")


@pytest.mark.parametrize(("comment", "lines"), [
    ("_class: Solution", [7]), ("_class: lead, solutions", [7]), ("class: SOLUTION", [7, 11]), ("_class: dissolution", []), ("_class: solution", [])])
def test_a_class_that_nearly_names_a_solution_is_told(comment, lines):
    deck = student("# 1\n", f"<!-- {comment} -->\n# 2\n", "# 3\n")
    assert [(each.kind, each.location.line) for each in deck.findings] == [(Kind.VARIANT, line) for line in lines]
