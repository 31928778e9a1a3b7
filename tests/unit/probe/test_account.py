"""From what was seen of paths to what a cell depends on."""

import inspect
import os
import pickle
import sys
from functools import partial
from pathlib import Path

import pytest

from marpweave.inputs import digests
from marpweave.probe.audit.account import Account
from marpweave.probe.audit.imports import Imports
from marpweave.probe.audit.owners import PathOwners
from marpweave.probe.audit.patches import watch_environment, watch_presence
from marpweave.probe.witness.sights import ASK, BLIND, LIST, NETWORK, READ, RUN, SOCKET, WRITE, Sight, opened, used


@pytest.fixture
def account(tmp_path):
    return Account(PathOwners([str(tmp_path)]))


def found(account, *sights):
    account.add(sights)
    return sorted((kind, Path(path).name) for kind, path in account.inputs())


def test_a_file_counts_by_its_content_and_one_that_was_only_asked_about_by_kind_size_and_rights(account, tmp_path):
    (tmp_path / "a").write_text("1")
    account.add([*used(READ, f"{tmp_path}/a", here=True), *used(ASK, f"{tmp_path}/b", here=True), *used(ASK, f"{tmp_path}/a", here=True)])
    assert account.inputs() == {("file", f"{tmp_path}/a"): digests.digest("1"), ("presence", f"{tmp_path}/b"): "absent"}


def test_a_file_that_changes_behind_its_reading_equals_no_other(account, tmp_path):
    (tmp_path / "a").write_text("1")
    account.add(used(READ, f"{tmp_path}/a", here=True))
    (tmp_path / "a").write_text("22")
    assert account.inputs() == {("file", f"{tmp_path}/a"): digests.CHANGING}


@pytest.mark.parametrize(("code", "matter"), [
    ("os.path.getmtime(p)", True), ("p.stat().st_mtime_ns", True), ("print(p.stat())", True), ("os.stat(f(p))", True),
    ("entry.stat()", True), ("os.fstat(f.fileno())", True), ("p.stat().st_size", False), ("os.path.getsize(p)", False),
    ("os.stat(f(p)).st_mode", False), ("stats(p)", False), ("p.exists()", False)])
def test_times_count_where_code_asks_for_them(code, matter, account, tmp_path):
    (tmp_path / "a").touch()
    os.utime(tmp_path / "a", ns=(5, 7))
    account.read_code(code)
    account.add(used(ASK, f"{tmp_path}/a", here=True))
    assert account.inputs().get(("time", f"{tmp_path}/a")) == ("7" if matter else None)


@pytest.mark.parametrize(("code", "matter"), [("p.stat().st_mode", True), ("print(p.stat())", True), ("p.stat().st_size", False)])
def test_rights_count_where_code_asks_for_them(code, matter, account, tmp_path):
    (tmp_path / "a").touch(mode=0o600)
    account.read_code(code)
    account.add(used(ASK, f"{tmp_path}/a", here=True))
    assert account.inputs().get(("mode", f"{tmp_path}/a")) == ("100600 1" if matter else None)


def test_what_is_installed_and_what_tells_of_the_machine_is_no_input(account, tmp_path):
    cached = tmp_path / "__pycache__"
    paths = [digests.__file__, os.__file__, "/etc/passwd", "/usr/include/stdio.h", f"{cached}", f"{cached}/m.cpython-311.pyc.123"]
    assert found(account, *(sight for path in paths for sight in used(READ, path, here=True))) == []
    assert found(account, *used(READ, f"{cached}/other", here=True)) == [("file", "other")]


def test_bytecode_stands_for_its_source(account, tmp_path):
    (tmp_path / "m.py").write_text("x = 1")
    assert found(account, *used(READ, f"{tmp_path}/__pycache__/m.{sys.implementation.cache_tag}.pyc", here=False)) == [("file", "m.py")]


def test_a_folder_above_the_project_is_there_on_every_machine(account, tmp_path):
    assert found(account, *used(ASK, str(tmp_path.parent), here=True)) == []


def test_a_program_counts_by_its_content_but_not_python_itself(account, tmp_path):
    (tmp_path / "p").write_text("#!")
    sights = [*used(RUN, f"{tmp_path}/p", here=False), *used(RUN, f"{tmp_path}/none", here=False), *used(RUN, sys.executable, here=False)]
    assert found(account, *sights) == [("file", "p"), ("presence", "none")]


def test_what_the_deck_made_is_its_own_and_what_a_link_of_it_leads_to_is_not(account, tmp_path):
    (tmp_path / "a").write_text("1")
    account.add(opened(f"{tmp_path}/new", os.O_WRONLY | os.O_CREAT, here=True))
    (tmp_path / "new").write_text("1")
    account.add(used(WRITE, f"{tmp_path}/link", here=True))
    (tmp_path / "link").symlink_to("a")
    account.add(used(WRITE, f"{tmp_path}/folder", here=True))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/x").touch()
    reads = (sight for name in ("new", "link", "folder/x") for sight in used(READ, f"{tmp_path}/{name}", here=True))
    assert found(account, *reads, *used(LIST, f"{tmp_path}/folder", here=True)) == [("file", "a")]


