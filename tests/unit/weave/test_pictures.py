"""Pictures become data URIs; what is not there, or on the network, a placeholder and a finding."""

import base64
import io

import pytest
from PIL import Image

from marpweave.inputs.used import Files
from marpweave.model.finding import Kind
from marpweave.model.outcome import Figure
from marpweave.read.parse import parse_deck
from marpweave.weave.embed import bundled, embed, natural_width


def png(width=3, height=2):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(content, "PNG")
    return content.getvalue()


def embedded(text, tmp_path, drawn=None, allow=()):
    deck = parse_deck(text, tmp_path / "deck.md")
    return embed(deck, drawn or {}, tmp_path / "figures" / "deck", Files(), [tmp_path, *allow])


def content_of(uri):
    return base64.b64decode(uri.partition("base64,")[2])


@pytest.mark.parametrize("source", ["a.png", "./a.png", "../{name}/a.png", "a.png?v=1", "a.png#top"])
def test_a_picture_is_taken_in(tmp_path, source):
    source = source.format(name=tmp_path.name)
    (tmp_path / "a.png").write_bytes(png())
    images, findings = embedded(f"![]({source})\n", tmp_path)
    assert findings == []
    assert images[source].still.startswith("data:image/png;base64,")
    assert content_of(images[source].still) == png()


def test_names_in_japanese_and_with_percent_signs(tmp_path):
    (tmp_path / "図 1.png").write_bytes(png())
    (tmp_path / "50%.png").write_bytes(png(5))
    images, findings = embedded("![](<図 1.png>)\n\n![](50%25.png)\n", tmp_path)
    assert findings == []
    assert sorted(content_of(image.still) for image in images.values()) == sorted([png(), png(5)])


def test_todays_figure_goes_before_the_file_on_disk(tmp_path):
    (tmp_path / "figures/deck").mkdir(parents=True)
    (tmp_path / "figures/deck/plot.svg").write_text("<svg>old</svg>", encoding="utf-8")
    images, _ = embedded("![](figures/deck/plot.svg)\n", tmp_path, {"x": Figure("plot.svg", b"<svg>new</svg>")})
    assert content_of(images["figures/deck/plot.svg"].still) == b"<svg>new</svg>"


def test_a_picture_whose_path_is_written_as_on_windows_is_told_with_the_one_that_works_everywhere(tmp_path):
    _, (finding,) = embedded("![](img\\a.png)\n", tmp_path)
    assert finding.message == "image img\\a.png is missing; write img/a.png"


def test_a_missing_picture_is_told_at_its_line_and_shown_as_one(tmp_path):
    images, (finding,) = embedded('# a\n\n---\n\n![](<a&"b.png>)\n', tmp_path)
    assert (finding.kind, finding.location.line, finding.slide) == (Kind.MISSING_IMAGE, 5, 2)
    (placeholder,) = (content_of(image.still) for image in images.values())
    assert b"missing image" in placeholder
    assert b'a&"b' not in placeholder


@pytest.mark.parametrize("source", ["https://example.com/a.png", "HTTP://example.com/a.png", "//example.com/a.png"])
def test_a_remote_picture_is_told_and_not_fetched(tmp_path, source):
    images, (finding,) = embedded(f"![bg]({source})\n", tmp_path)
    assert finding.kind is Kind.REMOTE_IMAGE
    assert b"remote image" in content_of(images[source].still)


@pytest.mark.parametrize("source", ["../secret.png", "{outside}/secret.png", "link.png", "linked/secret.png", "a/../%2e%2e/secret.png"])
def test_a_picture_outside_of_the_project_is_told_and_not_shown_unless_it_is_allowed(tmp_path, source):
    outside, project = tmp_path, tmp_path / "project"
    (project / "a").mkdir(parents=True)
    (outside / "secret.png").write_bytes(png())
    (project / "link.png").symlink_to("../secret.png")
    (project / "linked").symlink_to("..")
    source = source.format(outside=outside)
    images, (finding,) = embedded(f"![]({source})\n", project)
    assert (finding.kind, str(outside / "secret.png") in finding.message) == (Kind.OUTSIDE_IMAGE, True)
    (shown,) = images.values()
    assert b"outside image" in content_of(shown.still)
    for allowed in (outside, outside / "secret.png"):
        images, findings = embedded(f"![]({source})\n", project, allow=[allowed])
        assert (findings, [content_of(shown.still) for shown in images.values()]) == ([], [png()])


