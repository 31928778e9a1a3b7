"""Figures of images and convolutions: what stands in each, and where."""

import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nnviz import data, plots, style

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 10, (5, 6))
KERNEL = np.array([[1, 0, -1], [2, 0, -3]])
ONE = to_rgb(style.LIGHT.one)
LENET = ["入力\n1@32×32", "C1\n6@28×28", "S2\n6@14×14", "C3\n16@10×10", "S4\n16@5×5", "C5\n120", "F6\n84", "出力\n10"]


def words_of(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def numbers_within(ax, rectangle):
    """The numbers in a rectangle, row by row."""
    (left, bottom), width, height = rectangle.get_xy(), rectangle.get_width(), rectangle.get_height()
    placed = sorted((-y, x, text.get_text()) for text in ax.texts for x, y in [text.get_position()]
                    if left < x < left + width and bottom < y < bottom + height)
    return [float(word.replace("−", "-")) for _, _, word in placed]


def cells(ax, colour):
    """The cells of a grid in the soft tint of a colour."""
    tint = to_rgb(style.palette().soft(colour))
    return [patch for patch in ax.patches if patch.get_facecolor()[:3] == tint]


def frames(ax):
    """The window on the input and the cell of the output."""
    return [patch for patch in ax.patches if patch.get_facecolor()[3] == 0]


def tiles(ax, size):
    """The pictures of the one image, row by row, each with its gap of one pixel."""
    (image,) = ax.images
    whole = np.ma.filled(image.get_array(), np.nan)
    tall, wide = size[0] + 1, size[1] + 1
    rows, columns = whole.shape[0] // tall, whole.shape[1] // wide
    return whole.reshape(rows, tall, columns, wide).swapaxes(1, 2).reshape(-1, tall, wide)


@pytest.mark.parametrize("stride", [1, 2])
def test_the_output_is_the_cross_correlation_of_scipy(stride):
    ax = plots.draw_convolution(IMAGE, KERNEL, stride=stride)
    from scipy.signal import correlate2d

    want = correlate2d(IMAGE, KERNEL, mode="valid")[::stride, ::stride]
    got = [numbers_within(ax, cell) for cell in cells(ax, style.LIGHT.one)]
    assert got == [[value] for value in want.ravel()]


def test_image_and_kernel_are_written_as_they_are():
    ax = plots.draw_convolution(IMAGE, KERNEL)
    for colour, want in ((style.LIGHT.input, IMAGE), (style.LIGHT.weight, KERNEL)):
        assert [numbers_within(ax, cell) for cell in cells(ax, colour)] == [[value] for value in want.ravel()]


@pytest.mark.parametrize(("stride", "step", "row", "column"), [(1, 0, 0, 0), (1, 6, 1, 2), (1, None, 3, 3), (2, 3, 2, 2)])
def test_the_frames_stand_on_the_window_and_on_its_output(stride, step, row, column):
    ax = plots.draw_convolution(IMAGE, KERNEL, stride=stride, step=step)
    window, output = frames(ax)
    meant = IMAGE[row:row + 2, column:column + 3]
    assert numbers_within(ax, window) == meant.ravel().tolist()
    assert numbers_within(ax, output) == [(meant * KERNEL).sum()]


def test_the_output_is_filled_up_to_the_step_and_empty_after_it():
    ax = plots.draw_convolution(IMAGE, KERNEL, step=4)
    assert len(cells(ax, style.LIGHT.one)) == 5
    empty = [patch for patch in ax.patches if patch.get_facecolor() == (*to_rgb(style.LIGHT.ground), 1)]
    assert len(empty) == 4 * 4 - 5
    assert not any(numbers_within(ax, cell) for cell in empty)


def test_image_sign_kernel_sign_and_output_stand_from_left_to_right():
    ax = plots.draw_convolution(IMAGE, KERNEL)
    signs = ["入力", "$*$", "フィルタ", "=", "出力"]
    across = {text.get_text(): text.get_position()[0] for text in ax.texts if text.get_text() in signs}
    assert sorted(across, key=across.get) == signs


def test_a_short_sum_is_written_whole_and_is_right():
    ax = plots.draw_convolution([[1, 2], [3, 4]], [[1, -1], [0, 2]])
    left, right = words_of(ax)[-1].replace("×", "*").replace("−", "-").split(" = ")
    products = [term.replace("(", "").replace(")", "").split("*") for term in left.split(" + ")]
    assert [(float(a), float(b)) for a, b in products] == [(1, 1), (2, -1), (3, 0), (4, 2)]
    assert sum(float(a) * float(b) for a, b in products) == float(right) == 7


def test_a_long_sum_is_shortened_but_keeps_its_end():
    ax = plots.draw_convolution(np.full((4, 4), 12), np.full((4, 4), -3))
    assert words_of(ax)[-1] == "12×(−3) + 12×(−3) + … + 12×(−3) = −576"


def test_an_animation_goes_over_every_place_and_rests_at_the_last_step(tmp_path):
    animation = plots.animate_convolution(IMAGE, KERNEL, stride=2, interval=123)
    assert list(animation.new_frame_seq()) == [0, 1, 2, 3, 3, 3]
    assert animation.event_source.interval == 123
    animation.save(tmp_path / "a.gif", writer="pillow", dpi=30)
    (ax,) = plt.gcf().axes
    assert words_of(ax) == words_of(plots.draw_convolution(IMAGE, KERNEL, stride=2))


@pytest.mark.parametrize("size", [3, 5])
def test_windows_of_pooling_that_do_not_fill_the_image_are_refused(size):
    with pytest.raises(ValueError, match=f"windows of {size}×{size} do not fill an image of 4×4"):
        plots.draw_pooling(np.ones((4, 4)), size=size)


@pytest.mark.parametrize(("options", "message"), [
    ({"step": -1}, "step must be 0 to 15, not -1"), ({"step": 16}, "step must be 0 to 15, not 16"),
    ({"stride": 0}, "stride must be at least 1, not 0"),
    ({"kernel": np.ones((6, 2))}, "a window of 6×2 does not fit on an image of 5×6"),
    ({"kernel": [1, 2]}, r"kernel must be \(H, W\), not \(2,\)"), ({"image": np.ones((1, 5, 6))}, r"image must be \(H, W\)"),
    ({"image": np.ones((0, 3))}, r"image must be \(H, W\), not \(0, 3\)"),
])
def test_convolutions_that_do_not_fit_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        plots.draw_convolution(**{"image": IMAGE, "kernel": KERNEL, **options})


@pytest.mark.parametrize(("kind", "size"), [("max", 2), ("max", 3), ("average", 2), ("average", 3)])
def test_each_window_of_pooling_has_the_tint_of_its_result_and_its_neighbour_another(kind, size):
    image = RNG.integers(0, 10, (6, 6))
    ax = plots.draw_pooling(image, size=size, kind=kind)
    rule = {"max": np.max, "average": np.mean}[kind]
    inputs, outputs = ax.patches[:36], ax.patches[36:]
    assert all(one.get_facecolor() != other.get_facecolor() for one, other in itertools.pairwise(outputs))
    for place, result in zip(itertools.product(range(0, 6, size), repeat=2), outputs, strict=True):
        (got,) = numbers_within(ax, result)
        assert got == pytest.approx(rule(image[place[0]:place[0] + size, place[1]:place[1] + size]), rel=0.005)
        for row, column in itertools.product(range(size), repeat=2):
            cell = inputs[6 * (place[0] + row) + place[1] + column]
            assert cell.get_facecolor() == result.get_facecolor()


@pytest.mark.parametrize(("kind", "word"), [("max", "最大値"), ("average", "平均")])
def test_the_arrow_of_pooling_says_what_is_done(kind, word):
    assert word in words_of(plots.draw_pooling(np.arange(16).reshape(4, 4), kind=kind))


def test_pictures_stand_row_by_row_in_one_image_with_gaps():
    pictures = RNG.random((5, 4, 6))
    got = tiles(plots.draw_images(pictures, columns=3), (4, 6))
    assert len(got) == 6
    np.testing.assert_array_equal(got[:5, :4, :6], pictures)
    assert all(np.isnan(empty).all() for empty in (got[5], got[:, 4:], got[:, :, 6:]))


def test_rows_of_pixels_are_square_images():
    pixels = RNG.random((2, 9))
    ax = plots.draw_images(pixels)
    np.testing.assert_array_equal(tiles(ax, (3, 3))[:, :3, :3], pixels.reshape(2, 3, 3))


def test_each_label_stands_below_its_own_picture():
    ax = plots.draw_images(RNG.random((5, 10, 10)), columns=3, labels="abcde")
    for place, text in enumerate(ax.texts):
        row, column = divmod(place, 3)
        assert text.get_text() == "abcde"[place]
        assert text.get_position()[0] == 11 * column + 5
        assert 14 * row + 10 < text.get_position()[1] < 14 * (row + 1)


def test_only_wrong_predictions_are_written_and_coloured():
    ax = plots.draw_images(RNG.random((3, 8, 8)), labels=[3, 5, 7], predictions=np.array([8, 5, 7]))
    assert words_of(ax) == ["3 → 8", "5", "7"]
    assert [to_rgb(text.get_color()) == to_rgb(style.LIGHT.loss) for text in ax.texts] == [True, False, False]


@pytest.mark.parametrize("draw", [
    lambda values: plots.draw_feature_maps(values.reshape(2, 2, 2)), lambda values: plots.draw_weights(values.reshape(2, 4).T)])
def test_zero_has_the_ground_and_signs_have_the_colours(draw):
    (image,) = draw(np.array([-1.0, 0, 2, 4, 0, 0, 0, 0])).images
    assert image.get_clim() == (-4, 4)
    zero, most, least = (to_rgb(image.cmap(image.norm(value))) for value in (0, 4, -4))
    assert zero == pytest.approx(to_rgb(style.LIGHT.ground), abs=0.01)
    assert most == pytest.approx(ONE)
    assert least == pytest.approx(to_rgb(style.LIGHT.zero))


def test_maps_of_nothing_but_zeros_are_drawn():
    (image,) = plots.draw_feature_maps(np.zeros((2, 3, 3))).images
    assert image.get_clim() == (-1, 1)


def test_each_column_of_the_weights_is_a_picture():
    W = RNG.normal(size=(6, 4))
    got = tiles(plots.draw_weights(W, shape=(2, 3), columns=2), (2, 3))
    np.testing.assert_array_equal(got[:, :2, :3], [W[:, k].reshape(2, 3) for k in range(4)])


def test_labels_of_digits_and_titles_of_maps_overlap_neither_each_other_nor_the_edge():
    digits = data.digits()
    for ax in (plots.draw_images(digits.X_test[:20], labels=digits.y_test[:20], predictions=[8] * 20),
               plots.draw_feature_maps(RNG.normal(size=(8, 6, 6)), columns=4, titles=[f"{n}番" for n in range(8)])):
        apart(ax)


def test_a_hundred_digits_with_labels_are_one_image_and_a_small_file():
    digits = data.digits()
    ax = plots.draw_images(digits.X_test[:100], labels=digits.y_test[:100])
    assert (len(ax.images), len(ax.patches), len(ax.texts)) == (1, 0, 100)
    content = io.BytesIO()
    ax.figure.savefig(content, format="svg")
    assert len(content.getvalue()) < 150_000


def test_lenet_has_the_shapes_of_the_paper_from_left_to_right():
    ax = plots.draw_lenet()
    names = [text for text in ax.texts if text.get_text() in LENET]
    assert [text.get_text() for text in sorted(names, key=lambda text: text.get_position()[0])] == LENET


def test_between_the_stages_of_lenet_stands_what_is_done():
    ax = plots.draw_lenet()
    done = sorted((text for text in ax.texts if text.get_text() not in LENET), key=lambda text: text.get_position()[0])
    assert [text.get_text().partition("\n")[0] for text in done] == [
        "畳み込み", "プーリング", "畳み込み", "プーリング", "畳み込み", "全結合", "全結合"]


def test_the_number_and_the_size_of_the_squares_follow_channels_and_sides():
    ax = plots.draw_convolutional_network([("a", 3, 32, ""), ("b", 6, 16, ""), ("c", 100, 8, ""), ("d", 10, 1, "")])
    sides = [patch.get_width() for patch in ax.patches if patch.get_width() == pytest.approx(patch.get_height())]
    stages = [list(run) for _, run in itertools.groupby(sides, key=lambda side: round(side, 6))]
    assert [len(run) for run in stages] == [3, 6, 6]
    assert stages[0][0] > stages[1][0] > stages[2][0]
    assert len(ax.patches) == 3 + 6 + 6 + 1


def test_a_larger_layer_of_neurons_is_a_taller_bar():
    ax = plots.draw_convolutional_network([("a", 10, 1, ""), ("b", 84, 1, ""), ("c", 1000, 1, "")])
    heights = [patch.get_height() for patch in ax.patches]
    assert heights[0] < heights[1] < heights[2] < 4


def apart(ax):
    ax.figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    assert boxes
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.overlaps(second), f"{one} overlaps {other}"
    whole = ax.figure.bbox
    for text, box in boxes:
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1, text
        assert whole.y0 <= box.y0 < box.y1 <= whole.y1, text


DIAGRAMS = [
    pytest.param(lambda ax: plots.draw_convolution(IMAGE, KERNEL, step=4, ax=ax), id="convolution"),
    pytest.param(lambda ax: plots.draw_pooling(np.arange(16).reshape(4, 4), ax=ax), id="pooling"),
    pytest.param(lambda ax: plots.draw_lenet(ax=ax), id="lenet"),
]
PICTURES = [
    pytest.param(lambda ax: plots.draw_images(RNG.random((4, 8, 8)), labels="abcd", ax=ax), id="images"),
    pytest.param(lambda ax: plots.draw_feature_maps(RNG.normal(size=(4, 8, 8)), titles="abcd", ax=ax), id="feature maps"),
    pytest.param(lambda ax: plots.draw_weights(RNG.normal(size=(9, 4)), ax=ax), id="weights"),
]


@pytest.mark.parametrize("draw", [*DIAGRAMS, *PICTURES])
def test_no_text_is_smaller_than_12_points(draw):
    assert min((text.get_fontsize() for text in draw(None).texts), default=12) >= 12


@pytest.mark.parametrize("draw", DIAGRAMS)
def test_diagrams_shrink_into_given_axes_and_stay_apart(draw):
    _, axes = plt.subplots(1, 2, figsize=(10, 4))
    alone, beside = draw(None), draw(axes[1])
    assert beside is axes[1]
    assert beside.texts[0].get_fontsize() < alone.texts[0].get_fontsize()
    apart(beside)


@pytest.mark.parametrize("draw", [*DIAGRAMS, *PICTURES])
def test_the_dark_figures_take_the_dark_colours(draw):
    with style.context(dark=True):
        ax = draw(None)
    if ax.images:
        top = to_rgb(ax.images[0].cmap(1.0))
        assert top == pytest.approx(to_rgb(style.DARK.one if ax.images[0].norm.vmin < 0 else style.DARK.ink))
    light = {to_rgb(colour) for colour in (style.LIGHT.ink, style.LIGHT.one, style.LIGHT.zero, style.LIGHT.input)}
    assert not light & {to_rgb(text.get_color()) for text in ax.texts}
    assert not light & {patch.get_edgecolor()[:3] for patch in ax.patches}
