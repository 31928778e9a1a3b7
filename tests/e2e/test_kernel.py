"""Cells in a real kernel: everything that can go wrong in one is told, and survived."""

import os
import py_compile
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbclient import NotebookClient

from marpweave.kernel import client
from marpweave.model.finding import Kind
from tests import running

pytestmark = pytest.mark.usefixtures("kernel")


def run(tmp_path, *cells, files=(), **settings):
    text = "---\nmarp: true\nexecute: true\n---\n" + "".join(f"\n```python\n{cell}\n```\n" for cell in cells)
    (tmp_path / "deck.md").write_text(text, encoding="utf-8")
    for name, content in files:
        (tmp_path / name).write_text(content, encoding="utf-8")
    return running.run(tmp_path, "deck.md", **settings)


def told(result):
    return [(f.kind, f.location.line, f.message) for f in result.findings if f.kind is not Kind.UNCHECKED]


def printed(check):
    return "".join(getattr(output, "text", "") for output in check.outcome.outputs)


def test_a_cell_that_asks_exits_or_fails_stops_only_itself(tmp_path):
    result = run(tmp_path, "name = input('name? ')", "import sys\nsys.exit(3)", "def f():\n    return 1 / 0\n\nf()",
                 "print('goes on')  # goes on")
    assert told(result) == [
        (Kind.ERROR, 7, "input(): nobody can answer during a build; assign a value instead, or write ```python eval=false"),
        (Kind.ERROR, 12, "the cell exits Python (SystemExit: 3); remove that, or write `#| error: SystemExit`"),
        (Kind.ERROR, 17, "ZeroDivisionError: division by zero"),
    ]
    assert result.checks[-1].checked == 1


def test_an_error_in_a_function_of_another_cell_is_told_where_it_stands(tmp_path):
    result = run(tmp_path, "def f(x):\n    return 1 / x", "f(0)")
    assert told(result) == [(Kind.ERROR, 8, "ZeroDivisionError: division by zero")]


@pytest.mark.parametrize(("cell", "message"), [
    (r"raise ValueError('\ud800')", r"ValueError: \ud800"),
    (r"print('\ud800')", "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"),
    (r"import sys; sys.stderr.write('\ud800')" + "\n1 / 0", "ZeroDivisionError: division by zero"),
    ("class E(Exception):\n    def __str__(self):\n        raise RuntimeError\n\nraise E", "E: <exception str() failed>"),
])
def test_an_error_whose_text_cannot_be_sent_is_an_error(cell, message, tmp_path):
    result = run(tmp_path, cell, "print('goes on')  # goes on", timeout=20)
    assert [message for _, _, message in told(result)] == [message]
    assert result.checks[1].checked == 1


@pytest.mark.parametrize(("cell", "lines"), [
    ("import os\nos.environ['NOPE']", [8]),
    ("import asyncio\nasync def f():\n    return 1 / 0\n\nasyncio.run(f())", [11, 9]),
    ("open('nope.txt')", [7]),
    ("%%time\n1 / 0", [7, 8]),
    ("x = 1\ny = $", [8]),
])
def test_a_traceback_shows_the_deck_and_what_it_calls_alone(cell, lines, tmp_path):
    error = run(tmp_path, cell).checks[0].outcome.error
    frames = re.findall(r'File "(.+)", line (\d+)', error.traceback)
    assert [int(line) for file, line in frames if file.endswith("deck.md")] == lines
    assert [file for file, _ in frames if "marpweave/probe" in file or "IPython" in file] == []


def test_a_loop_that_ignores_interrupts_is_killed_and_the_rest_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(client, "GRACE", 0.5)
    stubborn = "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt:\n        pass"
    result = run(tmp_path, "x = 1", "#| timeout: 0.5\n" + stubborn, "print('fresh')  # fresh")
    assert told(result) == [(Kind.TIMEOUT, 14, "stopped after 0.5 s; give it more time with `#| timeout: SECONDS`, or make it finish")]
    assert result.checks[-1].checked == 1


