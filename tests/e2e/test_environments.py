"""Cells run in another Python than marpweave: one with ipykernel and nothing else is enough."""

import json
import re
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from marpweave.kernel.environments import own_environment
from marpweave.kernel.watch import has_witness
from marpweave.kernel.zygote import CAN_FORK
from marpweave.model.outcome import Error
from marpweave.probe.audit.monitor import CAN_SEE
from tests.attack.sandbox.test_sandbox import available
from tests.environments import NO_OTHER, environment, other_version
from tests.golden.recorded import FOLDERS
from tests.project import Project
from tests.running import run

pytestmark = pytest.mark.usefixtures("kernel")
ADDRESS = re.compile(r"0x[0-9a-f]+")


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """An environment with ipykernel alone."""
    return environment(tmp_path_factory.mktemp("elsewhere") / "bare", "ipykernel", fake="1.0")


@pytest.fixture(scope="session")
def drawing(tmp_path_factory):
    """An environment that has matplotlib, too, but no Japanese font."""
    return environment(tmp_path_factory.mktemp("elsewhere") / "drawing", "ipykernel", "matplotlib")


@pytest.fixture(scope="session")
def other():
    """A Python of another version."""
    return other_version() or pytest.skip(NO_OTHER)


def deck(*cells, execute="true"):
    return f"---\nexecute: {execute}\n---\n\n" + "\n".join(f"```python\n{cell}\n```\n" for cell in cells)


def ran(folder, *cells, execute="true", **settings):
    """The outcomes of a deck's cells."""
    folder.mkdir(exist_ok=True)
    (folder / "deck.md").write_text(deck(*cells, execute=execute), encoding="utf-8")
    return run(folder, "deck.md", **settings)


def texts(checked):
    return [outcome.text(stderr=True) for outcome in checked.outcomes]


def compared(checked):
    """What cells gave and what they depend on, but for addresses and for what names the environment."""
    for outcome in checked.outcomes:
        known = replace(outcome.provenance, seconds=0.0)
        yield ADDRESS.sub("0x", repr(replace(outcome, provenance=known)))


PLAIN = {"citation", "crlf-and-bom", "missing-image", "no-alt", "part", "parts", "references", "stale-figure"}
"""Cases whose cells only print or plot, as those of other cases do."""
VARIED = {"like-a-script", "kernel-died"}
"""Those that `make test` compares."""


@pytest.mark.parametrize("case", [pytest.param(path, id=f"{path.parent.name}-{path.name}", marks=() if path.name in VARIED else pytest.mark.attack)
                                  for path in FOLDERS if path.name not in PLAIN])
def test_our_own_python_gives_the_same_by_its_path(case, tmp_path, monkeypatch):
    project = Project(case).copy(tmp_path / "deck")
    monkeypatch.chdir(project.folder)
    own, named = (list(compared(run(Path(), "deck.md", python=python))) for python in ("", sys.executable))
    assert own == named


OF_ANY_VERSION = (
    "import sys, os\nprint(__file__.rpartition('/')[2], sys.argv[0].rpartition('/')[2], os.getcwd() == sys.path[-1])",
    "print(os.environ['TZ'], 'SECRET' in os.environ, hash('a') == hash('a'), os.environ['PYTHONHASHSEED'])",
    "open('data.txt').read()", "import mod\nmod.f()", "1 / 0", "import asyncio\nasync def g(): return 3\nprint(asyncio.run(g()), await g())",
    ">>> sorted({3, 1})\n[1, 3]\n>>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero",
    "#| isolate: true\nx = 1\nprint(x)", "'x' in dir()", "import subprocess\nprint(subprocess.run([sys.executable, '-c', 'import marpweave.probe; print(2)'], capture_output=True, text=True).stdout)",
    "print((1")


def test_a_python_of_another_version_gives_the_same(other, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "1")
    Project(tmp_path / "deck").write({"data.txt": "some", "mod.py": "def f():\n    return 5\n\n\ndef g(): ...\n"})
    kinds = ("file", "presence", "outside") + ("module", "code") * CAN_SEE
    own, there = (ran(tmp_path / "deck", *OF_ANY_VERSION, python=python) for python in ("", other))

    def told(checked):
        for outcome in checked.outcomes:
            known = outcome.provenance
            yield ([each for each in outcome.outputs if not isinstance(each, Error)], outcome.answers, outcome.error and outcome.error.summary,
                   [each for each in known.inputs if each.kind in kinds and re.match(r"[\w.]", each.name)], known.volatile, known.watched)

    assert list(told(there)) == list(told(own))


