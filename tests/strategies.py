"""Random decks, built from the kinds of lines that real decks and their mistakes are made of."""

from hypothesis import strategies as st

LINES = (
    "", "", "", " ", "\t", "text", "本文", "two  ", "---", "---", "---", "----", "--- ", " ---", "   ---", "    ---", "- - -",
    "***", "___", "===", "--", "...", "# A", "## B", "### C", "# ", "#", "###### F", "text\n---", "text\n===",
    "- a", "  - b", "- # A", "- - c", "1. x", "3) y", "- ---", "  ---", "* * *", "> q", "> ---", "> # A", ">", "> - a", ">\t> b",
    "| a | b |", "|---|---|", "| 1 | 2 |", "a | b", "--|--", "a", "---|",
    "```python", "```", "````", "~~~", "~~~python", "  ```python", "- ```python", "  ```", "> ```python", "> ```", "    code",
    "``` python title=\"a\"", "```python {1,3}", "```{python}", "```python,x", "```PY", "```output", "```text",
    "```error", "```pycon", "```js", "print(1)  # 1", "#| label: a", "x = 1", "\tx", "`x`", "` ``` `",
    "<!-- note -->", "<!--", "-->", "<!-- a", "b -->", "<!-- headingDivider: 2 -->", "<!-- headingDivider: [1, 3] -->",
    "<!-- headingDivider: false -->", "<!--\nheadingDivider: 1\n-->", "text <!-- headingDivider: 3 -->", "- <!-- note -->",
    "<!-- headingDivider: '2' -->", "<!-- headingDivider: 9 -->", "<!--- class: lead --->", "<!-- a: b: c\nheadingDivider: 1 -->",
    "<!-- headingDivider: 1\nheadingDivider: 2 -->", "<!-- footer: a: b\nheadingDivider: 1 -->",
    "<style>", "</style>", "<style scoped>a{b:c}</style>", "section { color: red }", "<pre>", "</pre>", "<div>", "</div>",
    "<br>", "<script>", "</script>", "<?php", "?>", "<!X", "<![CDATA[", "]]>", "<b>x</b>",
    "$$", "$$", "$$ x", "x $$", "$$x$$", "$$$", "$x$", "- $$", "  $$", "> $$", "$ x", "`$`",
    "![a](b.png)", "![bg](c.png)", "[a]: /u", "[a]: /u 'x", "y'", "\\", "text\\", "&#96;&#96;&#96;", "\u2028x", "\x0cy", "\x85---",
    "theme: gaia", "headingDivider: 2", "headingDivider:", "  - 1", "headingDivider: [2]", "execute: true", "a: [",
)
ENDS = ("\n", "\n", "\n", "\r\n", "\r")
HEADS = ("", "", "", "---\ntheme: gaia\n---\n", "---\n---\n", "---\nheadingDivider: 2\n---\n", "---\nheadingDivider: [1, 3]\n---\n",
         "---\nmarp: true\nexecute: true\nheadingDivider: 1\n---\n", "---\n# a: comment\n---\n", "----\na: 1\n----\n", "---\na: 1\n...\n")

line_kinds = st.sampled_from(LINES)
bodies = st.lists(st.tuples(line_kinds, st.sampled_from(ENDS)), max_size=24).map(
    lambda lines: "".join(line + end for line, end in lines))
decks = st.builds(str.__add__, st.sampled_from(HEADS), bodies)
"""Decks with LF, CRLF and CR mixed."""
any_texts = st.one_of(decks, st.text(max_size=80), st.builds("\ufeff".__add__, decks), decks.map(lambda t: t.rstrip("\r\n")))
