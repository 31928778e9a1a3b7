import pytest

from marpweave.read.yaml import Entry, Fault, Reading, loosened, read_mapping


def test_entries_know_their_lines_and_those_inside():
    assert read_mapping("a: 1\n\nb:\n  c: x\n") == Reading((
        Entry("a", 1, 0), Entry("b", {"c": "x"}, 2, (Entry("c", "x", 3),))))


@pytest.mark.parametrize("text, value", [
    ("true", True), ("False", False), ("yes", "yes"), ("off", "off"), ("~", None), ("", None), ("1", 1), ("-2", -2),
    ("010", 10), ("1.5", 1.5), ("1e-3", 0.001), (".5", 0.5), ("4:3", "4:3"), ("2026-04-01", "2026-04-01"), ("0x1f", 31),
    ("1_000", "1_000"), ("'1'", "1"), ("[a, 1]", ["a", 1]), ("a\t# b", "a"), ("a\u2028b", "a b"),
])
def test_scalars_are_read_as_javascript_reads_them(text, value):
    assert read_mapping(f"a: {text}\n") == Reading((Entry("a", value, 0),))


@pytest.mark.parametrize("text, reading", [
    ("", Reading(())), ("# a\n", Reading(())), ("text", Reading(None)), ("- a", Reading(None)),
])
def test_a_text_may_say_nothing_or_be_no_mapping(text, reading):
    assert read_mapping(text) == reading


@pytest.mark.parametrize("text, fault", [
    ("a: b: c", Fault(0, "invalid YAML: a second colon; put the value in quotes")),
    ("a: 1\nb: *x", Fault(1, "invalid YAML: found undefined alias 'x'")),
    ("a: 1\nb: \x01", Fault(1, "invalid YAML: the character U+0001 is not allowed here")),
    ("a: " + "[" * 1000, Fault(0, "invalid YAML: nested too deeply")),
    ("a: 1\n---\nb: 1", Fault(1, "invalid YAML: but found another document")),
])
def test_what_is_no_yaml_is_a_fault(text, fault):
    assert read_mapping(text) == Reading(None, (fault,))


def test_a_key_given_twice_is_a_fault_however_deep():
    assert read_mapping("a: 1\nb:\n  - c: 1\n    c: 2\na: 3\n").faults == (
        Fault(4, "'a' is given twice"), Fault(3, "'c' is given twice"))


def test_a_key_must_be_text():
    assert read_mapping("? [a]\n: b\n").faults == (Fault(0, "invalid YAML: a key must be text"),)


@pytest.mark.parametrize("line, quoted", [
    ("footer: a: b", 'footer: "a: b"'), ("_class:  lead", '_class:  "lead"'), ('header: a "b"', 'header: "a \\"b\\""'),
    ("footer: 'a'", "footer: 'a'"), ("class: [a, b]", "class: [a, b]"), ("title: a: b", "title: a: b"), ("footer:", "footer:"),
    ("  footer: a: b", "footer: a: b"),
])
def test_marps_own_directives_take_the_rest_of_the_line(line, quoted):
    assert loosened(line) == quoted
