"""Restricts code in disposable copies from changing files."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress

from marpweave.probe.sandbox import landlock

TEMPORARY = ".tmp"
"""The folder for temporary files in a copied folder."""


def confine(folder: str) -> None:
    """Work in a folder, and restrict this thread and its children to changing files there, if Linux supports it."""
    temporary = os.path.join(folder, TEMPORARY)  # noqa: PTH118
    os.chdir(folder)
    os.environ["TMPDIR"] = tempfile.tempdir = temporary
    if landlock.version():
        with suppress(OSError):
            landlock.restrict(dict.fromkeys((folder, "/dev"), landlock.CHANGE), rights=landlock.CHANGE, reach=True)
