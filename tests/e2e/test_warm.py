"""A forked kernel is a new one: whatever a cell asks, both give the same, and neither leaves anything behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from marpweave.errors import ToolError
from marpweave.kernel.client import DeckRun, run_decks
from marpweave.kernel.environments import own_environment
from marpweave.kernel.zygote import CAN_FORK, KernelStart, zygote
from marpweave.read.parse import parse_deck
from tests.processes import alive, below, waited

pytestmark = [pytest.mark.usefixtures("kernel"), pytest.mark.skipif(not CAN_FORK, reason="kernels are not forked on this system")]
PROBES = {
    "modules": "import sys\nprint(sorted(sys.modules), sys.modules['__main__'].__dict__.keys())",
    "interpreter": "import sys\nprint(sys.path, sys.argv, sys.orig_argv[:4], sys.flags, sys.warnoptions, sys.getrecursionlimit(), "
                   "[str(each).split(' at ')[0] for each in sys.meta_path[1:]], sys.path_hooks[0], sys.getswitchinterval(), sys.dont_write_bytecode, __name__)",
    "environment": "import os\nprint([(name, os.environ[name]) for name in os.environ if name != 'IPYTHONDIR'], os.path.basename(os.environ.get('X', '')))",
    "programs' environment": "import subprocess\nprint(sorted(line for line in subprocess.run(['env'], capture_output=True, text=True).stdout.splitlines() if 'IPYTHONDIR' not in line))",
    "folder": "import os\nprint(os.getcwd(), os.umask(0o22), os.listdir())",
    "processes": "import os, resource\nprint(os.getpgrp() == os.getsid(0) == os.getppid(), os.nice(0), [resource.getrlimit(n) for n in range(10)])",
    "descriptors": "import os\nkinds = lambda numbers: [(os.readlink(f'/proc/self/fd/{n}').split(':')[0], os.get_inheritable(n)) for n in numbers]\n"
                   "print(sorted(kinds(n for n in map(int, os.listdir('/proc/self/fd')) if os.path.lexists(f'/proc/self/fd/{n}'))))",
    "signals": "import signal\nprint([(n.name, str(signal.getsignal(n)).split(' at ')[0]) for n in signal.Signals], signal.pthread_sigmask(0, []))\n"
               "print([line for line in open('/proc/self/status') if line.startswith(('SigBlk', 'SigIgn', 'SigCgt', 'NoNewPrivs', 'Seccomp:'))])",
    "threads": "import threading, os, re\nprint([re.sub(r'-\\d', '', t.name) for t in threading.enumerate()], len(os.listdir('/proc/self/task')), threading.Thread().name)\n"
               "print(threading.main_thread() is threading.current_thread())",
    "frames": "import inspect\nprint([(f.function, f.lineno) for f in inspect.stack()][:-3], [f.function for f in inspect.stack()])",
    "recursion": "def depth(n):\n    try: return depth(n + 1)\n    except RecursionError: return n\nprint(depth(0))",
    "warnings": "import warnings, logging\nprint(warnings.filters, logging.root.handlers, logging.root.level, sorted(logging.Logger.manager.loggerDict))",
    "ends": "import atexit, gc\nprint(atexit._ncallbacks(), gc.get_threshold(), gc.get_freeze_count(), gc.isenabled())\natexit.register(lambda: open('end.txt', 'a').write('x'))\nNone",
    "hashes": "print(hash('x'), {'b', 'a', 'c', 'd'}, hash((1, 'y')))",
    "random": "import random\nrandom.seed(3)\nprint(random.random(), random.getstate()[1][:3])",
    "loops": "import asyncio\nprint(type(asyncio.get_event_loop()), asyncio.run(asyncio.sleep(0, 5)))",
    "await": "import asyncio\nprint(await asyncio.sleep(0, 7))",
    "locale": "import locale, time, sys\nprint(locale.setlocale(locale.LC_ALL), time.tzname, sys.stdout.encoding, sys.stdin, sys.getfilesystemencoding())",
    "history": "print(In[-2:], Out, get_ipython().execution_count)\n%history -n 1-2",
    "value": "x = 1\nx  # 1",
    "orders": "import os, sys\nprint('a'); os.system('echo b; echo c >&2'); os.write(1, b'd\\n'); os.system('echo e'); None",
    "error": "def f(x):\n    return 1 / x\n\nf(0)",
    "syntax": "x = = 1",
    "missing": "import no_such_module",
    "own module": "import mod\nprint(mod.f(), mod.__file__)",
    "files": "print(open('data.txt').read()); import os; os.path.exists('none.txt'); os.listdir('.')",
    "warned": "import warnings\nwarnings.warn('look')",
    "numbers": "import numpy as np\nprint(np.random.default_rng(1).random(3), np.linalg.inv(np.eye(3) * 3), np.show_config.__name__)\nprint(len(__import__('sys').modules))",
    "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('図')",
    "figure again": "#| fig-width: 3\nfig, ax = plt.subplots()\nax.hist(np.random.default_rng(0).normal(size=99))",
    "spawn": "import multiprocessing as m\nwith m.get_context('spawn').Pool(1) as p:\n    print(p.map(abs, [-1, 2]))",
    "forked": "import os\nif os.fork() == 0:\n    os.write(1, b'child\\n'); os._exit(0)\nos.wait()[1]",
    "isolated": "#| isolate: true\nx = 99\nprint(open('data.txt').read(), x)",
    "not isolated": "print(x)",
    "session": ">>> 1 + 1\n2\n>>> [][0]\n",
    "display": "from IPython.display import HTML\ndisplay(HTML('<b>1</b>'))\n1 + 1",
    "input": "input('?')",
    "exit": "import sys\nsys.exit(4)",
    "interrupt": "#| timeout: 1\nwhile True: pass",
    "goes on": "print(x)",
    "stubborn": "#| timeout: 1\nwhile True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass",
    "fresh": "import sys\nprint(len(sys.modules), 'numpy' in sys.modules, In)",
    "globals": "print(sorted(globals()))",
    "dies": "import os\nos._exit(3)",
    "fresh again": "import os, signal\nprint(1)\nos.kill(os.getpid(), signal.SIGKILL)",
}
DECK = "---\nexecute: true\n---\n" + "".join(f"\n```python\n{code}\n```\n" for code in PROBES.values())
"""The third dead kernel is the last: behind it nothing runs."""


def deck_run(folder, text=DECK):
    folder.mkdir(exist_ok=True)
    path = folder / "deck.md"
    for name, content in (("deck.md", text), ("data.txt", "1"), ("mod.py", "def f():\n    return 5\n")):
        (folder / name).write_text(content, encoding="utf-8")
    deck = parse_deck(text, path)
    return DeckRun(deck, deck.cells, own_environment(), folder)


def outcomes(folder, start, text=DECK):
    """What the cells of a deck give, and its provenance but for how long they took."""
    with zygote(start, own_environment(), folder) as started:
        (found,) = asyncio.run(run_decks([deck_run(folder, text)], jobs=1, progress=lambda *_: None, start=start, started=started))
    return [(outcome, outcome.with_provenance(seconds=0.0).provenance) for outcome in found]


def test_two_forks_share_no_randomness(tmp_path):
    text = "```python\nimport random, os, uuid\nprint(random.random(), os.urandom(4), uuid.uuid4())\n```\n"
    with zygote(KernelStart.WARM, own_environment(), tmp_path) as started:
        found = asyncio.run(run_decks([deck_run(tmp_path / name, text) for name in "ab"], jobs=1, progress=lambda *_: None, started=started))
    assert len({each.text(stderr=False) for (each,) in found}) == 2


def test_a_deck_with_variables_of_its_own_does_not_get_a_fork(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE", "physics")
    text = "---\nexecute: {env: [COURSE]}\n---\n\n```python\nimport os, sys\nprint(os.environ['COURSE'], open('/proc/self/cmdline').read().split(chr(0))[3])\n```\n"
    ((found, _),) = outcomes(tmp_path, KernelStart.WARM, text)
    assert found.text(stderr=False) == "physics ipykernel_launcher\n"


def test_a_kernel_that_ends_before_it_answers_is_started_once_more(tmp_path):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho x >> {tmp_path}/starts\n[ -s {tmp_path}/works ] && exec {sys.executable} "$@"\nmv {tmp_path}/next {tmp_path}/works\nexit 1\n')
    python.chmod(0o755)
    run = replace(deck_run(tmp_path / "deck", "```python\nprint(1)\n```\n"), environment=replace(own_environment(), python=str(python)))
    (tmp_path / "next").write_text("x")
    ((outcome,),) = asyncio.run(run_decks([run], jobs=1, progress=lambda *_: None))
    assert (outcome.text(stderr=False), (tmp_path / "starts").read_text().split()) == ("1\n", ["x"] * 2)
    (tmp_path / "works").unlink()
    with pytest.raises(ToolError, match=r"cannot start a kernel in [^ ]*: it exited; for details, run"):
        asyncio.run(run_decks([run], jobs=1, progress=lambda *_: None))
    assert (tmp_path / "starts").read_text().split() == ["x"] * 4


BATCH = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_warm import deck_run
from marpweave.kernel.client import run_decks
text = "```python\\nimport os, time\\nopen('pid', 'w').write(str(os.getpid()))\\ntime.sleep({sleep})\\nprint(open('/proc/self/cmdline').read().split(chr(0))[3])\\n```\\n\\n```python\\n_ = open('second', 'w')\\n```\\n"
runs = [deck_run(Path(sys.argv[1]) / name, text) for name in "abc"]
found = asyncio.run(run_decks(runs, jobs=1, progress=lambda *_: None))
print(*[each.text(stderr=False) for each, _ in found])
"""


