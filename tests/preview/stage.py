"""A server that speaks the preview's protocol and knows no deck: a test says what the page is told, and hears what it says."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute

from marpweave.errors import HERE
from marpweave.render.live.faces import faces_css, font_files

PAGE = HERE / "marpweave/serve/page"
VENDOR = json.loads((PAGE / "vendor.json").read_text(encoding="utf-8"))
COMMONJS = "const module = {{ exports: {{}} }};\nconst {{ exports }} = module;\n{}\nexport default module.exports;\n"
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".ttf": "font/ttf"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
          "connect-src 'self' ws:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


class Stage:
    """``tell`` sends a message to every page, ``heard`` are theirs; ``state`` greets each page that comes in."""

    def __init__(self) -> None:
        self.state: list[dict] = []
        self.heard: list[dict] = []
        self._pages: set = set()
        self._server = uvicorn.Server(uvicorn.Config(self._app(), port=0, log_level="error", lifespan="off", ws="websockets-sansio"))

    def __enter__(self) -> Stage:
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            pass
        self.address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()

    def tell(self, *messages: dict) -> None:
        """Say something to every page."""
        for message in messages:
            for page in list(self._pages):
                asyncio.run_coroutine_threadsafe(page.send_json(message), self._loop).result(10)

    def hear(self, page, kind: str) -> dict:
        """The last message of a kind; waits for one."""
        for _ in range(200):
            found = [message for message in self.heard if message["type"] == kind]
            if found:
                return found[-1]
            page.wait_for_timeout(20)
        raise AssertionError(f"the page said no {kind}")

    def drop(self) -> None:
        """Cut every connection."""
        for page in list(self._pages):
            asyncio.run_coroutine_threadsafe(page.close(), self._loop).result(10)

    def _app(self) -> Starlette:
        return Starlette(routes=[Route("/d/{name}", self._deck), Route("/page/{name}", self._module),
                                 Route("/f/{name}", self._font), WebSocketRoute("/ws/{name}", self._talk)])

    async def _deck(self, _: object) -> Response:
        page = (PAGE / "deck.html").read_text(encoding="utf-8").replace("{{title}}", "Deck").replace("{{lang}}", "en")
        return HTMLResponse(page, headers={"content-security-policy": POLICY})

    async def _module(self, request) -> Response:
        name = request.path_params["name"]
        modules = HERE / "node_modules"
        if name in VENDOR["commonjs"]:
            return _file(name, COMMONJS.format((modules / VENDOR["commonjs"][name]).read_text(encoding="utf-8")).encode())
        own = HERE / "marpweave/render/js" / name if name in ("measure.mjs", "frames.mjs") else PAGE / name
        return _file(name, (modules / VENDOR["modules"][name] if name in VENDOR["modules"] else own).read_bytes())

    async def _font(self, request) -> Response:
        name = request.path_params["name"]
        return _file(name, faces_css().encode() if name == "faces.css" else font_files()[name].read_bytes())

    async def _talk(self, socket) -> None:
        self._loop = asyncio.get_running_loop()
        await socket.accept()
        for message in self.state:
            await socket.send_json(message)
        self._pages.add(socket)
        try:
            async for message in socket.iter_json():
                self.heard.append(message)
        finally:
            self._pages.discard(socket)


def _file(name: str, content: bytes) -> Response:
    return Response(content, media_type=TYPES[Path(name).suffix])
