"""What running a cell gave."""

from pathlib import Path

from marpweave.model.origins import Origins, SourceFile, Stretch
from marpweave.model.outcome import DeckOutcome, Outcome, Stream, Write


def printed(text, seconds):
    return Outcome((Stream("stdout", text),)).with_provenance(seconds=seconds)


def test_two_runs_that_differ_in_addresses_and_in_time_alone_resemble_each_other():
    first = printed("<object at 0x7f01020304> 1", 0.1)
    assert first.resembles(printed("<object at 0x7f0a0b0c0d> 1", 0.2))
    assert not first.resembles(printed("<object at 0x7f0a0b0c0d> 2", 0.1))


def test_a_printed_traceback_names_the_file_that_a_line_comes_from():
    files = tuple(SourceFile(Path(name), "", Path("/course", name)) for name in ("deck.md", "_part.md"))
    origins = Origins(files, (Stretch(1, 0, 1), Stretch(5, 1, 1), Stretch(9, 0, 6)))
    told = [f'  File "deck.md", line {line}, in f\n  File "other.py", line {line}, in g\n' for line in (2, 7, 9)]
    real = ["".join([f'  File "{place[0]}", line {place[1]}, in f\n', f'  File "other.py", line {line}, in g\n'])
            for line, place in ((2, ("deck.md", 2)), (7, ("_part.md", 3)), (9, ("deck.md", 6)))]
    was, now = (Outcome((Stream("stderr", "".join(each)),), writes=(Write("".join(each), (7,)),)) for each in (told, real))
    assert DeckOutcome((was,), (was,)).in_files(origins) == DeckOutcome((now,), (now,))
    assert DeckOutcome((was,), (was,)).in_files(Origins()) == DeckOutcome((was,), (was,))
