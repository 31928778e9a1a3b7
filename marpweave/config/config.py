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
    variants: tuple[Audience, ...] = field(default=(), metadata=_is("variants to make"))


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of all decks of a project, which the command line and decks can override.

    Paths are relative to the project's folder in the file, and to the working folder once loaded.
    """

    decks: tuple[str, ...] = field(default=(".",), metadata=_is(
        "decks that a command without a DECK takes: files, folders, globs"))
    out: Path = field(default=Path("dist"), metadata=_is("the folder for outputs"))
    title: str = field(default="", metadata=_is("the title of the page of all decks"))
    to: tuple[FileFormat, ...] = field(default=("html", "pdf"), metadata=_is("formats to write"))
    variants: tuple[Audience, ...] = field(default=("full",), metadata=_is(
        "variants of each deck that `build` and `check` make"))
    overrides: tuple[Override, ...] = field(default=(), metadata=_is(
        "other `to` and `variants` for the `decks` of each table, such as homework; the last that says so counts"))
    jobs: int | None = field(default=None, metadata=_is(
        "how many decks run at once; the number of cores by default", minimum=1))
    prelude: str = field(default="", metadata=_is("Python that runs before the first cell of each deck"))
    env: tuple[str, ...] = field(default=(), metadata=_is(
        "environment variables that cells see, if they are not sandboxed", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        examples=["COURSE"]))
    execute: Mapping[str, Any] = field(default_factory=dict, metadata=_is(
        "defaults for the options of all cells, as `execute:` of a deck has them"))
    python: str = field(default="", metadata=_is(
        "the Python in which cells run: a program, or the folder of an environment"))
    kernel: str = field(default="", metadata=_is(
        "the Jupyter kernel of decks that name none", pattern=r"^[A-Za-z0-9_.-]+$", examples=["python3"]))
    sandbox: Literal["never", "outside", "always"] = field(default="never", metadata=_is(
        "which decks run in the sandbox; `outside`: those outside of the project's folder"))
    cache: str = field(default="", metadata=_is(
        "where results are kept: a folder, or the URL of a store that machines share; `.marpweave/cache` by default"))
    executor: Executor = field(default="local", metadata=_is("what runs decks"))
    scheduler: str = field(default="", metadata=_is(
        "the scheduler of a Dask cluster; a cluster on this machine by default", pattern=ADDRESS,
        examples=["tcp://head:8786"]))
    strict: bool = field(default=False, metadata=_is("unchecked outputs and suspects are findings too"))
    allow: tuple[Path, ...] = field(default=(), metadata=_is(
        "folders and files outside of the project whose pictures and parts decks may show"))
    theme: str = field(default="", metadata=_is(
        "the theme of all decks, whatever they name: a name, or a stylesheet; it goes before Marp's own configuration"))
    theme_set: tuple[Path, ...] = field(default=(), metadata=_is(
        "stylesheets, or folders of them, that decks can ask for, in place of those in Marp's own configuration"))
    lang: str = field(default="", metadata=_is(
        "the language of decks that name none; `en` by default", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$",
        examples=["ja"]))
    bibliography: tuple[Path, ...] = field(default=(), metadata=_is(
        "the files with the sources that adopted decks cite: BibTeX, or CSL as JSON or YAML"))
    csl: str = field(default="", metadata=_is(
        "the style of citations: a CSL file, or `apa`, `harvard1`, `sist02`, `vancouver`; by default `sist02` for "
        "Japanese decks, `apa` for others"))
    colab: str = field(default="", metadata=_is(
        "where GitHub has the notebooks, for a badge that opens them in Colab; on `main`, in the folder for outputs, "
        "unless `/BRANCH/FOLDER` follows", pattern=r"^[\w.-]+/[\w.-]+(/\S+)?$", examples=["OWNER/REPO"]))
    notebook_setup: str = field(default="", metadata=_is(
        "the code of a notebook's first cell, such as `%pip install -q …` of what the decks import"))
    editor: str = field(default="vscode://file/{path}:{line}", metadata=_is(
        "the address by which the preview opens a line in your editor",
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
