"""Builds the slides; hands over to ``marpweave.cli`` under the project's own Python."""

import os
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parent / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

if Path(sys.prefix).resolve() != VENV.resolve() and PYTHON.exists():
    command = [str(PYTHON), __file__, *sys.argv[1:]]
    if os.name == "nt":  # a program that replaces itself there is over for its caller, whatever it ends with
        import subprocess

        sys.exit(subprocess.call(command))
    os.execv(PYTHON, command)

from marpweave.__main__ import main  # noqa: E402  of the project's own Python

if __name__ == "__main__":
    try:
        main()
    except ModuleNotFoundError as missing:
        sys.exit(f"error: {missing}; run `make setup` first")
