"""What calls for another build."""

from marpweave.inputs.digests import digest
from marpweave.report.report import Report
from marpweave.serve.rebuild import Built


def test_a_file_that_is_as_its_cell_left_it_calls_for_no_other_build(tmp_path):
    log, other = tmp_path / "log.txt", tmp_path / "other.txt"
    log.write_text("1", encoding="utf-8")
    last = Built(Report(()), inputs=frozenset({log}), written={log: digest(b"1")})
    assert last.stands(frozenset({log}))
    assert last.stands(frozenset({log, other}))
    assert not last.stands(frozenset())
    log.write_text("2", encoding="utf-8")
    assert not last.stands(frozenset({log}))