def test_a_write_that_had_no_effect_makes_nothing_its_own(account, tmp_path):
    (tmp_path / "a").write_text("1")
    account.add(used(WRITE, f"{tmp_path}/a", here=True))
    assert found(account, *used(READ, f"{tmp_path}/a", here=True)) == [("file", "a")]


def test_files_that_are_made_and_taken_away_are_not_told(account, tmp_path):
    (tmp_path / "old").touch()
    for name in ("new", "gone", "old"):
        account.add(used(WRITE, f"{tmp_path}/{name}", here=True))
    (tmp_path / "new").touch()
    (tmp_path / "old").unlink()
    assert account.lasting() == [f"{tmp_path}/new", f"{tmp_path}/old"]


@pytest.mark.parametrize(("sight", "reason"), [
    (Sight(SOCKET, NETWORK, NETWORK), "it uses the network"),
    (Sight(SOCKET, "/x/y", "/x/y", stamp=(1,)), "it talks to another program, through /x/y"),
    (Sight(SOCKET, "/run/nscd/socket", "/run/nscd/socket"), ""),
    (Sight(BLIND, "", "", "EPERM"), "its inputs could not be observed (EPERM)"),
    (*used(READ, "/dev/null", here=True), ""), (*used(READ, "/dev/urandom", here=True), ""),
    (*used(READ, "/proc/uptime", here=False), "it reads /proc/uptime, which differs each time"),
])
def test_what_cannot_be_seen_is_told_once(sight, reason, account):
    account.add([sight, Sight(SOCKET, NETWORK, NETWORK)])
    assert account.volatile == (reason or "it uses the network")


def test_a_search_for_modules_is_told_by_what_it_would_find(tmp_path, monkeypatch):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    imports = Imports(PathOwners([str(tmp_path)]))
    for name, path in (("absent", None), ("pkg", None), ("pkg.sub", [f"{tmp_path}/pkg"]), ("numpy.fft", [str(Path(os.__file__).parent)]), ("sys", None)):
        imports.find_spec(name, path)
    imports.load(f"{tmp_path}/pkg/__init__.py")
    assert [(path.removeprefix(f"{tmp_path}/"), stands) for path, stands in imports.inputs() if path.startswith(str(tmp_path))] == [
        ("absent", "absent"), ("pkg", "/__init__.py /"), ("pkg/sub", "absent")]
    search = [*used(ASK, f"{tmp_path}/absent.py", here=True), *used(ASK, f"{tmp_path}/pkg/sub", here=True), *used(ASK, str(tmp_path), here=True)]
    assert list(imports.excused(search, ())) == []
    assert list(imports.excused(search[:1], {(ASK, f"{tmp_path}/absent.py")})) == search[:1]


def test_a_listing_tells_names_and_kinds(tmp_path):
    (tmp_path / "a").touch()
    names = digests.listing_digest(str(tmp_path))
    (tmp_path / "a").write_text("1")
    assert digests.listing_digest(str(tmp_path)) == names
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    assert digests.listing_digest(str(tmp_path)) != names


def test_patches_tell_and_can_be_taken_back(tmp_path):
    told, before = [], (os.stat, os.lstat, set(os.supports_fd))
    undo = watch_presence(told.append)
    tmp_path.exists()
    undo()
    tmp_path.stat()
    assert told == [tmp_path]
    assert (os.stat, os.lstat, set(os.supports_fd)) == before


def test_functions_that_tell_can_be_inspected_and_pickled_as_they_were():
    def about(function):
        return function.__name__, function.__doc__, inspect.signature(function), repr(function).partition(" at ")[0]

    environ, before = type(os.environ), (about(os.stat), about(os.getcwd), about(type(os.environ).__getitem__))
    undos = watch_presence(lambda _path: None), watch_environment(lambda _name: None, lambda: None, lambda: None)
    try:
        assert (about(os.stat), about(os.getcwd), about(environ.__getitem__)) == before
        assert pickle.loads(pickle.dumps((os.stat, os.getcwd))) == (os.stat, os.getcwd)
        assert type("Held", (), {"cwd": os.getcwd})().cwd() == str(Path.cwd())   # no method, as nothing in C is
        for wrong, says in ((os.stat, r"stat\(\) missing required argument"), (partial(os.getcwd, 1), r"getcwd\(\) takes no arguments")):
            with pytest.raises(TypeError, match=says):
                wrong()
    finally:
        for undo in undos:
            undo()
