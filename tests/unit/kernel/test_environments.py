"""Which Python runs cells, and which cannot."""

import json
import os
import sys
from pathlib import Path

import pytest

from marpweave.errors import UsageError
from marpweave.files import sweep, use
from marpweave.kernel.environments import environment_at, environment_of_kernel, own_environment
from marpweave.kernel.library import library_of
from marpweave.kernel.variables import kernel_variables
from marpweave.model.environment import Environment
from tests.environments import environment

OURS = str(Path(sys.executable).absolute())
FOLDER = str(Path(sys.executable).parents[1])


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An environment with nothing in it."""
    return environment(tmp_path_factory.mktemp("elsewhere") / "empty")


@pytest.fixture
def kernelspec(tmp_path, monkeypatch):
    """Writes a kernelspec named ``here`` where Jupyter looks for it."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    def write(text):
        path = tmp_path / "kernels/here/kernel.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    return write


def program(folder, *, says):
    """A program that answers whatever it is asked."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("named", [OURS, FOLDER, os.path.relpath(FOLDER), f"{os.path.relpath(FOLDER)}/bin/python"])
def test_an_environment_is_named_by_its_folder_or_its_program(named):
    found, own = environment_at(named), own_environment()
    assert Path(found.python).parent == Path(OURS).parent
    assert (found.version, found.machine, found.prefixes[0], found.is_own) == (own.version, own.machine, FOLDER, False)
    assert set(map(str, found.path)) <= {*own.path}


def test_an_environment_is_named_by_a_program_on_the_path(monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert environment_at("python").prefixes[0] == FOLDER


def test_what_python_searches_is_not_changed_by_variables_or_by_the_working_folder(tmp_path, monkeypatch):
    calm = environment_at(OURS)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "platform.py").write_text("raise SystemExit")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    assert environment_at(OURS) == calm


@pytest.mark.parametrize(("says", "message"), [
    ("echo '{\"minor\": [3, 9]}'", "--python {0}: cells need Python 3.10 or newer; {0} is 3.9"),
    ("echo hello", "--python {0}: {0} is not a Python: Expecting value: line 1 column 1 (char 0)"),
    ("echo bang >&2; exit 3", "--python {0}: {0} does not run: bang"),
    ("exit 3", "--python {0}: {0} does not run: exit code 3")])
def test_a_program_that_is_no_such_python_is_refused(says, message, tmp_path):
    path = program(tmp_path, says=says)
    with pytest.raises(UsageError) as error:
        environment_at(str(path))
    assert str(error.value) == message.format(path)


def test_a_python_without_ipykernel_is_refused(empty):
    python = empty / "bin/python"
    with pytest.raises(UsageError) as error:
        environment_at(str(empty))
    assert str(error.value) == f"--python {empty}: {python} has no ipykernel; install it with `{python} -m pip install ipykernel`"


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_path_that_leads_to_no_python_is_refused(name, tmp_path):
    with pytest.raises(UsageError) as error:
        environment_at(str(tmp_path / name))
    assert str(error.value) == f"{tmp_path / name} is not a Python: neither a program nor the folder of an environment"


def test_a_kernelspec_says_how_its_kernel_starts(kernelspec):
    plain = environment_at(OURS)
    kernelspec({"argv": [OURS, "-Xutf8", "-m", "ipykernel_launcher", "-f", "{connection_file}", "--matplotlib=inline"],
                "env": {"COURSE": "physics"}, "metadata": {"kernel_provisioner": {"provisioner_name": "far"}}})
    found = environment_of_kernel("here", OURS)
    assert (found.python, found.version, found.path) == (plain.python, plain.version, plain.path)
    assert (found.options, found.arguments) == (("-Xutf8", "-P", "-m"), ("--matplotlib=inline",))
    assert (found.variables, found.provisioner) == ({"COURSE": "physics"}, {"provisioner_name": "far"})


@pytest.mark.parametrize("argv", [[OURS, "-mipykernel_launcher", "-f", "{connection_file}"], [OURS, "-m", "ipykernel", "--f={connection_file}"]])
def test_a_kernelspec_may_spell_its_command_otherwise(argv, kernelspec):
    kernelspec({"argv": argv, "language": "Python"})
    assert environment_of_kernel("HERE", OURS) == environment_at(OURS)


@pytest.mark.parametrize(("text", "message"), [
    ({"argv": ["R", "-f", "{connection_file}"], "language": "R"}, "the kernel 'here' runs R; cells are Python"),
    ({"argv": ["julia", "{connection_file}"], "language": "julia"}, "the kernel 'here' runs julia; cells are Python"),
    ({"argv": ["xpython", "-f", "{connection_file}"], "language": "python"},
     "the kernel 'here' does not run ipykernel; its command is `xpython -f {connection_file}`"),
    ({}, "the kernel 'here' does not run ipykernel; its command is ``"),
    ("[]", "the kernel 'here' does not run ipykernel; its command is ``"),
    ({"argv": ["/none", "-m", "ipykernel_launcher"]}, "/none is not a Python: neither a program nor the folder of an environment")])
def test_a_kernelspec_that_cannot_run_cells_is_refused(text, message, kernelspec):
    kernelspec(text)
    with pytest.raises(UsageError) as error:
        environment_of_kernel("here", OURS)
    assert str(error.value) == message


def test_a_kernelspec_that_is_damaged_or_not_there_is_told(kernelspec):
    path = kernelspec("{")
    with pytest.raises(UsageError, match=f"^{path}: Expecting property name"):
        environment_of_kernel("here", OURS)
    with pytest.raises(UsageError, match=r"^there is no kernel 'nowhere'; Jupyter knows (.*, )?here, (.*, )?python3(, .*)?; to register one, run "
                       r"`python -m ipykernel install --user --name nowhere` in its environment$"):
        environment_of_kernel("nowhere", OURS)


def test_a_kernelspec_in_the_environment_of_cells_is_found(empty):
    path = empty / "share/jupyter/kernels/course/kernel.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"argv": [OURS, "-m", "ipykernel_launcher"]}))
    assert environment_of_kernel("course", str(empty / "bin/python")).python == environment_at(OURS).python


def test_another_python_finds_its_own_programs_and_the_probe(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/programs")
    monkeypatch.setenv("VIRTUAL_ENV", "/ours")
    monkeypatch.setenv("CONDA_PREFIX", "/ours")
    there = Environment("/course/bin/python", "", "", (), prefixes=("/course", "/usr"), variables={"LIB": "${PATH}/lib", "PYTHONPATH": "/more"})
    found = kernel_variables(tmp_path, (), there, Path("/probe"))
    assert {name: found.get(name) for name in ("PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "LIB", "PYTHONPATH", "MATPLOTLIBRC")} == {
        "PATH": os.pathsep.join(["/course/bin", "/programs"]), "VIRTUAL_ENV": "/course", "CONDA_PREFIX": None, "LIB": "/programs/lib",
        "PYTHONPATH": os.pathsep.join(["/probe", "/more"]), "MATPLOTLIBRC": str(Path("/probe/marpweave/probe/matplotlibrc"))}


def test_the_folder_of_the_probe_holds_nothing_else(tmp_path):
    there = Environment("/course/bin/python", "", "", ())
    folder = library_of(there, tmp_path)
    assert [path.name for path in folder.iterdir()] == ["marpweave"]
    assert sorted(path.name for path in (folder / "marpweave").iterdir()) == ["__init__.py", "inputs", "probe"]
    assert (folder / "marpweave/probe/matplotlibrc").is_file()
    assert [path.name for path in (tmp_path / ".marpweave").iterdir()] == [folder.name]
    assert library_of(there, tmp_path) == folder


def test_folders_of_the_probe_that_nobody_uses_any_more_are_removed(tmp_path):
    there, home = Environment("/course/bin/python", "", "", ()), tmp_path / ".marpweave"
    for name in ("probe-00000000", "probe-11111111", "cache"):
        (home / name).mkdir(parents=True)
    assert use(home / "probe-11111111")
    folder = library_of(there, tmp_path)
    assert {path.name for path in home.iterdir()} == {"cache", "probe-11111111", folder.name}
    sweep(home, "probe-*")
    assert folder.is_dir()
