"""The one caller of the Marp CLI."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from marpweave.errors import ToolError
from marpweave.files import work_folder
from marpweave.render.programs import Tools
from marpweave.weave.embed import Picture

CONFIG = Path(__file__).with_name("js") / "marp.config.mjs"
PATIENCE = 600.0
"""Seconds one call may take for all decks."""
FLAGS: Mapping[str, tuple[str, ...]] = {
    "html": (),
    "bare": ("--template", "bare"),
    "pdf": ("--pdf", "--pdf-outlines", "--pdf-outlines.pages=false"),
    "pptx": ("--pptx",),
    "png": ("--images", "png"),
    "notes": ("--notes",),
}
"""What the Marp CLI is told for each format; ``bare`` is the HTML that is measured."""
WITHOUT_OUTLINE = ("--pdf",)
SUFFIXES = {"html": ".html", "bare": ".html", "pdf": ".pdf", "pptx": ".pptx", "png": ".*.png", "notes": ".txt"}


@dataclass(frozen=True, slots=True)
class Presentation:
    """What Marp is given of a deck."""

    name: str
    markdown: str
    images: Mapping[str, Picture]
    """Source as written in the Markdown -> what stands for it."""
    css: str = ""
    """The deck's own font faces."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Files of one format, still in the work folder, by deck name; a deck that failed is missing."""

    files: Mapping[str, tuple[Path, ...]]
    complaints: Mapping[str, str]
    """Why a deck is missing."""
    without_outline: Mapping[str, str]
    """Why the PDF of a deck has no outline."""


@contextmanager
def workshop(presentations: Sequence[Presentation], themes: Sequence[str]) -> Iterator[Path]:
    """A private folder with the decks' Markdown and the CSS of themes, for as long as decks are rendered."""
    with work_folder() as folder:
        (folder / "decks").mkdir()
        (folder / "themes").mkdir()
        for number, css in enumerate(themes):
            (folder / "themes" / f"{number:03}.css").write_bytes(css.encode("utf-8"))
        decks = []
        for each in presentations:
            markdown = each.markdown.removeprefix("\ufeff")
            (folder / "decks" / f"{each.name}.md").write_bytes(markdown.encode("utf-8"))
            images = {source: asdict(picture) for source, picture in each.images.items()}
            decks.append({"markdown": markdown, "images": images, "css": each.css})
        (folder / "job.json").write_text(json.dumps({"decks": decks}), encoding="utf-8")
        yield folder


@contextmanager
def rendering(folder: Path, formats: Sequence[str], tools: Tools) -> Iterator[dict[str, Future[Rendered]]]:
    """Every deck of a workshop rendered, one call of the Marp CLI a format, two side by side, PDF before HTML."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        order = sorted(formats, key=lambda form: (form != "bare", form == "html"))
        yield {form: pool.submit(_call, folder, form, tools) for form in order}


def _call(folder: Path, form: str, tools: Tools) -> Rendered:
    """One format of all decks; a missing one is tried again by itself, since a deck that fails ends the whole call."""
    out = folder / form
    out.mkdir()
    themes = sorted((folder / "themes").iterdir())
    names = sorted(path.stem for path in (folder / "decks").glob("*.md"))
    fixed = [tools.node, tools.marp, "--config-file", CONFIG, "--output", out, "--browser", "chrome", "--browser-path",
             browser_command(folder, form, tools), *(word for theme in themes for word in ("--theme-set", theme))]

    def marp(decks: Path, flags: Sequence[str]) -> str:
        return _run([str(word) for word in (*fixed, "--input-dir", decks, *flags)], folder, form, tools)

    said = marp(folder / "decks", FLAGS[form])
    complaints, plain = {}, {}
    for name in names:
        if form != "notes" and not _made(out, name, form):
            alone = _alone(folder, name, form)
            complaints[name] = _last_words(marp(alone, FLAGS[form]) if len(names) > 1 else said)
            if form == "pdf" and not _made(out, name, form):
                marp(alone, WITHOUT_OUTLINE)
                plain[name] = complaints[name]
    files = {name: made for name in names if (made := _made(out, name, form))}
    return Rendered(files, {name: why for name, why in complaints.items() if name not in files},
                    {name: why for name, why in plain.items() if name in files})


def _alone(folder: Path, name: str, form: str) -> Path:
    """A folder with one of the decks."""
    decks = folder / "alone" / form / name
    decks.mkdir(parents=True)
    shutil.copy(folder / "decks" / f"{name}.md", decks)
    return decks


def _made(out: Path, name: str, form: str) -> tuple[Path, ...]:
    """The files of a deck."""
    return tuple(sorted(path for path in out.iterdir() if _is_of(path.name, name, SUFFIXES[form])))


def _run(command: Sequence[str], folder: Path, form: str, tools: Tools) -> str:
    environment = {**tools.environment, "MARPWEAVE_JOB": str(folder / "job.json"), "MARPWEAVE_FORMAT": form}
    try:
        done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, encoding="utf-8", errors="replace", timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise ToolError(f"the Marp CLI did not end within {PATIENCE:g} s") from None
    if "Cannot find module" in done.stderr:
        raise ToolError(f"the Marp CLI does not start; run `make setup` again\n{_last_words(done.stderr)}")
    return done.stderr + done.stdout


def browser_command(folder: Path, form: str, tools: Tools) -> Path:
    """The browser, behind a script that adds its own arguments where it needs some."""
    browser = tools.browser
    if not browser.arguments:
        return browser.path
    script = folder / f"{form}-browser.sh"
    script.write_text(f'#!/bin/sh\nexec "{browser.path}" {" ".join(browser.arguments)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return script


def _is_of(name: str, deck: str, suffix: str) -> bool:
    if suffix == ".*.png":
        return re.fullmatch(re.escape(deck) + r"\.\d+\.png", name) is not None
    return name == deck + suffix


def _last_words(said: str) -> str:
    """What the Marp CLI complained of, its progress left out."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip().removeprefix("[ ERROR ] ") for line in said.splitlines()]
    told = [line for line in lines if line and not line.startswith("[  INFO ]") and "=>" not in line]
    return "\n".join(told[-5:]) or "it said nothing"
