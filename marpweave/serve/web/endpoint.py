"""Where the server listens, and what lets a browser in."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass, field

LOCAL = ("127.0.0.1", "localhost")
ANY = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the server listens, and the secret that opens it."""

    host: str
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def hosts(self) -> frozenset[str]:
        """What the ``Host`` header may say: a page of another name that resolves to us gets nothing."""
        return frozenset(f"{bracketed(name)}:{self.port}" for name in (*LOCAL, *own_names(self.host)))

    @property
    def url(self) -> str:
        """The address that lets a browser in."""
        host = LOCAL[0] if self.host in ANY else self.host
        return f"http://{bracketed(host)}:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies know no port, and two previews must not take each other's."""
        return f"marpweave-{self.port}"

    def knows(self, secret: str) -> bool:
        """Whether it is the token."""
        return secrets.compare_digest(secret.encode(), self.token.encode())


def bracketed(host: str) -> str:
    """A host as URLs write it."""
    return f"[{host}]" if ":" in host else host


def own_names(host: str) -> tuple[str, ...]:
    """Under which names the machine is reached when it listens on ``host``."""
    if host not in ANY:
        return (host,)
    name = socket.gethostname()
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(name, None)]
    except OSError:
        found = []
    return tuple(dict.fromkeys([name, *found]))
