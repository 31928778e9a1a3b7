"""Files are replaced in one step, or left as they were."""

import errno
import os
import stat
import sys
import tempfile
import time
from pathlib import Path

import pytest

from marpweave.files import MARK, WORK, move, replace, sweep, work_folder, write_bytes, write_text


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


@pytest.mark.skipif(sys.platform != "linux", reason="attributes are Linux's")
def test_attributes_stay(tmp_path):
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    os.setxattr(path, "user.note", b"mine")
    assert replace(path, b"old", b"new")
    assert (path.read_bytes(), os.getxattr(path, "user.note")) == (b"new", b"mine")


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root gives files away")
def test_the_owner_stays_where_root_writes(tmp_path):
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    os.chown(path, 1234, 1235)
    assert replace(path, b"old", b"new")
    assert (path.read_bytes(), path.stat().st_uid, path.stat().st_gid) == (b"new", 1234, 1235)


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


def test_what_a_killed_program_left_is_swept_and_nothing_else(tmp_path):
    left, notes = tmp_path / f".deck.md{MARK}a1b2c3d4.tmp", tmp_path / ".notes.12345678.tmp"
    folder, link = tmp_path / f".chromium-1{MARK}_0000000.tmp", tmp_path / f".x{MARK}bbbbbbbb.tmp"
    for path in (left, notes):
        path.write_bytes(b"half")
    (folder / "half").mkdir(parents=True)
    link.symlink_to("/etc")
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([notes, link])


@pytest.mark.skipif(os.name == "nt", reason="locks are POSIX")
def test_what_a_living_program_works_on_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with work_folder() as folder:
        (folder / "half").write_bytes(b"")
        sweep(tmp_path, f"{WORK}????????")
        assert [path.name for path in folder.iterdir()] == ["half"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="locks are POSIX")
def test_a_file_that_is_being_written_is_not_swept(tmp_path, monkeypatch):
    seen = []

    def sweeping(_descriptor):
        seen.extend(tmp_path.iterdir())
        sweep(tmp_path)

    monkeypatch.setattr(os, "fsync", sweeping)
    write_text(tmp_path / "a.txt", "whole")
    assert (len(seen), (tmp_path / "a.txt").read_text(encoding="utf-8")) == (1, "whole")


@pytest.mark.skipif(os.name == "nt", reason="locks are POSIX")
def test_a_sweep_before_the_lock_costs_only_another_try(tmp_path, monkeypatch):
    really, made = tempfile.mkstemp, []

    def swept(**options):
        made.append(really(**options))
        if len(made) == 1:
            sweep(tmp_path)
        return made[-1]

    monkeypatch.setattr(tempfile, "mkstemp", swept)
    write_text(tmp_path / "a.txt", "whole")
    assert (len(made), [path.name for path in tmp_path.iterdir()]) == (2, ["a.txt"])


@pytest.mark.skipif(os.name == "nt", reason="locks are POSIX")
def test_where_locks_are_unknown_only_what_is_a_day_old_is_swept(tmp_path, monkeypatch):
    import fcntl

    def unknown(*_arguments):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", unknown)
    old, new = (tmp_path / f".{name}{MARK}a1b2c3d4.tmp" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [new]
    write_text(tmp_path / "a.txt", "whole")


def test_an_error_names_the_file_and_not_what_was_written_aside(tmp_path):
    path = tmp_path / ("a" * 300)
    with pytest.raises(OSError, match="File name too long") as caught:
        write_text(path, "")
    assert (caught.value.filename, list(tmp_path.iterdir())) == (str(path), [])


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc")
@pytest.mark.parametrize("name", ["/proc/there-is-no-such", "/proc/there-is-no-such/folder/a.txt"])
def test_a_place_where_no_file_can_be_is_refused_like_one_that_is_forbidden(name):
    with pytest.raises(PermissionError, match="nothing can be written there"):
        write_text(Path(name), "")


def test_the_longest_name_that_a_disk_takes_can_be_written(tmp_path):
    write_text(tmp_path / ("あ" * 85), "long")
    assert [path.name for path in tmp_path.iterdir()] == ["あ" * 85]
