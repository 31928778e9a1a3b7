"""What killed builds left unfinished is swept by the next one."""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path

from marpweave.build.settings import Settings
from marpweave.files import WORK, sweep
from marpweave.render.programs import HOME


def sweep_all(settings: Settings) -> None:
    """Sweep wherever a build writes: beside decks, figures, the output, the browser, the folders for work.

    The cache sweeps itself.
    """
    decks = {path.parent for path in settings.paths}
    homes = {settings.root, *decks}
    within = chain([settings.out, *settings.out.glob("*/")], *(home.glob("figures/*/") for home in homes))
    for folder in (*decks, *(deck / "_frozen" for deck in decks), *within, settings.root / ".marpweave",
                   HOME / ".marpweave"):
        sweep(folder)
    sweep(Path(tempfile.gettempdir()), f"{WORK}????????")
