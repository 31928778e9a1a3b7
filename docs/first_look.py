"""``make gallery``: four slides of the course for the first page, as they are today."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from marpweave.model.deck import Prose
from marpweave.read.parse import parse_deck

ROOT = Path(__file__).parents[1]
PICTURE = Path(__file__).with_name("slides.png")
SLIDES = (
    ("01-perceptron", "## パーセプトロンは、0 か 1 を答える"),
    ("05-loss-and-descent", "## 正解率には傾きがない、損失にはある"),
    ("01-perceptron", "## 和が 0 になる所が、境界の直線"),
    ("02-activation", "## シグモイド関数は、0 と 1 をなめらかに結ぶ"),
)
"""Decks, and the headings of their slides."""
SIZE, GAP = (800, 450), 10


def main() -> None:
    """Render the decks, and put the slides side by side, two in a row."""
    names = sorted({name for name, _ in SLIDES})
    sheet = Image.new("RGB", (2 * SIZE[0] + GAP, 2 * SIZE[1] + GAP), "#d5dad8")
    with tempfile.TemporaryDirectory() as folder:
        decks = [f"slides/{name}.md" for name in names]
        build = [sys.executable, ROOT / "build.py", *decks, "--to", "png", "--out", folder]
        subprocess.run(build, cwd=ROOT, check=True)
        for number, (name, heading) in enumerate(SLIDES):
            with Image.open(Path(folder, name, f"{_number(name, heading):03}.png")) as slide:
                small = slide.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
            sheet.paste(small, (number % 2 * (SIZE[0] + GAP), number // 2 * (SIZE[1] + GAP)))
    sheet.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def _number(name: str, heading: str) -> int:
    path = ROOT / f"slides/{name}.md"
    deck = parse_deck(path.read_text(encoding="utf-8"), path)
    return next(slide.number for slide in deck.slides for block in slide.blocks
                if isinstance(block, Prose) and heading in block.text.split("\n"))


if __name__ == "__main__":
    main()
