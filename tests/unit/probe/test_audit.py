"""What Python's audit events alone tell of a program: the rules by which a cell without a witness is judged."""

import subprocess
import sys

import pytest

from marpweave.probe.audit.monitor import CAN_SEE
from tests.unit.probe.forks import forks

PROGRAM = """
sys.path.append(os.getcwd())
audit = Audit([os.getcwd()])
audit.install()
{code}
print(json.dumps(audit.result(whole={whole})))
"""
FILES = {"a.txt": "1", "mod.py": "def f():\n    return 1\n", "d/b.txt": "2"}


@pytest.fixture(scope="module")
def forked():
    with forks([sys.executable, "-P"], "from marpweave.probe.audit.hooks import Audit") as run:
        yield run


@pytest.fixture
def judged(forked, tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")

    def run(code, *, whole=False):
        return forked(PROGRAM.format(code=code, whole=whole), tmp_path)

    return run


def names(result, folder):
    """Without modules that are looked for outside of the folder: what else is on `sys.path` is not the test's."""
    return sorted(f"{kind} {name.removeprefix(f'{folder}/')}" for kind, name, _ in result["inputs"]
                  if kind != "importable" or name.startswith(f"{folder}/"))


@pytest.mark.parametrize(("code", "inputs"), [
    ("open('a.txt').read()", ["file a.txt"]),
    ("open('a.txt').read(); open('a.txt').read()", ["file a.txt"]),
    ("try: open('none.txt')\nexcept OSError: pass", ["file none.txt"]),
    ("os.listdir('d')", ["listing d"]),
    ("os.path.exists('none.txt')", ["presence none.txt"]),
    ("os.path.getmtime('a.txt')", ["presence a.txt"]),
    ("open('new.txt', 'w').write('1'); open('new.txt').read()", []),
    ("os.makedirs('made'); open('made/x', 'w').close(); open('made/x').read()", []),
    ("os.rename('a.txt', 'c.txt'); open('c.txt').read()", ["file a.txt"]),
    ("import sqlite3\nsqlite3.connect('file:a.txt?mode=ro', uri=True)", ["file a.txt"]),
    ("os.mkdir('made'); os.listdir('made')", []),
    ("open(sys.prefix + '/pyvenv.cfg').read()", []),
    ("with audit.paused(): open('a.txt').read()", []),
])
def test_paths_that_code_uses_are_inputs(code, inputs, judged, tmp_path):
    result = judged(code)
    assert (names(result, tmp_path), result["volatile"]) == (inputs, "")


@pytest.mark.parametrize(("code", "reason"), [
    ("import subprocess\nsubprocess.run(['true'])", "it starts a program (true)"),
    ("import subprocess\nsubprocess.run(['uname'], stdout=subprocess.DEVNULL)", ""),
    ("os.system('true')", "it starts a program (os.system)"),
    ("import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(('127.0.0.1', 0))", "it uses the network"),
    ("import types\nsys.modules['h5py'] = types.ModuleType('h5py')", "h5py opens files in C, unseen by Python"),
    ("1 + 1", ""),
])
def test_what_events_cannot_follow_makes_a_cell_volatile(code, reason, judged):
    assert judged(code)["volatile"] == reason


def test_a_module_is_an_input_and_so_is_the_search_for_it(judged, tmp_path):
    by_function = "code mod.py::f" if CAN_SEE else "module mod.py"
    for whole, module in ((False, by_function), (True, "module mod.py")):
        assert names(judged("import mod\nmod.f()", whole=whole), tmp_path) == sorted(["importable mod", module])


def test_what_was_written_is_told_but_not_what_is_gone_again(judged, tmp_path):
    code = "open('new.txt', 'w').close(); open('gone.txt', 'w').close(); os.remove('gone.txt')"
    result = judged(code)
    assert [name.removeprefix(f"{tmp_path}/") for name in result["written"]] == ["new.txt"]
    assert result["watched"] == "audit hooks"


def test_an_audit_that_is_not_installed_changes_nothing_of_the_process(tmp_path):
    before = "import os, sys; from marpweave.probe.audit.hooks import Audit; b = (os.stat, list(sys.meta_path));"
    after = "Audit([os.getcwd()]); print((os.stat, list(sys.meta_path)) == b)"
    done = subprocess.run([sys.executable, "-c", before + after], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@pytest.mark.skipif(not CAN_SEE, reason="this Python does not tell which functions ran")
def test_where_code_asks_for_lines_all_modules_count_whole(judged, tmp_path):
    code = "import mod\naudit.result(whole=False)\naudit.note('lines', '', '')"
    assert names(judged(code), tmp_path) == ["lines ", "module mod.py"]
