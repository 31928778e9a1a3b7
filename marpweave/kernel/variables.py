"""The sealed environment of a kernel: a cell gives the same on every machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import marpweave.probe

FIXED = {
    "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "PYTHONWARNINGS": "", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "TZ": "UTC", "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "315532800", "NO_COLOR": "1", "COLUMNS": "80",
    "LINES": "24",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "MATPLOTLIBRC": str(Path(marpweave.probe.__file__).with_name("matplotlibrc")), "MPLBACKEND": "module://marpweave.probe.canvas",
    "JUPYTER_PLATFORM_DIRS": "1",
}
"""Variables with the same value in every kernel."""
MACHINE = (
    "PATH", "HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "MPLCONFIGDIR",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP",
)
"""Variables that say where things are on this machine; without them programs and libraries are not found."""


def kernel_variables(folder: Path, let: Sequence[str]) -> dict[str, str]:
    """A kernel's environment; ``folder`` is its own, ``let`` are names that the author lets through."""
    seen = {name: os.environ[name] for name in (*MACHINE, *let) if name in os.environ}
    return {**FIXED, **seen, "IPYTHONDIR": str(folder)}


def hidden_variables(let: Sequence[str]) -> list[str]:
    """Names of variables that are set outside and hidden from the kernel."""
    return sorted(set(os.environ) - {*FIXED, *MACHINE, *let})
