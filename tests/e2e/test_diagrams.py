"""Diagrams as Mermaid and Graphviz draw them: the same bytes each time, and nothing that an author writes gets out."""

import base64
import re

import pytest

from tests.preview.previewed import previewed
from tests.project import Project

pytestmark = pytest.mark.usefixtures("browser")
FRONT = "---\nmarp: true\ntheme: lecture\nlang: ja\nexecute: true\n---\n\n"
FLOW = "# 流れ\n\n```mermaid\n%%| alt: 流れ\nflowchart LR\n  A[訓練データ] --> B{十分か}\n```\n"
GRAPH = '# 層\n\n```dot\n//| alt: 層\ndigraph { 入力 -> "中間層1" [label="重み"] }\n```\n'
SOURCE = re.compile(r'<img src="data:image/svg\+xml;base64,([^"]+)"[^>]*class="diagram"')


def project(folder, *slides):
    folder.mkdir(exist_ok=True)
    return Project(folder).write({"deck.md": FRONT + "\n---\n\n".join(slides)})


def pictures(made):
    return [base64.b64decode(each).decode() for each in SOURCE.findall(made.text("dist/deck.html"))]


@pytest.mark.attack
def test_both_are_drawn_the_same_in_every_build(tmp_path):
    kinds = ["sequenceDiagram\n  A->>B: 送る", "classDiagram\n  A <|-- B", "stateDiagram-v2\n  [*] --> 学習", "mindmap\n  root((根))\n    枝",
             "gantt\n  dateFormat YYYY-MM-DD\n  学習 :2026-04-01, 3d", 'pie\n  "a" : 1\n  "b" : 2', "erDiagram\n  A ||--o{ B : c",
             "journey\n  section a\n    b: 5: c", "---\ntitle: 題\n---\nflowchart LR\n  A --> B", "architecture-beta\n  service a(database)[A]",
             'sequenceDiagram\n  participant A\n  links A: {"a": "https://example.org"}\n  A->>B: b',
             "stateDiagram-v2\n  state a {\n    [*] --> b\n    --\n    [*] --> c\n  }"]
    slides = [FLOW, GRAPH, *(f"# a\n\n```mermaid\n%%| alt: a\n{kind}\n```\n" for kind in kinds)]
    made = [project(tmp_path / "a", *slides), project(tmp_path / "b", *reversed(slides))]
    for each in made:
        assert [message for kind, message in each.build(code=None).found("kind", "message") if kind == "diagram"] == []
    first, second = map(pictures, made)
    assert len(first) == len(slides)
    assert first == second[::-1]
    assert all(word in first[0] for word in ("訓練データ", "十分か"))
    assert all(f">{word}<" in first[1] for word in ("入力", "中間層1", "重み"))


def test_a_drawing_depends_neither_on_the_day_nor_on_the_one_before(tmp_path):
    kinds = ["flowchart LR\n  accTitle: 題\n  A --> B", "gantt\n  dateFormat YYYY-MM-DD\n  a :2026-04-01, 3d", "gantt\n  todayMarker stroke:red\n  a :0, 4000d",
             'C4Context\n  Person(a, "b")', "gantt\n  dateFormat HH:mm\n  axisFormat %Y\n  a :17:49, 2m"]
    made = project(tmp_path / "a", *(f"# a\n\n```mermaid\n%%| alt: a\n{kind}\n```\n" for kind in kinds))
    made.build(code=None)
    flow, first, second, context, times = pictures(made)
    assert ("題" in flow, "題" in context) == (True, False)
    assert not any(re.search(r'class="[^"]*\btoday\b', each) for each in (first, second))
    assert set(re.findall(r">(\d{4})<", times)) == {"2000"}


def test_words_on_dark_slides_are_light(tmp_path):
    made = project(tmp_path / "a", *(f"<!-- _class: invert -->\n\n# a\n\n```mermaid\n%%| alt: a\n{kind}\n```\n"
                                     for kind in ("mindmap\n  root((根))\n    枝", "gitGraph\n  commit")))
    made.build(code=None)
    mindmap, git = pictures(made)
    words = (re.search(r"\.section-root text\s*\{\s*fill:\s*([^;}]+)", mindmap)[1], re.search(r"\.branch-label0\s*\{\s*fill:\s*([^;}]+)", git)[1])
    assert words == ("#f4f0e4", "#f4f0e4")


