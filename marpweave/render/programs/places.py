"""Locations of Node.js packages and of files derived from them."""

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
"""The equivalent of ``node_modules`` in a wheel, created when the wheel is built."""


def modules() -> Path:
    """The folder with the Node.js packages."""
    return HERE / "node_modules" if is_checkout() else BUNDLED


def home() -> Path:
    """The folder shared by all projects for browsers and fonts: MARPWEAVE_HOME, or the user's cache folder."""
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
    """Turn errors of writing to the shared folder into ToolError with a remedy."""
    try:
        home().mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        message = f"cannot write to {home()} ({error.strerror}); name another folder in MARPWEAVE_HOME"
        raise ToolError(message) from error


@cache
def secret() -> bytes:
    """A secret of this user, to authenticate cached files; random if it cannot be stored."""
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
