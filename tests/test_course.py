"""The course: whole decks, the terms of Japanese textbooks, and everything it says it covers."""

import ast
import builtins
import re
from itertools import pairwise
from pathlib import Path

import pytest

from marpweave.read.parse import parse_deck
from nnviz import convolution, layers, plots

ROOT = Path(__file__).parents[1]
DECKS = sorted((ROOT / "slides").glob("*.md"), key=lambda path: path.name)
DECKS = [path for path in DECKS if re.match(r"\d\d-", path.name)]
TERMS = {
    "ディプラーニング": "ディープラーニング", "デイープ": "ディープ", "逆誤差伝播": "誤差逆伝播法", "バックプロパゲーション": "誤差逆伝播法",
    "thanh": "tanh", "閾値": "しきい値", "シグモイド函数": "シグモイド関数", "ニューラルネット（": "ニューラルネットワーク", "エポック数目": "エポック目",
    "コンピューター": "コンピュータ", "パラメーター": "パラメータ", "ベクター": "ベクトル", "学習係数": "学習率", "教師データ": "訓練データ",
    "隱": "隠", "である。": "です・ます",
}
"""What is not written, and what is."""
LONGEST = 16
"""Lines of code on a slide."""
LETTERS = {
    r"\\partial [CE]\b|\\nabla_a|[^_]E_n": "L, L_n: the loss", r"(?:h|\\sigma'?|softmax)\(z": "a: the sum before an activation",
    r"z(?:\^l)? = w": "a: the weighted sum", r"a\^[lL] = \\sigma": "z: the output of a hidden layer",
    r"cost_derivative|def cost\b": "the loss", r"\^\{?\\top|\^T\b": r"\mathsf{T}: the transpose",
    r"\\(?:delta|sigma\(a)\^[lLM\d]|boldsymbol\{[AWZ]\}_\{?[l\d]": "(l), raised: the layer",
}
"""What the notation sheet has another letter for, and which."""
PAUSE = 7
"""Slides at most from one question to the next."""
GLOSSARY = ROOT / "slides/glossary.md"
every_deck = pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)


def deck_of(path):
    return parse_deck(path.read_text(encoding="utf-8"), path)


