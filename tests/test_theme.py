"""The theme's colours can be read, in light and in dark (WCAG 2.2, level AA)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[1] / "marpweave/render/css/lecture.css").read_text(encoding="utf-8")
AA = 4.5
"""Contrast of text to its ground."""
INK = "#26343c"
"""Text on marker yellow."""
ON = {
    "background": ("foreground", "dimmed", "in", "w", "out", "caution"),
    "background-stripe": ("foreground", "dimmed", "in", "w", "out", "caution"), "code": ("foreground", "dimmed", "in", "w", "out"),
    "mark-soft": ("foreground",), "in-soft": ("foreground",), "w-soft": ("foreground",), "out-soft": ("foreground",),
    "caution-soft": ("foreground",),
}
"""The texts that stand on each ground."""


def colours(look):
    pairs = re.findall(r"--color-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
    return {name: pair[look] for name, *pair in pairs}


def luminance(colour):
    shares = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(weight * (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
               for weight, share in zip((0.2126, 0.7152, 0.0722), shares, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(look):
    by_name = colours(look)
    measured = {(text, ground): contrast(by_name[text], by_name[ground]) for ground, texts in ON.items() for text in texts}
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < AA} == {}


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
def test_output_and_marked_words_stand_out(look):
    (on_output,) = re.findall(r"--color-on-output: (#\w{6})", CSS)
    assert contrast(on_output, colours(look)["output"]) >= AA
    assert contrast(INK, colours(look)["mark"]) >= AA


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
def test_highlighted_code_stands_out_from_its_box(look):
    pairs = re.findall(r"hljs-[^{]*\{ color: light-dark\((#\w{6}), (#\w{6})\)", CSS)
    assert len(pairs) >= 2
    assert min(contrast(pair[look], colours(look)["code"]) for pair in pairs) >= AA


def test_no_text_is_set_under_18_pixels():
    sizes = [int(size) for size in re.findall(r"font(?:-size)?:[^;{}]*?(\d+)px", CSS)]
    assert sizes
    assert min(size for size in sizes if size) >= 18


def test_every_rule_begins_at_the_slide():
    rules = re.sub(r"/\*.*?\*/|@import[^;]*;", "", CSS, flags=re.DOTALL)
    selectors = [selector.strip() for selector in re.findall(r"([^{}]+)\{", rules)]
    assert len(selectors) > 100
    # Marp looks for any other inside of a slide, where there is no further one
    assert [selector for selector in selectors if not selector.startswith("section")] == []
