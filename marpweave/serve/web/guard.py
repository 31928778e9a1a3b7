"""Grants access only to browsers with the token, and sets content security policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marpweave.serve.web.endpoint import Endpoint

SAFE_METHODS = ("GET", "HEAD")
SAME_SITE = (None, "none", "same-origin")
POLICY_VIOLATION = 1008
"""WebSocket close code for refused connections; before acceptance, browsers get 403."""
HEADERS: Mapping[str, str] = {
    "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin", "cross-origin-opener-policy": "same-origin"}
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
"""Policy of everything other than pages: nothing in it runs if opened directly."""

FRAME = "frame-ancestors 'self'; sandbox allow-scripts"
"""Policy of live pages on slides, which are isolated from our pages; the rest is in their own policy."""


class Guard:
    """Rejects requests with another host or origin, or without the token."""

    def __init__(self, app: ASGIApp, endpoint: Endpoint) -> None:
        self._app, self._endpoint = app, endpoint
        self._hosts = endpoint.hosts
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on authorised requests."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            if self._is_ours(scope) and self._has_cookie(scope):
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif not self._is_ours(scope):
            await _refused(scope, receive, send)
        elif scope["path"] == "/" and self._endpoint.knows(_token(scope)):
            await self._entered()(scope, receive, send)
        elif self._has_cookie(scope):
            await self._app(scope, receive, _with_headers(send))
        else:
            await _refused(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        """Whether host and origin of a request are ours."""
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        allowed = (1,) if scope["type"] == "websocket" else (0, 1)
        return (len(origins) in allowed and set(origins) <= self._origins and _only(headers, "host") in self._hosts
                and headers.get("sec-fetch-site") in SAME_SITE and scope.get("method", "GET") in SAFE_METHODS)

    def _has_cookie(self, scope: Scope) -> bool:
        try:
            cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            return False
        cookie = cookies.get(self._endpoint.cookie)
        return cookie is not None and self._endpoint.knows(cookie.value)

    def _entered(self) -> Response:
        """Move the token from the URL to a cookie, out of the address bar and history."""
        answer = Response(status_code=303, headers={"location": "/", **HEADERS})
        answer.set_cookie(self._endpoint.cookie, self._endpoint.token, httponly=True, samesite="strict", path="/")
        return answer


def policy(nonce: str, host: str) -> str:
    """The content security policy of pages: only their own scripts and images, nothing external."""
    return (f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data:; font-src 'self' data:; frame-src 'self'; connect-src 'self' ws://{host}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


def _only(headers: Headers, name: str) -> str:
    """A header that occurs exactly once; otherwise ""."""
    values: Sequence[str] = headers.getlist(name)
    return values[0] if len(values) == 1 else ""


def _token(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return query.decode("latin-1").removeprefix("token=")


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name for name, _ in message["headers"]}
            usual = {"content-security-policy": NOTHING, **HEADERS}
            message["headers"] = [*message["headers"], *(
                (name.encode(), value.encode()) for name, value in usual.items() if name.encode() not in present)]
        await send(message)
    return sent


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("no access: open the address that `preview` printed", 403, HEADERS)(scope, receive, send)