def test_the_functions_that_a_python_of_another_version_ran_are_known_here(other, tmp_path):
    project = Project(tmp_path).write({"deck.md": deck("import mod\nmod.f()"), "mod.py": "def f():\n    return f'{5:{2}}'\n\n\ndef g():\n    return 1\n"})
    asked = ("deck.md", "--python", other)
    assert project.check(*asked).ran == {"deck": ["cell-1"]}
    project.edit("mod.py", "return 1", "return 2  # and a remark")
    project.check(*asked)  # it may run once more, for the digests of one version are not those of another
    assert project.check(*asked).ran == {"deck": []}
    project.edit("mod.py", "{2}", "{3}")
    assert project.check(*asked).ran == {"deck": ["cell-1"]}


# -- an environment with nothing but ipykernel ------------------------------------------


def test_cells_run_where_only_ipykernel_is(bare, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "1")
    Project(tmp_path).write({"data.txt": "some"})
    cells = ("import sys, os\nprint(sys.prefix, os.environ['VIRTUAL_ENV'], os.environ['PATH'].split(os.pathsep)[0])", "#| fig-width: 3\nopen('data.txt').read()",
             "import subprocess\nprint(subprocess.run(['python', '-c', 'import sys; print(sys.prefix)'], capture_output=True, text=True).stdout)",
             "os.environ.get('SECRET')\nimport marpweave\nprint(sorted(marpweave.__path__) == [os.path.dirname(marpweave.__file__)])\nimport click")
    checked = ran(tmp_path, *cells, python=str(bare))
    assert texts(checked)[:3] == [f"{bare} {bare} {bare / 'bin'}\n", "'some'\n", f"{bare}\n\n"]
    assert checked.outcomes[3].error.summary == "ModuleNotFoundError: No module named 'click'"
    assert [(each.kind, each.name) for each in checked.outcomes[1].provenance.inputs] == [("file", "data.txt"), ("importable", "matplotlib")]
    assert checked.outcomes[1].provenance.watched == ("system calls" if has_witness() else "audit hooks")
    assert sorted((f.location.line, f.message.partition(";")[0].partition(":")[0]) for f in checked.findings if f.kind in ("error", "warning")) == [
        (21, "SECRET is set, but hidden from cells"), (24, "ModuleNotFoundError")]


def test_a_deck_with_figures_gets_one_finding_where_matplotlib_is_missing(bare, tmp_path):
    checked = ran(tmp_path, "#| fig-width: 3\nimport matplotlib.pyplot as plt", "plt.plot([1])", "#| fig-height: 2\nplt.plot([1])\nplt.show()", python=str(bare))
    assert [(f.location.line, f.message) for f in checked.findings] == [
        (7, "ModuleNotFoundError: No module named 'matplotlib'; not in the deck's folder, the project's, PYTHONPATH or the installed "
            f"packages: install it with `{bare / 'bin/python'} -m pip install matplotlib` (also affects lines 11, 16)")]


@pytest.mark.attack
def test_japanese_text_has_glyphs_in_an_environment_without_the_font(drawing, tmp_path):
    checked = ran(tmp_path, "#| fig-width: 3\nimport matplotlib.pyplot as plt\n_ = plt.title('図')", python=str(drawing))
    (figure,) = checked.outcomes[0].figures
    assert (texts(checked), figure.name, figure.missing_glyphs) == ([""], "cell-1.svg", ())
    own = ran(tmp_path, "#| fig-width: 3\nimport matplotlib.pyplot as plt\n_ = plt.title('図')")
    assert own.outcomes[0].figures == (figure,)


