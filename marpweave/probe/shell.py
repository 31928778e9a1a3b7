"""Differences between IPython's shell in a build and in a notebook."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from marpweave.inputs.spelling import spelling_of

PACKAGE_INSTALLERS = re.compile(r"^\s*(?:\S*python\S*\s+-m\s+)?(pip3?|conda|mamba|uv|apt|apt-get|brew)\b")


def quiet_magics(shell: Any, note: Callable[[str, str, int | None], None]) -> None:  # noqa: ANN401
    """Ignore ``%matplotlib``, because figures are collected anyway; refuse to install packages."""
    system = shell.system

    def run_system(command: str) -> None:
        if PACKAGE_INSTALLERS.match(command):
            note("", f"`{command.strip()}` installs packages and was not run", None)
        else:
            system(command)

    shell.system = run_system
    shell.register_magic_function(lambda line: None, "line", "matplotlib")
    for name in ("pip", "conda", "mamba", "uv"):
        shell.register_magic_function(lambda line, name=name: run_system(f"{name} {line}"), "line", name)


def keep_history(shell: Any, trimmed: Callable[[list[str]], list[str]]) -> None:  # noqa: ANN401
    """Store code in ``In``, ``_i`` and ``%history`` as keys spell it, so that comments have no effect.

    ``trimmed`` removes lines that are not the author's.
    """
    history = shell.history_manager
    store = history.store_inputs

    def store_spelled(number: int, source: str, source_raw: str | None = None) -> None:
        both = (source, source if source_raw is None else source_raw)
        store(number, *(spelling_of("\n".join(trimmed(code.rstrip("\n").split("\n")))).text for code in both))

    history.store_inputs = store_spelled


def hide_artists(shell: Any) -> None:  # noqa: ANN401
    """Hide matplotlib objects such as ``[<matplotlib.lines.Line2D …>]`` as results: the figure is shown."""
    formatter = shell.display_formatter
    format_ = formatter.format

    def without_artists(value: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return ({}, {}) if _is_artist(value) else format_(value, *args, **kwargs)

    formatter.format = without_artists


def hide_captured(shell: Any) -> None:  # noqa: ANN401
    """Make ``%%capture`` discard the figures of its body, too."""
    from IPython.core.displaypub import CapturingDisplayPublisher

    if isinstance(shell.display_pub, CapturingDisplayPublisher):
        from marpweave.probe.canvas import FIGURES

        FIGURES.drop()


def _is_artist(value: object) -> bool:
    if "matplotlib" not in sys.modules:
        return False
    from matplotlib.artist import Artist
    from matplotlib.container import Container

    animation = sys.modules.get("matplotlib.animation")
    if isinstance(value, Artist | Container) or (animation and isinstance(value, animation.Animation)):
        return True
    if type(value).__name__ == "ndarray":
        value = list(value.flat)  # type: ignore[attr-defined]
    return isinstance(value, list | tuple) and bool(value) and all(_is_artist(item) for item in value)
