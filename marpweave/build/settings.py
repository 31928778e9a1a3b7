"""The settings of one run of the program."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from marpweave.errors import UsageError
from marpweave.files import real_path
from marpweave.model.given import Given
from marpweave.model.variant import Variant


class Sandbox(StrEnum):
    """Which decks run in a sandbox, besides those that ask for it."""

    NEVER = "never"
    OUTSIDE = "outside"
    """Decks outside of the project's folder."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Targets:
    """The outputs to build for a deck."""

    formats: tuple[str, ...]
    variants: tuple[Variant, ...]
    """The full variant first."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one call: a project's `Config`, overridden by the command line."""

    root: Path
    """The project's folder; decks inside it have their figures in its ``figures`` folder."""
    paths: tuple[Path, ...]
    base: Path | None = None
    """The folder to which deck names are relative; None: the project's."""
    out: Path = Path("dist")
    title: str = ""
    """Title of the index page; "": the default one."""
    formats: tuple[str, ...] = ("html", "pdf")
    variants: tuple[Variant, ...] = (Variant.FULL,)
    """Variants to build, the full one first."""
    overrides: Mapping[Path, Targets] = field(default_factory=dict)
    """Targets of decks that differ from the project's."""
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    prelude: str = ""
    defaults: Given = field(default_factory=Given)
    """Further settings of the project for all decks."""
    strict: bool = False
    update: bool = False
    timeout: float = 60.0
    deck_timeout: float = 600.0
    cache: Path | None = None
    """Folder of the cache; None: no cache."""
    shared: str = ""
    """URL of a shared store, used for results that the folder lacks."""
    read_only: bool = False
    """Write nothing to the shared store."""
    python: str = ""
    """The Python in which cells run: a program or the folder of an environment; "": the current one."""
    frozen: bool = False
    """Use frozen outcomes; run nothing."""
    pdf_builds: bool = False
    """One PDF page per step of a slide."""
    pdf_notes: bool = False
    """Notes as annotations in the PDF."""
    pptx_editable: bool = False
    """A PPTX with editable text."""
    allow: tuple[Path, ...] = ()
    """Files and folders outside of the project from which decks may use images and parts."""
    theme: str = ""
    """Theme of all decks, a name or a stylesheet; "": as set by the project or the deck."""
    theme_set: tuple[Path, ...] = ()
    """Stylesheets, or folders of them, that decks can use as themes."""
    kernel_start: str = "warm"
    """How kernels start: a value of `KernelStart`."""
    snapshots_memory: int = 300
    """Megabytes for the snapshots of a previewed deck."""
    sandbox: Sandbox = Sandbox.NEVER
    executor: str = "local"
    """Where decks run: ``local``, ``processes`` or ``dask``."""
    scheduler: str = ""
    """Address of a Dask scheduler; "": start a local cluster."""
    shared_files: bool = False
    """Workers see the project's files at the same paths."""
    colab: str = ""
    """GitHub location of notebooks for Colab badges: ``OWNER/REPO`` or ``OWNER/REPO/BRANCH/FOLDER``; "": no badge."""
    notebook_setup: str = ""
    """The code of a notebook's first cell."""
    editor: str = "vscode://file/{path}:{line}"
    """URL template that opens a line of a deck in an editor."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where keys of the configuration were set: ``marpweave.toml:3``, or an option."""
    verify: bool = False
    """Run everything, even if cached, and compare."""

    def targets(self, deck: Path) -> Targets:
        """The targets of a deck."""
        return self.overrides.get(deck) or Targets(self.formats, self.variants)

    def given(self, deck: Path) -> Given:
        """Settings of a deck that come from outside its file."""
        outside = self.sandbox is Sandbox.OUTSIDE and not is_inside(deck, self.root)
        home = self.root if is_inside(deck, self.root) else deck.parent
        return replace(self.defaults, name=self.name_of(deck), prelude=self.prelude,
                       sandbox=outside or self.sandbox is Sandbox.ALWAYS, allowed=(home, *self.allow),
                       named_from=self.named_from if is_inside(deck, self.root) else ())

    def name_of(self, deck: Path) -> str:
        """The name of a deck: its path relative to ``base`` or the project, otherwise its stem."""
        return name_from(self.named_from, deck)

    @property
    def named_from(self) -> tuple[Path, ...]:
        """The folders to which deck names are relative, the narrowest first."""
        return tuple(dict.fromkeys((self.base or self.root, self.root)))


def name_from(folders: Sequence[Path], deck: Path) -> str:
    """The name of a deck: its path relative to the first folder that contains it, otherwise its stem."""
    path = deck.parent.resolve() / deck.name
    within = next(filter(path.is_relative_to, (folder.resolve() for folder in folders)), path.parent)
    return path.relative_to(within).as_posix().removesuffix(path.suffix)


def refuse_contradictions(settings: Settings) -> None:
    """Raise UsageError if options contradict each other."""
    if settings.defaults.parameters and (settings.update or settings.frozen):
        raise UsageError("-P changes values for one run: --update would write its outputs into the deck, and --frozen "
                         "runs nothing")
    if settings.frozen and (settings.update or settings.verify):
        raise UsageError("--frozen runs no cells, but --update and --verify have to run them")
    for path in settings.paths:
        variants = settings.targets(path).variants
        if settings.frozen and Variant.STUDENT in variants:
            raise UsageError(f"--frozen has no results of {path} for students; `freeze` stores only those of "
                             "the full deck; add --variant full")
        if settings.update and Variant.FULL not in variants:
            raise UsageError(f"--update corrects full decks, but {path} has only other variants; add --variant full")


def ordered(names: Sequence[str]) -> tuple[Variant, ...]:
    """Variants by name, without duplicates, the full one first."""
    return tuple(variant for variant in Variant if variant in names)


def is_inside(deck: Path, root: Path) -> bool:
    """Whether a deck is inside a folder, after resolving symlinks."""
    return real_path(deck).is_relative_to(real_path(root))


def refuse_outside(found: Sequence[Path], root: Path) -> None:
    """Raise UsageError if a deck that was found, not named, is outside the project.

    Running a deck runs code: a link in a downloaded folder must not cause decks elsewhere to run.
    """
    for deck in found:
        if not is_inside(deck, root):
            raise UsageError(f"{deck} is outside the project, at {deck.resolve()}, and building it runs its code; "
                             "name it explicitly, or pass `--sandbox` or `--trust`")


def refuse_missing(settings: Settings) -> None:
    """Raise UsageError if a deck does not exist; a running preview waits for decks to reappear."""
    for path in settings.paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file")


def refuse_equal_names(settings: Settings) -> None:
    """Raise UsageError if two decks would write the same files, or one would overwrite a deck."""
    named: dict[str, Path] = {}
    decks = {_entry(path): path for path in settings.paths}
    for path in settings.paths:
        for variant in settings.targets(path).variants:
            name = variant.named(settings.name_of(path))
            other = named.setdefault(name.casefold(), path)
            if other != path:
                raise UsageError(f"{other} and {path} would both become {name}.html; rename one")
            deck = decks.get(_entry(settings.out / f"{name}.md"))
            if deck and "md" in settings.targets(path).formats:
                raise UsageError(f"`--to md` would overwrite {deck}; choose another output folder with --out")


def _entry(path: Path) -> Path:
    """A path with its folder resolved, but not its last component, which may be a link to be replaced."""
    return real_path(path.parent) / path.name
