"""Images, markup, themes and values in prose."""

import re

import pytest

from marpweave.model.deck import Image, Inline, ThemeName
from marpweave.model.finding import Kind
from marpweave.read.parse import parse_deck
from tests.unit.read.parts import PATH, at

# -- images and values in prose --------------------------------------------------------


def found(text):
    return [(image.source, image.location.line, image.slide) for image in parse_deck(text, PATH).images]


def test_an_image_has_its_source_alt_line_and_slide():
    deck = parse_deck("a\n\n---\n\ntwo lines\n![bg left plan](a%20b.png 'title') end\n", PATH)
    assert deck.images == (Image("a b.png", "plan", at(6), 2),)


@pytest.mark.parametrize("text, words", [
    ("![a plan](a.png)", "a plan"), ("![w:300 A *plan* h:2em](a.png)", "A *plan*"), ("![](a.png)", None),
    ("![w:300 blur:3px 50%](a.png)", None), ("![bg](a.png)", ""), ("![bg fit opacity](a.png)", ""), ("![bg left:40%](a.png)", None),
    ("![bg right a plan](a.png)", "a plan"), ("<img src=a.png>", None), ("<img src=a.png alt=''>", ""),
    ("<img src=a.png alt='a plan'>", "a plan"), ("<video src=a.mp4></video>", ""), ("<!-- backgroundImage: url(a.png) -->", "")])
def test_words_stand_for_what_shows_something(text, words):
    (image,) = parse_deck(text, PATH).images
    assert image.alt == words


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
    ('<style>@import"a;b.css";</style>', 1, "a;b.css"), ("<style>@import/**/ /**/URL( 'c.css' )screen;</style>", 1, "c.css"), (r"<style>a{b:url(c\(d\).png)}</style>", 1, "c(d).png"),
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
    ("<object data=a></object>", 1), ("<embed src=a>", 1), ("<v-click>", 1)])
def test_a_tag_that_marp_shows_as_text_is_a_finding(text, line):
    [finding] = parse_deck(text, PATH).refused
    assert (finding.kind, finding.location.line) == (Kind.MARKDOWN, line)
    assert re.fullmatch(r"Marp shows <(link|iframe|script|object|embed|v-click)> as text; remove it", finding.message)


@pytest.mark.parametrize("text", ["<!-- <script> -->", "`<link>`", "```html\n<script>\n```", "<a href=script>b</a>"])
def test_other_tags_are_none(text):
    assert parse_deck(text, PATH).refused == ()


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
