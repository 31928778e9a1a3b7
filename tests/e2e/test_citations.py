"""What a deck cites stands on its slides in the style that it asks for, in every format, and follows its bibliography."""

import json
import re
from html import unescape

import pytest
from pypdf import PdfReader

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")
BIBLIOGRAPHY = r"""
@string{nature = "Nature"}
@article{rumelhart1986, author={Rumelhart, David E. and Hinton, Geoffrey E. and Williams, Ronald J.}, year=1986,
  title={Learning representations by back-propagating errors}, journal=nature, volume=323, pages={533--536}}
@book{saito2016, author={斎藤 康毅}, title={ゼロから作る{Deep Learning}}, publisher={オライリー・ジャパン}, year={2016}}
@online{marp, author={{Marp Team}}, title={Marp}, url={https://marp.app}, urldate={2024-01-02}, year=2024, langid={english}}
@inproceedings{lecun1998, author={LeCun, Yann and Bottou, L{\'e}on}, title={Gradient-based learning}, date={1998-11}, pages={1--3}, crossref={proc}}
@misc{adam, author={Kingma, Diederik and others}, title={Adam}, year=2014}
@misc{bare, note={nothing}}
@proceedings{proc, title={Proc. {IEEE}}, editor={Ed, Itor}}
"""
DECK = """\
---
marp: true
execute: true
lang: {lang}
bibliography: refs.bib
---

{text}

<!-- references -->
"""
STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>t</title><id>t</id></info>
<citation><layout prefix="{" suffix="}" delimiter="/"><names variable="author"><name form="short"/></names></layout></citation>
<bibliography><sort><key variable="title"/></sort><layout><text variable="title"/></layout></bibliography></style>"""


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path).write({"refs.bib": BIBLIOGRAPHY})


def shown(project, text, lang="en", code=0, **front):
    """What stands on the slides of a deck as words, the list a line for each source."""
    front = {"bibliography": "refs.bib", **front}
    matter = "".join(f"{key}: {value}\n" for key, value in front.items())
    project.write({"deck.md": DECK.format(lang=lang, text=text).replace("bibliography: refs.bib\n", matter)})
    project.build("--to", "md", "deck.md", code=code)
    woven = project.text("dist/deck.md").partition("\n---\n\n")[2]
    lines = (" ".join(unescape(re.sub(r"<[^>]*>|\\", "", line)).split()) for line in woven.split("\n"))
    return [line for line in lines if line]


def test_english_decks_cite_as_apa_has_it(project):
    assert shown(project, "[see @rumelhart1986, pp. 533-534; @saito2016], @lecun1998 [-@marp]") == [
        "(see Rumelhart et al., 1986, pp. 533–534; 斎藤, 2016), LeCun & Bottou (1998) (2024)",
        "LeCun, Y., & Bottou, L. (1998). Gradient-based learning. In I. Ed (Ed.), Proc. IEEE (pp. 1–3).",
        "Marp Team. (2024). Marp. https://marp.app",
        "Rumelhart, D. E., Hinton, G. E., & Williams, R. J. (1986). Learning representations by back-propagating errors. Nature, 323, 533–536.",
        "斎藤康毅. (2016). ゼロから作るDeep Learning. オライリー・ジャパン."]


def test_japanese_decks_cite_as_sist02_has_it_and_each_source_speaks_its_own_language(project):
    assert shown(project, "誤差逆伝播法 [@saito2016; @rumelhart1986, p. 3]は@lecun1998にある [@marp]。", lang="ja") == [
        "誤差逆伝播法 [1, 2, p. 3]はLeCun and Bottou [3]にある [4]。",
        "[1] 斎藤康毅. ゼロから作るDeep Learning. オライリー・ジャパン, 2016.",
        "[2] Rumelhart, David E.; Hinton, Geoffrey E.; Williams, Ronald J. Learning representations by back-propagating errors. Nature. 1986, vol. 323, p. 533–536.",
        "[3] LeCun, Yann; Bottou, Léon. “Gradient-based learning”. Proc. IEEE. Ed, Itor ed. 1998, p. 1–3.",
        "[4] Marp Team. “Marp”. 2024. https://marp.app, (accessed 2024-01-02)."]


def test_a_style_of_ones_own_and_csl_as_json(project):
    items = [{"id": "x", "type": "book", "title": "B <i>x</i>", "author": [{"family": "Xu"}]}, {"id": "y", "type": "book", "title": "A", "author": [{"family": "Yo"}]}]
    project.write({"own.csl": STYLE, "more.json": json.dumps(items)})
    assert shown(project, "[@x; @y; @saito2016]", csl="own.csl", bibliography="[refs.bib, more.json]") == [
        "{Xu/Yo/斎藤}", "A", "B x", "ゼロから作るDeep Learning"]


def test_sources_that_say_little_are_cited_all_the_same(project):
    assert shown(project, "[@adam], @adam, [@bare], @bare") == [
        "(Kingma et al., 2014), Kingma et al. (2014), (n.d.), bare (n.d.)", "Kingma, D. et al. (2014). Adam.", "(N.d.)."]


def test_what_the_engine_cannot_take_is_told_and_leaves_the_others(project):
    project.write({"more.json": '[{"id": "x", "title": 3}]', "own.csl": "<style>"})
    assert shown(project, "[@x] [@marp]", bibliography="[refs.bib, more.json]", code=1) == ["[@x] (Marp Team, 2024)", "Marp Team. (2024). Marp. https://marp.app"]
    assert project.build("--to", "md", "deck.md", code=1).found("line", "message") == [(5, "more.json: source 1: @x cannot be read: value.match is not a function")]
    project.edit("deck.md", "bibliography: [refs.bib, more.json]", "bibliography: refs.bib\ncsl: own.csl")
    project.edit("deck.md", "[@x] ", "")
    assert project.build("--to", "md", "deck.md", code=1).found("line", "message") == [
        (5, "citations are not formatted: the style cannot be read: Cannot read properties of undefined (reading 'slice')")]


def test_the_configuration_names_a_bibliography_for_adopted_decks(project):
    project.write({"marpweave.toml": 'decks = ["slides"]\nbibliography = "refs.bib"\ncsl = "vancouver"\n',
                   "slides/one.md": "---\nexecute: true\n---\n\n[@marp]\n\n<!-- references -->\n", "slides/two.md": "---\nmarp: true\n---\n\n[@marp] @marp\n"})
    project.build("--to", "md")
    assert ">(1)</a>" in project.text("dist/one.md")
    assert project.text("dist/two.md") == project.text("slides/two.md")


def test_a_source_that_cannot_be_read_leaves_the_others(project):
    project.edit("refs.bib", "title={Marp}", "title = ")
    assert shown(project, "[@marp; @saito2016], [@marp]", code=1) == ["(斎藤, 2016), [@marp]", "斎藤康毅. (2016). ゼロから作るDeep Learning. オライリー・ジャパン."]
    built = project.build("--to", "md", "deck.md", code=1)
    assert built.found("kind", "line", "message") == [("citation", 5, "refs.bib:6: @marp cannot be read: expected \"lbrace\", got \"comma\"")]


def test_citations_are_links_in_every_format(project):
    project.write({"deck.md": DECK.format(lang="en", text="[@marp]\n\n---\n")})
    project.build("--to", "html,pdf,handout,notes,ipynb", "deck.md")
    assert [name in project.text(f"dist/deck.{form}") for form in ("html", "notes.html") for name in ('href="#ref-1"', 'name="ref-1"')] == [True] * 4
    for form in ("pdf", "handout.pdf"):
        pdf = PdfReader(project / f"dist/deck.{form}")
        links = [note.get_object().get("/Dest") for page in pdf.pages for note in page.get("/Annots", ())]
        assert ("/ref-1" in links, list(pdf.named_destinations)) == (True, ["/ref-1"])
    cells = [cell["source"] for cell in json.loads(project.text("dist/deck.ipynb"))["cells"]]
    assert "(Marp Team, 2024)" in "".join(cells[0])
    assert "https://marp.app" in "".join(cells[-1])


def test_an_edit_of_the_bibliography_is_followed_and_runs_nothing(project):
    project.write({"deck.md": DECK.format(lang="en", text="[@marp]\n\n```python\nprint(1)  # 1\n```\n")})
    assert project.build("deck.md", "--to", "html").ran == {"deck": ["cell-1"]}
    assert project.build("deck.md", "--to", "html").stderr == ""
    project.edit("refs.bib", "Marp Team", "Marp Crew")
    again = project.build("deck.md", "--to", "html")
    assert (again.ran, "rendering" in again.stderr, "(Marp Crew, 2024)" in project.text("dist/deck.html")) == ({"deck": []}, True, True)


def test_variants_have_the_numbers_of_the_full_deck(project):
    text = "[@marp]\n\n---\n\n<!-- _class: solution -->\n\n[@lecun1998]\n\n---\n\n[@saito2016]\n\n---\n"
    project.write({"deck.md": DECK.format(lang="ja", text=text)})
    project.build("--to", "md", "--variant", "full,student", "deck.md")
    assert [re.findall(r"\[(\d)\\?\]</a>", project.text(f"dist/deck{variant}.md")) for variant in ("", ".student")] == [["1", "2", "3"], ["1", "3"]]


def test_students_are_listed_what_their_own_slides_cite(project):
    text = "[@marp]\n\n---\n\n<!-- _class: solution -->\n\n[@lecun1998]\n\n---\n\n[@saito2016]\n\n---\n\n<!-- references: 3 -->\n\n---\n"
    project.write({"deck.md": DECK.format(lang="ja", text=text)})
    built = project.build("--to", "md", "--variant", "full,student", "deck.md")
    assert [re.findall(r'name="ref-(\d)"', project.text(f"dist/deck{variant}.md")) for variant in ("", ".student")] == [["3", "1", "2", "3"], ["3", "1", "3"]]
    assert built.found("kind", "message") == []


@pytest.mark.attack
def test_without_citation_js_citations_stay_and_the_remedy_is_told(project, tmp_path):
    project.write({"deck.md": DECK.format(lang="en", text="[@marp]")})
    nowhere = {"MARPWEAVE_HOME": str(tmp_path / "home"), "npm_config_registry": "http://127.0.0.1:9", "npm_config_cache": str(tmp_path / "npm")}
    built = project.build("--to", "md", "deck.md", code=1, environment=nowhere)
    assert built.found("kind", "line", "message") == [("citation", 5, "citations are not formatted: citation-js could not be downloaded: npm cannot reach its registry "
                                                       "(ECONNREFUSED); run `build.py setup` where there is a network")]
    assert "\n[@marp]\n" in project.text("dist/deck.md")
    assert project.build("--to", "md", "deck.md").found("kind") == []  # it is tried again


def test_a_locator_may_stand_behind_a_key_and_what_nobody_cites_can_be_listed(project):
    assert shown(project, "As @lecun1998 [p. 3] say.", csl="apa", nocite="'@adam'") == [
        "As LeCun & Bottou (1998, p. 3) say.", "Kingma, D. et al. (2014). Adam.",
        "LeCun, Y., & Bottou, L. (1998). Gradient-based learning. In I. Ed (Ed.), Proc. IEEE (pp. 1–3)."]
