"""Measures rendered slides in the browser that prints them, and takes a picture of the first."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marpweave.errors import ToolError
from marpweave.model import Kind
from marpweave.tools import Tools

SCRIPT = Path(__file__).with_name("js") / "measure.mjs"
ARGUMENTS = ("--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--disable-extensions", "--hide-scrollbars", "--font-render-hinting=none")
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one slide."""

    slide: int
    kind: Kind
    message: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What the browser saw of one deck."""

    faults: tuple[Fault, ...]
    slides: int
    picture: Path | None
    """The first slide as PNG."""


def measure(pages: Mapping[str, Path], folder: Path, tools: Tools) -> dict[str, Measured]:
    """Open the bare HTML of each deck and measure its slides; pictures go to ``folder``."""
    decks = [{"name": name, "url": path.as_uri(), "picture": str(folder / f"{name}.first.png")}
             for name, path in pages.items()]
    job = {"browser": str(tools.browser.path), "args": [*ARGUMENTS, *tools.browser.arguments], "decks": decks}
    return {result["name"]: _measured(result, folder) for result in _run(job, tools)}


def _run(job: Mapping[str, Any], tools: Tools) -> Sequence[Mapping[str, Any]]:
    try:
        done = subprocess.run([tools.node, SCRIPT], input=json.dumps(job), env=tools.environment, capture_output=True,
                              text=True, encoding="utf-8", timeout=PATIENCE, check=True)
    except subprocess.CalledProcessError as error:
        last = "\n".join(error.stderr.strip().splitlines()[:6])
        raise ToolError(f"the browser {job['browser']} could not be used; see `build.py doctor`\n{last}") from None
    except subprocess.TimeoutExpired:
        raise ToolError(f"the browser {job['browser']} did not end within {PATIENCE:g} s") from None
    results: Sequence[Mapping[str, Any]] = json.loads(done.stdout)
    return results


def _measured(result: Mapping[str, Any], folder: Path) -> Measured:
    faults = [Fault(number, *_told(fault))
              for number, slide in enumerate(result["slides"], start=1) for fault in slide]
    faults += [Fault(1, Kind.RENDER, f"asks the network for {url}") for url in result["requests"]]
    picture = folder / f"{result['name']}.first.png"
    return Measured(tuple(faults), len(result["slides"]), picture if picture.is_file() else None)


def _told(fault: Mapping[str, Any]) -> tuple[Kind, str]:
    element = fault["element"]
    match fault["kind"]:
        case "overflow" if fault["cut"] > 0:
            return Kind.OVERFLOW, f"{fault['cut']} px are cut off at {element}"
        case "overflow":
            return Kind.OVERFLOW, f"{element} stands {fault['margin']} px in the margin"
        case "cut":
            return Kind.OVERFLOW, f"{element} is {fault['by']} px wider than its box, which cuts it off"
        case "small":
            return Kind.SMALL_TEXT, f"{element} is {fault['px']:g} px high on a 720 px slide; 18 px is the least " \
                                    "that a lecture hall can read"
        case "image":
            return Kind.MISSING_IMAGE, f"the picture {element} cannot be shown"
        case _:
            return Kind.RENDER, f"the formula has an error: {element}"
