"""Limits what a kernel may send, in case a hostile cell circumvents the limits inside the kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_client.session import Session

MAX_SENT = 128 << 20
"""Bytes that one cell may send; ten times what the limits inside the kernel allow."""
NOTHING = {"header": {}, "parent_header": {}, "metadata": {}, "content": {}, "msg_type": "", "buffers": []}


class FloodGuard(Session):
    """Reads messages up to the limit."""

    received = 0
    flooded: Callable[[], object] = staticmethod(lambda: None)
    """Called once for each cell that exceeds the limit."""

    def deserialize(self, msg_list: list[Any], *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """The message, or an empty one after the limit."""
        before = self.received
        self.received += sum(map(len, msg_list))
        if self.received <= MAX_SENT:
            return super().deserialize(msg_list, *args, **kwargs)
        if before <= MAX_SENT:
            self.flooded()
        return NOTHING

    @property
    def is_flooded(self) -> bool:
        """Whether the cell exceeded the limit."""
        return self.received > MAX_SENT