@contextlib.contextmanager
def batch(folder, sleep):
    """A program that runs three decks, one after the other, while the first cell runs -> it, its processes."""
    (folder / "tmp").mkdir()
    code = BATCH.format(tests=str(Path(__file__).parent), sleep=sleep)
    with subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True, start_new_session=True,
                          env=os.environ | {"TMPDIR": str(folder / "tmp")}) as program:
        try:
            waited(lambda: (folder / "a/pid").is_file() and (folder / "a/pid").read_text())
            yield program, below(program.pid)
        finally:
            program.kill()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_a_batch_that_is_ended(end, tmp_path):
    with batch(tmp_path, 300) as (program, processes):
        assert len(processes) == 3  # zygote, witness, kernel
        program.send_signal(end)
        program.wait(timeout=60)
        waited(lambda: not alive(processes))
        assert not (tmp_path / "a/second").exists()
    if end == signal.SIGINT:
        assert list((tmp_path / "tmp").iterdir()) == []


def test_decks_go_on_without_their_zygote(tmp_path):
    with batch(tmp_path, 5) as (program, processes):
        os.kill(processes[0], signal.SIGKILL)
        said = program.communicate(timeout=120)[0]
        assert said.split() == ["marpweave.probe.zygote", "ipykernel_launcher", "ipykernel_launcher"]
        waited(lambda: not alive(processes))
    assert list((tmp_path / "tmp").iterdir()) == []
