"""Sources are cut out of bibliographies by their keys, whatever stands around them; faults have their places."""

import pytest

from marpweave.weave.citations.sources import Source, Sources, sources_in


def read(text, name="refs.bib"):
    return sources_in(((name, text.encode() if isinstance(text, str) else text),))


def test_an_entry_is_cut_out_with_its_place():
    entry = "@book{a1, title = {A {Big} Title},\n  note = \"x {\\\"o} y\" }"
    assert read(f"Remarks of hers, a@b.example.\n\n{entry}\n\nmore") == Sources({"a1": Source("a1", "refs.bib:3", entry)})


@pytest.mark.parametrize(("text", "keys"), [
    ("@BOOK ( a, title = {(b) c} )\n@misc{ b ,\n}", ["a", "b"]),
    ("\ufeff@misc{a, title={x}}\r\n@misc{b, title={y}}\r\n", ["a", "b"]),
    ("@misc{斎藤2016, title={x}}@misc{DBLP:conf/nips/X17, title={y}}", ["斎藤2016", "DBLP:conf/nips/X17"]),
    ("@comment{@misc{a, title={x}}}\n@preamble{\"\\def\\x{y}\"}\n@misc{b, title={y}}", ["b"]),
    ("@misc{, title={without a key}}\n@misc{b, title={y}}", ["b"]),
    ("@misc{a, note={mail a@b.example, see @misc{b, c}}}", ["a"]),
    ("no entry at all @ {", []), ("", [])])
def test_entries_are_found_as_bibtex_finds_them(text, keys):
    assert (list(read(text).entries), read(text).faults) == (keys, ())


def test_abbreviations_are_kept_for_all_entries():
    found = read("@string{jan = \"January\"}\n@misc{a, month = jan}\n@STRING(b = {c})")
    assert (list(found.entries), found.strings) == (["a"], "@string{jan = \"January\"}\n@STRING(b = {c})")


def test_an_entry_that_is_never_closed_takes_no_other_along():
    found = read("@misc{a, title={x}}\n\n@misc{b, title={y}\n@misc{c, title={z}}\n@misc{d, title={")
    assert list(found.entries) == ["a", "c"]
    assert found.faults == ("refs.bib:3: the entry 'b' is never closed: its braces are unbalanced",
                            "refs.bib:5: the entry 'd' is never closed: its braces are unbalanced")


def test_the_first_of_two_entries_counts_over_all_files():
    one, two = ("a.bib", b"@misc{x, title={1}}\n@misc{x, title={2}}"), ("b.bib", b"@misc{x, title={3}}\n@misc{y, title={4}}")
    found = sources_in((one, two))
    assert [source.place for source in found.entries.values()] == ["a.bib:1", "b.bib:2"]
    assert found.again == {"x": "a.bib:2"}


def test_a_source_comes_with_those_that_it_leans_on():
    found = read("@inbook{a, crossref = {b}}@book{b, xdata = \"c, nowhere\"}@xdata{c, crossref={a}}@misc{d,}")
    assert [source.key for source in found.with_parents(["a", "unknown"])] == ["a", "b", "c"]


@pytest.mark.parametrize(("name", "text", "entries"), [
    ("r.json", '[{"id": "a", "title": "斎"}, {"id": 7}]', {"a": '{"id": "a", "title": "斎"}', "7": '{"id": "7"}'}),
    ("r.JSON", '\ufeff{"items": [{"id": "a"}]}', {"a": '{"id": "a"}'}),
    ("r.yaml", "references:\n- id: a\n  issued: {date-parts: [[2020]]}\n", {"a": '{"id": "a", "issued": {"date-parts": [["2020"]]}}'}),
    ("r.yml", "- id: a\r\n  title: no\r\n", {"a": '{"id": "a", "title": "no"}'})])
def test_csl_is_read_as_json_and_as_yaml(name, text, entries):
    assert {source.key: source.csl for source in read(text, name).entries.values()} == entries


@pytest.mark.parametrize(("name", "text", "fault"), [
    ("r.bib", b"\n\n@misc{a, title={\xff}}", "r.bib:3: is not UTF-8; save it as UTF-8"),
    ("r.json", '[\n{"id": }]', "r.json:2: Expecting value"), ("r.json", "3", "r.json:1: holds no list of sources"),
    ("r.json", "[" * 100_000, "r.json:1: cannot be read"),
    ("r.json", '[{"title": "x"}]', "r.json: source 1 has no 'id'"),
    ("r.yaml", "a: [b", "r.yaml:1: expected ',' or ']', but got '<stream end>'"),
    ("r.yaml", "a: &x [1, 2]\nreferences: [*x, *x]", "r.yaml:2: has an alias, which is not read")])
def test_what_cannot_be_read_is_told_at_its_line(name, text, fault):
    assert (read(text, name).entries, read(text, name).faults) == ({}, (fault,))
