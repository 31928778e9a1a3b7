"""The whole way: real kernel, Marp CLI and browser; the files that a lecturer gets."""

import base64
import io
import re
import zipfile

import pypdf
import pytest
from PIL import Image

from tests.e2e.whole.decks import DECK, MOVING, REMOTE, flat, with_poster
from tests.project import Project, begun, ended

pytestmark = pytest.mark.usefixtures("kernel", "browser")

@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("project")).write({"slides/lecture.md": DECK})
    report = project.build()
    assert [(d["path"], d["slides"], d["cells"], d["ran"], d["checked"], d["unchecked"], d["findings"])
            for d in report.decks] == [("slides/lecture.md", 2, 2, 2, 1, 0, [])]
    return project


def test_html_and_pdf_have_the_slides_of_the_deck(built):
    assert len(pypdf.PdfReader(built / "dist/lecture.pdf").pages) == 2
    html = (built / "dist/lecture.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<svg [^>]*data-marpit-svg", html)) == 2


def test_the_pdf_has_title_outline_and_embedded_fonts(built):
    pdf = pypdf.PdfReader(built / "dist/lecture.pdf")
    assert pdf.metadata.title == "試験"
    assert [entry.title for entry in flat(pdf.outline)] != []
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all(is_embedded(font) for font in fonts)
    assert "こんにちは" in pdf.pages[0].extract_text()


def is_embedded(font):
    bearer = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return "/FontDescriptor" in bearer and any(f"/FontFile{n}" in bearer["/FontDescriptor"] for n in ("", "2", "3"))


def test_nothing_in_the_output_asks_the_network(built):
    for name in ("lecture.html", "index.html"):
        html = (built / "dist" / name).read_bytes()
        assert REMOTE.findall(re.sub(rb"<a [^>]*>", b"", html)) == []


def test_the_index_links_every_deck_with_a_picture(built):
    html = (built / "dist/index.html").read_text(encoding="utf-8")
    assert 'href="lecture.html"' in html
    assert 'href="lecture.pdf"' in html
    assert "試験" in html
    assert re.search(r'<img [^>]*src="data:image/', html)


