"""What all drawings promise."""

import inspect
import io
import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from nnviz import plots, style
from nnviz.language import LANGUAGES
from tests.unit.nnviz.drawings import ANIMATIONS, DIAGRAMS, FEW, drawn_once, warns_of_nothing

few = pytest.mark.parametrize(("draw", "options"), FEW)


def svg(ax):
    content = io.BytesIO()
    ax.figure.savefig(content, format="svg")
    return content.getvalue()


@few
@warns_of_nothing
def test_a_figure_of_its_own(draw, options):
    before = dict(mpl.rcParams)
    ax = draw(**options)
    assert isinstance(ax, Axes)
    content = svg(ax)
    assert len(content) < (300_000 if "3d" in draw.__name__ else 150_000)
    assert b"<text" not in content
    assert ax.figure.get_facecolor()[3] == ax.get_facecolor()[3] == 0
    assert dict(mpl.rcParams) == before
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(
    ("draw", "options"), [call for call in FEW if "ax" in inspect.signature(call.values[0]).parameters])
@warns_of_nothing
def test_in_given_axes_beside_others(draw, options):
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    assert draw(**options, ax=axes[1]) is axes[1]
    assert plt.get_fignums() == [figure.number]
    assert not axes[0].has_data()
    figure.draw_without_rendering()


@pytest.mark.attack
@few
@warns_of_nothing
def test_dark_figures_have_nothing_of_the_light_ink(draw, options):
    with style.context(dark=True):
        ax = draw(**options)
        assert style.LIGHT.ink.encode() not in svg(ax)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("draw", "options"), DIAGRAMS)
def test_labels_of_diagrams_overlap_neither_each_other_nor_the_edge(draw, options, lang):
    ax = draw(**options, lang=lang)
    ax.figure.draw_without_rendering()
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    assert boxes
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.overlaps(second), f"{one} overlaps {other}"
    for text, box in boxes:
        assert ax.figure.bbox.x0 <= box.x0 < box.x1 <= ax.figure.bbox.x1, text
        assert ax.figure.bbox.y0 <= box.y0 < box.y1 <= ax.figure.bbox.y1, text


@pytest.mark.parametrize(("animate", "options"), [
    call if call.id in ("animate_descent", "animate_graph") else pytest.param(*call.values, id=call.id, marks=pytest.mark.attack) for call in ANIMATIONS])
@warns_of_nothing
def test_animations_can_be_saved(animate, options, tmp_path):
    animation = animate(**options)
    assert len(plt.get_fignums()) == 1
    drawn_once(plt.gcf())
    animation.save(tmp_path / "a.gif", writer="pillow", dpi=40)
    from PIL import Image

    with Image.open(tmp_path / "a.gif") as picture:
        assert picture.n_frames > 1


def test_a_curve_bears_the_letter_of_its_formula():
    named = {name: [line.get_label() for line in plots.draw_activation(name, derivative=True).lines[:2]]
             for name in ("sigmoid", "tanh", "relu")}
    assert named == {"sigmoid": [r"$\sigma(a)$", r"$\sigma'(a)$"], "tanh": [r"$\tanh(a)$", r"$\tanh'(a)$"],
                     "relu": ["$h(a)$", "$h'(a)$"]}
