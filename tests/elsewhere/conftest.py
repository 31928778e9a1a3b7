"""The machine that others have, and their course."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from marpweave.render.programs.browsers import installed_browser
from marpweave.render.programs.chromium import chromium
from tests.elsewhere.stage import Machine, installed
from tests.environments import environment

INTRO = """\
---
marp: true
execute: true
theme: ours
math: mathjax
---

# 第一週 $x^2$ 🎉

```{python}
#| label: line
#| fig-cap: 直線
#| echo: false
import numpy as np
import matplotlib.pyplot as plt
import material
plt.figure(figsize=(3, 2))
plt.plot(material.slope * np.arange(3));
```

---

```python
from material import slope
print(slope)  # 2
```
"""
AGAIN = """\
---
marp: true
execute: true
---

# 第二週

```python
import only_theirs
print(only_theirs.answer)  # 42
```
"""
THEME = "/* @theme ours */\n@import 'default';\nsection { background: #fee; font-family: serif; }\n"


@pytest.fixture(scope="session")
def place(tmp_path_factory) -> Path:
    """A folder for all that is made once."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="session")
def engine(place) -> Path:
    """marpweave, installed as by pipx."""
    return installed(place / "engine", "marpweave") / "bin/marpweave"


@pytest.fixture(scope="session")
def theirs(place) -> Path:
    """The course's own environment: ipykernel and its packages, among them one that marpweave's has not."""
    folder = environment(place / "theirs", "ipykernel", "matplotlib", "numpy")
    site = folder / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    (site / "only_theirs.py").write_text("answer = 42\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def fonts(place) -> Path:
    """The fonts that the machines of all tests have unpacked."""
    (place / "fonts").mkdir()
    return place / "fonts"


@pytest.fixture
def course(tmp_path, theirs) -> Path:
    """A course in a folder with a blank and Japanese in its name: a package, a theme, two decks of one name."""
    folder = tmp_path / "春 講義"
    files = {"lectures/week1/intro.md": INTRO, "lectures/week2/intro.md": AGAIN, "lectures/week1/theme/ours.css": THEME,
             "material/__init__.py": "slope = 2\n", "marpweave.toml": 'lang = "ja"\n'}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / ".venv").symlink_to(theirs)
    return folder


@pytest.fixture
def machine(course, fonts, tmp_path) -> Machine:
    """A machine with Node.js, a browser and unpacked fonts, where the course is."""
    user, home = tmp_path / "user", tmp_path / "home"
    user.mkdir()
    home.mkdir()
    (home / "fonts").symlink_to(fonts)
    there = Machine(course, tmp_path / "bin", {"HOME": str(user), "MARPWEAVE_HOME": str(home)}).having("node", "npm")
    browser = installed_browser()
    if browser:
        return there.knowing(CHROME_PATH=browser)
    kept = chromium(bring=True)
    (home / kept.name).symlink_to(kept)
    return there


@pytest.fixture
def npm_of_user() -> dict[str, str]:
    """How npm reaches a registry from here, and what it has brought before."""
    own = Path.home()
    found = {name: value for name, value in os.environ.items() if name.lower().startswith(("npm_config_", "http", "no_proxy", "node_extra"))}
    return {"npm_config_cache": str(own / ".npm"), "npm_config_userconfig": str(own / ".npmrc"), **found}
