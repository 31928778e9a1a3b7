"""A figure in one drawing against `savefig`, which draws it twice, over random figures."""

import io
from functools import partial

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from marpweave.probe import canvas

pytestmark = pytest.mark.filterwarnings("ignore")
NUMBERS = np.array([0.5, -2e-6, 3e4, 7, -1.25, 4e4, 1e-3, 2])
PLAIN = (
    lambda axes: axes.plot(NUMBERS, "o-", markersize=30, clip_on=False, label="線"),
    lambda axes: axes.plot(1e9 + NUMBERS),
    lambda axes: axes.bar(range(8), NUMBERS, label="bar"),
    lambda axes: axes.barh(list("あいうえおかきく"), NUMBERS),
    lambda axes: axes.text(1.2, -0.3, "$\\frac{a}{b}$\n外", transform=axes.transAxes, rotation=30, bbox={"pad": 9}),
    lambda axes: axes.text(3, 9e4, "データの外"),
    lambda axes: axes.annotate("注", (2, 3e4), (9, 5e4), arrowprops={"arrowstyle": "->"}),
    lambda axes: axes.annotate("点", (2, 3e4), (40, 60), textcoords="offset points", arrowprops={"facecolor": "k"}),
    lambda axes: axes.legend(title="凡例"),
    lambda axes: axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1)),
    lambda axes: axes.set_title("とても長い題名 " * 8, loc="left", wrap=True),
    lambda axes: axes.set(xlabel="横", ylabel="縦\n2 行", title="題"),
    lambda axes: axes.set_xticks([0, 4], ["甲", "乙"], rotation=45),
    lambda axes: axes.set_yscale("symlog"),
    lambda axes: axes.xaxis.tick_top(),
    lambda axes: axes.axis("off"),
    lambda axes: axes.twinx().plot(-NUMBERS),
    lambda axes: axes.spines["left"].set_position("zero"),
    lambda axes: axes.set_visible(False),
    lambda axes: axes.invert_yaxis(),
    lambda axes: axes.margins(0.4),
    lambda axes: axes.figure.suptitle("全体", fontsize=25),
    lambda axes: axes.figure.legend(),
)
OTHERS = (
    lambda axes: axes.figure.colorbar(axes.imshow(NUMBERS.reshape(2, 4))),
    lambda axes: axes.scatter(NUMBERS, NUMBERS, s=900, clip_on=False),
    lambda axes: axes.quiver([0, 1], [0, 1], [3, 4], [5, 6], clip_on=False),
    lambda axes: axes.table([["1", "2"]], loc="bottom"),
    lambda axes: axes.inset_axes([0.8, 0.8, 0.6, 0.6]).plot(NUMBERS),
    lambda axes: axes.set_aspect("equal"),
    lambda axes: axes.figure.tight_layout(),
    lambda axes: axes.figure.add_subplot(projection="polar"),
    lambda axes: axes.figure.add_subplot(projection="3d"),
    lambda axes: axes.xaxis.set_major_formatter(Counting()),
    lambda axes: axes.figure.canvas.mpl_connect("draw_event", lambda _: axes.set_title(f"{axes.get_title()}+")),
)


class Counting(mpl.ticker.Formatter):
    """Says how often it was asked."""

    asked = 0

    def __call__(self, x, pos=None):
        self.asked += 1
        return f"{self.asked}"


@pytest.fixture(autouse=True)
def ours():
    with mpl.rc_context(fname=canvas.__file__.replace("canvas.py", "matplotlibrc")):
        yield


def figure(parts, size, count):
    """The same figure each time; parts that one of its axes does not bear are left out."""
    made = Figure(size)
    axes = made.subplots(1, count, squeeze=False)[0]
    for number, part in enumerate(parts):
        try:
            part(axes[number % count])
        except (AttributeError, TypeError, ValueError):
            continue
    return made


def drawings(made):
    """How often a figure is drawn when it is saved."""
    drawn = []
    wrapped, made.draw = made.draw, lambda renderer: (drawn.append(renderer), wrapped(renderer))
    canvas._saved(made, "a.svg", "svg")
    return len(drawn)


def saved_twice(made):
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "a.svg"}):
        made.savefig(content, format="svg", metadata=canvas.METADATA["svg"])
    return content.getvalue()


def result(made, save):
    """What is saved, or what is raised."""
    try:
        return save(made)
    except ValueError as error:
        return repr(error)


@given(st.lists(st.sampled_from(PLAIN), max_size=5), st.tuples(st.floats(1.5, 9), st.floats(1, 6)), st.integers(1, 2))
def test_a_figure_that_is_drawn_once_is_as_savefig_draws_it(parts, size, count):
    make = partial(figure, parts, size, count)
    assert result(make(), partial(canvas._saved, name="a.svg", extension="svg")) == result(make(), saved_twice)


@pytest.mark.parametrize("part", PLAIN)
def test_a_plain_figure_is_drawn_once(part):
    assert drawings(figure([part], (4, 3), 1)) == 1


@pytest.mark.parametrize("part", OTHERS)
def test_any_other_figure_is_drawn_by_savefig(part):
    assert not canvas._is_plain(figure([part], (4, 3), 1))
