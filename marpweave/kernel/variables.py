"""The sealed environment of a kernel, so that cells give the same results on every machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from marpweave.inputs.digests import place_digest, variable_digest
from marpweave.model.environment import Environment

if TYPE_CHECKING:
    from marpweave.model.deck import Deck

FIXED = {
    "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "PYTHONWARNINGS": "", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "TZ": "UTC", "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "315532800", "NO_COLOR": "1", "COLUMNS": "80",
    "LINES": "24",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "module://marpweave.probe.canvas", "JUPYTER_PLATFORM_DIRS": "1",
}
"""Variables with the same value in every kernel."""
MACHINE = (
    "PATH", "HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "MPLCONFIGDIR",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP",
)
"""Variables for locations on this machine, without which programs and libraries are not found."""
PREFIXES = ("VIRTUAL_ENV", "CONDA_PREFIX")
"""Variables with the folder of an environment; set to that of the cells' Python, not that of the build."""


def sealed(let: Sequence[str] = ()) -> dict[str, str]:
    """The variables of every Python process that we start; ``let``: names that the author allows."""
    return {**FIXED, **{name: os.environ[name] for name in (*MACHINE, *let) if name in os.environ}}


def kernel_variables(folder: Path, let: Sequence[str], environment: Environment, library: Path) -> dict[str, str]:
    """The variables of a kernel; ``folder``: its own, ``library``: where it imports the probe from."""
    ours = {"IPYTHONDIR": str(folder), "MATPLOTLIBRC": str(library / "marpweave/probe/matplotlibrc")}
    seen = sealed(let)
    return ours | (seen if environment.is_own else _of_other(seen, environment, library))


def _of_other(seen: Mapping[str, str], environment: Environment, library: Path) -> dict[str, str]:
    """The variables for another Python: its programs come first in PATH, and the probe is on its path."""
    given = {name: Template(value).safe_substitute(seen) for name, value in environment.variables.items()}
    variables = {name: value for name, value in {**seen, **given}.items() if name not in PREFIXES}
    return variables | _prefix(environment.prefixes) | {
        "PATH": _joined(str(Path(environment.python).parent), variables.get("PATH")),
        "PYTHONPATH": _joined(str(library), variables.get("PYTHONPATH"))}


def _prefix(prefixes: Sequence[str]) -> dict[str, str]:
    """The variable for the folder of a virtual or Conda environment, as if it were activated."""
    if Path(prefixes[0], "conda-meta").is_dir():
        return {"CONDA_PREFIX": prefixes[0]}
    return {"VIRTUAL_ENV": prefixes[0]} if len(prefixes) > 1 else {}


def _joined(*folders: str | None) -> str:
    return os.pathsep.join(filter(None, folders))


def hidden_variables(let: Sequence[str]) -> list[str]:
    """Names of variables that are set outside and hidden from kernels."""
    return sorted(set(os.environ) - {*FIXED, *MACHINE, *let})


def watched_variables(deck: Deck, search: Sequence[str]) -> dict[str, Any]:
    """What the kernel must know to observe variables that cells read.

    Digests of ``machine`` variables and of the ``place`` are those outside of the kernel, where they will be compared.
    """
    hidden = [] if deck.sandbox else hidden_variables(deck.env)  # not even their names are revealed to a sandboxed deck
    return {"machine": {name: variable_digest(os.environ, name) for name in MACHINE},
            "hidden": hidden, "place": place_digest(search)}
