"""Suggests how to fix a missing name or module. Reads folders and packages."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from pkgutil import iter_modules

from marpweave.check.names import names_bound
from marpweave.files import seen_from
from marpweave.model.deck import Cell, Deck
from marpweave.model.environment import Environment
from marpweave.model.origins import Origins
from marpweave.model.outcome import Error
from marpweave.read.syntax import parsed
from marpweave.text import nearest

ALIASES = {
    "np": "import numpy as np", "plt": "import matplotlib.pyplot as plt", "pd": "import pandas as pd",
    "sns": "import seaborn as sns", "tf": "import tensorflow as tf", "nn": "from torch import nn",
    "F": "import torch.nn.functional as F", "mpl": "import matplotlib as mpl", "sp": "import scipy as sp",
    "tqdm": "from tqdm import tqdm", "Path": "from pathlib import Path", "Counter": "from collections import Counter",
    "defaultdict": "from collections import defaultdict", "dataclass": "from dataclasses import dataclass",
}
"""Common names and the import that defines them."""
DISTRIBUTIONS = {
    "sklearn": "scikit-learn", "cv2": "opencv-python", "PIL": "pillow", "yaml": "pyyaml", "bs4": "beautifulsoup4",
    "skimage": "scikit-image", "dotenv": "python-dotenv", "dateutil": "python-dateutil", "Crypto": "pycryptodome",
    "serial": "pyserial", "jwt": "pyjwt", "fitz": "pymupdf", "docx": "python-docx", "pptx": "python-pptx",
    "MeCab": "mecab-python3", "umap": "umap-learn", "zmq": "pyzmq", "git": "gitpython", "Bio": "biopython",
    "faiss": "faiss-cpu", "usb": "pyusb", "attr": "attrs", "OpenSSL": "pyopenssl", "google": "protobuf",
    "pkg_resources": "setuptools",
}
"""Distributions whose name differs from that of their package."""
ELSEWHERE = "in a cell above, in `execute: {prelude: …}` or with --prelude"
FOLDERS = "the deck's folder, the project's, PYTHONPATH or the installed packages"
IN_COLAB = "google.colab is in Colab alone: show that cell with `#| eval: false`"
ANOTHER = ", or name the Python that has it with --python"
OF_UV = ", or run `uv run --with marpweave marpweave …`, which has the project's packages"
QUOTED = re.compile(r"'([^']+)'")
NO_LINE_MAGIC, NO_MAGIC = "Line magic function `%%", re.compile(r"(?:Line magic function|Cell magic) `%.* not found\.")


def remedies(deck: Deck, environment: Environment, search: Sequence[Path] = ()) -> Callable[[Error], str]:
    """A function that suggests how to fix a missing name or module; "" if the error is clear.

    ``search``: folders in which to look for modules besides the environment's: those of the deck and the project.
    """
    bound = cache(lambda: [(cell, names_bound(cell.source)) for cell in deck.cells])
    modules = _Modules(environment, search, [_another(environment, search)] if environment.is_own else [])

    def remedy(error: Error) -> str:
        quoted = QUOTED.findall(error.message)
        match error.name:
            case "ModuleNotFoundError" if quoted == ["google"] and "google.colab" in deck.text:
                return IN_COLAB
            case "ModuleNotFoundError" if quoted:
                return _for_module(quoted[0], modules)
            case "ImportError" if len(quoted) > 1 and error.message.startswith("cannot import name"):
                return _nearest(quoted[0], _names_in(quoted[1], modules), f"{quoted[1]} has ")
            case "NameError" if quoted:
                return _for_name(quoted[0], error.line, bound(), deck.origins)
            case "UsageError" if error.message.startswith(NO_LINE_MAGIC):
                return "a magic with `%%` must be the first line of its cell"
            case "UsageError" if NO_MAGIC.match(error.message):
                return "load its extension with `%load_ext` in a cell above, or show the cell with `#| eval: false`"
        return ""

    return remedy


# -- names ---------------------------------------------------------------------------


def _for_name(name: str, line: int | None, bound: Sequence[tuple[Cell, Set[str]]], origins: Origins) -> str:
    binding = [cell for cell, names in bound if name in names]
    isolated = next((cell for cell in binding if cell.options.execution.isolate), None)
    shown = next((cell for cell in binding if not cell.options.execution.eval), None)
    if isolated:
        place = origins.number(isolated.location.line)
        return f"the isolated cell in line {place} defines it, and other cells do not see its names"
    if shown:
        return f"the cell in line {origins.number(shown.location.line)} that defines it is not run"
    if binding:
        below = binding[0].location.line
        return f"it is defined only below, in line {origins.number(below)}" if line is not None and line < below else ""
    if name in ALIASES:
        return f"no cell defines it: write `{ALIASES[name]}` {ELSEWHERE}"
    if name in sys.stdlib_module_names:
        return f"no cell defines it: write `import {name}` {ELSEWHERE}"
    near = _nearest(name, sorted(set().union(*(names for _, names in bound))), "")
    return near or f"no cell defines it: define or import it {ELSEWHERE}"


# -- modules -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Modules:
    """Where a deck's modules are found."""

    environment: Environment
    search: Sequence[Path]
    hints: list[str]
    """Hints that are given only once."""

    def spec(self, name: str) -> ModuleSpec | None:
        """The import spec of a module."""
        return PathFinder.find_spec(name, [*self.environment.path, *map(str, self.search)])

    def installed(self) -> list[str]:
        """Modules installed in the environment, without the standard library."""
        return sorted({each.name for each in iter_modules(self.environment.path)} - sys.stdlib_module_names)


