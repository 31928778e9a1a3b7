"""What drawings write themselves is Japanese, or English where that is asked for."""

import ast
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.animation import AbstractMovieWriter, Animation
from matplotlib.text import Text

import nnviz
from nnviz import language, plots, style
from tests.unit.nnviz.drawings import ANIMATIONS, FEW, drawn_once

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
SOURCES = sorted(Path(nnviz.__path__[0]).joinpath("plots").glob("*.py"))


def words_of(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def given(value):
    """All words within what a drawing is handed."""
    if isinstance(value, str):
        return {value}
    inside = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else \
        [value.name, *value.operands] if hasattr(value, "operands") else ()
    return set().union(*map(given, inside)) if len(inside) else set()


class Reader(AbstractMovieWriter):
    """Reads what is written in each frame, and draws none."""

    words: tuple[str, ...] = ()

    def setup(self, fig, outfile, dpi=None):
        self.fig = fig

    def grab_frame(self, **_):
        self.words += tuple(words_of(self.fig))

    def finish(self):
        pass


def read(drawn):
    """All words of a drawing, those of each frame if it moves."""
    if not isinstance(drawn, Animation):
        return words_of(plt.gcf())
    drawn_once(plt.gcf())
    reader = Reader()
    drawn.save("", writer=reader)
    return reader.words


@pytest.mark.parametrize(("draw", "options"), [*FEW, *ANIMATIONS])
def test_no_japanese_is_left_in_an_english_figure_but_what_was_given(draw, options):
    known = {JAPANESE.search(word)[0] for word in given(options) if JAPANESE.search(word)}
    words = read(draw(**options, lang="en"))
    assert words or draw.__name__ in ("draw_feature_maps", "draw_weights")
    assert [word for word in words if JAPANESE.search(word) and JAPANESE.search(word)[0] not in known] == []


def literals(source):
    """The texts that a module writes with ``say``, and all Japanese texts that it holds outside of docstrings."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            and JAPANESE.search(node.value) and id(node) not in docs}


def test_every_japanese_text_of_a_drawing_has_its_english():
    held = set().union(*map(literals, SOURCES)) | {known.title for known in nnviz.activations.ACTIVATIONS.values() if JAPANESE.search(known.title)}
    assert held == set(language.ENGLISH)
    for japanese, english in language.ENGLISH.items():
        assert re.findall(r"{.*?}", japanese) == re.findall(r"{.*?}", english)
        assert not JAPANESE.search(english)


def test_a_language_holds_for_a_call_for_a_block_or_until_told_otherwise():
    def name():
        return plots.draw_losses([1.0]).get_xlabel()

    assert name() == "エポック"
    assert plots.draw_losses([1.0], lang="en").get_xlabel() == "epoch"
    with style.context(lang="en"):
        assert name() == "epoch"
        assert plots.draw_losses([1.0], lang="ja").get_xlabel() == "エポック"
    assert name() == "エポック"
    language.set_lang("en")
    try:
        assert (name(), language.get_lang()) == ("epoch", "en")
    finally:
        language.set_lang("ja")


def test_frames_that_are_drawn_later_keep_language_and_ground(tmp_path):
    with style.context(dark=True, lang="en"):
        moving = plots.animate_descent(lambda x: x ** 2, nnviz.descent.gradient_descent(lambda x: x ** 2, lambda x: 2 * x, 1.0, steps=2))
    moving.save(tmp_path / "a.gif", writer="pillow", dpi=20)
    ax, = plt.gcf().axes
    assert ax.get_title().startswith("step 2: ")
    assert ax.title.get_color() == style.DARK.ink


def test_a_language_that_is_not_known():
    with pytest.raises(ValueError, match="lang must be 'ja' or 'en', not 'de'"):
        plots.draw_rnn(lang="de")
    assert language.get_lang() == "ja"