@pytest.mark.skipif(not available(), reason="NOT TRIED: this machine has no sandbox")
def test_a_sandbox_holds_that_python_and_nothing_that_a_provisioner_starts(bare, tmp_path):
    there = kernels(tmp_path / "jupyter", gpu={"argv": [sys.executable, "-m", "ipykernel_launcher"], "metadata": {"kernel_provisioner": {"provisioner_name": "far-away"}}})
    project = Project(tmp_path / "p").write({"a.md": deck("import sys\nprint(sys.prefix, open('/etc/passwd').read())"), "b.md": deck("print(1)", execute="{kernel: gpu}")})
    built = project.build("--to", "md", "--sandbox", "a.md", "--python", str(bare), code=1)
    assert [message.partition(";")[0] for message in (each[0] for each in built.found("message")) if "Error" in message] == [
        "FileNotFoundError: [Errno 2] No such file or directory: '/etc/passwd'"]
    project.edit("a.md", "open('/etc/passwd').read()", "1")
    project.build("--to", "md", "--sandbox", "a.md", "--python", str(bare))
    assert f"{bare} 1" in project.text("dist/a.md")
    assert project.run("check", "--sandbox", "b.md", code=2, environment=there).stderr == "error: a kernel that a provisioner starts cannot be sandboxed; nothing was run\n"


