"""What a cell depends on, as the real kernel tells it: with a witness of its system calls, and by audit hooks alone."""

import sqlite3

import pytest

from marpweave.inputs.digests import file_digest, place_digest
from marpweave.kernel import watch
from marpweave.kernel.watch import has_witness
from tests.running import run

pytestmark = pytest.mark.usefixtures("kernel")

WITNESS = has_witness()
needs_witness = pytest.mark.skipif(not WITNESS, reason="no witness can stand here")


def deck(*cells):
    return "---\nexecute: true\n---\n\n" + "\n".join(f"```python\n{cell}\n```\n" for cell in cells)


def ran(folder, *cells, **settings):
    """A deck that was run -> its outcomes."""
    (folder / "deck.md").write_text(deck(*cells), encoding="utf-8")
    return run(folder, "deck.md", **settings)


def inputs(outcome, *kinds):
    return {f"{each.kind} {each.name}": each.digest for each in outcome.provenance.inputs if each.kind in kinds}


def files(folder, **contents):
    for name, content in contents.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


ORDINARY = (
    "open('a.txt').read(); open('none.txt') if os.path.exists('none.txt') else None",
    "sorted(os.listdir('d')); list(Path('.').glob('*.txt')); os.path.getsize('d/b.txt'); Path('a.txt').resolve()",
    "import mod, pkg.sub\ntry:\n    from pkg import fast\nexcept ImportError: pass\nimport importlib.util\nimportlib.util.find_spec('other')",
    "open('own.txt', 'w').write('1'); open('own.txt').read(); os.makedirs('d', exist_ok=True); open('d/b.txt').read()",
    "import sqlite3\nsqlite3.connect('file:t.db?mode=ro', uri=True).execute('select * from t').fetchall()",
    "import numpy as np\nimport matplotlib.pyplot as plt\nplt.plot(np.loadtxt('a.txt', ndmin=1))",
    "import linecache\nlinecache.getline('mod.py', 1); os.path.getmtime('a.txt')",
    "#| isolate: true\nopen('a.txt').read(); open('iso.txt', 'w').write('1');",
)


@pytest.mark.attack
@needs_witness
def test_hooks_and_witness_see_the_same_of_ordinary_code(tmp_path, monkeypatch):
    files(tmp_path, a_txt="1", d__b_txt="2", mod_py="X = 1", pkg____init___py="", pkg__sub_py="Y = 1")
    database = sqlite3.connect(tmp_path / "t.db")
    database.execute("create table t (x)")
    database.close()
    cells = ("import os\nfrom pathlib import Path", *ORDINARY)
    seen = [c.outcome for c in ran(tmp_path, *cells).checks]
    for name in ("own.txt", "iso.txt"):
        (tmp_path / name).unlink()
    monkeypatch.setattr(watch, "WATCHES", False)
    hooked = [c.outcome for c in ran(tmp_path, *cells).checks]
    assert {o.provenance.watched for o in seen} == {"system calls"}
    assert {o.provenance.watched for o in hooked} == {"audit hooks"}
    kinds = ("file", "listing", "module", "code", "importable", "time")
    assert [inputs(o, *kinds) for o in hooked] == [inputs(o, *kinds) for o in seen]
    assert [o.provenance.written for o in hooked] == [o.provenance.written for o in seen]
    assert [o.provenance.unseen for o in seen if o.provenance.unseen] == []
    assert [o.provenance.volatile for o in (*seen, *hooked) if o.provenance.volatile] == []
    for one, other in zip(hooked, seen, strict=True):
        assert inputs(one, "presence").items() <= inputs(other, "presence").items()


def test_text_that_is_too_long_for_a_path_is_none(tmp_path):
    (cell,) = ran(tmp_path, "import os\nos.path.exists('x/' * 4000)\ntry:\n    os.rename('x/' * 4000, 'y/' * 4000)\nexcept OSError:\n    pass").checks
    known = cell.outcome.provenance
    assert (known.volatile, known.written, [each.name[:9] for each in known.inputs if "x/x/" in each.name]) == ("", (), [])


OWN = (
    # code -> whether a.txt, which was there before, is an input
    ("open('a.txt', 'w').write('2'); open('a.txt').read()", False),
    ("os.makedirs('d', exist_ok=True); open('d/b.txt').read(); open('a.txt').read()", True),
    ("try: open('a.txt', 'x')\nexcept OSError: open('a.txt').read()", True),
    ("try: os.rename('none', 'a.txt')\nexcept OSError: open('a.txt').read()", True),
    ("os.close(os.open('a.txt', os.O_WRONLY)); open('a.txt').read()", True),
    ("open('n.txt', 'w').write('2'); os.replace('n.txt', 'a.txt'); open('a.txt').read()", False),
    ("os.remove('a.txt'); open('a.txt', 'w').write('3'); open('a.txt').read()", False),
    ("os.symlink('a.txt', 'l.txt'); open('l.txt').read()", True),
    ("os.mkdir('n'); os.link('a.txt', 'n/a.txt'); open('n/a.txt').read()", True),
    ("import shutil; shutil.copy('a.txt', 'n.txt'); open('n.txt').read()", True),
)


