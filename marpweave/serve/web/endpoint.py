"""The address of the server, and the token that grants access."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass, field

LOCAL = ("127.0.0.1", "localhost")
ANY = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of the server, and the secret token."""

    host: str
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def hosts(self) -> frozenset[str]:
        """Accepted ``Host`` headers, to prevent DNS rebinding."""
        return frozenset(f"{bracketed(name)}:{self.port}" for name in (*LOCAL, *own_names(self.host)))

    @property
    def url(self) -> str:
        """The URL with the token."""
        host = LOCAL[0] if self.host in ANY else self.host
        return f"http://{bracketed(host)}:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Name of the cookie, which includes the port, because cookies of all ports are shared."""
        return f"marpweave-{self.port}"

    def knows(self, secret: str) -> bool:
        """Whether a secret is the token."""
        return secrets.compare_digest(secret.encode(), self.token.encode())


def bracketed(host: str) -> str:
    """A host in URL syntax (IPv6 in brackets)."""
    return f"[{host}]" if ":" in host else host


def own_names(host: str) -> tuple[str, ...]:
    """Names of this machine when listening on ``host``."""
    if host not in ANY:
        return (host,)
    name = socket.gethostname()
    try:
        addresses = [str(each[4][0]) for each in socket.getaddrinfo(name, None)]
    except OSError:
        addresses = []
    return tuple(dict.fromkeys([name, *addresses]))
