"""Creates the runner that the options select."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

from marpweave.config.config import ADDRESS
from marpweave.errors import UsageError

if TYPE_CHECKING:
    from marpweave.build.runners.ports import Runner
    from marpweave.build.settings import Settings


def _refuse_addresses(settings: Settings) -> None:
    """Raise UsageError for cluster options without a cluster."""
    if settings.executor != "dask" and (settings.scheduler or settings.shared_files):
        raise UsageError("--scheduler and --shared-files need --executor dask")
    if settings.scheduler and not re.fullmatch(ADDRESS, settings.scheduler):
        raise UsageError(f"--scheduler {settings.scheduler}: not an address; write tcp://HOST:PORT")


def runner_of(settings: Settings) -> AbstractContextManager[Runner]:
    """The runner selected by the settings; closed on exit."""
    _refuse_addresses(settings)
    from marpweave.build.runners import local

    if settings.executor == "local":
        return local.kernels(settings)
    if settings.executor == "processes":
        return nullcontext(local.InProcesses(settings))
    from marpweave.build.runners.elsewhere import Elsewhere

    return closing(Elsewhere(settings))
