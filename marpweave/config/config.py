"""The configuration of a project: one frozen type, from which its schema and its page in the docs are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

FileFormat = Literal["html", "pdf", "pptx", "png", "handout", "notes", "notes-txt", "md", "ipynb"]
Audience = Literal["full", "student", "solution"]
Executor = Literal["local", "processes", "dask"]
ADDRESS = r"^[a-z]+://[^/]+:[0-9]+$"
"""The address of a scheduler."""


def _is(meaning: str, **limits: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """Metadata of a key: its meaning, and JSON schema ``limits`` for its value or each of its values."""
    return {"meaning": meaning, "limits": limits}


@dataclass(frozen=True, slots=True)
class Override:
    """Targets of some decks that differ from the project's; () for those that do not."""

    decks: tuple[str, ...] = field(default=(), metadata=_is("files, folders, globs"))
    to: tuple[FileFormat, ...] = field(default=(), metadata=_is("formats to write"))
    variants: tuple[Audience, ...] = field(default=(), metadata=_is("variants to write"))


@dataclass(frozen=True, slots=True)
class Config:
    """The keys of a configuration file; the command line overrides them in `Settings`, and decks in their front matter.

    Paths are relative to the project's folder in the file, and to the working folder once loaded.
    """

    decks: tuple[str, ...] = field(default=(".",), metadata=_is(
        "decks to use when a command names none: files, folders, globs"))
    out: Path = field(default=Path("dist"), metadata=_is("output folder"))
    title: str = field(default="", metadata=_is("title of the index page"))
    to: tuple[FileFormat, ...] = field(default=("html", "pdf"), metadata=_is("formats to write"))
    variants: tuple[Audience, ...] = field(default=("full",), metadata=_is(
        "variants of each deck that `build` and `check` produce"))
    overrides: tuple[Override, ...] = field(default=(), metadata=_is(
        "other `to` and `variants` for some `decks`, such as homework; the last match wins"))
    jobs: int | None = field(default=None, metadata=_is(
        "number of decks to run in parallel; by default the number of cores", minimum=1))
    prelude: str = field(default="", metadata=_is("Python code to run before the first cell of each deck"))
    env: tuple[str, ...] = field(default=(), metadata=_is(
        "environment variables that cells see outside the sandbox", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        examples=["COURSE"]))
    execute: Mapping[str, Any] = field(default_factory=dict, metadata=_is(
        "default options of cells, as in a deck's `execute:`"))
    python: str = field(default="", metadata=_is(
        "Python that runs the cells: an executable or an environment's folder"))
    kernel: str = field(default="", metadata=_is(
        "Jupyter kernel of decks that name none", pattern=r"^[A-Za-z0-9_.-]+$", examples=["python3"]))
    sandbox: Literal["never", "outside", "always"] = field(default="never", metadata=_is(
        "which decks run in the sandbox; `outside`: those outside the project's folder"))
    cache: str = field(default="", metadata=_is(
        "where results are stored: a folder, or the URL of a shared store; by default `.marpweave/cache`"))
    executor: Executor = field(default="local", metadata=_is("where decks run"))
    scheduler: str = field(default="", metadata=_is(
        "address of the Dask scheduler; by default a cluster on this machine", pattern=ADDRESS,
        examples=["tcp://head:8786"]))
    strict: bool = field(default=False, metadata=_is(
        "fail on every kind of finding, including warnings and unchecked outputs"))
    allow: tuple[Path, ...] = field(default=(), metadata=_is(
        "files and folders outside the project that decks may show and include"))
    theme: str = field(default="", metadata=_is(
        "theme of all decks, by name or stylesheet; overrides the one that a deck or Marp's own configuration names"))
    theme_set: tuple[Path, ...] = field(default=(), metadata=_is(
        "stylesheets, or folders of them, that decks can use as themes; replaces those of Marp's own configuration"))
    lang: str = field(default="", metadata=_is(
        "language of decks that name none; by default `en`", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$",
        examples=["ja"]))
    bibliography: tuple[Path, ...] = field(default=(), metadata=_is(
        "bibliographies of adopted decks: BibTeX, or CSL as JSON or YAML"))
    csl: str = field(default="", metadata=_is(
        "citation style: a CSL file, or `apa`, `harvard1`, `sist02`, `vancouver`; by default `sist02` for Japanese "
        "decks, `apa` for others"))
    colab: str = field(default="", metadata=_is(
        "GitHub repository of the notebooks, for a badge that opens them in Colab; without `/BRANCH/FOLDER`, they are "
        "in the output folder on `main`", pattern=r"^[\w.-]+/[\w.-]+(/\S+)?$", examples=["OWNER/REPO"]))
    notebook_setup: str = field(default="", metadata=_is(
        "code of a notebook's first cell, such as `%pip install -q …`"))
    editor: str = field(default="vscode://file/{path}:{line}", metadata=_is(
        "URL that opens a line in your editor from the preview",
        pattern=r"^(?!javascript:|data:)[a-z][a-z0-9+.-]*:.*\{path\}.*$", examples=["vscode://file/{path}:{line}"]))


@dataclass(frozen=True, slots=True)
class Configuration:
    """A project's folder and its configuration."""

    root: Path
    marked: bool = True
    """False: not configured as a project; the folder of the named decks."""
    file: Path | None = None
    """The configuration file, if any."""
    config: Config = Config()
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where values other than defaults were set: ``marpweave.toml:3``, or an option."""

    @property
    def cache(self) -> Path:
        """The default folder of the cache."""
        return self.root / ".marpweave" / "cache"
