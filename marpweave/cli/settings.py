"""Combines command line options and configuration into settings and a project."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marpweave.config.config import Config, Configuration
from marpweave.config.decks import Selector, decks_of, folder_of, from_here, is_named, selector_of, unique
from marpweave.config.effective import base_of, configuration, configured
from marpweave.config.root import configuration_in, unheeded
from marpweave.errors import UsageError, command, say

if TYPE_CHECKING:
    from marpweave.build.project import Project
    from marpweave.build.runners.ports import Runner
    from marpweave.build.settings import Settings, Targets

ASKED_AGAIN = ("python", "cache")
"""Keys with effects outside of a sandbox: --sandbox only accepts them as options."""
DROPPED = ("allow", "scheduler")
"""Keys that sandboxed decks do not need: with --sandbox, only options count."""


def settings_of(decks: Sequence[str | Path] = (), *, trust: bool = False, **options: Any) -> Settings:  # noqa: ANN401
    """Settings from the options of a command, the project's configuration, and defaults, in this order.

    ``decks``: named decks; ``trust``: also run decks found outside of the project.
    """
    selectors = [selector_of(str(each), Path()) for each in decks]
    project = configuration_of([folder_of(each) for each in selectors], options)
    chosen = selectors or _configured(project)
    paths = unique(from_here(path) for selector in chosen for path in decks_of(selector, project.config.out))
    settings = replace(settings_from(project, paths, options), overrides=_overrides(paths, project))
    for file in unheeded(paths, project.root):
        _warn(f"{from_here(file)} does not hold here, since these decks share the project {project.root}; name the "
              f"decks of one folder: {command(shlex.quote(str(from_here(file.parent))))}")
    return settings if trust else _trusted(settings, selectors)


@cache
def _warn(message: str) -> None:
    """Write a warning, once."""
    say(f"warning: {message}")


def configuration_of(places: Sequence[Path], options: Mapping[str, Any]) -> Configuration:
    """The configuration of decks in these folders, overridden by options."""
    sandboxed = options.get("sandbox")
    policy = None if sandboxed is None else "always" if sandboxed else "never"
    project = configuration(places, {**options, "sandbox": policy})
    risky = [key for key in ASKED_AGAIN if options.get(key) is None and key in project.origins]
    if sandboxed and risky:
        raise UsageError(f"{project.origins[risky[0]]}: {risky[0]!r} acts outside the sandbox; with --sandbox, "
                         f"pass --{risky[0]} on the command line")
    beyond = DROPPED if sandboxed else () if project.config.executor == "dask" else ("scheduler",)
    dropped = {key: getattr(Config(), key) for key in beyond if options.get(key) in (None, ())}
    return replace(project, config=replace(project.config, **dropped))


def settings_of_checkout(words: Sequence[str], options: Mapping[str, Any]) -> Settings:
    """Settings of the project of the named decks, or of the working folder, with all existing decks."""
    selectors = [selector_of(each, Path()) for each in words]
    project = configuration_of([folder_of(each) for each in selectors if each.place.exists()], options)
    return _settings_there(project, selectors, options)


def settings_of_revision(root: Path, paths: Sequence[Path], options: Mapping[str, Any]) -> Settings:
    """Settings of a project exported to a folder; it runs in a sandbox unless options say otherwise."""
    options = {**options, "sandbox": "never" if options["sandbox"] is False else "always"}
    project = configured(Configuration(root, file=configuration_in(root)), options)
    return _settings_there(project, [selector_of(str(each), Path()) for each in paths], options)


def _settings_there(project: Configuration, selectors: Sequence[Selector], options: Mapping[str, Any]) -> Settings:
    """Settings for the configured and named decks that exist."""
    paths: list[Path] = []
    for selector in (*(selector_of(each, project.root) for each in project.config.decks), *selectors):
        with suppress(UsageError):
            paths += (path for path in decks_of(selector, project.config.out) if path.is_file())
    return _trusted(settings_from(project, unique(map(from_here, paths)), options), selectors)


def _trusted(settings: Settings, selectors: Sequence[Selector]) -> Settings:
    """The settings; raises UsageError if a deck outside of the project, which was not named, would run unsandboxed."""
    from marpweave.build.settings import Sandbox, refuse_outside

    if settings.sandbox is Sandbox.NEVER and not settings.frozen:
        places = {selector.place.absolute() for selector in selectors}
        refuse_outside([path for path in settings.paths if path.absolute() not in places], settings.root)
    return settings


def _configured(project: Configuration) -> list[Selector]:
    """The decks named by the configuration; raises UsageError if there are none."""
    selectors = _wishes(project.config.decks, "decks", project)
    if not selectors:
        raise UsageError(f"{project.origins['decks']}: 'decks' matches no deck")
    return selectors


def _wishes(names: Sequence[str], key: str, project: Configuration) -> list[Selector]:
    """Parse names in the configuration; raises UsageError if one matches nothing."""
    selectors = [selector_of(each, project.root) for each in names]
    for selector in selectors:
        if not selector.pattern and not selector.place.exists():
            raise UsageError(f"{project.origins[key]}: there is no {selector.text!r} in {project.root}")
    return selectors


def settings_from(project: Configuration, decks: tuple[Path, ...], options: Mapping[str, Any]) -> Settings:
    """Settings for some decks of a project; ``options``: those that are not configuration keys."""
    from marpweave.build.settings import Sandbox, Settings, ordered
    from marpweave.model.bibliography import Bibliography
    from marpweave.model.environment import NATIVE
    from marpweave.model.given import Given

    config = project.config
    kernel = "" if options.get("python") else config.kernel
    cells = {name: value for name, value in config.execute.items() if name != "timeout"}
    keys = {each.name for each in fields(Config)}
    others = {"timeout": config.execute.get("timeout"),
              **{name: value for name, value in options.items() if value is not None and name not in keys}}
    if not others.pop("no_cache", False):
        others |= {"cache": project.cache, "shared": config.cache} if "://" in config.cache else \
            {"cache": Path(config.cache) if config.cache else project.cache}
    return Settings(
        root=project.root, paths=decks, base=base_of(project), out=config.out, title=config.title,
        formats=config.to, variants=ordered(config.variants), jobs=config.jobs or 1,
        prelude=config.prelude, python=config.python, sandbox=Sandbox(config.sandbox), executor=config.executor,
        scheduler=config.scheduler, strict=config.strict, allow=config.allow,
        theme=config.theme, theme_set=config.theme_set, editor=config.editor, origins=project.origins,
        colab=config.colab, notebook_setup=config.notebook_setup,
        defaults=Given(env=config.env, kernel=kernel or NATIVE, options=cells, lang=config.lang,
                       parameters=others.pop("parameters", ()),
                       bibliography=Bibliography(config.bibliography, config.csl)),
        **{name: value for name, value in others.items() if value is not None})


def _overrides(decks: Sequence[Path], project: Configuration) -> dict[Path, Targets]:
    """Targets of decks with overrides in the configuration; the last match applies."""
    from marpweave.build.settings import Targets, ordered

    targets: dict[Path, Targets] = {}
    for each in project.config.overrides:
        selectors = _wishes(each.decks, "overrides", project)
        for deck in (deck for deck in decks if any(is_named(deck, selector) for selector in selectors)):
            earlier = targets.get(deck) or Targets(project.config.to, ordered(project.config.variants))
            targets[deck] = Targets(each.to or earlier.formats, ordered(each.variants) or earlier.variants)
    return targets


def project_of(settings: Settings, runner: Runner | None = None) -> Project:
    """The project, with progress on the terminal and, unless given, a local runner."""
    from marpweave.build.project import open_project
    from marpweave.build.runners.local import Kernels
    from marpweave.report.progress import Terminal

    return open_project(settings, runner=runner or Kernels(settings), events=Terminal())
