"""Whatever stands in files that a deck includes, each line of the deck is a line of the file that it is said to be from."""

from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from marpweave.check.update.law import lawful
from marpweave.check.update.rewrite import Drift, edits_of, rewritten
from marpweave.check.update.shared import by_file, objections, stance_of
from marpweave.check.verdicts import check_deck
from marpweave.errors import DeckError
from marpweave.model.location import Location
from marpweave.read.includes import Part, with_parts
from marpweave.read.parse import parse_deck, unparse
from marpweave.text import split_lines
from tests import strategies
from tests.property import updating

HEAD = "---\nexecute: true\n---\n\n"
INCLUDES = st.sampled_from(["\n{{< include a.md >}}\n\n", "\r\n{{< include b.md >}}\r\n\r\n", "\n   {{<include 'b.md'>}}", "`{{< include a.md >}}`\n", "{{<"])
ENDED = st.builds(str.__add__, strategies.pieces, st.sampled_from(strategies.ENDS))
TEXTS = st.lists(st.one_of(ENDED, ENDED, INCLUDES), max_size=12).map("".join)
SLOW = settings(suppress_health_check=[HealthCheck.too_slow])


def included(files):
    """The deck of some files, of which the first includes the others."""
    named = {Path(name): Part(Path(name), Path(name), text) for name, text in files.items()}
    return with_parts(next(iter(named.values())), lambda target, _: named.get(Path(target), "none"))


@SLOW
@given(TEXTS, TEXTS, st.one_of(TEXTS, strategies.any_texts))
@example("\n{{< include a.md >}}\n", "text\r", "")  # CR and LF of two files would be one line end
def test_each_line_of_a_deck_is_that_of_its_file(deck, a, b):
    files = {"deck.md": HEAD + deck, "a.md": a.replace("include a.md", "include b.md"), "b.md": b.replace("{{<", "{{")}
    try:
        whole = included(files)
        read = parse_deck(whole.text, Path("deck.md"), included=whole)
    except DeckError as error:
        assert {str(finding.location.path) for finding in error.findings} <= {*files}
        return
    assert unparse(read) == whole.text
    if not whole.origins:
        assert whole.text == files["deck.md"]
        return
    lines = {name: split_lines(text.removeprefix("\ufeff")) for name, text in files.items()}
    for number, line in enumerate(split_lines(whole.text), start=1):
        place = whole.origins.place(Location(Path("deck.md"), number))
        there = lines[str(place.path)][place.line - 1]
        assert line.rstrip("\r\n") == there.rstrip("\r\n") or (not line.strip() and "{{<" in there and "include" in there)
        assert number in whole.origins.lines(place)
    for cell in read.cells:
        place = whole.origins.place(cell.location)
        assert split_lines(cell.text)[0].rstrip("\r\n") == lines[str(place.path)][place.line - 1].rstrip("\r\n")


@SLOW
@given(updating.decks(), st.booleans(), st.booleans())
def test_what_an_update_writes_into_files_is_what_it_proved_of_the_whole(made, twice, before):
    part, objects = updating.plain(made[0]), made[1]
    again = "```python\nx0 = 'another'\n```\n\n{{< include part.md >}}\n" * twice
    own = "```python\nprint(x0)  # => 0\n```\n\n" * before + "{{< include part.md >}}\n\n" + again
    files = {"deck.md": HEAD + own, "part.md": part}
    try:
        whole = included(files)
    except DeckError:  # something in it is not closed
        return
    deck = parse_deck(whole.text, Path("deck.md"), included=whole)
    kernel = updating.Kernel(objects)
    checks = check_deck(deck, [kernel.run(cell) for cell in deck.cells])
    edits = edits_of(checks, whole.text, suspects=True)
    drift = Drift(edits, against=objections(edits, deck, [stance_of(checks, deck, edits)]))
    new = rewritten(whole.text, drift, drift, partial(lawful, text=whole.text, deck=deck, reread=updating.reread))
    written = {str(file.path): text for file, text in by_file(new.edits, deck).items()}
    assert included({**files, **written}).text == new.text


BRACES = ("{{<", ">}}", " include ", "include", "a.md", "\n", "\n\n", "`", "```\n", "- ", "> ", "あ", "{", "<!--", "-->", "---\n", "\t", "\r\n")


@given(st.lists(st.sampled_from(BRACES), max_size=12).map("".join))
@example("{{<\ninclude a.md >}}")
def test_braces_that_are_no_include_change_nothing(text):
    whole = included({"deck.md": text, "a.md": "1\n"})
    shown = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    if not any(line.startswith("{{<") and line.endswith(">}}") and "include" in line for line in shown):
        assert (whole.text, bool(whole.origins)) == (text, False)