def test_the_prelude_and_variables_that_are_let_through_hold_there(bare, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE", "physics")
    checked = ran(tmp_path, "print(math.pi, os.environ['COURSE'])", execute="{prelude: 'import math, os', env: [COURSE]}", python=str(bare))
    assert texts(checked) == ["3.141592653589793 physics\n"]


def test_many_decks_are_forks_of_one_process_of_that_python(bare, tmp_path):
    cell = "import os, sys\nprint('marpweave.probe.zygote' in open('/proc/self/cmdline').read().split(chr(0)), sys.prefix)"
    project = Project(tmp_path).write({f"{name}.md": deck(cell) for name in "abc"})
    project.build("--to", "md", "--jobs", "2", "--python", str(bare), "a.md", "b.md", "c.md")
    assert [re.findall(r"^(?:True|False) .*$", project.text(f"dist/{name}.md"), re.MULTILINE) for name in "abc"] == [
        [f"{sys.platform == 'linux' and has_witness()} {bare}"]] * 3


# -- keys -------------------------------------------------------------------------------


def test_two_environments_share_no_result(bare, drawing, tmp_path):
    project = Project(tmp_path).write({"deck.md": deck("import os\nprint(len(os.environ['PATH']), os.environ.get('VIRTUAL_ENV'))")})

    def runs(*asked):
        return project.check("deck.md", *asked).ran["deck"]

    ways = ((), ("--python", str(bare)), ("--python", str(drawing)), ("--python", sys.executable))
    assert [runs(*way) for way in ways] == [["cell-1"]] * 4
    assert [runs(*way) for way in ways] == [[]] * 4


def test_why_names_what_changed_in_that_environment(bare, tmp_path):
    project = Project(tmp_path).write({"deck.md": deck("print(1)")})
    project.check("deck.md", "--python", str(bare))
    (before,) = bare.glob("lib/*/site-packages/fake-1.0.dist-info")
    after = before.rename(before.with_name("fake-2.0.dist-info"))
    try:
        assert project.run("why", "deck.md", "--python", str(bare)).stdout == "deck.md:5: cell-1: runs: fake 1.0 -> 2.0\n"
        assert project.check("deck.md", "--python", str(bare)).ran == {"deck": ["cell-1"]}
    finally:
        after.rename(before)
    assert "runs: " in project.run("why", "deck.md").stdout


def test_doctor_shows_which_python_runs_cells(bare, tmp_path):
    told = [line.split() for line in Project(tmp_path).run("doctor", "--python", str(bare), code=None).stdout.split("\n")]
    own = own_environment()
    assert [line for line in told if line[:1] in (["cells"], ["ipykernel"], ["matplotlib"], ["preview"])] == [
        ["cells", "run", "in", *own.version.split(), str(bare / "bin/python")], ["ipykernel", version("ipykernel")], ["matplotlib", "missing"],
        ["preview", "fresh", "kernel", "per", "run", *("cells run in another Python" if CAN_FORK else "kernels are forked on Linux only").split()]]


# -- kernels by name --------------------------------------------------------------------


def kernels(folder, **specs):
    """Kernelspecs in a folder where Jupyter looks -> the variable that names it."""
    for name, spec in specs.items():
        path = folder / "kernels" / name / "kernel.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(spec))
    return {"JUPYTER_PATH": str(folder)}


def test_each_deck_has_the_kernel_that_it_names(bare, tmp_path):
    cell = "import os, sys\nprint(sys.prefix, os.environ.get('COURSE'))"
    there = kernels(tmp_path / "jupyter", course={"argv": [str(bare / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                                                  "language": "python", "env": {"COURSE": "physics"}}, ir={"argv": ["R"], "language": "R"})
    names = {"mine": "true", "same": "{kernel: python3}", "course": "{kernel: course}", "foreign": "{kernel: ir}"}
    project = Project(tmp_path / "p").write({f"{name}.md": deck(cell, execute=execute) for name, execute in names.items()})
    asked = ("--to", "md", *(f"{name}.md" for name in names))
    built = project.build(*asked, code=1, environment=there)
    assert [each for each in built.found("path", "line", "kind", "message") if each[2] != "unchecked"] == [("foreign.md", 2, "option", "the kernel 'ir' runs R; cells are Python")]
    assert [re.findall(r"^/.* .*$", project.text(f"dist/{name}.md"), re.MULTILINE) for name in ("mine", "same", "course")] == [
        [f"{sys.prefix} None"], [f"{sys.prefix} None"], [f"{bare} physics"]]
    assert project.build(*asked, code=1, environment=there).ran == {name: [] for name in names}
    spec = tmp_path / "jupyter/kernels/course/kernel.json"
    spec.write_text(spec.read_text().replace("physics", "logic"))
    assert project.build(*asked, code=1, environment=there).ran == {name: ["cell-1"] if name == "course" else [] for name in names}


def test_a_python_that_cannot_run_cells_ends_in_one_line(tmp_path):
    project = Project(tmp_path).write({"deck.md": deck("print(1)")})
    ended = project.run("check", "deck.md", "--python", "nowhere", code=2)
    assert ended.stderr == "error: nowhere is not a Python: neither a program nor the folder of an environment\n"


PROVISIONER = """
import os, shutil
from jupyter_client.provisioning.local_provisioner import LocalProvisioner


class Far(LocalProvisioner):
    async def launch_kernel(self, cmd, **kwargs):
        if self.config_of["queue"] == "lost":  # what is ours is not on that machine
            shutil.rmtree(os.environ["LOST"])
        open(os.environ["STARTED"], "a").write(repr(self.config_of) + "\\n")
        kwargs["env"] = {"PATH": kwargs["env"]["PATH"], "FAR": "away"}  # a machine with variables of its own
        return await super().launch_kernel(cmd, **kwargs)

    config_of = property(lambda self: self.kernel_spec.metadata["kernel_provisioner"]["config"])
"""


@pytest.fixture
def far(tmp_path, monkeypatch):
    """A provisioner that starts kernels somewhere else on this machine."""
    Project(tmp_path / "lib").write({"far.py": PROVISIONER, "far-1.0.dist-info/METADATA": "Name: far\nVersion: 1.0\n",
                                     "far-1.0.dist-info/entry_points.txt": "[jupyter_client.kernel_provisioners]\nfar-away = far:Far\n"})
    for name, value in {"STARTED": "started", "LOST": "p/.marpweave", "JUPYTER_PATH": "jupyter"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.syspath_prepend(tmp_path / "lib")

    def write(python, queue):
        kernels(tmp_path / "jupyter", gpu={
            "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python",
            "metadata": {"kernel_provisioner": {"provisioner_name": "far-away", "config": {"queue": queue}}}})

    return write


@pytest.mark.attack
def test_a_kernel_that_a_provisioner_starts_runs_cells_every_time(far, tmp_path):
    far(sys.executable, "night")
    cell, cache = "import os\nprint(os.environ['FAR'], os.environ.get('TZ'))", tmp_path / "cache"
    for execute in ("{kernel: gpu}", "{kernel: gpu, cache: false}"):
        for _ in range(2):
            checked = ran(tmp_path / "p", cell, execute=execute, cache=cache)
            assert (texts(checked), checked.outcomes[0].provenance.cached) == (["away None\n"], False)
        doubts = [f.message.partition(":")[0] for f in checked.findings if f.kind == "warning"]
        assert doubts == ["its kernel may run on another machine"] * (execute == "{kernel: gpu}")
    assert (tmp_path / "started").read_text() == "{'queue': 'night'}\n" * 4


def test_a_kernel_that_cannot_reach_what_is_ours_is_a_finding(far, bare, tmp_path):
    far(bare / "bin/python", "lost")
    checked = ran(tmp_path / "p", "print(1)", execute="{kernel: gpu}")
    assert [(f.location.line, f.message) for f in checked.findings] == [
        (2, "the kernel could not be set up: ModuleNotFoundError: No module named 'marpweave'")]
