import asyncio

import zmq

from marpweave.kernel.environments import own_environment
from marpweave.kernel.floods import MAX_SENT
from marpweave.kernel.sandbox import Bounds
from marpweave.kernel.start import new_kernel, open_channels
from marpweave.read.parse import parse_deck


def test_channels_find_a_kernel_soon_and_hear_of_floods(tmp_path):
    async def options():
        manager = new_kernel(tmp_path, "kernel", parse_deck("", tmp_path / "deck.md"), Bounds(tmp_path, tmp_path, own_environment(), 1.0))
        channels = open_channels(manager).channels
        sockets = [channels.shell_channel.socket, channels.iopub_channel.socket]
        try:
            return [(each.getsockopt(zmq.RECONNECT_IVL), each.getsockopt(zmq.MAXMSGSIZE)) for each in sockets]
        finally:
            channels.stop_channels()

    for milliseconds, largest in asyncio.run(options()):
        assert milliseconds <= 5
        assert MAX_SENT < largest <= 1 << 30
