"""`preview`: a server for one browser, from start to Ctrl-C.

Slow things start first: Node.js starts and the browser loads the page while the rest is imported.
"""

from __future__ import annotations

import errno
import os
import socket
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from marpweave.errors import UsageError
from marpweave.render.renderer import MarpRenderer
from marpweave.serve.web.endpoint import Endpoint

if TYPE_CHECKING:
    from marpweave.build.project import Project
    from marpweave.serve.session import Context
    from marpweave.serve.sessions import Sessions

MAX_MESSAGE = 1 << 20
"""Maximum bytes of a message from a page."""
SHUTDOWN_TIMEOUT = 2


@dataclass(frozen=True, slots=True)
class Address:
    """The address on which the server listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: a free one."""


def preview(
    project: Callable[[], Project], address: Address, *, live: bool, opened: Callable[[str], None],
) -> None:
    """Serve decks until stopped; ``opened`` is called with the URL that includes the token."""
    from marpweave.build.settings import refuse_missing

    with ExitStack() as stack:
        renderer = stack.enter_context(MarpRenderer(live=True))
        renderer.start()
        listening = stack.enter_context(_socket(address))
        endpoint = Endpoint(address.host, listening.getsockname()[1])
        initial = project()
        refuse_missing(initial.settings)
        opened(endpoint.url)

        from marpweave.serve.sessions import Sessions

        context = partial(_context, initial, renderer, stack)
        _serve(Sessions(initial.settings, context, project, live=live), endpoint, listening)


def _context(project: Project, renderer: MarpRenderer, stack: ExitStack) -> Context:
    from marpweave.serve.kernels.host import kernel_host
    from marpweave.serve.session import Context

    return Context(project, renderer, stack.enter_context(kernel_host(project.settings)))


def _serve(sessions: Sessions, endpoint: Endpoint, listening: socket.socket) -> None:
    import uvicorn

    from marpweave.serve.app import app_of
    from marpweave.serve.web.guard import Guard

    config = uvicorn.Config(
        Guard(app_of(sessions.decks, sessions.hear, sessions.life), endpoint), log_level="warning",
        ws_max_size=MAX_MESSAGE, ws_per_message_deflate=False, timeout_graceful_shutdown=SHUTDOWN_TIMEOUT,
        server_header=False)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run([listening])
    if sessions.fault:
        raise sessions.fault


def open_browser(url: str) -> None:
    """Open the page, if a browser is available."""
    with suppress(webbrowser.Error):
        webbrowser.open(url)


def _socket(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        remedy = "; without --port, preview takes a free one" if error.errno == errno.EADDRINUSE else ""
        raise UsageError(f"cannot listen on {address.host}:{address.port}: {reason}{remedy}") from None
