"""The pages, modules, pictures and sockets of a preview."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from marpweave.render.live.faces import faces_css, font_files
from marpweave.render.programs import HOME
from marpweave.serve.session import Session
from marpweave.serve.web.feed import Feed
from marpweave.serve.web.guard import policy

PAGE = Path(__file__).with_name("page")
MEASURE = Path(__file__).parents[1] / "render/js/measure.mjs"
TYPES: Mapping[str, str] = {".mjs": "text/javascript", ".js": "text/javascript", ".css": "text/css"}
BEFORE = b"const module = { exports: {} };\nconst { exports } = module;\n"
BEHIND = b"\nexport default module.exports;\n"
FOREVER = {"cache-control": "private, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A deck of the preview."""

    session: Session
    feed: Feed

    @property
    def name(self) -> str:
        """Of its page."""
        return self.session.path.stem


Decks = Mapping[str, Shown]
Hear = Callable[[Shown, Mapping[str, Any]], None]
"""Takes what a page says about its deck."""
Life = Callable[[Starlette], AbstractAsyncContextManager[None]]


def app_of(decks: Decks, hear: Hear, life: Life) -> Starlette:
    """The application for some decks, by name."""
    return Starlette(lifespan=life, routes=[
        Route("/", partial(_front, decks)), Route("/d/{name}", partial(_deck, decks)),
        Route("/page/{name:path}", _module), Route("/f/{name}", _font), Route("/p/{name}", partial(_picture, decks)),
        WebSocketRoute("/ws/{name}", partial(_talk, decks, hear))])


async def _front(decks: Decks, request: Request) -> Response:
    """All decks; the only one at once."""
    if len(decks) == 1:
        return RedirectResponse(f"/d/{quote(next(iter(decks)))}", 303)
    listed = [{"name": name, "href": f"/d/{quote(name)}", "title": name} for name in decks]
    return _page("index.html", request, decks=json.dumps(listed, ensure_ascii=False))


async def _deck(decks: Decks, request: Request) -> Response:
    found = decks.get(request.path_params["name"])
    if not found:
        return _missing()
    draft = found.session.draft
    return _page("deck.html", request, name=found.name, title=found.name, lang=draft.checked.deck.lang if draft else "")


async def _picture(decks: Decks, request: Request) -> Response:
    name = request.path_params["name"]
    content = next(filter(None, (each.session.pictures.content(name) for each in decks.values())), None)
    return Response(content[1], media_type=content[0], headers=FOREVER) if content else _missing()


async def _talk(decks: Decks, hear: Hear, socket: WebSocket) -> None:
    """Tell a page what happens to its deck, and hear what it says."""
    found = decks.get(socket.path_params["name"])
    if not found:
        await socket.close()
        return
    await socket.accept()
    said = found.feed.join()
    sending = asyncio.create_task(_send(socket, said))
    try:
        async for message in socket.iter_json():
            hear(found, message)
    except ValueError:  # no JSON
        await socket.close()
    finally:
        found.feed.leave(said)
        sending.cancel()


async def _send(socket: WebSocket, said: asyncio.Queue[str]) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.send_text(await said.get())


@dataclass(frozen=True, slots=True)
class Module:
    """A script or a style sheet of our pages."""

    path: Path
    commonjs: bool = False
    """True: it is written for Node.js, and its exports become the module's default."""

    @property
    def content(self) -> bytes:
        """What a page is given."""
        content = self.path.read_bytes()
        return b"".join([BEFORE, content, BEHIND]) if self.commonjs else content


@cache
def modules() -> Mapping[str, Module]:
    """What pages may load, by name; no other file of the disk can be asked for."""
    vendor = json.loads((PAGE / "vendor.json").read_text(encoding="utf-8"))
    packages = HOME / "node_modules"
    plain = {found: path for name, place in vendor["modules"].items() for found, path in _files(name, packages / place)}
    return {**{name: Module(path) for name, path in plain.items()},
            **{name: Module(packages / place, commonjs=True) for name, place in vendor["commonjs"].items()},
            MEASURE.name: Module(MEASURE),
            **{path.name: Module(path) for path in PAGE.iterdir() if path.suffix in TYPES}}


def _files(name: str, place: Path) -> Iterator[tuple[str, Path]]:
    """A file, or the scripts and style sheets of a folder."""
    if not place.is_dir():
        yield name, place
        return
    for path in sorted(place.rglob("*")):
        if path.suffix in TYPES:
            yield f"{name.rstrip('/')}/{path.relative_to(place).as_posix()}", path


async def _module(request: Request) -> Response:
    name = request.path_params["name"]
    found = modules().get(name)
    return Response(found.content, media_type=TYPES[Path(name).suffix]) if found else _missing()


async def _font(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "faces.css":
        return Response(faces_css(), media_type="text/css")
    path = font_files().get(name)
    return Response(path.read_bytes(), headers=FOREVER) if path else _missing()


def _page(template: str, request: Request, **words: str) -> Response:
    """A page of ours; only its own scripts run, and what it says of a deck is text."""
    nonce = secrets.token_urlsafe(16)
    html = (PAGE / template).read_text(encoding="utf-8")
    for name, word in {**words, "nonce": nonce}.items():
        html = html.replace(f"{{{{{name}}}}}", escape(word))
    return HTMLResponse(html, headers={"content-security-policy": policy(nonce, request.headers["host"])})


def _missing() -> Response:
    return PlainTextResponse("there is no such page", 404)