def _for_module(module: str, modules: _Modules) -> str:
    top, _, inside = module.partition(".")
    spec = modules.spec(top)
    if inside and spec:
        names = [f"{top}.{each.name}" for each in iter_modules(spec.submodule_search_locations or ())]
        return _nearest(module, names, "") or f"{top} exists, but has no {inside}"
    file = _in_project(top, modules.search)
    if file:
        project = next((each for each in file.parents if (each / "pyproject.toml").is_file()), None)
        install = f"install the project (`{modules.environment.python} -m pip install -e {project}`), or "
        return f"{file} exists: {install if project else ''}put {file.parent} on PYTHONPATH " \
               "and pass that on with `execute: {env: [PYTHONPATH]}`"
    known = () if top in DISTRIBUTIONS else (modules.installed(), sorted(sys.stdlib_module_names))
    near = next(filter(None, (_nearest(top, names, "") for names in known)), "")
    if near:  # a package with the misspelled name may be malicious
        return f"{near} not in {FOLDERS}"
    command = f"{modules.environment.python} -m pip install {DISTRIBUTIONS.get(top, top)}"
    hint = modules.hints.pop() if modules.hints else ""
    return f"not in {FOLDERS}: install it with `{command}`{hint}"


def _another(environment: Environment, search: Sequence[Path]) -> str:
    """Suggest the project's own virtual environment, unless cells already run in it."""
    for folder in (*search, Path.cwd()):
        venv = folder / ".venv"
        if any(Path(place).is_relative_to(venv) for place in environment.path):
            break
        if (folder / "uv.lock").is_file():
            return OF_UV
        if (venv / "pyvenv.cfg").is_file():
            return f", or run cells in the project's own Python with --python {seen_from(venv, Path.cwd())}"
    return ANOTHER


def _in_project(name: str, search: Sequence[Path]) -> Path | None:
    """A module of the project outside of the search path: above the deck, or in a folder such as ``src/``."""
    for folder in dict.fromkeys(above for each in search for above in _up_to(each, search)):
        inside = sorted(path for path in folder.glob("*/") if not path.name.startswith("."))
        for place in (folder / "src", folder, *inside):
            for path in (place / f"{name}.py", place / name / "__init__.py"):
                if path.is_file():
                    whole = path if path.stem == name else path.parent
                    return Path(seen_from(whole, Path.cwd()))
    return None


def _up_to(folder: Path, search: Sequence[Path]) -> Iterator[Path]:
    """A folder and its parents, up to a folder that is searched."""
    yield folder
    yield from (above for above in folder.parents if any(each in above.parents for each in search))


def _names_in(module: str, modules: _Modules) -> list[str]:
    """Names that a module binds according to its source; it is not imported."""
    top, *inside = module.split(".")
    spec = modules.spec(top)
    for name in inside:
        places = spec.submodule_search_locations if spec else None
        spec = PathFinder.find_spec(name, places) if places else None
    if not spec or not spec.origin or not spec.origin.endswith(".py"):
        return []
    tree = parsed(Path(spec.origin).read_text(encoding="utf-8", errors="replace"))
    return sorted(name for name in names_bound(tree) if name.isidentifier()) if tree else []


def _nearest(name: str, names: Sequence[str], lead: str) -> str:
    near = nearest(name, names, 0.75)
    return f"{lead or 'did you mean '}{near}{'' if lead else '?'}" if near not in ("", name) else ""

