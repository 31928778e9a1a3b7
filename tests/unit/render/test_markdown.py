"""Pictures in woven Markdown."""

from marpweave.render.markdown import with_pictures
from marpweave.weave.embed import Picture

IMAGES = {name: Picture(f"data:image/svg+xml;base64,{name[-5]}") for name in (
    "figures/d/a.svg", "figures/d/diagrams/b.svg", "figures/d/plots/c.svg", "other/diagrams/e.svg")}


def test_what_stands_in_no_file_is_in_the_markdown_as_html():
    text = "![w:300px x \"y\"](figures/d/diagrams/b.svg)\n*z*\n\n![w:9px](figures/d/plots/c.svg)\n\n![a](figures/d/a.svg) ![e](other/diagrams/e.svg)\n"
    assert with_pictures(text, IMAGES, "d", full=True) == (
        '<img src="data:image/svg+xml;base64,b" alt="x &quot;y&quot;" width="300">&#8203;\n*z*\n\n'
        '<img src="data:image/svg+xml;base64,c" alt="" width="9">&#8203;\n\n![a](figures/d/a.svg) ![e](other/diagrams/e.svg)\n')


def test_figures_on_disk_are_those_of_the_full_deck():
    assert with_pictures("![a](figures/d/a.svg)", IMAGES, "d", full=False) == '<img src="data:image/svg+xml;base64,a" alt="a">&#8203;'