def test_japanese_stays_inside_of_its_box(tmp_path):
    made = project(tmp_path / "a", '# a\n\n```dot\n//| alt: a\ndigraph { "全結合層と活性化関数の組" }\n```\n')
    made.build()
    (svg,) = pictures(made)
    width = float(re.search(r'<svg width="(\d+)pt"', svg)[1])
    assert 12 * 18 < width < 12 * 18 * 1.3  # twelve characters of 18 pt


def test_an_edge_does_not_show_through_its_words(tmp_path):
    made = project(tmp_path / "a", "# a\n\n```mermaid\n%%| alt: a\nflowchart LR\n  A -- はい --> B\n```\n")
    made.build()
    (svg,) = pictures(made)
    assert re.findall(r"\.edgeLabel rect\{[^}]*opacity:([\d.]+)", svg)[-1] == "1"


def test_a_fault_is_found_at_its_line_by_check_too_and_the_rest_is_drawn(tmp_path):
    made = project(tmp_path / "a", "# a\n\n```mermaid\n%%| alt: a\n%% note\n\nflowchart LR\n  A --> --> B\n```\n", "# b\n\n```dot\n//| alt: b\ndigraph {\n  a -> -> b\n}\n```\n", FLOW)
    for command in ("check", "build"):
        found = made.report(command, code=1).found("kind", "line")
        assert [each for each in found if each[0] == "diagram"] == [("diagram", 15), ("diagram", 25)]
    html = made.text("dist/deck.html")
    assert (len(pictures(made)), "A --&gt; --&gt; B" in html) == (1, True)


HOSTILE = {
    "click": "flowchart LR\n  A[a] --> B\n  click A \"javascript:alert(1)\"\n",
    "loose": "%%{init: {'securityLevel': 'loose', 'htmlLabels': true}}%%\nflowchart LR\n  A[\"<img src=x onerror=alert(1)>\"]\n",
    "label": "flowchart LR\n  A[\"<script>alert(1)</script><b>a</b>\"]\n",
    "image": "flowchart LR\n  A@{ img: \"https://example.org/a.png\", label: \"a\" }\n",
    "style": "flowchart LR\n  A\n  style A fill:url(https://example.org/a.svg)\n",
    "css": "%%{init: {'themeCSS': '@import url(https://example.org/a.css); text { background: url(https://example.org/b.png) }'}}%%\nflowchart LR\n  A\n",
    "font": "%%{init: {'fontFamily': 'x; } @font-face { src: url(https://example.org/a.woff) '}}%%\nflowchart LR\n  A\n",
}


def test_nothing_that_a_diagram_says_runs_or_is_fetched(tmp_path):
    slides = [f"# {name}\n\n```mermaid\n%%| alt: {name}\n{source}```\n" for name, source in HOSTILE.items()]
    dot = '# dot\n\n```dot\n//| alt: a\ngraph { a [image="https://example.org/a.png" URL="javascript:alert(1)" label="<script>alert(1)</script>"] }\n```\n'
    made = project(tmp_path / "a", *slides, dot)
    found = made.build(code=None).found("kind", "message")
    assert [each for each in found if each[0] in ("render", "internal")] == []
    for svg in pictures(made):
        assert not re.search(r"<script|<foreignObject|\son\w+=|javascript:|(?:src|xlink:href|\shref)=.(?:https?:)?//|url\(.?https?:", svg)


def test_what_takes_for_ever_is_ended_and_the_next_one_is_drawn(tmp_path):
    rows = "".join(f"{i}->{j};" for i in range(220) for j in range(i + 1, 220) if (i * j) % 17 < 5)
    made = project(tmp_path / "a", f"# a\n\n```dot\n//| alt: a\ndigraph {{ {rows} }}\n```\n", GRAPH)
    found = [message for kind, message in made.build(code=None).found("kind", "message") if kind == "diagram"]
    assert len(found) == 1
    assert len(pictures(made)) == 1


def test_a_preview_draws_behind_the_page_and_follows_an_edit(tmp_path):
    made = project(tmp_path / "a", FLOW, GRAPH)
    with previewed(made, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: sum("class=\"diagram\"" in page.html[key] for key in page.order) == 2)
        before = list(page.order)
        made.edit("deck.md", "訓練データ", "画像")
        page.until(lambda page: page.order[0] != before[0])
        assert page.order[1:] == before[1:]
        assert "<pre" not in page.html[page.order[0]]
        made.edit("deck.md", "-->", "--> -->")
        page.until(lambda page: ("diagram", 13) in page.found)
