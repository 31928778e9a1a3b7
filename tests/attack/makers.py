"""Contents of small files, and what else an edit can do to a path."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import shelve
import shutil
import sqlite3
import struct
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from importlib.resources import files as resources
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image

Do = Callable[[Path], object]
Content = str | bytes | Do | None
"""Text or bytes to be written, something to be done to the path, or None: the path is removed."""
Files = Mapping[str, Content]
"""Path seen from the deck's folder -> content; ``$NAME``: a variable, ``--option``: an argument of the program."""
EPOCH = 1_700_000_000


def place(folder: Path, files: Files) -> None:
    """Write, change or remove files of a folder."""
    for name, content in files.items():
        if not name.startswith(("$", "--")):
            _put(folder / name, content)


def _put(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    elif callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)


# -- what an edit does ---------------------------------------------------------------


def folder(path: Path) -> None:
    """Make an empty folder."""
    path.mkdir(parents=True)


def link(target: str) -> Do:
    """A symbolic link, in place of the one that stands there."""
    def to(path: Path) -> None:
        path.unlink(missing_ok=True)
        path.symlink_to(target)
    return to


def hard(target: str) -> Do:
    """Another name of a file."""
    def to(path: Path) -> None:
        path.unlink(missing_ok=True)
        path.hardlink_to(path.parent / target)
    return to


def at(seconds: int, content: str | None = None) -> Do:
    """A file that was written at a certain time; without content only the time is set."""
    def to(path: Path) -> None:
        if content is not None:
            path.write_text(content)
        os.utime(path, (EPOCH + seconds, EPOCH + seconds))
    return to


def mode(bits: int) -> Do:
    """Set who may do what."""
    return lambda path: path.chmod(bits)


def attribute(value: bytes) -> Do:
    """Set an extended attribute, ``user.x``."""
    return lambda path: os.setxattr(path, "user.x", value)


def sparse(size: int) -> Do:
    """A file that is one hole."""
    def to(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)
    return to


# -- contents ------------------------------------------------------------------------


def array(*values: float) -> bytes:
    """A file of NumPy."""
    file = io.BytesIO()
    np.save(file, np.array(values))
    return file.getvalue()


def arrays(**values: float) -> bytes:
    """A file of several arrays."""
    file = io.BytesIO()
    np.savez(file, **values)
    return file.getvalue()


def packed(value: object) -> bytes:
    """A pickle."""
    return pickle.dumps(value)


def zipped(**members: str) -> bytes:
    """An archive of modules."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.py"), text)
    return file.getvalue()


def tarred(text: str) -> bytes:
    """An archive with one member ``a``."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("a")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text.encode()))
    return file.getvalue()


def gz(text: str) -> bytes:
    """Compressed text."""
    return gzip.compress(text.encode(), mtime=0)


def shelf(value: object) -> Do:
    """A shelf with one key ``k``."""
    def to(path: Path) -> None:
        with shelve.open(str(path)) as db:
            db["k"] = value
    return to


def table(value: object) -> Do:
    """A database with a table ``t`` of one row."""
    def to(path: Path) -> None:
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as db:
            db.execute("create table t (x)")
            db.execute("insert into t values (?)", (value,))
        db.close()
    return to


def notebook(source: str) -> str:
    """A notebook of one cell."""
    cell = {"cell_type": "code", "source": [source], "metadata": {}, "outputs": [], "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def picture(grey: int) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("L", (4, 4), grey).save(file, "png")
    return file.getvalue()


def translation(word: str) -> bytes:
    """A catalogue of gettext in which ``hello`` is the word."""
    key, value = b"hello", word.encode()
    return struct.pack("<7I", 0x950412DE, 0, 1, 28, 36, 44, 44) + struct.pack(
        "<4I", len(key), 44, len(value), 45 + len(key)) + key + b"\0" + value + b"\0"


def zone(name: str) -> bytes:
    """A time zone."""
    return (resources("tzdata.zoneinfo") / name).read_bytes()


def font(name: str) -> bytes:
    """A font of matplotlib's."""
    return Path(mpl.get_data_path(), "fonts/ttf", f"{name}.ttf").read_bytes()


def library(value: int) -> Do:
    """A library in C whose function ``f`` gives the value."""
    def to(path: Path) -> None:
        compiled = path.with_suffix(".new")
        subprocess.run(["cc", "-shared", "-fPIC", "-xc", "-", "-o", compiled], input=f"int f(void) {{ return {value}; }}",
                       text=True, check=True)
        compiled.replace(path)
    return to


def extension(value: int) -> Do:
    """An extension module ``fast`` in C with a constant ``x``."""
    source = f"""
    #include <Python.h>
    static struct PyModuleDef module = {{PyModuleDef_HEAD_INIT, "fast", NULL, -1, NULL}};
    PyMODINIT_FUNC PyInit_fast(void) {{
        PyObject *m = PyModule_Create(&module); PyModule_AddIntConstant(m, "x", {value}); return m; }}"""

    def to(path: Path) -> None:
        import sysconfig

        compiled = path.with_suffix(".new")
        subprocess.run(["cc", "-shared", "-fPIC", f"-I{sysconfig.get_paths()['include']}", "-xc", "-", "-o", compiled],
                       input=source, text=True, check=True)
        compiled.replace(path)
    return to


def bytecode(source: str) -> Do:
    """A module that is there compiled alone."""
    def to(path: Path) -> None:
        import py_compile

        text = path.with_suffix(".tmp")
        text.write_text(source)
        py_compile.compile(str(text), str(path), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        text.unlink()
    return to
