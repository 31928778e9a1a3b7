"""Other environments than the one that tests run in, made without a network: links to what is installed here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LINE = re.compile(r"[\w.-]+")
OTHER = "MARPWEAVE_OTHER_PYTHON"
"""Names a Python of another version that has ipykernel."""
NO_OTHER = f"no other version of Python that has ipykernel was found; name one with {OTHER}=PATH"


def environment(folder: Path, *names: str, **fakes: str) -> Path:
    """A virtual environment with some distributions and what they need, and with empty ones: their names and versions."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=120)
    site = folder / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    for name in needed(names):
        for path in tops(name):
            (site / path.name).symlink_to(path)
    for name, version in fakes.items():
        (site / f"{name}-{version}.dist-info").mkdir()
    return folder


def needed(names) -> set[str]:
    """Distributions with all that they require here."""
    found, left = set(), set(names)
    while left:
        name = left.pop()
        try:
            wanted = distribution(name).requires or ()
        except PackageNotFoundError:  # of another system or version
            continue
        found.add(name)
        left |= {LINE.match(line)[0].lower().replace("_", "-") for line in wanted if "extra ==" not in line} - found
    return found


def tops(name: str) -> set[Path]:
    """What a distribution has put into its site-packages."""
    there = distribution(name)
    home = Path(str(there.locate_file("")))
    return {home / file.parts[0] for file in there.files or () if file.parts[0] not in ("..", "__pycache__")}


def other_version() -> str:
    """A Python of another version that has ipykernel; "": none is found."""
    named = [os.environ.get(OTHER), *(shutil.which(f"python3.{minor}") for minor in range(10, 16) if minor != sys.version_info[1])]
    asks = "import sys, ipykernel; sys.exit(sys.version_info[:2] == tuple(map(int, sys.argv[1:])))"
    own = map(str, sys.version_info[:2])
    for path in filter(None, named):
        program = str(Path(path, "bin/python") if Path(path).is_dir() else path)
        if subprocess.run([program, "-c", asks, *own], capture_output=True, timeout=60, check=False).returncode == 0:
            return program
    return ""
