"""What a finding says of a missing name or module."""

import sys
from pathlib import Path

import pytest

from marpweave.check.remedies import remedies
from marpweave.kernel.environments import own_environment
from marpweave.model.environment import Environment
from marpweave.model.outcome import Error
from marpweave.read.parse import parse_deck

DECK = """---
execute: true
---
```python
value = 1
```
```python
#| isolate: true
alone = 1
```
```python
#| eval: false
shown = 1
```
"""
ELSEWHERE = "in a cell above, in `execute: {prelude: …}` or with --prelude"
FOLDERS = "not in the deck's folder, the project's, PYTHONPATH or the installed packages"


def advice(name, message, *, line=99, search=(), environment=None):
    return remedies(parse_deck(DECK, Path("deck.md")), environment or own_environment(), search)(Error(name, message, line))


@pytest.mark.parametrize(("name", "line", "says"), [
    ("np", 99, f"no cell defines it: write `import numpy as np` {ELSEWHERE}"),
    ("math", 99, f"no cell defines it: write `import math` {ELSEWHERE}"),
    ("vlaue", 99, "did you mean value?"),
    ("unheard_of", 99, f"no cell defines it: define or import it {ELSEWHERE}"),
    ("value", 2, "it is defined only below, in line 4"),
    ("value", 99, ""),
    ("alone", 99, "the isolated cell in line 7 defines it, and other cells do not see its names"),
    ("shown", 99, "the cell in line 11 that defines it is not run")])
def test_where_a_missing_name_could_come_from(name, line, says):
    assert advice("NameError", f"name '{name}' is not defined", line=line) == says


@pytest.mark.parametrize(("module", "distribution"), [
    ("bs4", "beautifulsoup4"), ("cv2", "opencv-python"), ("skimage.io", "scikit-image")])
def test_a_missing_package_is_named_as_it_is_installed(module, distribution):
    assert advice("ModuleNotFoundError", f"No module named '{module}'") == \
        f"{FOLDERS}: install it with `{sys.executable} -m pip install {distribution}`, or name the Python that has it with --python"


def test_a_package_that_another_environment_lacks_is_installed_there(tmp_path):
    (tmp_path / "numpy_of_mine").mkdir()
    there = Environment("/course/bin/python", "CPython 3.12.1", "linux", (str(tmp_path),))
    assert advice("ModuleNotFoundError", "No module named 'numpy'", environment=there) == f"{FOLDERS}: install it with `/course/bin/python -m pip install numpy`"
    assert advice("ModuleNotFoundError", "No module named 'numpy.linalg'", environment=there).endswith("install it with `/course/bin/python -m pip install numpy`")
    (tmp_path / "numpyy.py").touch()
    assert advice("ModuleNotFoundError", "No module named 'numpy'", environment=there).startswith("did you mean numpyy? ")


def test_another_python_is_proposed_once_in_a_deck():
    remedy = remedies(parse_deck(DECK, Path("deck.md")), own_environment())
    said = [remedy(Error("ModuleNotFoundError", f"No module named '{name}'", 5)) for name in ("no_such_package", "cv2")]
    assert ["--python" in each for each in said] == [True, False]


def test_a_mistyped_package_gets_its_name():
    assert advice("ModuleNotFoundError", "No module named 'numpyy'").startswith("did you mean numpy?")
    assert advice("ModuleNotFoundError", "No module named 'json.decoderr'") == "did you mean json.decoder?"
    assert advice("ModuleNotFoundError", "No module named 'json.unheard_of'") == "json exists, but has no unheard_of"


def test_a_module_of_the_project_where_nobody_looks_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src" / "mine").mkdir(parents=True)
    (tmp_path / "src" / "mine" / "__init__.py").touch()
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "other_one.py").touch()
    assert advice("ModuleNotFoundError", "No module named 'mine'", search=[tmp_path]) == \
        f"{Path('src/mine')} exists: install the project (`pip install -e .`), or put src on PYTHONPATH " \
        "and pass that on with `execute: {env: [PYTHONPATH]}`"
    assert advice("ModuleNotFoundError", "No module named 'other_one'", search=[tmp_path]).startswith(f"{Path('lib/other_one.py')} exists")


def test_a_mistyped_name_of_a_module_gets_its_name(tmp_path):
    (tmp_path / "mine.py").write_text("def forward(): ...\nfrom json import loads\n")
    assert advice("ImportError", "cannot import name 'foward' from 'mine' (mine.py)", search=[tmp_path]) == "mine has forward"
    assert advice("ImportError", "cannot import name 'load_s' from 'mine' (mine.py)", search=[tmp_path]) == "mine has loads"
    assert advice("ImportError", "cannot import name 'x' from 'mine' (mine.py)", search=[tmp_path]) == ""


def test_other_errors_say_all_themselves():
    assert advice("ValueError", "invalid literal for int() with base 10: 'x'") == ""
