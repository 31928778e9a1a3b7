"""What is told of the bibliographies that a deck names."""

from marpweave.inputs.used import Files
from marpweave.read.parse import parse_deck
from marpweave.render.citations.literature import citation_findings


def told(folder, text, **files):
    for name, content in files.items():
        (folder / f"{name}.bib").write_text(content, encoding="utf-8")
    deck = parse_deck(f"---\nexecute: true\nbibliography: refs.bib\n---\n{text}\n", folder / "deck.md")
    return [(each.location.line, each.message) for each in citation_findings(deck, Files(), [folder])]


def test_without_a_bibliography_that_can_be_read_its_keys_are_not_told_one_by_one(tmp_path):
    assert told(tmp_path, "[@a] [@b]\n\n<!-- references -->") == [(3, "bibliography refs.bib is missing")]


def test_an_empty_bibliography_lacks_every_key(tmp_path):
    assert told(tmp_path, "[@a] [@b]", refs="") == [(5, "no bibliography has @a"), (5, "no bibliography has @b")]
