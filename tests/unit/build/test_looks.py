"""Pictures of slides differ where somebody sees it, and not where edges are smoothed."""

import io

import pytest
from PIL import Image, ImageDraw

from marpweave.build.compare.looks import Looks, compared, packed


def picture(*marks, size=(96, 54), ground="#fffdf7"):
    drawn = Image.new("RGB", size, ground)
    for box, colour in marks:
        ImageDraw.Draw(drawn).rectangle(box, fill=colour)
    content = io.BytesIO()
    drawn.save(content, "PNG")
    return content.getvalue()


LINE = ((10, 10, 60, 10), "#26343c")


@pytest.mark.parametrize(("one", "other"), [
    (picture(), picture(((30, 30, 32, 32), "#26343c"))), (picture(), picture(LINE)), (picture(LINE), picture(((10, 11, 60, 11), "#26343c"))),
    (picture(((10, 10, 40, 40), "#26343c")), picture(((10, 10, 40, 40), "#083a66"))), (picture(), picture(ground="#fffdf2")),
    (picture(), picture(size=(96, 60), ground="#000000")),
], ids=["full-stop", "hairline", "line", "colour", "ground", "size"])
def test_what_somebody_sees_is_marked(one, other):
    looks = compared(one, other)
    assert (looks.before, looks.after) == (one, other)
    assert (214, 20, 90) in {colour for _, colour in Image.open(io.BytesIO(looks.difference)).getcolors(9999)}


@pytest.mark.parametrize("other", [
    picture(LINE), picture(LINE, ((20, 9, 24, 9), "#fdfbf5")), picture(LINE, ((20, 9, 20, 9), "#d0d0d0")), picture(ground="#fefcf6"),
], ids=["same", "edge", "pixel", "ground"])
def test_the_smoothing_of_edges_is_no_difference(other):
    one = picture(LINE) if other != picture(ground="#fefcf6") else picture()
    assert compared(one, other).difference is None


def test_a_slide_that_is_new_or_gone_has_one_picture():
    assert compared(None, picture()) == Looks(None, picture())
    assert compared(picture(), None) == Looks(picture(), None)
    assert Image.open(io.BytesIO(packed(picture()))).format == "WEBP"
