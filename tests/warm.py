"""Kernels of tests are forks of one process that has imported what they need, a second less for each.

That a fork gives what a new process gives is proven in tests/e2e/test_warm.py; a test of how kernels start asks for
``kernel_start="cold"``.
"""

from __future__ import annotations

import os
from typing import Any

from marpweave.kernel import client, watch
from marpweave.kernel.zygote import Zygote

cold = client.run_decks


def warm_up(zygote: Zygote | None) -> None:
    """From now on, kernels of this process are forks of ``zygote``, which perhaps another one has started."""
    if zygote:
        zygote.variables["JPY_PARENT_PID"] = str(os.getpid())

    def run_decks(*runs: Any, **options: Any) -> Any:
        return cold(*runs, **{"started": zygote if watch.WATCHES else None, **options})

    client.run_decks = run_decks
