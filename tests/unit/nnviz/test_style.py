"""The look of figures is a context, and changes nothing outside of it."""

import itertools

import matplotlib as mpl
from matplotlib.colors import to_rgb

from nnviz import style


def luminance(colour):
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_settings_end_with_the_block():
    before = dict(mpl.rcParams)
    with style.context() as colours:
        assert colours is style.LIGHT is style.palette()
        assert mpl.rcParams["font.family"] == list(style.FONTS)
        with style.context(dark=True) as dark:
            assert dark is style.DARK is style.palette()
        assert style.palette() is style.LIGHT
    assert dict(mpl.rcParams) == before


def test_text_and_classes_can_be_read_on_their_grounds():
    grounds = {style.LIGHT: ("#ffffff", "#fffdf7"), style.DARK: ("#22303a", style.DARK.ground)}
    for palette, ground in itertools.chain.from_iterable([(p, g) for g in gs] for p, gs in grounds.items()):
        assert contrast(palette.ink, ground) > 7
        for colour in (palette.zero, palette.one, palette.source):
            assert contrast(colour, ground) > 3
            assert contrast(palette.ink, palette.soft(colour)) > 4.5


def test_the_classes_differ_without_colour():
    for palette in (style.LIGHT, style.DARK):
        assert len(set(palette.lines)) == len(palette.lines) >= 6