def test_a_deck_has_a_time_of_its_own(tmp_path):
    result = run(tmp_path, *["import time; time.sleep(60)"] * 4, deck_timeout=0.5)
    assert [kind for kind, *_ in told(result)] == [Kind.TIMEOUT] * 4


def test_a_flood_is_cut_with_a_note(tmp_path):
    result = run(tmp_path, "for _ in range(100_000): print('x' * 100)", "print(1)  # 1")
    assert told(result) == [(Kind.WARNING, 6, "the output was cut after 200,000 characters")]
    assert len(printed(result.checks[0])) == 200_000
    assert result.checks[1].checked == 1


CUT = "the output was cut after 200,000 characters"
DISPLAYS = "its displays were cut after 1,000 displays or 20,000,000 characters"
FLOODS = {
    "stderr": ("import sys\nfor _ in range(100_000): print('x' * 100, file=sys.stderr)", CUT),
    "logging": ("import logging\nfor _ in range(5_000): logging.error('x' * 100)", CUT),
    "no line end": ("for _ in range(30_000): print('x' * 10, end='')", CUT),
    "descriptor 1": ("import os\nfor _ in range(20_000): os.write(1, b'x' * 100)", CUT),
    "descriptor 2": ("import os\nfor _ in range(20_000): os.write(2, b'x' * 100)", CUT),
    "a program": ("import os\nos.system('yes | head -c 50000000')\nNone", CUT),
    "a magic": ("!yes | head -c 1000000", CUT),
    "isolated stderr": ("#| isolate: true\nimport sys\nfor _ in range(100_000): print('x' * 100, file=sys.stderr)", CUT),
    "a session": (">>> for _ in range(100_000): print('x' * 100)", CUT),
    "displays": ("for _ in range(3000): display(1)", DISPLAYS),
    "isolated displays": ("#| isolate: true\nfor _ in range(3000): display(1)", DISPLAYS),
    "one display": ("from IPython.display import HTML\ndisplay(HTML('x' * 100_000_000))", DISPLAYS),
    "a result": ("'x' * 30_000_000", DISPLAYS),
    "warnings": ("import warnings\nwarnings.simplefilter('always')\nfor _ in range(20_000): warnings.warn('x')", CUT),
}
OF_EACH_KIND = ("stderr", "a program", "isolated displays", "a result")


@pytest.mark.parametrize("cell", [pytest.param(cell, id=name, marks=() if name in OF_EACH_KIND else pytest.mark.attack) for name, (cell, _) in FLOODS.items()])
def test_every_flood_is_cut_with_a_note_and_the_kernel_goes_on(tmp_path, cell):
    note = next(note for flood, note in FLOODS.values() if flood == cell)
    result = run(tmp_path, cell, "print(1)  # 1")
    assert note in [message for _, _, message in told(result)]
    assert len(printed(result.checks[0])) <= 200_000
    assert sum(len(text) for output in result.checks[0].outcome.outputs for text in getattr(output, "data", {}).values()) < 20_000_000
    assert len(result.checks[0].outcome.warnings) <= 1001
    assert (result.checks[1].checked, printed(result.checks[1])) == (1, "1\n")


def test_a_flood_without_an_end_is_stopped_with_its_programs(tmp_path):
    result = run(tmp_path, "#| timeout: 1\nimport subprocess\nsubprocess.run(['yes', 'marpweave-flood'])", "print(1)  # 1")
    assert told(result)[0][0] is Kind.TIMEOUT
    assert result.checks[1].checked == 1
    assert b"marpweave-flood" not in subprocess.run(["ps", "ax"], capture_output=True, check=True).stdout


def test_a_watched_value_in_a_long_loop_or_of_great_length_is_no_flood(tmp_path):
    result = run(tmp_path, "for i in range(10_000):\n    i  # 7\nlist(range(3_000_000))  # [0]")
    values = result.checks[0].outcome.values
    assert (len(values), values[-2].repr, len(values[-1].repr)) == (1001, "999", 10_000)


