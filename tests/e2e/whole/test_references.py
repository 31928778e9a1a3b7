"""A reference leads to its slide: in a real browser, in PDF, and from one deck to another."""

import pypdf
import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("browser")
FRONT = "---\nmarp: true\nlang: ja\nexecute: true\n---\n"
ONE = f"{FRONT}\n# 一\n\n@fig-square、@eq-loss、@fig-two/square\n\n---\n\n![四角](square.svg)\n*四角*\n\n---\n\n$$\nx \\label{{eq-loss}}\n$$\n"
TWO = f"{FRONT}\n# 二\n\n---\n\n![四角](square.svg)\n*四角*\n"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>'


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project")).write({"one.md": ONE, "two.md": TWO, "square.svg": SQUARE})
    project.build("one.md", "two.md", "--to", "html,pdf,handout")
    return project / "dist"


def test_a_click_leads_to_the_slide_and_to_another_deck(built, chromium):
    with chromium.new_page() as page:
        page.goto((built / "one.html").as_uri())
        page.get_by_role("link", name="式(1)").click()
        page.wait_for_selector("svg.bespoke-marp-active section[id='3']")
        page.goto((built / "one.html").as_uri() + "#1")
        page.get_by_role("link", name="図1（two）").click()
        page.wait_for_url("**/two.html#2")
        page.wait_for_selector("svg.bespoke-marp-active section[id='2']")


@pytest.mark.parametrize("name", ["one.pdf", "one.handout.pdf"])
def test_a_pdf_has_links_within_itself_alone(built, name):
    pdf = pypdf.PdfReader(built / name)
    links = [link.get_object() for link in pdf.pages[0].get("/Annots", ())]
    assert [("/A" in link, str(link.get("/Dest"))) for link in links] == [(False, "/2"), (False, "/3")]
    assert "図1（two）" in pdf.pages[0].extract_text()


@pytest.mark.parametrize("math", ["katex", "mathjax"])
def test_the_number_of_a_formula_stands_beside_it_and_one_that_is_too_wide_is_told(math, chromium, tmp_path):
    wide = "a" * 90
    project = Project(tmp_path).write({"deck.md": f"---\nmarp: true\nmath: {math}\nexecute: true\n---\n\n$$\nx \\label{{eq-loss}}\n$$\n\n"
                                                  f"---\n\n$$\n{wide} \\label{{eq-wide}}\n$$\n\n@eq-loss, @eq-wide\n"})
    found = project.build("--to", "html", code=None).found("kind", "slide")
    assert found == ([] if math == "katex" else [("overflow", 2)])
    if math == "katex":  # which shrinks it
        with chromium.new_page() as page:
            page.goto((project / "dist/deck.html").as_uri())
            formula, number = (page.locator(f"section .katex-html > {name}").first.bounding_box() for name in (".base", ".tag"))
            assert number["x"] > formula["x"] + formula["width"]
