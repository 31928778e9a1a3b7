"""Only the browser that has the token gets anything, and only from our own pages."""

import asyncio

import pytest

from marpweave.serve.web.endpoint import Endpoint
from marpweave.serve.web.guard import Guard, policy

ENDPOINT = Endpoint("127.0.0.1", 8000, "secret")
HOST, ORIGIN, COOKIE = ("host", "127.0.0.1:8000"), ("origin", "http://127.0.0.1:8000"), ("cookie", "other=1; marpweave-8000=secret")
INSIDE = [HOST, COOKIE]


def asked(headers, *, path="/d/x", query="", kind="http", method="GET", endpoint=ENDPOINT):
    """What the guard says to a request, and whether the request reached what is behind it."""
    said, reached = [], []

    async def app(scope, receive, send):
        reached.append(scope["path"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        said.append(message)

    scope = {"type": kind, "path": path, "query_string": query.encode(), "headers": [(n.encode(), v.encode()) for n, v in headers]}
    asyncio.run(Guard(app, endpoint)({**scope, "method": method} if kind == "http" else scope, None, send))
    return said, reached


@pytest.mark.parametrize("headers", [
    [HOST], [HOST, ("cookie", "marpweave-8000=wrong")], [HOST, ("cookie", "marpweave-8001=secret")], [HOST, ("cookie", "\x00=")], [COOKIE],
    [("host", "evil.example:8000"), COOKIE], [("host", "127.0.0.1"), COOKIE], [("host", "127.0.0.1:8001"), COOKIE], [HOST, ("host", "evil.example"), COOKIE],
    [*INSIDE, ("origin", "http://evil.example")], [*INSIDE, ("origin", "null")], [*INSIDE, ("origin", "http://127.0.0.1:1")], [*INSIDE, ORIGIN, ORIGIN],
    [*INSIDE, ("sec-fetch-site", "cross-site")], [*INSIDE, ("sec-fetch-site", "same-site")]])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_request_of_somebody_else_reaches_nothing(headers, kind):
    socket = [] if kind == "http" or any(name == "origin" for name, _ in headers) else [ORIGIN]
    said, reached = asked([*headers, *socket], kind=kind)
    assert reached == []
    assert [said[0].get("status"), said[0].get("code")] == ([403, None] if kind == "http" else [None, 1008])


@pytest.mark.parametrize("headers", [INSIDE, [*INSIDE, ORIGIN], [("host", "localhost:8000"), COOKIE], [*INSIDE, ("sec-fetch-site", "same-origin")]])
def test_the_browser_with_the_token_is_let_in(headers):
    assert asked(headers)[1] == ["/d/x"]


def test_a_socket_says_from_which_page_it_comes():
    assert asked(INSIDE, kind="websocket")[1] == []
    assert asked([*INSIDE, ORIGIN], kind="websocket")[1] == ["/d/x"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_requests_that_change_something_are_refused(method):
    said, reached = asked(INSIDE, method=method)
    assert (said[0]["status"], reached) == (403, [])


@pytest.mark.parametrize(("path", "query", "status"), [
    ("/", "token=secret", 303), ("/", "token=wrong", 403), ("/", "", 403), ("/d/x", "token=secret", 403), ("/", "token=secret&x=1", 403)])
def test_the_token_becomes_a_cookie_that_no_script_and_no_other_site_has(path, query, status):
    said, reached = asked([HOST], path=path, query=query)
    cookies = [value.decode() for name, value in said[0]["headers"] if name == b"set-cookie"]
    assert (said[0]["status"], reached) == (status, [])
    assert cookies == (["marpweave-8000=secret; HttpOnly; Path=/; SameSite=strict"] if status == 303 else [])


def test_a_token_is_not_taken_from_a_request_for_another_host():
    assert asked([("host", "evil.example")], path="/", query="token=secret")[0][0]["status"] == 403


def test_what_is_no_page_can_load_and_run_nothing():
    said, _ = asked(INSIDE)
    headers = dict(said[0]["headers"])
    assert headers[b"content-security-policy"].startswith(b"default-src 'none';")
    assert b"sandbox" in headers[b"content-security-policy"]
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"cross-origin-resource-policy"] == b"same-origin"


def test_a_page_loads_from_its_own_server_alone():
    assert {part for part in policy("N", "h:1").replace(";", " ").split() if ":" in part} == {"data:", "ws://h:1"}


def test_a_machine_that_listens_elsewhere_is_called_by_that_name_too():
    endpoint = Endpoint("192.168.1.5", 8000, "secret")
    assert asked([("host", "192.168.1.5:8000"), COOKIE], endpoint=endpoint)[1] == ["/d/x"]
    assert asked([("host", "192.168.1.6:8000"), COOKIE], endpoint=endpoint)[1] == []
    assert endpoint.url == "http://192.168.1.5:8000/?token=secret"
    assert Endpoint("::1", 8000, "secret").url == "http://[::1]:8000/?token=secret"
    assert Endpoint("0.0.0.0", 8000, "secret").url == "http://127.0.0.1:8000/?token=secret"
