import pytest

from marpweave.read.classic import is_classic, modernise

HEAD = "<!-- $theme: gaia -->\n"


def modern(text, widths=None):
    """What a classic deck becomes below its first line and above the styles."""
    new = modernise(HEAD + text, (widths or {}).get).partition("\n<style>")[0]
    assert new.startswith("<!-- theme: gaia -->\n")
    return new.removeprefix("<!-- theme: gaia -->\n")


@pytest.mark.parametrize("text", [
    "<!-- $theme: gaia -->", "<!-- $size: 4:3 -->", "<!-- page_number: true -->", "<!--\n*page_number: false\n-->",
    "<!-- *template: invert -->", "<!-- $prerender: true -->", "<!-- prerender: true -->", "<!-- *footer: a -->",
    "<!-- $width: 12in -->", "# a <!-- page_number: true -->", "\ufeff<!-- $theme: gaia -->",
])
def test_a_directive_that_only_the_desktop_program_knew_makes_a_deck_classic(text):
    assert is_classic(text)


@pytest.mark.parametrize("text", [
    "", "# A\n\n![50% center](a.png)\n", "---\ntheme: gaia\n---\n", "<!-- theme: gaia -->", "<!-- template: see page 3 -->",
    "<!-- footer: a -->", "```html\n<!-- $theme: gaia -->\n```\n", "`<!-- $size: 4:3 -->`", "$theme: gaia", "page_number: true",
    "<!-- about $theme: gaia -->", "---\nmarp: true\n---\n<!-- $theme: gaia -->\n",
])
def test_a_deck_of_today_is_left_as_it_is(text):
    assert not is_classic(text)
    assert modernise(text) == text


@pytest.mark.parametrize("old, new", [
    ("<!-- $size: 4:3 -->", "<!-- size: 4:3 -->"),
    ("<!--page_number: true-->", "<!--paginate: true-->"),
    ("<!-- *page_number: false -->", "<!-- _paginate: false -->"),
    ("<!-- template: invert -->", "<!-- class: invert -->"),
    ("<!-- *template : invert -->", "<!-- _class: invert -->"),
    ("<!-- footer: a: b -->", "<!-- footer: a: b -->"),
    ("<!-- *footer: [a](b) -->", "<!-- _footer: '[a](b)' -->"),
    ("<!-- prerender: true -->", ""),
    ("<!-- $prerender: false -->", ""),
    ("<!--\n*template: invert\n$prerender: true\npage_number: true\n-->", "<!--\n_class: invert\n\npaginate: true\n-->"),
    ("# a <!-- *template: invert --> b", "# a <!-- _class: invert --> b"),
    ("<!-- note: $theme: gaia -->", "<!-- note: $theme: gaia -->"),
    ("```\n<!-- $size: 4:3 -->\n```", "```\n<!-- $size: 4:3 -->\n```"),
])
def test_directives_get_the_names_of_today(old, new):
    assert modern(f"{old}\n") == f"{new}\n"


@pytest.mark.parametrize("old, new", [
    ("![](a.png)", "![](a.png)"),
    ("![70%](a.png)", "![zoom:70%](a.png)"),
    ("![33.5% a b](a.png)", "![zoom:33.5% a b](a.png)"),
    ("![100% a](a.png)", "![100% a](a.png)"),
    ("![bg 50%](a.png)", "![bg 50%](a.png)"),
    ("![70%](a.png) ![40%](b.png)", "![zoom:70%](a.png) ![zoom:40%](b.png)"),
    ("![70%](a.png)\n![70%](b.png)", "![zoom:70%](a.png)\n![zoom:70%](b.png)"),
    ("`![70%](a.png)` ![70%](a.png)", "`![70%](a.png)` ![zoom:70%](a.png)"),
    ("text 70% ![70%][a] <!-- page_number: true -->\n\n[a]: a.png", "text 70% ![zoom:70%][a] <!-- paginate: true -->\n\n[a]: a.png"),
    ("<b>a</b> <!-- *template: b --> ![70%](a.png)", "<b>a</b> <!-- _class: b --> ![zoom:70%](a.png)"),
    ("| ![70%](a.png) |\n|---|", "| ![zoom:70%](a.png) |\n|---|"),
])
def test_a_percentage_becomes_a_zoom_where_the_picture_is_not_known(old, new):
    assert modern(f"{old}\n") == f"{new}\n"


@pytest.mark.parametrize("old, new", [
    ("![50%](a%20b.png)", "![w:200px](a%20b.png)"),
    ("![150%](a%20b.png)", "![w:600px](a%20b.png)"),
    ("![50%](big.png)", "![w:1140px](big.png)"),
    ("![100%](a%20b.png) ![50%](big.png)", "![w:400px](a%20b.png) ![w:547px](big.png)"),
    ("![50%](big.png)![50%](big.png)![50%](big.png)", "![w:365px](big.png)![w:365px](big.png)![w:365px](big.png)"),
    ("![50%](c.png)", "![zoom:50%](c.png)"),
    ("| ![50%](a%20b.png) | ![50%](c.png) |\n|---|---|", "| ![w:200px](a%20b.png) | ![zoom:50%](c.png) |\n|---|---|"),
])
def test_a_percentage_becomes_a_width_where_the_picture_is_known_but_none_over_the_margin(old, new):
    assert modern(f"{old}\n", {"a b.png": 400, "big.png": 4000}) == f"{new}\n"


def test_a_narrow_slide_has_less_room():
    assert modern("<!-- $size: 4:3 -->\n![100%](a.png)\n", {"a.png": 4000}).endswith("![w:820px](a.png)\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_words_that_marp_does_not_know_get_styles_behind_the_last_line(end):
    text = end.join(["<!-- page_number: true -->", "![50% center 図](a.png)", ""])
    assert modernise(text) == end.join([
        "<!-- paginate: true -->", "![zoom:50% center 図](a.png)", "",
        "<style>", "section img { max-width: 100%; }", 'img[alt~="zoom:50%"] { zoom: 50%; }', 'img[alt~="center"] { display: block; margin: 0 auto; }', "</style>", ""])


def test_a_style_stands_apart_from_a_last_line_without_an_end():
    assert modernise("<!-- $width: 12in -->\na") == "\na\n\n<style>\nsection { width: 12in; }\n</style>\n"
