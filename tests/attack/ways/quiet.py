"""Edits after which nothing runs."""

from __future__ import annotations

from typing import Any

from tests.attack.makers import (
    Files,
    at,
)
from tests.attack.ways.modules import SQL, T1
from tests.attack.ways.way import FIGURE, ONE, D, Way, becomes

MANY = D("import os, mod\nprint(mod.x, os.path.exists('a'), sorted(os.listdir('d')))", "print(open('b').read())", FIGURE)
MANY_FILES = {"a": "1", "b": "1", "d/x": "1", "mod.py": "x = 1", "pkg/__init__.py": ""}


def calm(name: str, edit: Files, deck: str = MANY, files: Files = MANY_FILES, **more: Any) -> Way:
    """An edit for which nothing runs."""
    return Way(name, deck, files, edit, quiet=True, **more)


def edited(old: str, new: str) -> Files:
    """An edit of the deck with many cells."""
    assert old in MANY
    return {"deck.md": MANY.replace(old, new)}


QUIET = (
    calm("nothing", {}),
    calm("a comment that In leaves out", becomes("x = 1  # 2", "print(In[-2])"), D("x = 1  # 1", "print(In[-2])"), {}),
    calm("a comment that _i leaves out", becomes("x = 1  # 2", "print(_i)"), D("x = 1  # 1", "print(_i)"), {}),
    calm("a comment that history leaves out", becomes("x = 1  # 2", "%history"), D("x = 1  # 1", "%history"), {}),
    calm("a comment below a line that fails", becomes("#| error: true\n1 / 0\n# c"), D("#| error: true\n1 / 0"), {}),
    calm("prose", edited("# 一", "# 一\n\n文。")),
    calm("a comment", edited("fig = plt.figure()", "fig = plt.figure()  # 図")),
    calm("blank lines", edited("import os, mod\n", "import os, mod\n\n\n")),
    calm("spaces in code", edited("plt.plot([0, 1])", "plt.plot( [0,1] )")),
    calm("a caption", edited("```python\nimport matplotlib", "```python\n#| fig-cap: 図\nimport matplotlib")),
    calm("echo", edited("```python\nprint", "```python\n#| echo: false\nprint")),
    calm("a tolerance", edited("```python\nprint", "```python\n#| rtol: 0.1\nprint")),
    calm("a label without a figure", edited("```python\nprint", "```python\n#| label: data\nprint")),
    calm("what is expected", edited("```python\nprint(open('b').read())\n```", "```python\nprint(open('b').read())\n```\n\n```output\n1\n```")),
    calm("Windows lines", {"deck.md": MANY.replace("\n", "\r\n")}),
    calm("a touched file that is read", {"b": at(9)}),
    calm("a touched file that is asked for", {"a": at(9)}),
    calm("a touched module", {"mod.py": at(9)}),
    calm("a touched folder", {"d": at(9)}),
    calm("a touched file in a folder", {"d/x": at(9)}),
    calm("a file that is asked for has other words", {"a": "2"}),
    calm("a file in a listed folder has other words", {"d/x": "2"}),
    calm("a file that nobody reads", {"c": "1"}),
    calm("a module that nobody imports", {"other.py": "x = 1"}),
    calm("an editor's file", {".deck.md.swp": "x", "deck.md~": "x"}),
    calm("another deck without cells", {"z.md": "---\nmarp: true\nexecute: true\n---\n\n# 二\n"}),
    calm("a repository around it", {"../.git/HEAD": "ref: refs/heads/main", "../README.md": "x", "../pyproject.toml": ""}),
    calm("bytecode that goes", {"__pycache__": None}),
    calm("figures that go", {"../figures": None}),
    calm("a fresh checkout", {}, checkout=True),
    calm("a variable that nobody asks for", {"$OTHER": "1"}),
    calm("a variable of the terminal", {"$TERM": "xterm", "$LINES": "40", "$SSH_TTY": "/dev/pts/1", "$PWD": "/"}),
    calm("a size that is asked for, touched", {"a": at(9)}, D("import os\nprint(os.path.getsize('a'))"), ONE),
    calm("an edit that is taken back", becomes("print(1)"), again={"deck.md": MANY}),
    calm("a database that is read", {"c": "1"}, D(SQL + "sqlite3.connect('t.db').execute('select x from t').fetchall()"), T1),
)
