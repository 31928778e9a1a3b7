"""Where packages of Node.js stand, and where what is made of them is kept."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from marpweave.errors import HERE, ToolError, is_checkout
from marpweave.files import put, work_folder

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


@cache
def secret() -> bytes:
    """What only programs of this user know, to tell what they have written; another each time where no file can be."""
    path = home() / "secret"
    with suppress(OSError):
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            with work_folder(beside=path) as closed:  # to others, before there is anything to read
                token = closed / path.name
                token.touch(0o600)
                token.write_bytes(secrets.token_bytes(32))
                put(token, path)
        return path.read_bytes()
    return secrets.token_bytes(32)
