"""Starts kernels as forks of a zygote."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from marpweave.kernel.zygote import Zygote
from marpweave.probe.zygote import Request


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel, or starts a new process where a fork would not be the same."""

    process: Any
    zygote: Zygote

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Replace ``Popen``; from then on a fork is treated like any local process."""
        variables = kwargs["env"] | {"JPY_PARENT_PID": str(os.getpid())}
        if self.zygote.suits(variables):
            request = Request(cmd[cmd.index(sys.executable, 1):], kwargs["cwd"], variables)
            with contextlib.suppress(OSError):
                self.process = await asyncio.to_thread(self.zygote.fork, request)
                self.pid = self.pgid = self.process.pid
                self.cwd = kwargs["cwd"]
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)
