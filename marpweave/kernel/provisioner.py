"""Starts kernels as forks of a zygote, or in a sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from marpweave.kernel.sandbox import Confined, make_own_folder, protection, wrap_command
from marpweave.kernel.zygote import Zygote
from marpweave.probe.zygote import Request

SOCKETS = "{sockets}"
"""Placeholder in a kernel's command for its inherited sockets."""


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel from a zygote, or starts a new process if a fork would differ."""

    process: Any
    zygote: Zygote

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Replace ``Popen``; afterwards a fork is treated like any local process."""
        variables = kwargs["env"] | {"JPY_PARENT_PID": str(os.getpid())}
        if self.zygote.suits(variables):
            request = Request(cmd[cmd.index(self.zygote.command[0], 1):], kwargs["cwd"], variables)
            with contextlib.suppress(OSError):
                self.process = await asyncio.to_thread(self.zygote.fork, request)
                self.pid = self.pgid = self.process.pid
                self.cwd = kwargs["cwd"]
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in a sandbox, on listening sockets that it inherits, so that no folder is shared."""

    confined: Confined

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """Wrap the command in a sandbox."""
        launched = await super().pre_launch(**kwargs)
        self.sockets = {path: _listening(path) for path in self._paths()}
        handed = ",".join(f"{path}={each.fileno()}" for path, each in self.sockets.items())
        command = [handed if word == SOCKETS else word for word in launched["cmd"]]
        kind = protection()
        return {**launched, "cmd": wrap_command(kind, self.confined, command),
                "env": launched["env"] | make_own_folder(kind, self.confined),
                "pass_fds": [each.fileno() for each in self.sockets.values()]}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Start the kernel and close our copies of its sockets."""
        try:
            return await super().launch_kernel(cmd, **kwargs)
        finally:
            for each in self.sockets.values():
                each.close()

    def _paths(self) -> list[str]:
        """Paths of the sockets to which the client connects."""
        known: dict[str, Any] = {**self.connection_info}
        return [f"{known['ip']}-{known[name]}" for name in known if name.endswith("_port")]


def _listening(path: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(path)
    made.listen(64)
    return made
