"""Files are replaced in one step, or left as they were."""

import os
import stat
from pathlib import Path

import pytest

from marpweave.files import DAY, GRACE, MARK, WORK, move, replace, sweep, work_folder, write_bytes, write_text


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


def test_a_file_is_replaced_only_while_it_holds_what_was_read(tmp_path):
    path = tmp_path / "deck.md"
    path.write_bytes(b"\xef\xbb\xbfold\r\n")
    assert replace(path, b"\xef\xbb\xbfold\r\n", b"\xef\xbb\xbfnew\r\n")
    assert not replace(path, b"\xef\xbb\xbfold\r\n", b"newer")
    assert path.read_bytes() == b"\xef\xbb\xbfnew\r\n"
    assert [p.name for p in tmp_path.iterdir()] == ["deck.md"]


def test_an_editor_that_saves_by_a_rename_is_seen(tmp_path):
    path, saved = tmp_path / "deck.md", tmp_path / "deck.md~"
    path.write_bytes(b"old")
    saved.write_bytes(b"saved")
    saved.replace(path)
    assert not replace(path, b"old", b"new")
    assert path.read_bytes() == b"saved"


def test_what_is_saved_while_the_new_file_is_written_stays(tmp_path, monkeypatch):
    path = tmp_path / "deck.md"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", lambda _handle: path.write_bytes(b"saved"))
    assert not replace(path, b"old", b"new")
    assert path.read_bytes() == b"saved"
    assert [p.name for p in tmp_path.iterdir()] == ["deck.md"]


def test_a_file_that_was_removed_is_not_made_again(tmp_path):
    assert not replace(tmp_path / "deck.md", b"old", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX")
def test_a_link_stays_one_and_the_file_behind_it_keeps_its_mode(tmp_path):
    behind, link = tmp_path / "real" / "deck.md", tmp_path / "deck.md"
    behind.parent.mkdir()
    behind.write_bytes(b"old")
    behind.chmod(0o640)
    link.symlink_to(behind)
    assert replace(link, b"old", b"new")
    assert (link.readlink(), behind.read_bytes(), stat.S_IMODE(behind.stat().st_mode)) == (behind, b"new", 0o640)
    assert [p.name for p in behind.parent.iterdir()] == ["deck.md"]


def grow_old(path, seconds=GRACE + 1):
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def test_what_a_killed_program_left_is_swept_and_nothing_else(tmp_path):
    left, fresh, notes = tmp_path / f".deck.md{MARK}a1b2c3d4.tmp", tmp_path / f".deck.md{MARK}aaaaaaaa.tmp", tmp_path / ".notes.12345678.tmp"
    folder, link = tmp_path / f".chromium-1{MARK}_0000000.tmp", tmp_path / f".x{MARK}bbbbbbbb.tmp"
    for path in (left, fresh, notes):
        path.write_bytes(b"half")
    (folder / "half").mkdir(parents=True)
    link.symlink_to("/etc")
    for path in (left, notes, folder):
        grow_old(path)
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([fresh, notes, link])


@pytest.mark.skipif(os.name == "nt", reason="locks are POSIX")
def test_what_a_living_program_works_on_is_left_alone_for_a_day(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with work_folder() as folder:
        (folder / "half").write_bytes(b"")
        grow_old(folder)
        sweep(tmp_path, f"{WORK}????????")
        assert list(tmp_path.iterdir()) == [folder]
        grow_old(folder, DAY + 1)
        sweep(tmp_path, f"{WORK}????????")
        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="locks are POSIX")
def test_a_file_that_is_being_written_is_not_swept(tmp_path, monkeypatch):
    really, seen = os.fsync, []

    def slow(descriptor):
        (half,) = tmp_path.iterdir()
        grow_old(half)
        sweep(tmp_path)
        seen.append(half)
        really(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    write_text(tmp_path / "a.txt", "whole")
    assert (len(seen), (tmp_path / "a.txt").read_text(encoding="utf-8")) == (1, "whole")


def test_an_error_names_the_file_and_not_what_was_written_aside(tmp_path):
    path = tmp_path / ("a" * 300)
    with pytest.raises(OSError, match="File name too long") as caught:
        write_text(path, "")
    assert (caught.value.filename, list(tmp_path.iterdir())) == (str(path), [])


def test_the_longest_name_that_a_disk_takes_can_be_written(tmp_path):
    write_text(tmp_path / ("あ" * 85), "long")
    assert [path.name for path in tmp_path.iterdir()] == ["あ" * 85]
