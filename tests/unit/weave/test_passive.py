"""What outputs may put on a slide: tables, emphasis, pictures; nothing that runs, fetches or restyles."""

from html.parser import HTMLParser

import pytest

from marpweave.model.media import fits, is_figure
from marpweave.weave.passive import ATTRIBUTES, ELEMENTS, is_live, is_live_tex, passive, passive_block, passive_markdown

TABLE = """<div>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>
      <th title="a &amp; b &lt; c">x</th>
    </tr>
  </thead>
</table>
</div>"""


class Seen(HTMLParser):
    """Every element and attribute, as a browser would meet them."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.attributes = set(), set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_table_comes_out_as_it_went_in():
    assert passive(TABLE) == TABLE
    assert passive(f"<style scoped>\n.dataframe {{x: y}}\n</style>{TABLE}<!-- _class: lead -->") == TABLE


@pytest.mark.parametrize(("html", "shown"), [
    ("<b onclick='x()'>a</b>", "<b>a</b>"), ("<B ONCLICK=x()>a</B>", "<b>a</b>"), ("<b/onclick=x()>a</b>", "<b>a</b>"),
    ('<b title="x"onmouseover="y()">a</b>', '<b title="x">a</b>'), ("<script>alert(1)</script>a", "a"), ("<SCRIPT SRC=x>b</SCRIPT >a", "a"),
    ("<scr<script>ipt>alert(1)</script>", "ipt>alert(1)"), ("<iframe src=x>a</iframe>", "a"), ("<style>* {}</style>a", "a"),
    ('<a href="javascript:x()">a</a>', "<a>a</a>"), ('<a href="java&#10;script:x()">a</a>', "<a>a</a>"),
    ('<a href=" javascript:x()">a</a>', "<a>a</a>"), ('<a href="https://example.com/?a&amp;b">a</a>', '<a href="https://example.com/?a&amp;b">a</a>'),
    ('<img src="https://example.com/a.png">', "<img>"), ('<img src="x" onerror="y()">', "<img>"), ("<img src=x onerror=y()//", "&lt;img src=x onerror=y()//"),
    ('<img src="data:image/png;base64,iVBO">', '<img src="data:image/png;base64,iVBO">'), ('<img src="data:text/html;base64,PHNj">', "<img>"),
    ('<p style="background:url(//example.com)">a</p>', "<p>a</p>"), ('<p style="position: fixed">a</p>', "<p>a</p>"),
    ('<p style="background:\\75rl(x)">a</p>', "<p>a</p>"), ('<p style="color: red">a</p>', '<p style="color: red">a</p>'),
    ("<svg><script>x()</script></svg>a", "a"), ("<math><mtext><style><img src=x onerror=y()></style>", ""),
    ("<noscript><p title=\"</noscript><img src=x onerror=y()>\">", ""),
    ("<meta http-equiv=refresh content=0><base href=x><link rel=x>a", "a"), ("<form action=x><input autofocus onfocus=y()></form>a", "a"),
    ("a < b && c > d", "a &lt; b && c > d"), ("&lt;script&gt;&#60;&copy;", "&lt;script&gt;&#60;&copy;"),
    ("</div></section></svg>a", "</div>a"), ("<h1 id=x>a</h1>", "<h1>a</h1>"), ("<details open><summary>a</summary></details>", '<details open=""><summary>a</summary></details>'),
])
def test_html_only_shows(html, shown):
    assert passive(html) == shown
    assert_passive(shown)


@pytest.mark.parametrize("html", ["<!--><img src=x onerror=y()>-->", "<?php x ?><![CDATA[<b>]]><!DOCTYPE x>a"])
def test_html_that_each_python_reads_in_its_way_only_shows(html):
    assert_passive(passive(html))


def assert_passive(made):
    assert Seen(made).elements <= ELEMENTS
    assert Seen(made).attributes <= ATTRIBUTES.keys()
    assert passive(made) == made


@pytest.mark.parametrize(("html", "block"), [
    (TABLE.replace("\n", "\n\n"), TABLE), ("a\n\n---\n# b", "<div>\na\n---\n# b\n</div>"), ("<b>a</b>", "<div>\n<b>a</b>\n</div>")])
def test_html_is_one_block_of_markdown(html, block):
    assert passive_block(html) == block


@pytest.mark.parametrize(("text", "shown"), [
    ("**a** `<script>` $x < y$", "**a** `<script>` $x < y$"), ("```html\n<script>alert(1)</script>\n```", "```html\n<script>alert(1)</script>\n```"),
    ("a <script>alert(1)</script> b", "a alert(1) b"), ("<script>\nalert(1)\n</script>", ""), ("a <b onclick=x()>b</b>", "a <b>b</b>"),
    ("<!-- style: '* {display: none}' -->\na", "\na"), ("a <!-- _class: lead -->", "a "), ("<style>* {display: none}</style>\n\na", "\n\na"),
    ("> <div onclick='x()'>\n> a\n> </div>", None), ("<div>\n<img src=x onerror=y() ", "<div>\n&lt;img src=x onerror=y() "),
    ("<table><tr><td>a</td></tr></table>", "<table><tr><td>a</td></tr></table>"), ("a < b", "a < b"),
])
def test_markdown_only_shows(text, shown):
    assert passive_markdown(text) == shown


@pytest.mark.parametrize(("html", "live"), [
    ("<div><script>x()</script></div>", True), ("<IFRAME>", True), ("<input type=checkbox>", True), (TABLE, False), ("<b>scripted</b>", False)])
def test_html_that_means_to_run(html, live):
    assert is_live(html) is live


@pytest.mark.parametrize(("mime", "value", "is_one"), [
    ("text/plain", "\0", True), ("text/html", "<script>", True), ("image/png", "iVBORw0KGgoAAAANSUhEUg==\n", True), ("image/png", "iVBORw0KGgoAAAANSUhEUg", False),
    ("image/png", "R0lGODlh", False), ("image/gif", "R0lGODlh", True), ("image/jpeg", "/9j/", True), ("image/jpeg", "", False), ("image/png", "図", False),
    ("image/svg+xml", "<svg/>", True), ("image/svg+xml", '<s:svg xmlns:s="x"><script/></s:svg>', True), ("image/svg+xml", "<svg/><svg/>", False), ("image/svg+xml", "\ud800", False),
])
def test_a_bundle_is_what_its_types_say(mime, value, is_one):
    assert fits(mime, value) is is_one


@pytest.mark.parametrize(("content", "suffix", "is_one"), [
    (b'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "a" "b">\n<svg><!-- <script> --><text>onclick=x()</text></svg>', ".svg", True), (b"<svg><script/></svg>", ".svg", False),
    (b"<svg onload='x()'/>", ".svg", False), (b"<svg/>", ".png", False), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ".png", True)])
def test_a_figure_is_a_still_picture(content, suffix, is_one):
    assert is_figure(content, suffix) is is_one


@pytest.mark.parametrize("text", ["~~~", "a\n\n```python\nx", "$$\nx", "<pre>a", "- ~~~\n  a\n\n~~~", "a\r\r~~~"])
def test_markdown_that_would_take_what_stands_below_it_is_no_output(text):
    assert passive_markdown(text) is None


@pytest.mark.parametrize("text", ["- a\n  - b", "| a |\n|---|\n| b |", "# a", "a\n---\nb", "~~~\na\n~~~", "$$\nx\n$$", "<div>a", "[a]: b"])
def test_markdown_that_ends_by_itself_is_shown(text):
    assert passive_markdown(text) == text


def test_html_is_found_as_common_mark_and_as_marp_see_it():
    assert passive_markdown("$`$ <img src=x onerror=a> `$`") == "$`$ <img> `$`"
    assert passive_markdown("`$` <img src=x onerror=a> `$`") == "`$` <img> `$`"


def test_each_line_end_is_one():
    assert passive_markdown("a\r\r---\r\nb") == "a\n\n---\nb"
    assert passive_block("<pre>a\r\r---\r</pre>") == "<div>\n<pre>a\n---\n</pre>\n</div>"


@pytest.mark.parametrize("tex", [r"\href{javascript:x}{y}", r"\def\a{b}", r"\require{html}", r"\style{position:fixed}{x}"])
def test_a_formula_that_does_more_than_show_is_none(tex):
    assert is_live_tex(tex)
    assert passive_markdown(f"a ${tex}$") is None


def test_a_formula_that_shows_is_one():
    assert not is_live_tex(r"\frac{1}{2} \left[\begin{matrix}1\end{matrix}\right] \delta \hrulefill")
