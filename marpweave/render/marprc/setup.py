"""Marp settings from the configuration file of a project."""

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
"""Keys that are passed on to the Marp CLI unchanged."""
OTHERS = (
    "allowLocalFiles", "baseUrl", "browser", "browserPath", "browserProtocol", "browserTimeout", "image", "images",
    "imageScale", "inputDir", "jpegQuality", "notes", "output", "parallel", "pdf", "pdfNotes", "pdfOutlines", "pptx",
    "pptxEditable", "preview", "server", "template", "watch")
"""Keys replaced by our own command line options."""
WANTED: Mapping[str, tuple[tuple[type, ...], str]] = {
    "themeSet": ((str, list), "a path or a list of paths"), "theme": ((str,), "a name or a path"),
    "engine": ((str, list), "a module or a list of modules"), "options": ((dict,), "a mapping"),
    "html": ((bool, dict), "`true`, `false` or a mapping of tags")}
"""Keys that marpweave interprets, with their types."""
KNOWN = (*WANTED, *FOLLOWED, *OTHERS)
BY_SOUND = {key.lower(): key for key in KNOWN}


@dataclass(frozen=True, slots=True)
class Setup:
    """Marp settings other than a deck's own directives."""

    said: Mapping[str, Any] = field(default_factory=dict)
    """Values as in the Marp CLI's configuration; they take precedence over code."""
    file: str = ""
    """The configuration, if it is code."""
    engine: tuple[str, ...] = ()
    """Modules named by a configuration that is not code."""
    folder: str = ""
    """The folder in which these names are resolved."""
    stamp: str = ""
    """A digest of all files of the code."""

    @property
    def theme(self) -> str:
        """The theme that overrides those of all decks, or ""."""
        return str(self.said.get("theme", ""))

    def with_language(self, language: str) -> Setup:
        """A copy with a default language; "": unchanged."""
        return replace(self, said={"lang": language, **self.said}) if language else self

    def with_theme(self, theme: str) -> Setup:
        """A copy with a theme that overrides those of all decks; "": none."""
        return replace(self, said={**self.said, "theme": theme}) if theme else self


@dataclass(frozen=True, slots=True)
class MarpConfiguration:
    """A configuration file, as far as it could be read."""

    path: Path = Path()
    name: str = ""
    """Path relative to the project's folder."""
    setup: Setup = field(default_factory=Setup)
    theme: str = ""
    """A name, or a path relative to the file."""
    theme_set: tuple[str, ...] = ()
    html: bool = False
    """Whether it allows HTML, all or some tags."""
    themes: Mapping[str, str] = field(default_factory=dict)
    """CSS of themes that its engine adds, by name."""
    faults: tuple[str, ...] = ()
    """Faults with file and line."""
    skipped: tuple[str, ...] = ()
    """Settings that are ignored in a sandbox."""


def configured(folder: Path, home: Path, files: Files, store: Store, *, sandbox: bool) -> MarpConfiguration:
    """The configuration for decks in a folder; in a sandbox, it cannot run code or allow HTML."""
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
    """Read a configuration; ``store`` caches results of code, None: run no code."""
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
    """Raise BrokenError for the first value of a wrong type."""
    for key, (types, wanted) in WANTED.items():
        value = said.get(key)
        names = _listed(value) if isinstance(value, str | list) else ()
        if value is not None and (not isinstance(value, types) or
                                  any(not isinstance(each, str) or "\0" in each for each in names)):
            raise BrokenError(_line_of(key, content), f"`{key}` must be {wanted}")


def _line_of(key: str, content: bytes) -> str:
    """``:3`` for the line of a key."""
    lines = content.decode("utf-8", "replace").split("\n")
    pattern = re.compile(rf"\b{re.escape(key)}\b[\"']?\s*:")
    return next((f":{number}" for number, line in enumerate(lines, 1) if pattern.search(line)), "")


def _strange(name: str, said: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Unknown keys, and options that are not supported."""
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
