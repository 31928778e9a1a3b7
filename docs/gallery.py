"""``make gallery``: runs the examples of nnviz/README.md and keeps their pictures in docs/nnviz.

The page is the source: a fence whose last line calls ``plots.draw_NAME`` gives docs/nnviz/draw_NAME.png.
"""

from __future__ import annotations

import ast
from pathlib import Path

import matplotlib as mpl
from markdown_it import MarkdownIt

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np

PAGE = Path(__file__).parents[1] / "nnviz" / "README.md"
PICTURES = Path(__file__).with_name("nnviz")
GROUND = "#fffdf7"
AREA = 110_000
"""Pixels of a picture, so that wide and tall ones look alike."""


def examples() -> list[ast.Module]:
    """The fences of the page, in order."""
    tokens = MarkdownIt().parse(PAGE.read_text(encoding="utf-8"))
    return [ast.parse(token.content) for token in tokens if token.type == "fence" and token.info == "python"]


def figure_of(example: ast.Module) -> str:
    """The name of the figure that an example draws; "" where it draws none."""
    match example.body[-1]:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("plots"), name))):
            return name
    return ""


def main() -> None:
    """Run all examples in one namespace, and keep the pictures."""
    names: dict[str, object] = {}
    for example in examples():
        exec(compile(example, PAGE.name, "exec"), names)
        if name := figure_of(example):
            figure = plt.gcf()
            dots = (AREA / np.prod(figure.get_size_inches())) ** 0.5
            figure.savefig(PICTURES / f"{name}.png", dpi=dots, facecolor=GROUND, bbox_inches="tight",
                           metadata={"Software": None})
        plt.close("all")


if __name__ == "__main__":
    main()
