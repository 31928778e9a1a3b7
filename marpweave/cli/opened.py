"""The settings and the project that the options of a command describe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from marpweave.cli.find import all_decks, cache_of, project_root

if TYPE_CHECKING:
    from marpweave.build.project import Project
    from marpweave.build.runners import Runner
    from marpweave.build.settings import Sandbox, Settings


def settings_of(common: dict[str, Any], **more: Any) -> Settings:  # noqa: ANN401
    """The settings that the options of a command describe."""
    from marpweave.build.settings import Sandbox, Settings, refuse_outside

    root = project_root()
    sandbox, trust = asked(sandbox=common.pop("sandbox")), common.pop("trust")
    named = tuple(common.pop("decks"))
    paths = named or all_decks(root)
    if not (named or trust or common.get("frozen")) and sandbox is Sandbox.NEVER:
        refuse_outside(paths, root)
    place, no_cache = common.pop("cache"), common.pop("no_cache")
    stores = {} if no_cache else stores_of(place, root)
    chosen = {name: value for name, value in common.items() if value is not None}
    return Settings(root=root, paths=paths, sandbox=sandbox, **stores, **chosen, **more)


def stored(root: Path, paths: tuple[Path, ...], *, sandbox: bool, cache: str, **known: str) -> Project:
    """The project with the results of earlier builds."""
    from marpweave.build.settings import Settings

    asked_for: dict[str, Any] = {**known, **stores_of(cache, root)}
    return project_of(Settings(root=root, paths=paths, sandbox=asked(sandbox=sandbox), **asked_for))


def asked(*, sandbox: bool) -> Sandbox:
    """Which decks are sandboxed."""
    from marpweave.build.settings import Sandbox

    return Sandbox.ALWAYS if sandbox else Sandbox.NEVER


def stores_of(place: str, root: Path) -> dict[str, Any]:
    """The settings that say where results of earlier builds are."""
    if "://" in place:
        return {"cache": cache_of(root), "shared": place}
    return {"cache": Path(place) if place else cache_of(root)}


def project_of(settings: Settings, runner: Runner | None = None) -> Project:
    """The project, with a terminal, and with kernels of this process if there is no other runner."""
    from marpweave.build.project import open_project
    from marpweave.build.runners import Kernels
    from marpweave.report.progress import Terminal

    return open_project(settings, runner=runner or Kernels(settings), events=Terminal())
