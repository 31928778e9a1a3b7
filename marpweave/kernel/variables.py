"""The environment variables of a kernel: sealed, so that a cell gives the same on every machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from marpweave.probe import observe

FIXED = {
    "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "PYTHONWARNINGS": "", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "TZ": "UTC", "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "315532800", "NO_COLOR": "1", "COLUMNS": "80",
    "LINES": "24",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "MATPLOTLIBRC": str(Path(observe.__file__).with_name("matplotlibrc")), "MPLBACKEND": "module://marpweave.probe.canvas",
    "JUPYTER_PLATFORM_DIRS": "1",
}
"""Variables that every kernel has alike, on every machine."""
MACHINE = (
    "PATH", "HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "MPLCONFIGDIR",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP",
)
"""Variables that say where things are on this machine; without them programs and libraries are not found."""


def kernel_variables(folder: Path, let: Sequence[str]) -> dict[str, str]:
    """The environment of a kernel with a folder of its own; ``let`` are names that the author lets through."""
    seen = {name: os.environ[name] for name in (*MACHINE, *let) if name in os.environ}
    return {**FIXED, **seen, "IPYTHONDIR": str(folder)}


def hidden_variables(let: Sequence[str]) -> list[str]:
    """Names of what is set outside and not seen by a kernel."""
    return sorted(set(os.environ) - {*FIXED, *MACHINE, *let})
