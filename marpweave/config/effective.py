"""The effective configuration of a project, with paths resolved."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from marpweave.config.config import Config, Configuration
from marpweave.config.decks import folder_of, from_here, selector_of
from marpweave.config.root import find_project


def configuration(places: Sequence[Path], options: Mapping[str, Any]) -> Configuration:
    """The configuration of decks in these folders: options over the project's file over defaults. Raises UsageError."""
    return configured(find_project(places), options)


def configured(project: Configuration, options: Mapping[str, Any]) -> Configuration:
    """The configuration of a project whose folder is known."""
    if project.file:
        from marpweave.config.toml import read

        config, origins = read(from_here(project.file))
        project = replace(project, config=config, origins=origins)
    values = {name: value for each in fields(Config) if (value := options.get(name := each.name)) not in (None, ())}
    overridden: dict[str, Any] = dict.fromkeys(values.keys() & {"to", "variants"}, ())
    overrides = tuple(replace(each, **overridden) for each in project.config.overrides)
    keys = [name.replace("_", "-") for name in values]
    return replace(project, config=replace(_placed(project), overrides=overrides, **values),
                   origins={**project.origins, **{key: f"--{key}" for key in keys}})


def _placed(project: Configuration) -> Config:
    """The configuration with paths relative to the working folder."""
    config, root = project.config, project.root
    cache, python = (os.path.expanduser(each) for each in (config.cache, config.python))  # noqa: PTH111  may be a URL
    return replace(
        config, out=from_here(root / config.out) if project.marked else config.out,
        jobs=config.jobs or os.cpu_count() or 1,
        cache=cache if "://" in cache else str(from_here(root / cache)) if cache else str(from_here(project.cache)),
        python=_placed_if_there(python, root), theme=_placed_if_there(config.theme, root),
        bibliography=tuple(from_here(root / each) for each in config.bibliography),
        csl=_placed_if_there(config.csl, root),
        theme_set=tuple(from_here(root / each) for each in config.theme_set),
        allow=tuple(from_here(root / each) for each in config.allow))


def _placed_if_there(name: str, root: Path) -> str:
    """The path of a file in the project's folder if it exists, otherwise ``name``."""
    return str(from_here(root / name)) if name and (root / name).exists() else name


def base_of(project: Configuration) -> Path:
    """The folder to which names of decks are relative: that of all configured decks."""
    root = project.root
    places = [folder_of(selector_of(each, root)) for each in project.config.decks]
    return Path(os.path.commonpath([place.resolve() for place in places])) if places else root
