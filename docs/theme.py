"""``make gallery``: builds docs/theme.md and keeps a small picture of each slide in docs/theme, named by its sample."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

DECK = Path(__file__).with_name("theme.md")
PICTURES = Path(__file__).with_name("theme")
WIDTH = 480


def samples() -> list[str]:
    """The names of the slides, in order."""
    return re.findall(r"^<!-- sample: (\w+) -->$", DECK.read_text(encoding="utf-8"), re.MULTILINE)


def main() -> None:
    """Render all samples anew."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(DECK, folder)
        build = [sys.executable, DECK.parents[1] / "build.py", DECK.name, "--to", "png"]
        subprocess.run(build, cwd=folder, check=True)
        for number, name in enumerate(samples(), start=1):
            with Image.open(Path(folder, "dist", DECK.stem, f"{number:03}.png")) as slide:
                size = WIDTH, slide.height * WIDTH // slide.width
                small = slide.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            small.quantize(192, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
