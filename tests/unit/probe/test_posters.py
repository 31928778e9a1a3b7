"""Frames side by side."""

import io

from PIL import Image

from marpweave.probe.posters import side_by_side

HEAD = '<?xml version="1.0"?>\n'
FRAME = HEAD + '<svg xmlns:xlink="x" width="30.5pt" height="20pt" viewBox="0 0 30.5 20" xmlns="s" version="1.1">\n <g>{}</g>\n</svg>\n'


def test_one_frame_stays_as_it_is():
    assert side_by_side([b"anything"]) == b"anything"


def test_svgs_stand_from_left_to_right_in_one():
    assert side_by_side([FRAME.format(n).encode() for n in "ab"]).decode() == HEAD + (
        '<svg xmlns:xlink="x" width="61pt" height="20pt" viewBox="0 0 61 20" xmlns="s" version="1.1">\n'
        '<svg x="0" width="30.5" height="20">\n <g>a</g>\n</svg>\n'
        '<svg x="30.5" width="30.5" height="20">\n <g>b</g>\n</svg>\n'
        '</svg>\n')


def test_pngs_stand_from_left_to_right_in_one():
    frames = []
    for colour in ("#ff0000", "#0000ff"):
        content = io.BytesIO()
        Image.new("RGBA", (3, 2), colour).save(content, "PNG")
        frames.append(content.getvalue())
    with Image.open(io.BytesIO(side_by_side(frames))) as strip:
        assert strip.size == (6, 2)
        assert [strip.getpixel((x, 1)) for x in (0, 2, 3, 5)] == [(255, 0, 0, 255)] * 2 + [(0, 0, 255, 255)] * 2
