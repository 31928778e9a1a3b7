"""What killed builds left unfinished is swept by the next one."""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path

from marpweave.build.settings import Settings
from marpweave.files import WORK, sweep
from marpweave.render.programs import HOME


def sweep_all(settings: Settings) -> None:
    """Sweep wherever a build writes: beside decks, figures, the output, the cache, the browser, folders for work."""
    decks = {path.parent for path in settings.paths}
    cache = settings.cache or settings.root / ".marpweave"
    folders = chain(
        decks, (deck / "_frozen" for deck in decks), *(home.glob("figures/*/") for home in {settings.root, *decks}),
        [settings.out, settings.root / ".marpweave", cache, HOME / ".marpweave"], settings.out.glob("*/"),
        cache.glob("*/*/*/"), HOME.glob(".marpweave/fonts"))
    for folder in folders:
        sweep(folder)
    sweep(Path(tempfile.gettempdir()), f"{WORK}????????")
