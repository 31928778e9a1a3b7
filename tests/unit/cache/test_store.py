"""Results on disk: damaged is absent, old goes first, other machines may share them."""

import json
import os
import threading
import time

import pytest

from marpweave.cache import remote as shared
from marpweave.cache.remote import Shared
from marpweave.cache.store import DAY, Folder, Store
from marpweave.inputs.digests import digest


def test_what_is_put_in_comes_out(tmp_path):
    for files in ({}, Folder(tmp_path)):
        store = Store(files)
        store.put_record("step", "ab12", {"a": (1, "図")})
        store.put_blob(b"picture")
        assert store.record("step", "ab12", dict[str, tuple[int, str]]) == {"a": (1, "図")}
        assert store.blob(digest(b"picture")) == b"picture"
        assert store.record("step", "cd34", list) is None


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b + b" ", lambda b: b"", lambda b: b"\xff\xfe", lambda b: b"[1]",
                                    lambda b: b.replace(b"1", b"2")])
def test_damage_is_absence(damage, tmp_path):
    files = Folder(tmp_path)
    store = Store(files)
    store.put_record("step", "ab12", [1])
    store.put_blob(b"11")
    for name in list(files):
        files[name] = damage(files[name])
    assert store.record("step", "ab12", list[int]) is None
    with pytest.raises(KeyError):
        store.blob(digest(b"11"))
    assert sorted(store.damaged) == sorted(files)
    store.put_blob(b"11")
    assert store.blob(digest(b"11")) == b"11"


def test_nothing_in_a_store_is_a_pickle(tmp_path):
    files = Folder(tmp_path)
    Store(files).put_record("step", "ab12", {"a": 1})
    (name,) = files
    assert json.loads(files[name].partition(b"\n")[2]) == {"a": 1}


def test_the_least_recently_used_goes_first(tmp_path):
    files = Folder(tmp_path)
    for age, name in enumerate(("old", "used", "new")):
        files[f"blob/{name}"] = b"x" * 100
        os.utime(files.path / f"blob/{name}", (time.time() - DAY * (5 - age),) * 2)
    assert files["blob/old"]
    files.prune(200)
    assert sorted(files) == ["blob/new", "blob/old"]


def test_builds_side_by_side_do_not_hurt_each_other(tmp_path):
    stores = [Store(Folder(tmp_path)) for _ in range(4)]

    def work(store):
        for n in range(40):
            store.put_record("step", f"ab{n}", list(range(n)))
            assert store.record("step", f"ab{n}", list[int]) == list(range(n))

    workers = [threading.Thread(target=work, args=(store,)) for store in stores]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(stores[0].record("step", f"ab{n}", list[int]) == list(range(n)) for n in range(40))
    assert all(not store.damaged for store in stores)


def test_what_one_machine_found_the_other_knows(tmp_path):
    there = {}
    one, other = (Store(Shared(Folder(tmp_path / name), there, read_only=False)) for name in "ab")
    one.put_record("step", "ab12", [1])
    one.put_record("report", "ab12", ["of this machine"])
    assert one.close() == ""
    assert other.record("step", "ab12", list[int]) == [1]
    assert other.record("report", "ab12", list[str]) is None
    there.clear()
    assert Store(Folder(tmp_path / "b")).record("step", "ab12", list[int]) == [1]


def test_read_only_puts_nothing_there(tmp_path):
    there = {}
    store = Store(Shared(Folder(tmp_path), there, read_only=True))
    store.put_blob(b"1")
    assert (store.close(), there) == ("", {})
    assert store.blob(digest(b"1")) == b"1"


class Broken(dict):
    """A store that is down, or does not answer before it is woken."""

    def __init__(self):
        self.awake = threading.Event()
        self.asked = self.answered = 0

    def get(self, name, default=None):
        self.asked += 1
        self.awake.wait(60)
        self.answered += 1
        raise ConnectionError("refused")

    __setitem__ = get


@pytest.mark.parametrize(("answers", "said"), [(1, "ConnectionError: refused"), (0, "no answer within 0.1 s")])
def test_a_store_that_does_not_answer_is_asked_once(answers, said, tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "TIMEOUT", 0.1 if not answers else 60)
    there = Broken()
    store = Store(Shared(Folder(tmp_path), there, read_only=False))
    if answers:
        there.awake.set()
    for n in range(20):
        assert store.record("step", f"ab{n}", list[int]) is None
        store.put_record("step", f"ab{n}", [n])
    assert store.close() == f"stopped using the shared store: {said}"
    assert (there.asked, there.answered) == (1, answers)
    there.awake.set()
    assert [store.record("step", f"ab{n}", list[int]) for n in range(20)] == [[n] for n in range(20)]
