"""Where packages of Node.js stand, and where what is made of them is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marpweave.errors import HERE, ToolError, is_checkout

BUNDLED = Path(__file__).resolve().parents[1] / "node_modules"
"""What a wheel has in place of npm's packages: a folder of the same shape, made when the wheel is built."""


def modules() -> Path:
    """The folder with the packages."""
    return HERE / "node_modules" if is_checkout() else BUNDLED


def home() -> Path:
    """The folder for unpacked browsers and fonts, of all projects: MARPWEAVE_HOME, else the user's cache folder."""
    chosen = os.environ.get("MARPWEAVE_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if is_checkout():
        return HERE / ".marpweave"
    from platformdirs import user_cache_path

    return user_cache_path("marpweave", appauthor=False)


def unpacked_fonts() -> Path:
    """The folder for unpacked fonts."""
    return home() / "fonts"


@contextmanager
def writing_at_home() -> Iterator[None]:
    """What the block writes goes to the home; where nothing can be written, ToolError says what helps."""
    try:
        home().mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        message = f"cannot write to {home()} ({error.strerror}); name another folder in MARPWEAVE_HOME"
        raise ToolError(message) from error