def test_every_other_format(tmp_path):
    longer, other = ("dist/deck/003.png", "dist/deck/004.png"), "dist/deck/3.png"
    project = Project(tmp_path).write({"deck.md": DECK + "\n<!-- 話すこと -->\n", **dict.fromkeys((*longer, other), "")})
    project.run("deck.md", "--to", "pptx,png,notes,notes-txt,md")
    written = {path.relative_to(tmp_path / "dist").as_posix(): path for path in (tmp_path / "dist").rglob("*.*")}
    assert sorted(written) == ["deck.md", "deck.notes.html", "deck.pptx", "deck.txt", "deck/001.png", "deck/002.png", "deck/3.png"]
    with zipfile.ZipFile(written["deck.pptx"]) as pptx:
        slides = [name for name in pptx.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
    assert len(slides) == 2
    assert written["deck.txt"].read_text(encoding="utf-8").strip().endswith("話すこと")
    assert written["deck/001.png"].read_bytes().startswith(b"\x89PNG")


@pytest.mark.attack
def test_two_builds_at_once_do_not_mix(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(DECK.replace("試験", name), encoding="utf-8")
    together = [begun(("build", f"{name}.md"), tmp_path, tmp_path / f"{number}.txt", renderer="") for number, name in enumerate(("one", "two", "one"))]
    assert [ended(pid) for pid in together] == [0, 0, 0]
    for name in ("one", "two"):
        assert f"<title>{name}</title>" in (tmp_path / f"dist/{name}.html").read_text(encoding="utf-8")
        assert pypdf.PdfReader(tmp_path / f"dist/{name}.pdf").metadata.title == name


def test_a_link_to_a_file_stands_in_html_alone(tmp_path):
    links = "[one](data.csv) [two](other.html#2 'title') <a class=\"x\" href=\"/three\">three</a> [four](https://example.org/4) [five](#2)"
    project = Project(tmp_path).write({"deck.md": f"---\nmarp: true\n---\n\n# a\n\n{links}\n\n---\n\n# b\n"})
    project.run("deck.md", "--to", "html,pdf,handout,notes")
    for name in ("deck.html", "deck.notes.html"):
        assert all(f'href="{target}"' in project.text(f"dist/{name}") for target in ("data.csv", "other.html#2", "/three"))
    for name in ("deck.pdf", "deck.handout.pdf"):
        page = pypdf.PdfReader(tmp_path / "dist" / name).pages[0]
        actions = [note.get_object().get("/A", {}) for note in page.get("/Annots", ())]
        assert [action["/URI"] for action in actions if "/URI" in action] == ["https://example.org/4"]
        assert "one two three four five" in page.extract_text()


def test_two_decks_that_would_become_one_file_are_refused(tmp_path):
    for name in ("deck.md", "Deck.markdown"):
        (tmp_path / name).write_text("# 一\n", encoding="utf-8")
    assert Project(tmp_path).run("deck.md", "Deck.markdown", code=2).stderr == \
        "error: deck.md and Deck.markdown would both become Deck.html; rename one\n"


def test_the_figure_stands_on_disk_and_on_the_slide(built):
    figure = built / "figures/lecture/line.svg"
    assert figure.read_bytes().lstrip().startswith(b"<?xml")
    html = (built / "dist/lecture.html").read_text(encoding="utf-8")
    assert 'alt="右上がりの直線"' in html


def test_an_animation_moves_in_html_and_its_last_frame_stands_elsewhere(tmp_path):
    (tmp_path / "deck.md").write_text(MOVING, encoding="utf-8")
    Project(tmp_path).run("deck.md", "--to", "html,pdf,md")
    assert (tmp_path / "dist/deck.md").read_text(encoding="utf-8").endswith("```\n\n![w:400px 折れ線](figures/deck/rising.svg)\n")
    (image,) = re.findall(r"<img [^>]*>", (tmp_path / "dist/deck.html").read_text(encoding="utf-8"))
    still, moving, density = re.search(r'src="data:[^,]*,([^"]*)".* srcset="data:image/png;base64,([^ ]*) ([\d.]+)x"', image).groups()
    assert base64.b64decode(still) == (tmp_path / "figures/deck/rising.svg").read_bytes()
    with Image.open(io.BytesIO(base64.b64decode(moving))) as frames:
        assert (frames.n_frames, frames.size, frames.info["duration"]) == (4, (576, 288), 100)
    assert float(density) == 1.5
    (lines,) = re.findall(r'<g id="axes_1">.*</g>', base64.b64decode(still).decode(), re.DOTALL)
    assert len(set(re.findall(r'<path d="([^"]*)" clip-path=', lines))) == 4, "the still is the last frame"


@pytest.mark.parametrize(("poster", "lines"), [("2", [2]), ("[1, 3]", [1, 3]), ("9", [4])])
def test_the_author_chooses_the_frames_that_stand_where_nothing_moves(tmp_path, poster, lines):
    project = Project(tmp_path).write({"deck.md": with_poster(poster)})
    report = project.run("figures", "deck.md", "--strict", "--json", "report.json", code=int(poster == "9"))
    svg = (tmp_path / "figures/deck/rising.svg").read_text(encoding="utf-8")
    frames = re.findall(r'<g id="axes_1">.*?\n  </g>\n', svg, re.DOTALL)
    assert [len(set(re.findall(r'<path d="([^"]*)" clip-path=', frame))) for frame in frames] == lines
    assert ("fig-poster: rising.svg has fewer frames than 9" in report.stdout) == (poster == "9")


def test_the_same_source_gives_the_same_bytes(built):
    first = {name: (built / name).read_bytes() for name in ("dist/lecture.html", "figures/lecture/line.svg")}
    built.run("slides/lecture.md", "--to", "html")
    assert {name: (built / name).read_bytes() for name in first} == first
