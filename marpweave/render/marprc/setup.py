"""What Marp is told besides a deck's own directives, out of the configuration file of its project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from marpweave.cache.store import Store
from marpweave.inputs.used import Files
from marpweave.render.marprc.code import Contents, run_code
from marpweave.render.marprc.places import CODE, BrokenError, configuration_of, said_in
from marpweave.text import nearest

FOLLOWED = ("author", "bespoke", "description", "keywords", "lang", "ogImage", "title", "url")
"""What goes to the Marp CLI as it is, besides what has a meaning here."""
OTHERS = (
    "allowLocalFiles", "baseUrl", "browser", "browserPath", "browserProtocol", "browserTimeout", "image", "images",
    "imageScale", "inputDir", "jpegQuality", "notes", "output", "parallel", "pdf", "pdfNotes", "pdfOutlines", "pptx",
    "pptxEditable", "preview", "server", "template", "watch")
"""What our own command line says instead."""
WANTED: Mapping[str, tuple[tuple[type, ...], str]] = {
    "themeSet": ((str, list), "a path or a list of paths"), "theme": ((str,), "a name or a path"),
    "engine": ((str, list), "a module or a list of modules"), "options": ((dict,), "a mapping"),
    "html": ((bool, dict), "`true`, `false` or a mapping of tags")}
"""The keys that have a meaning here, with what they must be."""
KNOWN = (*WANTED, *FOLLOWED, *OTHERS)
BY_SOUND = {key.lower(): key for key in KNOWN}


@dataclass(frozen=True, slots=True)
class Setup:
    """What Marp is told besides a deck's own directives."""

    said: Mapping[str, Any] = field(default_factory=dict)
    """As the Marp CLI's configuration has it; it goes before what code says."""
    file: str = ""
    """The configuration, where it is code."""
    engine: tuple[str, ...] = ()
    """Modules, as a configuration that is no code names them."""
    folder: str = ""
    """Where these names are resolved."""
    stamp: str = ""
    """The digest of all files of the code."""

    @property
    def theme(self) -> str:
        """The theme of all decks, whatever they name; "": each its own."""
        return str(self.said.get("theme", ""))

    def with_language(self, language: str) -> Setup:
        """The setup with a language for decks that name none; "": as it is."""
        return replace(self, said={"lang": language, **self.said}) if language else self

    def with_theme(self, theme: str) -> Setup:
        """The setup with a theme for all decks; "": each its own."""
        return replace(self, said={**self.said, "theme": theme}) if theme else self


@dataclass(frozen=True, slots=True)
class MarpConfiguration:
    """A configuration file, as far as it could be read."""

    path: Path = Path()
    name: str = ""
    """The path as seen from the project's folder."""
    setup: Setup = field(default_factory=Setup)
    theme: str = ""
    """A name, or a file seen from its folder."""
    theme_set: tuple[str, ...] = ()
    html: bool = False
    """Whether it lets HTML through, all or some that it lists."""
    themes: Mapping[str, str] = field(default_factory=dict)
    """CSS of the themes that its engine brings along, by name."""
    faults: tuple[str, ...] = ()
    """What is wrong, with file and line."""
    skipped: tuple[str, ...] = ()
    """What is not followed in a sandbox."""


def configured(folder: Path, home: Path, files: Files, store: Store, *, sandbox: bool) -> MarpConfiguration:
    """The configuration for decks in a folder; code and HTML of decks in a sandbox is not for it to choose."""
    path = configuration_of(folder, home, files)
    if path is None:
        return MarpConfiguration()
    name = path.relative_to(home).as_posix()
    try:
        return _read(path, name, files, store if not sandbox else None)
    except BrokenError as error:
        line, message = error.args
        return MarpConfiguration(path, name, faults=(f"{name}{line}: {message}",))


def _read(path: Path, name: str, files: Files, store: Store | None) -> MarpConfiguration:
    """``store``: where answers of code are kept; None: nothing of it runs."""
    content = files.read(path) or b""
    code = path.suffix in CODE
    if code and store is None:
        return MarpConfiguration(path, name, skipped=(f"{name} is code, which does not run for a deck in a sandbox",))
    contents = run_code(path, (), files, store) if code and store else Contents(said_in(path, content), {}, {}, {})
    keys, said = contents.said, {key: value for key, value in contents.said.items() if value is not None}
    _refuse_wrong(said, content)
    engine, themes = _listed(said.get("engine", [])), _listed(said.get("themeSet", []))
    theme, html = said.get("theme", ""), bool(said.get("html"))
    if store is None:
        return MarpConfiguration(path, name, Setup(), theme, themes, skipped=tuple(_not_followed(name, said)))
    if engine and not code:
        contents = run_code(path, engine, files, store)
    passed = {} if code else {key: said[key] for key in (*FOLLOWED, "html", "options") if key in said}
    stamp = contents.stamp if contents.files else ""
    setup = Setup(passed, str(path) if code else "", engine, str(path.parent), stamp)
    strange = tuple(_strange(name, keys, content))
    return MarpConfiguration(path, name, setup, theme, themes, html, contents.themes, strange)


def _listed(names: str | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _refuse_wrong(said: Mapping[str, Any], content: bytes) -> None:
    """Raise BrokenError for the first value that does not fit its key."""
    for key, (types, wanted) in WANTED.items():
        value = said.get(key)
        names = _listed(value) if isinstance(value, str | list) else ()
        if value is not None and (not isinstance(value, types) or
                                  any(not isinstance(each, str) or "\0" in each for each in names)):
            raise BrokenError(_line_of(key, content), f"`{key}` must be {wanted}")


def _line_of(key: str, content: bytes) -> str:
    """``:3`` where a key stands."""
    lines = content.decode("utf-8", "replace").split("\n")
    pattern = re.compile(rf"\b{re.escape(key)}\b[\"']?\s*:")
    return next((f":{number}" for number, line in enumerate(lines, 1) if pattern.search(line)), "")


def _strange(name: str, said: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Keys that nobody knows, and options that cannot be followed."""
    for key in said:
        near = nearest(key.lower(), BY_SOUND, 0.7) if key not in KNOWN else ""
        if near:
            yield f"{name}{_line_of(key, content)}: unknown key {key!r}; did you mean {BY_SOUND[near]!r}?"
    if "headingDivider" in (said.get("options") or {}):
        yield f"{name}{_line_of('headingDivider', content)}: `headingDivider` belongs in the front matter of decks"


def _not_followed(name: str, said: Mapping[str, Any]) -> Iterator[str]:
    skipped = [key for key in ("engine", "html", "options") if key in said]
    if skipped:
        yield f"{name}: {', '.join(f'`{key}`' for key in skipped)} is ignored for a sandboxed deck"
