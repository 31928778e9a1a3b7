"""Files are replaced in one step, or left as they were."""

import os
import stat
from pathlib import Path

import pytest

from marpweave.files import move, write_bytes, write_text


def test_folders_are_made_and_nothing_else_is_left(tmp_path):
    write_text(tmp_path / "a" / "b" / "c.txt", "一\r\n二\n")
    assert (tmp_path / "a/b/c.txt").read_bytes() == "一\r\n二\n".encode()
    assert [p.name for p in (tmp_path / "a/b").iterdir()] == ["c.txt"]


def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def fails(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        write_text(path, "new")
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX")
def test_permissions_stay_and_new_files_follow_the_umask(tmp_path):
    kept = tmp_path / "kept"
    kept.write_bytes(b"")
    kept.chmod(0o640)
    write_bytes(kept, b"new")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write_bytes(tmp_path / "made", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o640


def test_a_file_moves_even_between_file_systems(tmp_path, monkeypatch):
    source, target = tmp_path / "source", tmp_path / "folder" / "target"
    source.write_bytes(b"1")
    move(source, target)
    assert (source.exists(), target.read_bytes()) == (False, b"1")
    source.write_bytes(b"2")
    really = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, to: (_ for _ in ()).throw(OSError("other device"))
                        if self == source else really(self, to))
    move(source, target)
    assert (source.exists(), target.read_bytes()) == (False, b"2")