@needs_witness
def test_own_is_only_what_was_absent_or_replaced_as_a_whole(tmp_path):
    files(tmp_path, a_txt="1", d__b_txt="2")
    found = []
    for code, _ in OWN:
        for name in ("n.txt", "l.txt", "n/a.txt"):
            (tmp_path / name).unlink(missing_ok=True)
        files(tmp_path, a_txt="1")
        (check,) = ran(tmp_path, f"import os\n{code}", cache=None).checks
        assert check.outcome.error is None
        found.append("file a.txt" in inputs(check.outcome, "file"))
        assert "file d/b.txt" in inputs(check.outcome, "file") or "d/b" not in code
        (tmp_path / "n/a.txt").unlink(missing_ok=True)
        (tmp_path / "n").rmdir() if (tmp_path / "n").exists() else None
    assert found == [expected for _, expected in OWN]


@needs_witness
def test_a_program_depends_on_what_it_reads_and_is_not_volatile(tmp_path):
    files(tmp_path, a_txt="1", h_h="int f(void) { return 1; }", m_c='#include "h.h"\nint main(void) { return f(); }')
    first, second = ran(tmp_path, "import subprocess\nsubprocess.run(['cat', 'a.txt'])", "!cat a.txt > b.txt").checks
    assert (first.outcome.provenance.volatile, second.outcome.provenance.volatile) == ("", "")
    assert "file a.txt" in inputs(first.outcome, "file")
    assert "file a.txt" in inputs(second.outcome, "file")
    assert [each.name for each in second.outcome.provenance.written] == ["b.txt"]


TOLD = (
    ("import socket\nsocket.socket().connect_ex(('127.0.0.1', 9))", "it uses the network"),
    ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import socket; socket.socket().bind((\"\", 0))'])", "it uses the network"),
    ("open('/proc/uptime').read();", "it reads /proc/uptime, which differs each time"),
    ("!cat /proc/loadavg", "it reads /proc/loadavg, which differs each time"),
    ("open('/dev/null').read(); open('/proc/self/status').read();", ""),
    ("import random, uuid, tempfile\nuuid.uuid4(); random.random(); tempfile.mkdtemp(); open('/dev/urandom', 'rb').read(1);", ""),
    ("import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('create table a (b)'); c.execute('insert into a values (1)'); c.commit()", ""),
)


@needs_witness
def test_what_cannot_be_seen_is_told(tmp_path):
    for code, reason in TOLD:
        found = ran(tmp_path, code, cache=None)
        assert found.checks[0].outcome.provenance.volatile == reason
        warnings = [f.message.partition(": ")[0] for f in found.findings if f.kind.value == "warning"]
        assert warnings == [reason] * bool(reason)


@needs_witness
def test_what_a_thread_reads_between_cells_is_an_input_of_the_deck(tmp_path):
    files(tmp_path, a_txt="1")
    code = ("import threading\ngo, box = threading.Event(), []\n"
            "def work():\n    go.wait()\n    import time; time.sleep(0.2)\n    box.append(open('a.txt').read())\n"
            "t = threading.Thread(target=work); t.start(); go.set()")
    first, second = ran(tmp_path, code, "t.join()\nprint(box)", cache=None).checks
    assert second.outcome.text(stderr=True) == "['1']\n"
    assert inputs(first.outcome, "file") | inputs(second.outcome, "file") == {"file a.txt": file_digest(str(tmp_path / "a.txt"))}


def test_what_an_isolated_cell_writes_the_next_one_reads(tmp_path):
    def built(number):
        cells = (f"#| isolate: true\n_ = open('out.txt', 'w').write('{number}')", "print(open('out.txt').read())")
        return [check.outcome.text(stderr=True) for check in ran(tmp_path, *cells, cache=tmp_path / "cache").checks]

    assert [built(1), built(1), built(2)] == [["", "1\n"], ["", "1\n"], ["", "2\n"]]
    (tmp_path / "out.txt").unlink()
    assert built(2) == ["", "2\n"]


def test_a_cell_that_shows_where_the_project_stands_depends_on_that(tmp_path):
    files(tmp_path, mod_py="")
    shown, silent = ran(tmp_path, "import mod\nprint(mod)", "x = repr(mod)").checks
    assert inputs(shown.outcome, "place") == {"place ": place_digest([str(tmp_path)])}
    assert inputs(silent.outcome, "place") == {}


def test_packages_that_appear_are_inputs_of_who_asks_for_all(tmp_path):
    code = "from importlib.metadata import entry_points\nprint([each.name for each in entry_points(group='g')])"
    for expected in ("[]\n", "['a']\n"):
        (check,) = ran(tmp_path, code, cache=tmp_path / "cache").checks
        assert check.outcome.text(stderr=True) == expected
        (tmp_path / "thing-1.0.dist-info").mkdir(exist_ok=True)
        (tmp_path / "thing-1.0.dist-info/entry_points.txt").write_text("[g]\na = b:c\n")


@needs_witness
def test_what_only_the_witness_saw_is_a_finding_of_verify(tmp_path):
    library = "import ctypes\ntry: ctypes.CDLL('./lib.so')\nexcept OSError: pass"
    files(tmp_path, lib_so="no library")
    found = ran(tmp_path, library, verify=True)
    assert [(f.kind.value, f.message) for f in found.findings] == [("warning", (
        "reads lib.so in a way that only Linux can track; list it in `#| deps:` for builds on other systems"))]
    assert ran(tmp_path, library).findings == ()
    assert ran(tmp_path, f"#| deps: [lib.so]\n{library}", verify=True).findings == ()


def test_packages_that_open_files_in_c_are_told_where_no_witness_is(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "WATCHES", False)
    found = ran(tmp_path, "import sys, types\nsys.modules['h5py'] = types.ModuleType('h5py')", "import subprocess\nsubprocess.run(['true']);")
    assert [c.outcome.provenance.volatile for c in found.checks] == ["h5py opens files in C, unseen by Python", "it starts a program (true)"]