def test_what_programs_print_in_cells_does_not_come_out_of_the_build(tmp_path):
    (tmp_path / "deck.md").write_text("```python\nimport os\nos.system('echo one; echo two >&2')\nNone\n```\n", encoding="utf-8")
    build = Path(__file__).parents[2] / "build.py"
    said = subprocess.run([sys.executable, build, "check", "deck.md"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ("one" in said.stdout, said.stderr) == (False, "")


def test_output_of_programs_and_threads_is_seen(tmp_path):
    result = run(tmp_path, "import threading\nt = threading.Thread(target=lambda: print('thread'))\nt.start(); t.join()",
                 "import os\nos.system('echo shell')\nNone")
    assert printed(result.checks[0]) == "thread\n"
    assert printed(result.checks[1]) == "shell\n"


def test_output_of_programs_belongs_to_their_cell(tmp_path):
    cells = [f"import os, subprocess\nfor _ in range(20):\n    os.system('echo {n}')\nsubprocess.run(['sh', '-c', 'echo err{n} >&2'])\nNone"
             for n in range(6)]
    result = run(tmp_path, *cells)
    assert [printed(check) for check in result.checks] == [f"{n}\n" * 20 + f"err{n}\n" for n in range(6)]


def test_a_redirected_descriptor_gets_nothing_of_ours(tmp_path):
    result = run(tmp_path, "import os\nf = os.open('out.txt', os.O_CREAT | os.O_WRONLY)\nkept = os.dup(1)\nos.dup2(f, 1)\nNone",
                 "os.system('echo one')\nos.dup2(kept, 1)\nos.system('echo two')\nNone")
    assert (tmp_path / "out.txt").read_bytes() == b"one\n"
    assert printed(result.checks[1]) == "two\n"


def test_a_spawned_process_does_not_run_the_deck(tmp_path):
    result = run(tmp_path, "import multiprocessing as m\nwith m.get_context('spawn').Pool(1) as p:\n    print(p.map(abs, [-1, 2]))  # [1, 2]\n"
                           "print(__file__.endswith('deck.md'))  # True")
    assert [check.checked for check in result.checks] == [2]


def test_a_semicolon_hides_a_value_in_an_isolated_cell_too(tmp_path):
    result = run(tmp_path, "#| isolate: true\n1 + 1;", "#| isolate: true\n1 + 2")
    assert [[each.data["text/plain"] for each in check.outcome.outputs] for check in result.checks] == [[], ["3"]]


def test_an_edit_of_the_same_length_within_a_second_is_seen(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    (tmp_path / "kit.py").write_text("x = 1\n", encoding="utf-8")
    old = (tmp_path / "kit.py").stat()
    py_compile.compile(str(tmp_path / "kit.py"), doraise=True)
    (tmp_path / "kit.py").write_text("x = 2\n", encoding="utf-8")
    os.utime(tmp_path / "kit.py", (old.st_atime, old.st_mtime))
    assert printed(run(tmp_path, "import kit\nprint(kit.x)").checks[0]) == "2\n"


def test_a_warning_has_its_line(tmp_path):
    result = run(tmp_path, "import warnings\n\nwarnings.warn('look out')")
    assert told(result) == [(Kind.WARNING, 9, "UserWarning: look out")]


def test_modules_beside_the_deck_are_found_and_hide_nothing_of_the_machine(tmp_path):
    result = run(tmp_path, "import helper\nimport random\nprint(helper.x, random.Random(0).random() < 1)  # 7 True",
                 files=[("helper.py", "x = 7\n"), ("random.py", "raise RuntimeError('hidden')\n")], kernel_start="cold")
    assert told(result) == []


def test_the_working_folder_is_the_decks(tmp_path):
    result = run(tmp_path, "print(open('data.txt').read())  # here", files=[("data.txt", "here")])
    assert told(result) == []


def test_the_same_cells_give_the_same_bytes(tmp_path):
    cell = "import numpy as np, matplotlib.pyplot as plt\nprint({'b', 'a', 'c'}, hash('x'))\nplt.plot([1, 2])"
    one, two = run(tmp_path, cell), run(tmp_path, cell)
    assert one.checks[0].outcome.outputs == two.checks[0].outcome.outputs
    assert one.checks[0].outcome.figures == two.checks[0].outcome.figures
    assert len(one.checks[0].outcome.figures) == 1


@pytest.mark.attack
def test_many_decks_and_dead_kernels_leave_no_words_no_files_and_no_processes(tmp_path):
    for number in range(3):
        (tmp_path / f"deck{number}.md").write_text(
            "```python\nimport os\nos._exit(1)\n```\n\n```python\n1 + 1\n```\n", encoding="utf-8")
    folder = tmp_path / "temporary"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, Path(__file__).parents[2] / "build.py", "check", "--jobs", "2", *(f"deck{n}.md" for n in range(3))],
        cwd=tmp_path, env=os.environ | {"TMPDIR": str(folder)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if ".md cell-" not in line] == []
    assert list(folder.iterdir()) == []


def test_a_kernel_has_the_same_variables_whatever_is_set_outside(tmp_path, monkeypatch):
    cell = "import os, tempfile, locale\nprint(sorted(os.environ), tempfile.gettempdir(), locale.setlocale(locale.LC_ALL, ''))"
    (one,) = run(tmp_path, cell, kernel_start="cold").checks
    for name in ("COURSE", "LC_ALL", "LOGNAME", "PYTHONSTARTUP", "PYTHONOPTIMIZE", "JUPYTER_PATH", "TMPDIR"):
        monkeypatch.setenv(name, "1")
    (other,) = run(tmp_path, cell, kernel_start="cold").checks
    assert printed(other) == printed(one) != ""


def test_a_variable_that_is_let_through_is_seen(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE", "physics")
    text = "---\nexecute: {env: [COURSE, NONE]}\n---\n\n```python\nimport os\nprint(os.environ['COURSE'], 'NONE' in os.environ)\n```\n"
    (tmp_path / "deck.md").write_text(text, encoding="utf-8")
    result = running.run(tmp_path, "deck.md")
    assert (told(result), printed(result.checks[0])) == ([], "physics False\n")


@pytest.mark.parametrize("ask", ["os.environ.get('COURSE')", "os.getenvb(b'COURSE')", "os.path.expandvars('$COURSE')", "'COURSE' in os.environ"])
def test_who_asks_for_a_hidden_variable_is_told_how_to_see_it(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE", "physics")
    assert told(run(tmp_path, f"import os\n{ask};")) == [
        (Kind.WARNING, 8, "COURSE is set, but hidden from cells; pass it on with `execute: {env: [COURSE]}`")]


@pytest.mark.parametrize("prelude", ["import numpy as np", "def mean(x): return sum(x) / len(x)"])
def test_a_prelude_gives_what_a_deck_leaves_out(tmp_path, prelude):
    cell = "print(np.mean([1, 2]))  # 1.5" if "np" in prelude else "print(mean([1, 2]))  # 1.5"
    assert told(run(tmp_path, cell, prelude=prelude)) == []


def test_a_kernel_that_was_not_set_up_runs_no_cell(tmp_path, monkeypatch):
    said, original = [], NotebookClient.async_execute_cell

    async def interrupted(client, cell, *arguments, **options):
        said.append(cell.source)
        return cell if len(said) == 1 else await original(client, cell, *arguments, **options)

    monkeypatch.setattr(NotebookClient, "async_execute_cell", interrupted)
    result = run(tmp_path, "print(1)  # 1", kernel_start="cold")
    assert [check.checked for check in result.checks] == [1]
    assert ["observe.install" in code for code in said] == [True, True, False]


@pytest.mark.parametrize("name", ["types", "marpweave", *(pytest.param(name, marks=pytest.mark.attack) for name in ("signal", "contextlib"))])
def test_a_module_beside_the_deck_does_not_keep_the_kernel_from_starting(name, tmp_path):
    result = run(tmp_path, "print(1)  # 1", files=[(f"{name}.py", "raise SystemExit")], kernel_start="cold")
    assert (told(result), printed(result.checks[0])) == ([], "1\n")


@pytest.mark.parametrize("code", ["5; print(2)  # => 5", "x = 5; print(2)  # => 5", "5; print(2)\n#> 5"])
def test_what_another_statement_on_the_line_gives_proves_nothing(code, tmp_path):
    assert [finding.kind for finding in run(tmp_path, code).findings] == [Kind.MISMATCH]