def headings(path):
    return re.findall(r"^##? (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)


def covered():
    text = (ROOT / "slides/COVERAGE.md").read_text(encoding="utf-8")
    return re.findall(r"^\| ([A-E]\d+) \| .* \| ([\w-]+) \| (.*) \|$", text, re.MULTILINE)


def test_every_topic_is_covered():
    want = [f"{part}{n}" for part, last in {"A": 6, "B": 14, "C": 10, "D": 8, "E": 6}.items() for n in range(1, last + 1)]
    assert [topic for topic, _, _ in covered()] == want


@pytest.mark.parametrize(("topic", "deck", "slides"), covered(), ids=lambda value: value if len(value) < 4 else "")
def test_the_slides_of_a_topic_are_there(topic, deck, slides):
    there = headings(ROOT / "slides" / f"{deck}.md")
    assert [slide for slide in slides.split(" / ") if slide not in there] == []


@every_deck
def test_a_deck_has_all_its_parts(path):
    text = path.read_text(encoding="utf-8")
    assert {"ねらい", "まとめ", "確認テスト", "解答", "解答を確かめる", "参考文献"} <= set(headings(path))
    assert text.count("_class: exercise") == text.count("_class: summary") == 1


@every_deck
def test_no_note_has_an_answer_that_students_would_read(path):
    assert "解答：" not in path.read_text(encoding="utf-8")


@every_deck
def test_a_deck_writes_the_terms_of_textbooks(path):
    text = path.read_text(encoding="utf-8")
    assert {wrong: right for wrong, right in TERMS.items() if wrong in text} == {}


@every_deck
def test_a_deck_writes_the_letters_of_the_notation_sheet(path):
    text = path.read_text(encoding="utf-8")
    assert {right: found for wrong, right in LETTERS.items() if (found := re.findall(wrong, text))} == {}


def test_each_source_of_the_bibliography_is_cited():
    keys = re.findall(r"^@\w+\{(\w+),$", (ROOT / "slides/references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    cited = set().union(*(re.findall(r"(?<=@)[a-z]+\d{4}|(?<=@)mnist", path.read_text(encoding="utf-8")) for path in DECKS))
    assert set(keys) - cited == set()


@every_deck
def test_a_deck_refers_to_pictures_by_their_labels(path):
    prose = re.sub(r"(?s:<!--.*?-->)|^#\|.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert re.findall(r"[^。\n]*(?:[上下次前左右]の図|図\d)[^。\n]*", prose) == []


def test_the_notation_sheet_has_every_letter_once():
    text = (ROOT / "slides/01-perceptron.md").read_text(encoding="utf-8")
    sheet = text.partition("## 記号の約束")[2].partition("---\n\n<!-- _class: summary")[0]
    letters = [letter for row in re.findall(r"^\| \$.*\|$", sheet, re.MULTILINE) for cell in row.split("|")[1::2]
               for letter in re.findall(r"\$([^$]+)\$", cell)]
    letters = [each for group in letters for each in re.split(r",\\; ", group)]
    assert letters == ["x", "t", "w", "b", "L", "a", "g", "h", r"\sigma", r"\delta", "z", r"\theta", r"\eta", "y", "N", "n"]
    assert len(letters) == len(set(letters))


@every_deck
def test_a_shown_cell_uses_only_names_that_shown_cells_define(path):
    shown, unknown = set(dir(builtins)), {}
    for cell in deck_of(path).cells:
        if not cell.options.display.echo or not cell.options.execution.eval or cell.options.execution.source:
            continue
        if cell.source.startswith(">>>"):
            continue
        nodes = list(ast.walk(ast.parse(cell.source)))
        shown |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        shown |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler)}
        shown |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        shown |= {(name.asname or name.name).split(".")[0] for node in nodes
                  if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names}
        used = {node.id for node in nodes if isinstance(node, ast.Name)}
        if used - shown:
            unknown[cell.location.line] = sorted(used - shown)
    assert unknown == {}


@every_deck
def test_each_part_opens_with_the_agenda_and_a_question(path):
    slides = path.read_text(encoding="utf-8").split("\n---\n")
    agendas = [slide for slide in slides if "_class: agenda" in slide]
    parts = [re.findall(r"^\d+\. \**([^*\n]+)", slide, re.MULTILINE) for slide in agendas]
    assert parts == [parts[0]] * len(parts[0])
    assert re.findall(r"^## \d+\. (.+)$", "".join(agendas), re.MULTILINE) == parts[0]
    assert re.findall(r"^\d+\. \*\*(.+)\*\*$", "".join(agendas), re.MULTILINE) == parts[0]
    assert all("> ###### " in slide for slide in agendas)


@every_deck
def test_every_question_is_answered_on_a_slide_of_its_own(path):
    slides = path.read_text(encoding="utf-8").split("\n---\n")
    asked = [slide for slide in slides if "_class: exercise" in slide]
    answers = [slide for slide in slides if "\n## 解答\n" in slide]
    assert all("_class: solution" in slide for slide in slides if "\n## 解答" in slide)
    questions = re.findall(r"^(\d+)\. ", "".join(asked), re.MULTILINE)
    assert questions == re.findall(r"^(\d+)\. ", "".join(answers), re.MULTILINE)
    assert len(questions) >= 5


def slides_of(path):
    return path.read_text(encoding="utf-8").split("\n---\n")[2:]


def asks(slide):
    return "\n> ###### 問い\n" in slide or "_class: exercise" in slide


def answers(slide):
    return re.search(r"_class:.*\bsolution\b", slide) is not None


@every_deck
def test_a_question_stands_on_a_slide_of_its_own_before_its_answer(path):
    slides = slides_of(path)
    assert [slide for slide in slides if "**問い**" in slide] == []
    assert [slide for slide, after in pairwise(slides) if asks(slide) and not answers(after)] == []
    questions = [slide for slide in slides if asks(slide) and "_class: exercise" not in slide]
    assert [slide for slide in questions if "```" in slide or "\n* ヒント　" not in slide] == []


@every_deck
def test_nobody_listens_for_long_before_a_question_comes(path):
    told = "".join("?" if asks(slide) else "." for slide in slides_of(path) if "_class: agenda" not in slide and not answers(slide))
    assert max(map(len, told[:told.rindex("?")].split("?"))) <= PAUSE


@every_deck
def test_who_teaches_finds_notes_on_every_slide(path):
    silent = [re.findall(r"^##? (.+)$", slide, re.MULTILINE)[0] for slide in slides_of(path)
              if not re.search(r"<!-- (?!_|references)", slide)]
    assert [heading for heading in silent if not heading.startswith("解答")] == ["参考文献"]


@every_deck
def test_the_parts_of_a_deck_take_ninety_minutes(path):
    plan = re.search(r"<!-- 90 分の目安：(.*?)。", path.read_text(encoding="utf-8"))[1]
    assert sum(map(int, re.findall(r"(\d+) 分", plan))) == 90
    opened = [re.search(r"<!-- (\d+) 分", slide)[1] for slide in slides_of(path) if "_class: agenda" in slide]
    assert opened == re.findall(r"(\d+) 分", plan)[:len(opened)]


def test_the_course_uses_each_term_of_the_glossary_where_it_says():
    parts = re.split(r"^## 第(\d+)回　(.*)$", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    told = {int(number): (title, re.findall(r"^\| \*\*(.+?)\*\* \|", rows, re.MULTILINE))
            for number, title, rows in zip(parts[::3], parts[1::3], parts[2::3], strict=True)}
    texts = {int(path.name[:2]): path.read_text(encoding="utf-8") for path in DECKS}
    assert {number: title for number, (title, _) in told.items()} == {
        number: re.search(r"^title: 第\d+回　(.*)$", text, re.MULTILINE)[1] for number, text in texts.items()}
    assert {number: [term for term in terms if term not in texts[number]] for number, (_, terms) in told.items()} == {
        number: [] for number in texts}
    terms = [term for _, terms in told.values() for term in terms]
    assert len(terms) == len(set(terms)) >= 100


def test_weights_that_deck_03_writes_are_there_but_the_one_that_is_asked_for():
    text = (ROOT / "slides/03-network.md").read_text(encoding="utf-8").partition("## 確認テスト")[0]
    sizes = (2, 3, 2, 2)
    written = {tuple(map(int, "".join(found))) for found in re.findall(r"w\^\{\((\d)\)\}_\{(\d)(\d)\}", text)}
    assert [(layer, n, m) for layer, n, m in sorted(written) if n > sizes[layer] or m > sizes[layer - 1]] == [(2, 3, 1)]
    assert "$w^{(2)}_{31}$ | 1層目の 1 番 | 2層目の 3 番 | **ない**" in text


def test_probabilities_on_a_picture_add_up_as_they_are_written():
    written = [text.get_text() for text in plots.draw_classifier().texts]
    assert sum(round(100 * float(share)) for share in written if re.fullmatch(r"0\.\d\d", share)) == 100


def test_lenet_bends_between_all_its_layers():
    cell, = (cell for cell in deck_of(ROOT / "slides/09-cnn.md").cells if "def lenet(rng)" in cell.source)
    names = {**vars(convolution), **vars(layers)}
    exec(cell.source, names)
    bending = [layer for layer in names["lenet"](0) if not isinstance(layer, layers.Flatten | convolution.AveragePool2d)]
    assert [isinstance(layer, layers.Tanh) for layer in bending] == [False, True] * 4 + [False]


def test_no_plot_of_the_course_is_drawn_twice():
    pictures: dict[bytes, list[str]] = {}
    for path in sorted((ROOT / "figures").glob("[0-9]*/*.svg")):
        pictures.setdefault(re.sub(rb'(?:id="|#)[^"\s)]*', b"", path.read_bytes()), []).append(path.stem)
    assert [twins for twins in pictures.values() if len(twins) > 1] == [["neuron", "neuron"]]


@every_deck
def test_figures_have_captions_and_words_for_who_cannot_see_them(path):
    for cell in deck_of(path).cells:
        display = cell.options.display
        if cell.options.label:
            assert display.fig_cap or cell.options.label == "cover", cell.label
            assert display.fig_alt, cell.label


@every_deck
def test_code_on_a_slide_is_short_enough_to_be_read(path):
    for cell in deck_of(path).cells:
        if cell.options.display.echo:
            assert cell.source.count("\n") - cell.option_lines <= LONGEST, cell.location
