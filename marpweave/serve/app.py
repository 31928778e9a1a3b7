"""The Starlette application of a preview: pages, scripts, images and WebSockets."""

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

from marpweave.render.programs.places import modules as packages_of_node
from marpweave.serve.web.feed import Feed
from marpweave.serve.web.guard import FRAME, policy
from marpweave.serve.web.pictures import PAGE as PAGE_TYPE
from marpweave.serve.web.pictures import Pictures

PAGE = Path(__file__).with_name("page")
SHARED = [Path(__file__).parents[1] / "render/js" / name for name in ("measure.mjs", "frames.mjs")]
"""Scripts also used in rendered files."""
SCRIPTS = (".mjs", ".js")
TYPES: Mapping[str, str] = {**dict.fromkeys(SCRIPTS, "text/javascript"), ".css": "text/css"}
BEFORE = b"const module = { exports: {} };\nconst { exports } = module;\n"
BEHIND = b"\nexport default module.exports;\n"
FOREVER = {"cache-control": "private, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Previewed:
    """A deck in the preview."""

    name: str
    """Name of its page."""
    feed: Feed
    pictures: Pictures


Decks = Mapping[str, Previewed]
Hear = Callable[[Previewed, Mapping[str, Any]], None]
"""Handles a message from a page of a deck."""
Life = Callable[[Starlette], AbstractAsyncContextManager[None]]


def app_of(decks: Decks, hear: Hear, life: Life) -> Starlette:
    """The application for decks, by name."""
    return Starlette(lifespan=life, routes=[
        Route("/", partial(_front, decks)), Route("/d/{name:path}", partial(_deck, decks)),
        Route("/page/{name:path}", _module), Route("/f/{name}", _font), Route("/p/{name}", partial(_picture, decks)),
        WebSocketRoute("/ws/{name:path}", partial(_talk, decks, hear))])


async def _front(decks: Decks, request: Request) -> Response:
    """The list of decks; redirects if there is only one."""
    if len(decks) == 1:
        return RedirectResponse(f"/d/{quote(next(iter(decks)))}", 303)
    listed = [{"name": name, "href": f"/d/{quote(name)}"} for name in decks]
    return _page("index.html", request, decks=json.dumps(listed, ensure_ascii=False))


async def _deck(decks: Decks, request: Request) -> Response:
    name = request.path_params["name"]
    deck = decks.get(name) or decks.get(name.removesuffix(".html"))  # links between slides end in .html
    if not deck:
        return _missing()
    page = _page("deck.html", request, name=deck.name, title=deck.name, lang=deck.feed.lang)
    page.headers["link"] = ", ".join(f"</page/{name}>; rel=modulepreload" for name in scripts())
    return page


async def _picture(decks: Decks, request: Request) -> Response:
    name = request.path_params["name"]
    content = next(filter(None, (each.pictures.content(name) for each in decks.values())), None)
    if not content:
        return _missing()
    mime, body = content
    policies = {"content-security-policy": FRAME} if mime == PAGE_TYPE else {}
    return Response(body, media_type=mime, headers={**FOREVER, **policies})


async def _talk(decks: Decks, hear: Hear, socket: WebSocket) -> None:
    """Exchange messages with a page."""
    deck = decks.get(socket.path_params["name"])
    if not deck:
        await socket.close()
        return
    await socket.accept()
    messages = deck.feed.join()
    sending = asyncio.create_task(_send(socket, messages))
    try:
        async for message in socket.iter_json():
            hear(deck, message)
    except ValueError:  # invalid JSON
        await socket.close()
    finally:
        deck.feed.leave(messages)
        sending.cancel()


async def _send(socket: WebSocket, messages: asyncio.Queue[str]) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.send_text(await messages.get())


@dataclass(frozen=True, slots=True)
class Module:
    """A script or a style sheet of our pages."""

    path: Path
    commonjs: bool = False
    """True: CommonJS, whose exports become the module's default export."""

    @property
    def content(self) -> bytes:
        """The content as served."""
        content = self.path.read_bytes()
        return b"".join([BEFORE, content, BEHIND]) if self.commonjs else content


@cache
def modules() -> Mapping[str, Module]:
    """Files that pages may load, by name; nothing else on the disk is served."""
    vendor = json.loads((PAGE / "vendor.json").read_text(encoding="utf-8"))
    packages = packages_of_node()
    plain = {file: path for name, place in vendor["modules"].items() for file, path in _files(name, packages / place)}
    ours = [*SHARED, *(path for path in PAGE.iterdir() if path.suffix in TYPES)]
    return {**{name: Module(path) for name, path in plain.items()},
            **{name: Module(packages / place, commonjs=True) for name, place in vendor["commonjs"].items()},
            **{path.name: Module(path) for path in ours}}


def scripts() -> list[str]:
    """All scripts of a deck's page, to preload them instead of waiting for imports."""
    return [name for name in modules() if Path(name).suffix in SCRIPTS and name != "index.js"]


def _files(name: str, place: Path) -> Iterator[tuple[str, Path]]:
    """A file, or the scripts and style sheets in a folder."""
    if not place.is_dir():
        yield name, place
        return
    for path in sorted(place.rglob("*")):
        if path.suffix in TYPES:
            yield f"{name.rstrip('/')}/{path.relative_to(place).as_posix()}", path


async def _module(request: Request) -> Response:
    name = request.path_params["name"]
    module = modules().get(name)
    return Response(module.content, media_type=TYPES[Path(name).suffix]) if module else _missing()


async def _font(request: Request) -> Response:
    from marpweave.render.live.faces import faces_css, font_files  # loaded after the page itself

    name = request.path_params["name"]
    if name == "faces.css":
        return Response(faces_css(), media_type="text/css")
    path = font_files().get(name)
    return Response(path.read_bytes(), headers=FOREVER) if path else _missing()


def _page(template: str, request: Request, **words: str) -> Response:
    """Render a page with a nonce for its scripts; ``words`` are escaped."""
    nonce = secrets.token_urlsafe(16)
    html = (PAGE / template).read_text(encoding="utf-8")
    for name, word in {**words, "nonce": nonce}.items():
        html = html.replace(f"{{{{{name}}}}}", escape(word))
    return HTMLResponse(html, headers={"content-security-policy": policy(nonce, request.headers["host"])})


def _missing() -> Response:
    return PlainTextResponse("there is no such page", 404)
