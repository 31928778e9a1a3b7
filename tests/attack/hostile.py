"""Hostile decks, cells, places and names."""

import os

GOOD = "---\nexecute: true\n---\n\n# good\n\n```python\n#| eval: false\nprint(1)\n```\n"


def front(text):
    return f"---\n{text}\n---\n\n# A\n"


def cell(code):
    return f"---\nexecute: true\n---\n\n# A\n\n```python\n{code}\n```\n\n```python\nprint('after')  # after\n```\n"


TEXTS = {
    # what is no text, or hardly one
    "empty": ("", 0),
    "a byte order mark alone": ("\ufeff", 0),
    "carriage returns alone": ("\r" * 1000, 0),
    "nul": ("\0" * 1000, 0),
    "nul in a cell": (cell("print('a\0b')"), 0),
    "utf-16": ("# A\n".encode("utf-16"), 1),
    "broken utf-8": (b"# \xff\xfe\x80\n", 1),
    "half a surrogate pair": (b"# \xed\xa0\x80\n", 1),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, 1),
    "control characters": ("# \x1b[31m\x07\x08\x7f\x85\u2028\u2029\x0c\n", 0),
    "right to left and combining": ("# \u202e" + "a\u0301" * 20_000 + "\n", 0),
    # front matter
    "front matter without an end": ("---\na: 1\n# A\n", 1),
    "front matter that is a list": (front("- 1\n- 2"), 1),
    "an object of Python": (front("a: !!python/object/apply:os.system ['touch owned']"), 1),
    "a thousand laughs": (front("a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]" for n in range(9))), 0),
    "deep YAML": (front("a: " + "[" * 20_000), 1),
    "a key of a megabyte": (front("a" * 1_000_000 + ": 1"), 1),
    "the same key twice": (front("theme: gaia\ntheme: default"), 1),
    "a theme out of the way": (front("theme: ../../../etc/passwd"), 1),
    "dividers of all kinds": (front("headingDivider: 99999999999999999999"), 0),
    "an alias without an anchor": (front("a: *b"), 1),
    "a date that is none": (front("date: 2024-99-99"), 0),
    "execute of nonsense": (front("execute: {prelude: 5, timeout: -1, x: y}"), 1),
    "a prelude that kills": (front("execute: {prelude: 'import os; os._exit(1)'}") + "\n```python\n1\n```\n", 1),
    # Markdown
    "quotes in quotes": (">" * 5000 + " a\n", 0),
    "lists in lists": ("".join("  " * n + "- a\n" for n in range(300)), 0),
    "brackets": ("[" * 20_000 + "\n", 0),
    "links in links": ("[a](" * 5000 + "\n", 0),
    "stars": ("*a **a " * 5000 + "\n", 0),
    "backticks": ("".join("`" * n + " " for n in range(400)) + "\n", 0),
    "a comment without an end": ("<!-- " + "a\n" * 1000, 0),
    "comments that open only": ("<!--" * 20_000 + "\n", 0),
    "a fence without an end": ("```python\nprint(1)\n", 0),
    "a formula without an end": ("$$\n" + "x\n" * 1000, 0),
    "dollars": ("$" * 20_000 + "\n", 0),
    "two thousand styles": ("<style>a{b:c}</style>\n\n" * 2000, 0),
    "a style without an end": ("<style>\n" * 2000, 0),
    "a script": ("<script>while(true){}</script>\n\n]]></textarea></script>\n", 1),
    "five thousand slides": ("# A\n\n---\n\n" * 5000, 0),
    "a line of a megabyte": ("a" * 1_000_000 + "\n", 0),
    "a table of 500 columns": ("|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + ("|" + "b|" * 500 + "\n") * 20, 0),
    "references": ("".join(f"[{n}]: /u\n" for n in range(3000)) + "[a]\n" * 3000, 0),
    "entities": ("&#0; &#x110000; &#xD800; &bogus; " * 2000 + "\n", 0),
    "directives of nonsense": ("<!-- class: [a, {b: c}] -->\n<!-- paginate: [ -->\n<!-- _style: 5 -->\n# A\n", 0),
    # options
    "a label of 400 characters": (cell("#| label: " + "a" * 400 + "\n1"), 1),
    "a label of 200 Japanese characters": (cell("#| label: " + "図" * 200 + "\nimport matplotlib.pyplot as plt; plt.plot([1])"), 1),
    "a label that climbs": (cell("#| label: ../../x\n1"), 1),
    "a label with a nul": (cell('#| label: "a\\0b"\n1'), 1),
    "sizes of nonsense": (cell("#| fig-width: 1e999\n#| fig-height: -1\n#| fig-dpi: .nan\nimport matplotlib.pyplot as plt; plt.plot([1])"), 1),
    "times of nonsense": (cell("#| timeout: -1\n1"), 1),
    "deep options": (cell("#| error: " + "{" * 5000 + "\n1"), 1),
    "a source that is none": (cell("#| source: os.nope.nope\n1"), 1),
    "a source that runs": (cell("#| source: import os\n1"), 1),
    "dependencies on devices": (cell("#| deps: [/dev/zero, /dev/urandom]\nprint(1)  # 1"), 0),
    # pictures
    "a picture of a nul": ("![](a%00b.png)\n\n![](%00)\n", 1),
    "a picture with a long name": (f"![]({'a' * 10_000}.png)\n", 1),
    "a picture that is a device": ("![](/dev/zero)\n", 1),
    "a picture that is a folder": ("![](.)\n\n![](..)\n\n![](/)\n", 1),
    "a picture of a password": ("![](/etc/passwd)\n\n![](file:///etc/passwd)\n\n<img src='/etc/passwd'>\n", 1),
    "a picture that runs": ("![](javascript:alert(1))\n", 0),
    "a picture outside in a classic deck": ("<!-- $theme: gaia -->\n\n![50%](/dev/zero)\n\n![50%](../../../../../../etc/passwd)\n", 1),
    # claims
    "a number of 100,000 digits": (cell("print(1)  # => " + "9" * 100_000), 1),
    "a number beyond all": (cell("print(1.0)  # => 1e999999999"), 1),
    "a sum of 1,000 terms": (cell("print(" + "+".join(["1"] * 1000) + ")  # 1000"), 1),  # too deep for IPython itself
    "deep brackets": (cell("x = " + "(" * 1000 + ")" * 1000), 1),
    "deep brackets in a claim": (cell("print(1)  # => " + "[" * 5000), 1),
    "a cell of 5,000 lines": (cell("\n".join(f"x{n} = {n}" for n in range(5000))), 0),
    "inline values": (front("execute: true") + "`{python} 1 + 1` " * 300 + "\n", 0),
    "an inline value that is Markdown": (front("execute: true") + "`{python} '---' + chr(10) + '<script>' + chr(96) * 9`\n", 0),
    "an inline value that raises": (front("execute: true") + "`{python} 1 / 0` `{python} (` `{python} exit()`\n", 1),
}
"""Name -> what the deck is, and the exit code of its build."""
CELLS = {
    "it removes its own deck": ("import os\nos.remove('hostile.md')", 0),
    "it leaves the folder and removes it": ("import os, shutil, tempfile\nd = tempfile.mkdtemp(); os.chdir(d); shutil.rmtree(d)", 0),
    "it dies": ("import os\nos._exit(0)", 1),
    "it is killed": ("import os\nos.kill(os.getpid(), 9)", 1),
    "it aborts": ("import os\nos.abort()", 1),
    "it forks": ("import os\npid = os.fork()\nif pid == 0:\n    os._exit(0)\nos.waitpid(pid, 0)[1]", 0),
    "it closes its outputs": ("import os\nos.close(1); os.close(2)", 0),
    "it closes everything": ("import os\nos.closerange(3, 200)", 1),
    "it has no stdout": ("import sys\nsys.stdout = None", 1),
    "it closes stdout": ("import sys\nsys.stdout.close()", 0),
    "it exits": ("import sys\nsys.exit(3)", 1),
    "it interrupts": ("raise KeyboardInterrupt", 1),
    "it raises what is no exception": ("class E(BaseException):\n    def __str__(self): raise self\nraise E", 1),
    "it raises with ten megabytes": ("raise ValueError('x' * 10_000_000)", 1),
    "it has no words": ("class A:\n    def __repr__(self): raise SystemExit\nA()", 1),
    "it prints halves of pairs": (r"print('\ud800')", 1),
    "it prints control characters": (r"print('\0\x1b[31m\x1b]0;title\x07\x08\x7f---\n```\n<!--')", 0),
    "it prints Markdown as it is": ("#| output: asis\nprint('---\\n# B\\n```\\n<script>')", 0),
    "it shows what is no picture": ("display({'image/png': 'no', 'text/html': '<script>', 5: 6}, raw=True)", 0),
    "it shows a picture of nothing": ("display({'image/png': '####', 'image/svg+xml': '\\0'}, raw=True)", 0),
    "it forges what we see": ("display({'application/vnd.marpweave+json': {'isolated': 5, 'writes': 7, 'inputs': [1]}}, raw=True)", 0),
    "it forges a figure": ("display({'application/vnd.marpweave+json': {'figures': [{'name': '../../x.py', 'content': 'AA==', "
                           "'animation': ''}]}}, raw=True)", 0),
    "it asks": ("input('name? ')", 1),
    "it recurses": ("def f(): return f()\nf()", 1),
    "it wants all memory": ("'x' * 10 ** 15", 1),
    "it sleeps": ("import time\ntime.sleep(1000)", 1),
    "it does not listen": ("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", 1),
    "it forgets its modules": ("import sys\nsys.modules.clear()", 1),
    "it has other builtins": ("import builtins\nbuiltins.len = builtins.open = None", 1),
    "it may not recurse": ("import sys\nsys.setrecursionlimit(60)", 0),
    "it stops being watched": ("get_ipython().events.callbacks.clear()", 1),
    "it forgets its environment": ("import os\nos.environ.clear()", 0),
    "it reads devices": ("for name in '/dev/zero', '/dev/urandom':\n    open(name, 'rb').read(3)", 0),
    "it reads itself": ("open('/proc/self/mem', 'rb').close(); open('/proc/self/maps').read(); None", 0),
    "it writes after its end": ("import threading, time\ndef f():\n    while True: print('x' * 1000)\n"
                                "threading.Thread(target=f, daemon=True).start()", 0),
    "it calls what is not there": ("!marpweave-nothing\n%nothing\n%%nothing", 1),
    "it has a figure of a kilometre": ("import matplotlib.pyplot as plt\nplt.figure(figsize=(40000, 40000)).add_subplot()", 0),
    "it has forty figures": ("#| timeout: 80\nimport matplotlib.pyplot as plt\nfor _ in range(40): plt.figure().add_subplot()", 0),
    "it is no Python": ("def f(:\n  \\\n\t'''", 1),
}
PLACES = {
    "not there": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path: path.symlink_to("nothing.md"),
    "a link to itself": lambda path: path.symlink_to(path.name),
}
NAMES = ["new\nline.md", "quo'te\".md", "percent%41.md", "-dash.md", "emoji😀.md", "two  blanks.md", "#hash?.md", "index.md", "a.b.c.md",
         "あ" * 60 + ".md", "CON.md", ".md", "<b>&amp;.md", "tab\t.md", "$(touch owned).md", b"bytes\xff.md"]
