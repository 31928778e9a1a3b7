"""Decks with parts in every form that a deck can take."""

import json

import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")

DECK = "---\nmarp: true\nexecute: true\n---\n\n# 一\n\n{{< include parts/_part.md >}}\n\n---\n\n# 終\n\n`{python} half(4)` と `{python} n`\n"
PART = "```python\n#| label: shared\nn = 1\n### BEGIN SOLUTION\nn = 7\n### END SOLUTION\ndef half(x):\n    return x / n * 3.5\n```\n\n" \
       "![w:40](figures/p.png)\n\n{{< include _more.md >}}\n"
MORE = "---\n\n# 中\n\n```python\nimport traceback\ntry:\n    half(None)\nexcept TypeError:\n    print(traceback.format_exc())\n```\n"


@pytest.fixture
def project(tmp_path):
    found = Project(tmp_path).write({"deck.md": DECK, "parts/_part.md": PART, "parts/_more.md": MORE, "figures/x": ""})
    (found / "figures/p.png").write_bytes(bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"))
    return found


def test_the_woven_deck_has_the_part_its_pictures_and_true_tracebacks(project):
    project.build("deck.md", "--to", "md")
    woven = project.text("dist/deck.md")
    assert [line for line in woven.split("\n") if line.startswith("#") or "File" in line or "include" in line] == [
        "# 一", "# 中", '  File "parts/_more.md", line 8, in <module>', '  File "parts/_part.md", line 8, in half', "# 終"]
    assert woven.endswith("\n2.0 と 7\n")


def test_students_get_blanks_in_a_part_and_are_told_its_lines(project):
    for _ in range(2):  # anew, and from the kept report
        _, student = project.build("deck.md", "--to", "md", "--variant", "full,student").decks
        assert student["blanks"] == {"parts/_part.md:5": ["parts/_part.md:1", "parts/_more.md:5", 14]}
    assert "n = 7" not in project.text("dist/deck.student.md")


def test_a_notebook_that_is_handed_out_has_the_cells_of_the_part(project):
    project.build("deck.md", "--to", "ipynb")
    cells = json.loads(project.text("dist/deck.ipynb"))["cells"]
    assert [each["cell_type"] for each in cells if "half" in "".join(each["source"]) or "format_exc" in "".join(each["source"])] == ["code", "code"]


def test_a_deck_that_is_converted_and_back_keeps_its_include(project):
    project.run("convert", "deck.md", "deck.ipynb")
    project.run("convert", "deck.ipynb", "back.md")
    assert project.text("back.md") == DECK


def test_frozen_results_hold_until_code_of_the_part_changes(project):
    project.run("freeze", "deck.md")
    assert stale(project) == []
    project.edit("parts/_more.md", "# 中", "# なか")
    assert stale(project) == [("parts/_more.md", 5)]  # it shows source lines, and so read the deck's text
    project.edit("parts/_part.md", "3.5", "7")
    assert stale(project) == [("deck.md", 14), ("parts/_more.md", 5), ("parts/_part.md", 1)]


def stale(project):
    found = project.check("deck.md", "--frozen", code=None).found("path", "line", "kind")
    return sorted({(path, line) for path, line, kind in found if kind == "stale"})


def test_a_deck_whose_part_is_saved_while_it_runs_is_not_frozen_nor_updated(project):
    project.write({"parts/_more.md": "```python\nfrom pathlib import Path\npart = Path('parts/_more.md')\n"
                                     "part.write_text(part.read_text(encoding='utf-8') + '\\n追記\\n', encoding='utf-8')\nprint(1)  # => 2\n```\n"})
    built = project.check("deck.md", "--update", code=1)
    assert [each for each in built.found("path", "line", "message") if "saved" in each[2]] == [
        ("parts/_more.md", 5, "the output on the slide differs from what the code gives; not updated: the file was saved meanwhile")]
    assert "print(1)  # => 2" in project.text("parts/_more.md")


def test_references_reach_into_parts_and_into_other_decks_with_parts(project):
    shown = "```python\n#| label: fig-{0}\n#| fig-cap: 図\nimport matplotlib.pyplot as plt\nplt.plot([1])\nNone\n```\n\n"
    project.write({"parts/_part.md": shown.format("one"), "deck.md": DECK.replace("`{python} half(4)` と `{python} n`", "@fig-one @fig-b/two @fig-nothing"),
                   "b.md": "---\nmarp: true\nexecute: true\n---\n\n{{< include parts/_two.md >}}\n", "parts/_two.md": shown.format("two") * 2})
    built = project.build("deck.md", "b.md", "--to", "md", code=1)
    assert [each for each in built.found("path", "line", "kind", "message") if each[2] in ("reference", "option")] == [
        ("deck.md", 14, "reference", "`@fig-nothing` refers to nothing"),
        ("parts/_two.md", 9, "option", "the label 'fig-two' is already used on line 1 of _two.md")]
    assert project.text("dist/deck.md").split("\n")[-2].count("](") == 2


def test_an_update_leaves_references_to_other_decks_right(project):
    project.write({"b.md": "---\nmarp: true\nexecute: true\n---\n\n## 甲 {#sec-one}\n", "deck.md": "---\nmarp: true\nexecute: true\n---\n\n"
                   "@sec-b/one\n\n```python\nprint(1)  # => 2\n```\n"})
    assert project.check("deck.md", "--update").deck["findings"] == []
