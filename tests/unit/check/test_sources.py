"""Code on slides that belongs to a package is compared with it, and put right from it."""

from pathlib import Path

import pytest

from marpweave.check.sources import NoSourceError, source_edits, source_findings, source_of
from marpweave.check.update.edits import LineEdit
from marpweave.inputs.used import Files
from marpweave.model.finding import Kind
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck
from marpweave.variants.variant import variant_of

MODULE = '''
LIMIT = 3


@decorated
def double(x):
    """Twice x."""

    y = 2 * x
    return y


class Box:
    """A box."""

    size = 1

    def grow(self):
        self.size += 1
        return self
'''


@pytest.fixture
def search(tmp_path):
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "__init__.py").write_text("def top():\r\n    return 1\r\n", encoding="utf-8", newline="")
    (tmp_path / "kit" / "parts.py").write_text(MODULE, encoding="utf-8")
    return [tmp_path]


def deck_of(*cells):
    text = "".join(f"```python\n#| source: {name}\n{code}\n```\n\n" for name, code in cells)
    return parse_deck(f"---\nexecute: true\n---\n{text}", Path("deck.md"))


def told(deck, search):
    return [(f.kind, f.location.line, f.message, f.want, f.got) for f in source_findings(deck, search, Files())]


@pytest.mark.parametrize(("name", "source"), [
    ("kit.top", "def top():\n    return 1"),
    ("kit.parts.double", "@decorated\ndef double(x):\n    y = 2 * x\n    return y"),
    ("kit.parts.Box.grow", "def grow(self):\n    self.size += 1\n    return self"),
    ("kit.parts.Box", "class Box:\n    size = 1\n\n    def grow(self):\n        self.size += 1\n        return self"),
])
def test_the_source_of_an_object_is_read_without_docstrings(search, name, source):
    assert source_of(name, search, Files()) == source


@pytest.mark.parametrize(("name", "message"), [
    ("nowhere.f", "source: there is no module 'nowhere' for nowhere.f"),
    ("kit.parts.duble", "source: kit.parts has no 'duble'; did you mean 'double'?"),
    ("kit.parts.Box.shrink", "source: Box has no 'shrink'"),
    ("kit.parts", "source: kit.parts is a module; name a class or a function in it"),
])
def test_a_name_that_leads_nowhere_is_told(search, name, message):
    with pytest.raises(NoSourceError) as caught:
        source_of(name, search, Files())
    assert str(caught.value) == message
    assert [(kind, text) for kind, _, text, _, _ in told(deck_of((name, "x")), search)] == [(Kind.OPTION, message)]
    assert list(source_edits(deck_of((name, "x")), search, Files())) == []


@pytest.mark.parametrize(("content", "message"), [
    (b"x = 1\ndef half(:\n", "source: kit/half.py is not valid Python (line 2); correct it"),
    (b"x = 1\n# \xe9\n", "source: kit/half.py is not UTF-8; save it as UTF-8"),
    (b"x = '\0'\n", "source: kit/half.py is not valid Python (line 1); correct it"),
])
def test_a_module_that_cannot_be_read_is_the_authors_to_correct(search, content, message, monkeypatch):
    monkeypatch.chdir(search[0])
    (search[0] / "kit" / "half.py").write_bytes(content)
    deck = deck_of(("kit.half.f", "x"))
    assert told(deck, search) == [(Kind.OPTION, 4, message, None, None)]
    assert list(source_edits(deck, search, Files())) == []


def test_the_same_code_is_no_finding_whatever_its_blank_lines(search):
    deck = deck_of(("kit.top", "def top():\n\n    return 1  "))
    assert told(deck, search) == []
    assert list(source_edits(deck, search, Files())) == []


def test_other_code_is_told_with_both_texts_and_replaced(search):
    deck = deck_of(("kit.top", "def top():\n    return 2"))
    assert told(deck, search) == [
        (Kind.STALE_SOURCE, 6, "the code on the slide differs from kit.top; `--update` replaces it", "def top():\n    return 2", "def top():\n    return 1")]
    assert list(source_edits(deck, search, Files())) == [LineEdit(6, 7, ("def top():", "    return 1"))]


def test_markers_of_a_solution_are_not_the_packages_and_stay(search):
    deck = deck_of(("kit.top", "def top():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"))
    assert told(deck, search) == told(variant_of(deck, Variant.STUDENT), search) == []
    assert list(source_edits(deck, search, Files())) == []


def test_other_code_around_a_solution_is_told_and_left_to_its_author(search):
    deck = deck_of(("kit.top", "def top():\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION"))
    assert [message for _, _, message, _, _ in told(deck, search)] == [
        "the code on the slide differs from kit.top; correct it by hand, around its solutions"]
    assert list(source_edits(deck, search, Files())) == []


def test_code_in_parts_is_cut_where_the_slides_cut_it(search):
    name, old = "kit.parts.Box", ("    def grow(self):", "        self.size += 2", "        return self")
    new = (old[0], "        self.size += 1", old[2])
    deck = deck_of((name, "class Box:\n    size = 1"), (name, "\n".join(old)))
    assert told(deck, search) == [
        (Kind.STALE_SOURCE, 12, f"the code on the slide differs from {name} (part 2 of 2); `--update` replaces it", "\n".join(old), "\n".join(new))]
    assert list(source_edits(deck, search, Files())) == [LineEdit(12, 14, new)]


def test_a_line_that_is_new_at_a_cut_belongs_to_the_part_above(search):
    grow = "    def grow(self):\n        self.size += 1\n        return self"
    deck = deck_of(("kit.parts.Box", "class Box:"), ("kit.parts.Box", grow))
    assert list(source_edits(deck, search, Files())) == [LineEdit(6, 6, ("class Box:", "    size = 1"))]


def test_the_files_that_were_read_are_noted(search, tmp_path):
    files = Files()
    source_of("kit.top", search, files)
    assert tmp_path / "kit" / "__init__.py" in {Path(used[1]) for used in files.used()}
