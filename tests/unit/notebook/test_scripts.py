"""Decks, notebooks and scripts as files: what comes back is the same, what is lost is told, nothing is overwritten."""

import json
from pathlib import Path

import pytest

from marpweave.build.notebooks.convert import convert
from marpweave.config.decks import SUFFIXES
from marpweave.errors import UsageError
from marpweave.notebook.scripts import Form

pytest.importorskip("jupytext")
DECK = """\
---
marp: true
size: 16:9
title: 第1回　図
execute: true
---

<!-- _class: lead -->

# 表紙

---

```python
#| label: a
#| echo: false
x = [1]  # 回
%matplotlib inline
```

1. text

   ```python eval=false
   y
   ```

<!--
note
-->

---
***

```pycon
>>> x
[1]
```

```output
# %%
```
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text):
    Path(name).write_text(text, encoding="utf-8", newline="")


def read(name):
    return Path(name).read_bytes().decode()


def converted(source, target, form=None, **options):
    return list(convert(Path(source), Path(target), form, **options))


@pytest.mark.parametrize(("target", "form"), [
    ("b.ipynb", None), ("b.py", None), ("b.Rmd", None), ("b.qmd", None), ("b.md", Form.MARKDOWN), ("b.md", Form.MYST)])
def test_a_deck_comes_back_as_it_was(target, form):
    write("deck.md", DECK)
    assert converted("deck.md", target, form) == []
    assert converted(target, "again.md") == []
    assert read("again.md") == DECK


@pytest.mark.parametrize(("target", "form"), [("b.ipynb", None), ("b.py", None), ("b.Rmd", None), ("b.md", Form.MARKDOWN), ("b.md", Form.MYST)])
@pytest.mark.parametrize("text", [
    "---\nmarp: true\njupyter: python3\n---\n\n# 1\n\n```python\nx\n```\n", "---\nmarp: true\n---\n\n# 1\n\n```python\n\n```\n\n```python\nx\n```\n",
    "\ufeff---\nmarp: true\n---\n\n# 1\n", "---\nmarp: true\n---\n# 1\n", "---\ntitle: A\n---\n# 1\n\n## 2\n"])
def test_an_empty_cell_and_the_name_of_a_kernel_come_back(text, target, form):
    write("a.md", text)
    assert converted("a.md", target, form) == converted(target, "again.md") == []
    assert read("again.md") == text


def test_a_notebook_becomes_a_script():
    write("deck.md", "# A\n\n```python\nx = 1\n```\n")
    assert converted("deck.md", "a.ipynb") == converted("a.ipynb", "a.py") == []
    assert read("a.py").split("# ---\n")[-1] == '\n# %% [markdown] slideshow={"slide_type": "slide"}\n# # A\n\n# %%\nx = 1\n'


def test_a_document_of_quarto_becomes_a_deck_and_what_is_lost_is_told():
    write("a.qmd", "---\ntitle: A\n---\n\n## B\n\n```{python}\n#| echo: false\n#| code-fold: true\nx = 1\n```\n\n{{< pagebreak >}}\n")
    lost = converted("a.qmd", "a.md")
    assert read("a.md") == "---\nmarp: true\npaginate: true\nexecute: true\ntitle: A\n---\n\n## B\n\n```python\n#| echo: false\n#| code-fold: true\nx = 1\n```\n\n{{< pagebreak >}}\n"
    assert [line.split(":")[:2] for line in lost] == [["a.md", "16"]]
    write("b.qmd", "---\nformat: revealjs\nexecute:\n  echo: false\n---\n\n# B\n\n```\n# no heading\n```\n\n## C\n\n### D\n")
    assert converted("b.qmd", "b.md") == []
    assert read("b.md") == ("---\nmarp: true\npaginate: true\nformat: revealjs\nexecute:\n  echo: false\n---\n\n"
                            "# B\n\n```\n# no heading\n```\n\n---\n\n## C\n\n### D\n")


def test_an_include_of_a_deck_is_told_and_comes_back_and_a_missing_one_is_told():
    write("part.md", "shared\n")
    write("deck.md", "---\nexecute: true\n---\n\n# A\n\n{{< include part.md >}}\n")
    assert converted("deck.md", "a.py") == ["deck.md:7: a.py does not contain part.md, since its include stays text; "
                                            "`build.py --to ipynb` writes a notebook that does"]
    assert converted("deck.md", "a.qmd") + converted("a.py", "back.md") == []
    assert read("back.md") == read("deck.md")
    Path("part.md").unlink()
    assert converted("a.py", "back.md", force=True) == ["back.md:7: part.md does not exist: there is no part.md"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_deck_is_known_by_each_suffix_that_a_build_knows(suffix):
    write(f"deck{suffix}", DECK)
    converted(f"deck{suffix}", "a.ipynb")
    converted("a.ipynb", f"back{suffix}")
    assert read(f"back{suffix}") == DECK


def test_what_stands_there_is_not_overwritten():
    write("deck.md", DECK)
    write("a.ipynb", "mine")
    with pytest.raises(UsageError, match=r"^a\.ipynb already exists; use `--force` to overwrite$"):
        converted("deck.md", "a.ipynb")
    assert read("a.ipynb") == "mine"
    converted("deck.md", "a.ipynb", force=True)
    assert json.loads(read("a.ipynb"))["nbformat"] == 4


@pytest.mark.parametrize(("source", "target", "said"), [
    ("deck.md", "b.md", "deck.md and b.md are both deck: nothing to convert; `--as md` or `--as myst` writes a script"),
    ("deck.md", "b.txt", "b.txt: unknown suffix; use one of .md, .markdown, .mdown, .markdn, .ipynb, .py, .rmd, .qmd, "
     "or name the format with `--as`"),
    ("no.ipynb", "b.md", "no.ipynb: no such file"),
    ("broken.ipynb", "b.md", "broken.ipynb is not a readable notebook: Notebook does not appear to be JSON: '{'"),
    ("list.ipynb", "b.md", "list.ipynb is not a readable notebook: 'list' object has no attribute 'get'"),
    ("feed.md", "b.Rmd", "feed.md cannot be written as Rmd: "),
    ("r.ipynb", "b.md", "r.ipynb runs R; the cells of a deck are Python"),
])
def test_what_cannot_be_converted_is_told_in_a_line(source, target, said):
    write("deck.md", DECK)
    write("broken.ipynb", "{")
    write("list.ipynb", "[]")
    write("feed.md", "\n\n```python\nback\\\n\n")
    write("r.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"language_info": {"name": "R"}}}))
    with pytest.raises(UsageError) as raised:
        converted(source, target)
    assert str(raised.value).startswith(said)
    assert not Path("b.md").exists()
