"""Kernels of tests are forks of one process that has imported what they need, a second less for each.

That a fork gives what a new process gives is proven in tests/e2e/test_tree.py; a test of how kernels start asks for
``kernel_start="cold"``.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from marpweave.kernel import client, watch, zygote
from marpweave.kernel.zygote import KernelStart, Zygote
from marpweave.model.environment import Environment

cold = client.run_decks


def warm_up(ours: Zygote | None) -> None:
    """From now on, kernels of this process are forks of ``ours``, which perhaps another one has started."""
    if ours:
        ours.variables["JPY_PARENT_PID"] = str(os.getpid())

    def run_decks(*runs: Any, **options: Any) -> Any:
        return cold(*runs, **{"started": ours if watch.WATCHES else None, **options})

    def lent(start: KernelStart, environment: Environment, _root: object) -> AbstractContextManager[Zygote | None]:
        fits = watch.WATCHES and start is KernelStart.WARM and ours and ours.is_for(environment)
        return nullcontext(ours if fits else None)

    client.run_decks, zygote.zygote = run_decks, lent
