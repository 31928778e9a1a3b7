"""Finds the Python in which cells run: our own, one given by path, or that of a Jupyter kernelspec."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from marpweave.errors import UsageError
from marpweave.kernel.variables import sealed
from marpweave.model.environment import NATIVE, Environment

LAUNCHERS = ("ipykernel_launcher", "ipykernel")
OLDEST = (3, 10)
SAFE_PATH = (3, 11)
"""The first version of Python that has ``-P``."""
WITHOUT_FOLDER = ("-c", "import sys; del sys.path[0]; from runpy import run_module; "
                  "run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)")
"""Replacement of ``-P -m`` for older versions."""
QUESTION = """
import sys
about = {"minor": list(sys.version_info[:2])}
if sys.version_info >= (3, 10):
    import importlib.util, platform
    sys.path.remove("")
    about.update(
        python=sys.executable, path=sys.path, prefixes=[sys.prefix, sys.base_prefix],
        version=platform.python_implementation() + " " + platform.python_version(),
        machine=sys.platform + " " + platform.machine(),
        ipykernel=importlib.util.find_spec("ipykernel_launcher") is not None)
import json
print(json.dumps(about))
"""
"""Runs on every version of Python, even unsupported ones."""
TIMEOUT = 60.0
Ask = Callable[[str, Mapping[str, str]], str]
"""Inspects an interpreter, run with additional environment variables; returns JSON."""


def own_environment() -> Environment:
    """The environment of this process."""
    return Environment(
        sys.executable, f"{platform.python_implementation()} {platform.python_version()}",
        f"{sys.platform} {platform.machine()}", tuple(sys.path), is_own=True)


def ask(python: str, variables: Mapping[str, str]) -> str:
    """An interpreter's report about itself as JSON; raises OSError or SubprocessError if it does not run."""
    done = subprocess.run([python, "-c", QUESTION], env=dict(variables), cwd=os.sep, check=True, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)
    return done.stdout.rstrip("\n").rpartition("\n")[2]


def environment_at(path: str, ask: Ask = ask) -> Environment:
    """The environment of an interpreter path, virtual environment folder, or command; raises UsageError."""
    what = f"--python {path}"
    return _environment(_asked(_program(path), {}, what, ask), what)


def environment_of_kernel(name: str, python: str, ask: Ask = ask) -> Environment:
    """The environment of a Jupyter kernelspec, which may belong to the environment of ``python``. Raises UsageError."""
    spec = _kernelspec(name, python)
    what = f"the kernel {name!r}"
    language, argv = spec.get("language", "python"), spec.get("argv", [])
    if str(language).lower() != "python":
        raise UsageError(f"{what} runs {language}; cells are Python")
    words = [word.removeprefix("-m") for word in argv]
    launcher = next((words.index(each) for each in LAUNCHERS if each in words), 0)
    if not launcher:
        raise UsageError(f"{what} does not run ipykernel; its command is `{' '.join(argv)}`")
    found = _environment(_asked(_program(argv[0]), spec.get("env", {}), what, ask), what)
    options = [each for each in argv[1:launcher] if each != "-m"]
    return replace(
        found, options=(*options, *found.options),
        arguments=_without_file(argv[launcher + 1:]), variables=spec.get("env", {}),
        provisioner=spec.get("metadata", {}).get("kernel_provisioner", {}))


def _without_file(arguments: Sequence[str]) -> tuple[str, ...]:
    """A kernel's arguments without the connection file, which is passed separately."""
    rest = [each for each in arguments if "{connection_file}" not in each]
    return tuple(each for each in rest if each not in ("-f", "--f"))


def _program(path: str) -> str:
    """The path of an interpreter."""
    folder = Path(path)
    for inside in ("bin/python", "Scripts/python.exe", "python.exe") if folder.is_dir() else ():
        if (folder / inside).is_file():
            return str((folder / inside).absolute())
    found = shutil.which(path)
    if found is None:
        raise UsageError(f"{path} is not a Python: neither a program nor the folder of an environment")
    return str(Path(found).absolute())  # not resolved: the interpreter of a virtual environment is a symlink


def _environment(about: Mapping[str, Any], what: str) -> Environment:
    python, minor = about["python"], tuple(about["minor"])
    if minor < OLDEST:
        raise UsageError(f"{what}: cells need Python {_dotted(OLDEST)} or newer; {python} is {_dotted(minor)}")
    if not about["ipykernel"]:
        raise UsageError(f"{what}: {python} has no ipykernel; install it with `{python} -m pip install ipykernel`")
    return Environment(
        python, about["version"], about["machine"], tuple(about["path"]),
        prefixes=tuple(dict.fromkeys(about["prefixes"])),
        options=("-P", "-m") if minor >= SAFE_PATH else WITHOUT_FOLDER)


def _dotted(minor: Sequence[int]) -> str:
    return ".".join(map(str, minor))


def _asked(python: str, variables: Mapping[str, str], what: str, ask: Ask) -> dict[str, Any]:
    """Parse an interpreter's report about itself."""
    try:
        about: dict[str, Any] = json.loads(ask(python, {**sealed(), **variables}))
        return {"python": python, **about}
    except subprocess.CalledProcessError as error:
        last = error.stderr.rstrip("\n").rpartition("\n")[2]
        raise UsageError(f"{what}: {python} does not run: {last or f'exit code {error.returncode}'}") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{what}: {python} is not a Python: {error}") from None


def _kernelspec(name: str, python: str) -> dict[str, Any]:
    """Find a kernelspec on Jupyter's search path."""
    from jupyter_core.paths import jupyter_path

    folders = [Path(python).parents[1] / "share/jupyter/kernels", *map(Path, jupyter_path("kernels"))]
    found = {path.parent.name.lower(): path for folder in reversed(folders)
             for path in sorted(folder.glob("*/kernel.json"))}
    if name.lower() not in found:
        known = ", ".join(sorted({NATIVE, *found}))
        raise UsageError(f"there is no kernel {name!r}; Jupyter knows {known}; to register one, run "
                         f"`python -m ipykernel install --user --name {name}` in its environment")
    path = found[name.lower()]
    try:
        spec = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from None
    return spec if isinstance(spec, dict) else {}
