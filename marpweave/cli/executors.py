"""The runner that options ask for."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

from marpweave.config.config import ADDRESS
from marpweave.errors import UsageError

if TYPE_CHECKING:
    from marpweave.build.runners import Runner
    from marpweave.build.settings import Settings


def _refuse_addresses(settings: Settings) -> None:
    """Raise UsageError where options of a cluster mean nothing."""
    if settings.executor != "dask" and (settings.scheduler or settings.shared_files):
        raise UsageError("--scheduler and --shared-files need --executor dask")
    if settings.scheduler and not re.fullmatch(ADDRESS, settings.scheduler):
        raise UsageError(f"--scheduler {settings.scheduler}: not an address; write tcp://HOST:PORT")


def runner_of(settings: Settings) -> AbstractContextManager[Runner]:
    """The runner that settings ask for; what it starts ends with the block."""
    _refuse_addresses(settings)
    if settings.executor == "local":
        from marpweave.build.runners import kernels

        return kernels(settings)
    from marpweave.build.runners.elsewhere import Elsewhere, InProcesses

    return closing(Elsewhere(settings)) if settings.executor == "dask" else nullcontext(InProcesses(settings))
