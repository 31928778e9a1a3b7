"""Measures rendered slides in the browser that prints them, and takes a picture of the first."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marpweave.cache.records import Ordinal
from marpweave.errors import ToolError
from marpweave.model.finding import Kind
from marpweave.render.programs import Tools

SCRIPT = Path(__file__).with_name("js") / "measure.mjs"
ARGUMENTS = ("--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--disable-extensions", "--hide-scrollbars", "--font-render-hinting=none")
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one slide."""

    slide: Ordinal
    kind: Kind
    element: str
    """Which one, with its first words; "" where it is the whole deck."""
    message: str
    """What is wrong with it."""
    code: str = ""
    """The text of a code block, by which its cell is found."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the browser saw of one deck."""

    faults: tuple[Fault, ...]
    slides: int
    title: str
    """As the HTML has it; "" where the deck has neither a title nor a heading."""
    picture: Path | None
    """The first slide as PNG."""


@contextmanager
def measuring(folder: Path, tools: Tools) -> Iterator[Callable[[Mapping[str, Path]], dict[str, Measured]]]:
    """A browser that starts while Marp still renders -> what measures the bare HTML of decks by name.

    Pictures of first slides go to ``folder``.
    """
    job = {"browser": str(tools.browser.path), "args": [*ARGUMENTS, *tools.browser.arguments]}
    process = subprocess.Popen([tools.node, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=tools.environment, text=True, encoding="utf-8")
    try:
        _send(process, job)
        yield lambda pages: _measure(process, pages, folder, tools)
    finally:
        if process.poll() is None:
            process.communicate()


def _measure(
    process: subprocess.Popen[str], pages: Mapping[str, Path], folder: Path, tools: Tools,
) -> dict[str, Measured]:
    _send(process, [{"name": name, "url": path.as_uri(), "picture": str(folder / f"{name}.first.png")}
                    for name, path in pages.items()])
    try:
        said, complaint = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise ToolError(f"the browser {tools.browser.path} did not end within {PATIENCE:g} s") from None
    if process.returncode:
        last = "\n".join(complaint.strip().splitlines()[:6])
        raise ToolError(f"the browser {tools.browser.path} could not be used; see `build.py doctor`\n{last}")
    return {result["name"]: _measured(result, folder) for result in json.loads(said)}


def _send(process: subprocess.Popen[str], message: object) -> None:
    """One line of JSON; that the browser has failed already is told when its answer is read."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()


def _measured(result: Mapping[str, Any], folder: Path) -> Measured:
    faults = [Fault(number, kind, fault["element"], message, fault.get("code", ""))
              for number, slide in enumerate(result["slides"], start=1) for fault in slide
              for kind, message in [_told(fault)]]
    faults += [Fault(1, Kind.RENDER, "", f"asks the network for {url}") for url in result["requests"]]
    picture = folder / f"{result['name']}.first.png"
    return Measured(tuple(faults), len(result["slides"]), result["title"], picture if picture.is_file() else None)


def _told(fault: Mapping[str, Any]) -> tuple[Kind, str]:
    match fault["kind"]:
        case "overflow" if fault["cut"] > 0:
            return Kind.OVERFLOW, f"is cut off by {fault['cut']} px at the {fault['edge']} edge"
        case "overflow":
            return Kind.OVERFLOW, f"stands {fault['margin']} px in the {fault['edge']} margin"
        case "cut":
            return Kind.OVERFLOW, f"is {fault['by']} px wider than its box, which cuts it off"
        case "small":
            return Kind.SMALL_TEXT, f"is {fault['px']:g} px high on a 720 px slide; " \
                                    "18 px is the least that a lecture hall can read"
        case "image":
            return Kind.MISSING_IMAGE, "cannot be shown"
        case "unclosed":
            slides = "slide" if fault["slides"] == 1 else f"{fault['slides']} slides"
            return Kind.RENDER, f"is never closed and takes in the {slides} behind it; close it"
        case _:
            return Kind.RENDER, f"has an error: {fault['message']}"
