"""The look of figures is a context, and changes nothing outside of it."""

import io
import itertools
import re
from functools import partial
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.colors import to_hex, to_rgb

from nnviz import plots, style

ROLES = ("input", "weight", "output", "gradient", "loss")


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


def test_a_deck_is_dark_from_its_first_cell_on():
    with mpl.rc_context():
        style.use(dark=True)
        figures = [plots.draw_network((2, 3, 1)).figure, plt.figure()]
        assert style.palette() is style.DARK
        style.use()
        assert style.palette() is style.LIGHT
    assert [to_hex(figure.get_facecolor()) for figure in figures] == [style.DARK.paper] * 2
    plt.close("all")


def test_a_notebook_that_shows_figures_since_the_first_was_drawn_goes_on_to():
    with style.context():
        mpl.interactive(True)  # as Jupyter's backend does when it draws for the first time
    shows = mpl.is_interactive()
    mpl.interactive(False)
    assert shows


def test_all_that_is_told_by_colour_can_be_read_on_its_grounds():
    grounds = {style.LIGHT: ("#ffffff", "#fffdf7"), style.DARK: (style.DARK.paper, "#22303a", style.DARK.ground)}
    for palette, ground in itertools.chain.from_iterable([(p, g) for g in gs] for p, gs in grounds.items()):
        assert contrast(palette.ink, ground) > 7
        for colour in (*map(partial(getattr, palette), ROLES), palette.muted, palette.zero, palette.one, *palette.lines):
            assert contrast(colour, ground) > 4.5, colour
            assert contrast(palette.ink, palette.soft(colour)) > 4.5


def test_a_role_has_the_same_colour_in_figures_and_in_the_formulas_of_slides():
    css = (Path(__file__).parents[3] / "marpweave/render/css/lecture.css").read_text(encoding="utf-8")
    slides = {name: look for name, *look in re.findall(r"--color-([\w-]+): light-dark\((#\w+), (#\w+)\)", css)}
    names = {"input": "in", "weight": "w", "output": "out", "gradient": "out", "loss": "caution"}
    assert {role: [getattr(palette, role) for palette in (style.LIGHT, style.DARK)] for role in ROLES} \
        == {role: slides[name] for role, name in names.items()}
    assert [style.DARK.paper, style.LIGHT.ink, style.DARK.ink] == [slides["background"][1], *slides["foreground"]]


def test_a_dark_figure_brings_its_ground_into_a_white_notebook():
    with style.context(dark=True):
        figure = plots.draw_network((2, 3, 1)).figure
    assert to_hex(figure.get_facecolor()) == style.DARK.paper
    figure.savefig(picture := io.BytesIO(), format="png", facecolor="auto", dpi=20)
    assert to_hex(plt.imread(io.BytesIO(picture.getvalue()))[0, 0]) == style.DARK.paper


def test_the_classes_differ_without_colour():
    for palette in (style.LIGHT, style.DARK):
        assert len(set(palette.lines)) == len(palette.lines) >= 6


def test_the_class_in_a_marker_can_be_read_in_light_and_dark():
    for dark in (False, True):
        with style.context(dark=dark) as colours:
            ax = plots.draw_decision_regions(None, [[0, 0], [0, 1]], [0, 1])
        for text, marker in zip(ax.texts, (colours.zero, colours.one), strict=True):
            assert contrast(text.get_color(), marker) > 4.5
        plt.close("all")
