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


@pytest.mark.parametrize(("message", "says"), [
    ("Line magic function `%%time` not found.", "a magic with `%%` must be the first line of its cell"),
    ("Cell magic `%%R` not found.", "load its extension with `%load_ext` in a cell above, or show the cell with `#| eval: false`"),
    ("Line magic function `%sql` not found.", "load its extension with `%load_ext` in a cell above, or show the cell with `#| eval: false`"),
    ("Line magic function `%html` not found (But cell magic `%%html` exists, did you mean that instead?).", "")])
def test_a_missing_magic_is_misplaced_or_of_an_extension(message, says):
    assert advice("UsageError", message) == says


@pytest.mark.parametrize(("module", "distribution"), [
    ("bs4", "beautifulsoup4"), ("cv2", "opencv-python"), ("skimage.io", "scikit-image")])
def test_a_missing_package_is_named_as_it_is_installed(tmp_path, monkeypatch, module, distribution):
    monkeypatch.chdir(tmp_path)
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


@pytest.mark.parametrize(("files", "path", "says"), [
    (["uv.lock", ".venv/pyvenv.cfg"], [], "or run `uv run --with marpweave marpweave …`, which has the project's packages"),
    ([".venv/pyvenv.cfg"], [], "or run cells in the project's own Python with --python .venv"),
    ([".venv/pyvenv.cfg"], [".venv/lib"], "or name the Python that has it with --python"),
    ([], [], "or name the Python that has it with --python")])
def test_the_environment_of_the_project_is_proposed(tmp_path, monkeypatch, files, path, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".venv").mkdir()
    for name in files:
        (tmp_path / name).touch()
    here = Environment("python", "CPython 3.12.1", "linux", tuple(str(tmp_path / each) for each in path), is_own=True)
    assert advice("ModuleNotFoundError", "No module named 'cv2'", environment=here, search=[tmp_path]).endswith(f", {says}")


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
        f"{Path('src/mine')} exists: put src on PYTHONPATH and pass that on with `execute: {{env: [PYTHONPATH]}}`"
    (tmp_path / "pyproject.toml").touch()
    assert advice("ModuleNotFoundError", "No module named 'mine'", search=[tmp_path]) == \
        f"{Path('src/mine')} exists: install the project (`{sys.executable} -m pip install -e .`), or put src on PYTHONPATH " \
        "and pass that on with `execute: {env: [PYTHONPATH]}`"
    assert advice("ModuleNotFoundError", "No module named 'other_one'", search=[tmp_path]).startswith(f"{Path('lib/other_one.py')} exists")


def test_a_package_of_one_course_among_many_is_found_between_the_deck_and_the_root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("courses/a/slides", "courses/a/mine", "courses/b/src/theirs", "courses/b/slides"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("courses/a/mine/__init__.py", "courses/b/src/theirs/__init__.py"):
        (tmp_path / name).touch()
    for module, deck, found in (("mine", "courses/a/slides", "courses/a/mine"), ("theirs", "courses/b/slides", "courses/b/src/theirs")):
        said = advice("ModuleNotFoundError", f"No module named '{module}'", search=[tmp_path / deck, tmp_path])
        assert said.startswith(f"{Path(found)} exists: put {Path(found).parent} on PYTHONPATH")


def test_what_only_colab_has_is_not_to_be_installed():
    deck = parse_deck("```python\nfrom google.colab import drive\n```\n", Path("deck.md"))
    assert remedies(deck, own_environment())(Error("ModuleNotFoundError", "No module named 'google'", 2)) == \
        "google.colab is in Colab alone: show that cell with `#| eval: false`"


def test_a_mistyped_name_of_a_module_gets_its_name(tmp_path):
    (tmp_path / "mine.py").write_text("def forward(): ...\nfrom json import loads\n")
    assert advice("ImportError", "cannot import name 'foward' from 'mine' (mine.py)", search=[tmp_path]) == "mine has forward"
    assert advice("ImportError", "cannot import name 'load_s' from 'mine' (mine.py)", search=[tmp_path]) == "mine has loads"
    assert advice("ImportError", "cannot import name 'x' from 'mine' (mine.py)", search=[tmp_path]) == ""


def test_other_errors_say_all_themselves():
    assert advice("ValueError", "invalid literal for int() with base 10: 'x'") == ""
