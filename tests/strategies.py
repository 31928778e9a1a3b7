"""Random decks, built from the kinds of lines that real decks and their mistakes are made of."""

from hypothesis import strategies as st

BLANK = ("", "", "", " ", "\t")
TEXT = ("text", "本文", "two  ", "back\\", "\\", "&#96;&#96;&#96;", "[a]: /u", "[a]: /u 'x", "y'", "\u2028x", "\x0cy",
        "\x85---", "a\0b", "`x`", "` ``` `", "`{python} 1 + 1`", "![a](b.png)", "![bg](c.png)", "<img src=d.png>")
RULES = ("---", "---", "---", "----", "--- ", " ---", "   ---", "    ---", "- - -", "***", "* * *", "___", "===", "--", "...",
         "- ---", "  ---", "> ---")
HEADINGS = ("# A", "## B", "### C", "# ", "#", "###### F", "text\n---", "text\n===", "- # A", "> # A")
CONTAINERS = ("- a", "  - b", "- - c", "1. x", "3) y", "> q", ">", "> - a", ">\t> b", "| a | b |", "|---|---|", "| 1 | 2 |",
              "a | b", "--|--", "---|")
FENCES = ("```python", "```", "````", "~~~", "~~~python", "  ```python", "- ```python", "\t```python", "  ```", "> ```python",
          "> ```", '``` python title="a"', "```python {1,3}", "```{python}", "```python,x", "```PY", "```output", "```text",
          "```error", "```pycon", "```js", "print(1)  # 1", "#| label: a", "#| echo: false", "x = 1", "\tx", "    code")
COMMENTS = ("<!-- note -->", "<!--", "-->", "<!-- a", "b -->", "- <!-- note -->", "<!--- class: lead --->",
            "<!-- headingDivider: 2 -->", "<!-- headingDivider: [1, 3] -->", "<!-- headingDivider: false -->",
            "<!--\nheadingDivider: 1\n-->", "text <!-- headingDivider: 3 -->", "<!-- headingDivider: '2' -->",
            "<!-- headingDivider: 9 -->", "<!-- a: b: c\nheadingDivider: 1 -->",
            "<!-- headingDivider: 1\nheadingDivider: 2 -->", "<!-- footer: a: b\nheadingDivider: 1 -->")
MARKUP = ("<style>", "</style>", "<style scoped>a{b:c}</style>", "section { color: red }", "<pre>", "</pre>", "<div>",
          "</div>", "<br>", "<script>", "</script>", "<?php", "?>", "<!X", "<![CDATA[", "]]>", "<b>x</b>")
FORMULAS = ("$$", "$$", "$$ x", "x $$", "$$x$$", "$$$", "$x$", "- $$", "  $$", "> $$", "$ x", "`$`", "a $x$ b", "$1 $", "$x\\$ y", "y$ `z`",
            "$![a](b.png)$")
SETTINGS = ("theme: gaia", "headingDivider: 2", "headingDivider:", "  - 1", "headingDivider: [2]", "execute: true", "a: [")
FRONT_MATTERS = ("", "", "", "---\ntheme: gaia\n---\n", "---\n---\n", "---\nheadingDivider: 2\n---\n",
                 "---\nheadingDivider: [1, 3]\n---\n", "---\nexecute: true\nheadingDivider: 1\n---\n",
                 "---\n# a: comment\n---\n", "----\na: 1\n----\n", "---\na: 1\n...\n")
ENDS = ("\n", "\n", "\n", "\r\n", "\r")
CONTAINED = (("", ""), ("", ""), ("> ", "> "), (">", ">"), ("- ", "  "), ("  ", "  "), ("1.\t", "\t"))
"""What stands before the first line of a contained block, and before its others."""

lines = st.one_of(*map(st.sampled_from, (
    BLANK, TEXT, RULES, HEADINGS, CONTAINERS, FENCES, COMMENTS, MARKUP, FORMULAS, SETTINGS)))
sources = st.lists(st.sampled_from((
    "#| echo: false", "# | fig-cap: a", "x = 1", "", "  y", "---", "# A", "``")), max_size=4)


@st.composite
def whole_cells(draw):
    """A closed fence of Python, perhaps with an output fence behind it, perhaps in a quote or a list item."""
    fence = draw(st.sampled_from(("```", "~~~~")))
    inside = [fence + draw(st.sampled_from(("python", "py title=a", "Python3", "pycon"))), *draw(sources), fence]
    if draw(st.booleans()):
        info = draw(st.sampled_from(("output", "text rtol=1", "error")))
        inside += [*draw(st.sampled_from(([], [""]))), fence + info, *draw(sources), fence]
    first, others = draw(st.sampled_from(CONTAINED))
    return "\n".join((others if number else first) + line for number, line in enumerate(inside))


pieces = st.one_of(lines, lines, whole_cells())
bodies = st.lists(st.builds(str.__add__, pieces, st.sampled_from(ENDS)), min_size=5, max_size=24).map("".join)
chapters = st.lists(bodies, min_size=1, max_size=3).map("\n---\n".join)
decks = st.builds(str.__add__, st.sampled_from(FRONT_MATTERS), chapters)
"""Decks of all sorts of lines, their ends LF, CRLF and CR."""
any_texts = st.one_of(
    decks, decks, decks.map("\ufeff".__add__), decks.map(lambda text: text.rstrip("\r\n")), st.text(max_size=80))
"""Decks, with a byte order mark too or without a last line end, and texts that are none."""
