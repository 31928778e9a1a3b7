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
FORMULAS = ("$$", "$$", "$$ x", "x $$", "$$x$$", "$$$", "$x$", "- $$", "  $$", "> $$", "$ x", "`$`")
SETTINGS = ("theme: gaia", "headingDivider: 2", "headingDivider:", "  - 1", "headingDivider: [2]", "execute: true", "a: [")
FRONT_MATTERS = ("", "", "", "---\ntheme: gaia\n---\n", "---\n---\n", "---\nheadingDivider: 2\n---\n",
                 "---\nheadingDivider: [1, 3]\n---\n", "---\nexecute: true\nheadingDivider: 1\n---\n",
                 "---\n# a: comment\n---\n", "----\na: 1\n----\n", "---\na: 1\n...\n")
ENDS = ("\n", "\n", "\n", "\r\n", "\r")

lines = st.one_of(*map(st.sampled_from, (
    BLANK, TEXT, RULES, HEADINGS, CONTAINERS, FENCES, COMMENTS, MARKUP, FORMULAS, SETTINGS)))
bodies = st.lists(st.builds(str.__add__, lines, st.sampled_from(ENDS)), max_size=24).map("".join)
decks = st.builds(str.__add__, st.sampled_from(FRONT_MATTERS), bodies)
"""Decks of all sorts of lines, their ends LF, CRLF and CR."""
any_texts = st.one_of(decks, decks.map("\ufeff".__add__), decks.map(lambda text: text.rstrip("\r\n")), st.text(max_size=80))
"""Decks, with a byte order mark too or without a last line end, and texts that are none."""
