"""A course in a git repository, and what `diff` says of it."""

import json
import os
import subprocess

from tests.project import Project

DECK = """\
---
marp: true
theme: own
paginate: true
execute: true
---

# 第一

はじめの文。

---

## Double

```python
#| label: twice
from kit.core import double
print(double(21))
```

---

## A line

```python
#| label: plot
#| echo: false
#| fig-alt: a line
import matplotlib.pyplot as plt
from kit.core import halve
plt.figure(figsize=(6, 3))
plt.plot([halve(n) for n in range(9)])
```

---

### Data

`{python} open('data.txt').read().strip()`, and ![a dot](dot.svg)

---

### The end

- a
- b
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18" fill="red"/></svg>\n'
FILES = {
    "slides/one.md": DECK, "slides/two.md": "---\nmarp: true\n---\n\n# Two\n\nwords of the second deck\n\n---\n\n# Last\n\nwords\n",
    "slides/theme/own.css": "/* @theme own */\n@import 'default';\n\nh3 { color: green; }\n", "slides/data.txt": "7\n", "slides/dot.svg": DOT,
    "kit/__init__.py": "", "kit/core.py": "def double(x):\n    return 2 * x\n\n\ndef halve(x):\n    return x / 2\n",
    ".gitignore": ".marpweave\ndist\n.report.json\nout.json\n"}


def git(project, *words):
    """What git says."""
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    done = subprocess.run(["git", *words], cwd=project.folder, env={**os.environ, **names}, capture_output=True, text=True, check=True)
    return done.stdout


def committed(folder, files):
    """A new repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    project = Project(folder).write(files)
    git(project, "init", "-q", "-b", "main")
    commit(project)
    return project


def commit(project):
    git(project, "add", "-A")
    git(project, "commit", "-q", "--allow-empty", "-m", "a change")


def differences(project, *words, code=1):
    """Deck, change, number before, number after and reasons of each slide that differs."""
    project.run("diff", *words, "--json", "out.json", code=code)
    told = json.loads(project.text("out.json"))
    return [(deck["path"].removeprefix("slides/"), each["change"], *(each[side] and each[side]["slide"] for side in ("before", "after")), each["reasons"])
            for deck in told["decks"] for each in deck["differences"]]