def test_a_name_with_a_nul_is_no_file(tmp_path):
    (finding,) = embedded("![](a%00b.png)\n", tmp_path)[1]
    assert finding.kind is Kind.MISSING_IMAGE


@pytest.mark.parametrize(("name", "content", "width"), [
    ("a.png", png(30), 30), ("a.svg", b'<svg width="72pt" viewBox="0 0 1 1"/>', 96), ("a.svg", b'<svg width="10"/>', 10),
    ("a.svg", b'<?xml version="1.0"?>\n<svg\n viewBox="0 0 300 200" width="100%"/>', 300), ("a.svg", b"<svg/>", None),
    ("a.svg", b'<svg width="2em" viewBox="0,0,7,8"/>', 7), ("a.png", b"no picture", None), ("b.png", b"", None),
])
def test_the_width_of_a_picture_itself(tmp_path, name, content, width):
    (tmp_path / name).write_bytes(content)
    assert natural_width("a.svg" if name.endswith("svg") else "a.png", tmp_path, Files()) == width


def test_a_stylesheet_takes_in_what_it_refers_to_from_its_own_folder(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "a b.png").write_bytes(png())
    (tmp_path / "parts/in.css").write_text("@import '../top.css';b{src:url(../a%20b.png)}", encoding="utf-8")
    top = tmp_path / "top.css"
    top.touch()
    css, faults = bundled("@import 'gaia'; @import \"parts/in.css\" print;\na{src:url('a b.png');content:'url(x)'}", top, Files(), [tmp_path.resolve()], (top,))
    picture = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    inside = base64.b64encode(f'@import url("data:,");b{{src:url("{picture}")}}'.encode()).decode()
    assert css == (f"@import 'gaia'; @import url(\"data:text/css;base64,{inside}\") print;\n"
                   f"a{{src:url(\"{picture}\");content:'url(x)'}}")
    assert faults == ()


def test_what_a_stylesheet_lacks_is_told_with_its_line(tmp_path):
    (tmp_path / "in.css").write_text("\n\na{b:url(//x.org/a;b)}", encoding="utf-8")
    css, faults = bundled("@import 'in.css';\na{b:url(no.png)}", tmp_path / "top.css", Files(), [tmp_path.resolve()])
    assert [(kind, message.partition(" is ")[0]) for kind, message in faults] == [
        (Kind.REMOTE_IMAGE, "in.css:3: //x.org/a;b"), (Kind.MISSING_IMAGE, "top.css:2: no.png")]
    assert css.endswith('a{b:url("data:,")}')


@pytest.mark.parametrize("source, english, japanese", [
    ("a.png", "missing image", "画像が見つかりません"), ("https://example.org/a.png", "remote image", "ネットワーク上の画像"),
    ("../a.png", "outside image", "プロジェクト外の画像")])
@pytest.mark.parametrize("front, column", [("", 0), ("---\nlang: ja-JP\n---\n", 1), ("<!-- lang: ja -->\n", 1), ("---\nlang: fr\n---\n", 0)])
def test_a_placeholder_speaks_the_language_of_the_deck(tmp_path, source, english, japanese, front, column):
    home = tmp_path / "home"
    home.mkdir()
    if source.startswith(".."):
        (tmp_path / "a.png").write_bytes(png())
    images, _ = embedded(f"{front}![]({source})\n", home)
    placeholder = content_of(images[source].still).decode()
    assert f">{(english, japanese)[column]}</text>" in placeholder
