"""`init`: creates the files of a project; overwrites nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path

from marpweave.config.decks import decks_of, from_here, selector_of
from marpweave.config.root import OWN, configuration_in
from marpweave.config.schema import schema
from marpweave.errors import UsageError
from marpweave.files import worktree_of, write_text

START = Path(__file__).with_name("start")
THEME = Path(__file__).parents[1] / "render/css/lecture.css"
FIRST = "slides/first.md"
ALL = {
    ".vscode/settings.json": "settings.json", ".vscode/tasks.json": "tasks.json", ".gitignore": "gitignore",
    ".pre-commit-config.yaml": "pre-commit-config.yaml", ".github/workflows/slides.yml": "workflow.yml"}
"""Targets of the files in `start`."""
FROM_INDEX = "marpweave #"
"""The requirement that the workflow installs, with a comment."""
FROM_HERE = 'marpweave # if PyPI has none yet, write "marpweave @ git+https://…" here;'
WORKFLOW = ".github/workflows/slides.yml"
OF_REPOSITORY = (".pre-commit-config.yaml", WORKFLOW)
"""Files that only work in the root folder of a repository."""


def init(folder: Path) -> Iterator[str]:
    """Write missing files, yielding a line for each."""
    home, tree = folder.absolute(), worktree_of(folder.absolute())
    inner = tree if tree != home else None
    for name, content in _files(folder).items():
        place = folder / name
        if inner and name in OF_REPOSITORY:
            yield f"skipped {from_here(place)}: it belongs in {inner}"
        else:
            yield f"{'wrote' if _written(place, content) else 'kept'} {from_here(place)}"
    first = folder / FIRST
    yield f"now run `marpweave preview {from_here(first)}`" if first.exists() else "now run `marpweave`"


def _files(folder: Path) -> Mapping[str, str]:
    """The files to create; a first deck only if there is none and nothing is configured."""
    texts = {name: (START / source).read_text(encoding="utf-8") for name, source in ALL.items()}
    texts[WORKFLOW] = texts[WORKFLOW].replace(FROM_INDEX, installed_as())
    texts |= {".vscode/lecture.css": THEME.read_text(encoding="utf-8"),
              ".vscode/marpweave.schema.json": json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"}
    if configuration_in(folder):
        return texts
    configured = (START / OWN).read_text(encoding="utf-8")
    if _has_decks(folder):
        return {OWN: configured.replace('decks = ["slides"]', '# decks = ["slides"]'), **texts}
    return {FIRST: (START / "first.md").read_text(encoding="utf-8"), OWN: configured, **texts}


def _has_decks(folder: Path) -> bool:
    try:
        return folder.is_dir() and bool(decks_of(selector_of(".", folder), folder / "dist"))
    except UsageError:
        return False


def _written(place: Path, content: str) -> bool:
    """Write a file; return False if something is in its place."""
    if os.path.lexists(place):
        return False
    try:
        write_text(place, content)
    except (FileExistsError, NotADirectoryError):
        return False
    return True


def installed_as() -> str:
    """The requirement that installs this version elsewhere, and the beginning of a comment."""
    origin = json.loads(distribution("marpweave").read_text("direct_url.json") or "{}")
    if not origin:
        return FROM_INDEX
    if origin["url"].startswith("file:"):
        return FROM_HERE
    vcs = origin.get("vcs_info", {})
    place = f"{vcs['vcs']}+{origin['url']}@{vcs['commit_id']}" if vcs else origin["url"]
    return f'"marpweave @ {place}" #'
