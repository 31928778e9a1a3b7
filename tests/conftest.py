"""What a test needs beside Python, it asks for by a fixture; one that starts more than it asked for fails."""

import gc
import os
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import gettempdir

import pytest

pytest_plugins = ["pytester"]
for library in ("OMP", "OPENBLAS", "MKL"):  # threads of several workers would only wait for each other
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
ROOT = Path(__file__).parents[1]
STARTS = {"ipykernel_launcher": {"kernel"}, "marpweave.probe.sandbox.launch": {"kernel"}, "marpweave.probe.zygote": {"kernel"}, "node": {"node", "browser"}, "build.py": {"kernel", "browser"}, "tests.nursery": {"kernel", "browser"}}
"""What a command starts, by a word of it -> what a test asks for one of."""
NEEDS = ("kernel", "node", "browser")
asked = {"what": set(NEEDS), "broken": ""}


@pytest.fixture(scope="session")
def kernel():
    """A Jupyter kernel."""
    from marpweave.kernel.environments import own_environment
    from marpweave.kernel.zygote import KernelStart, zygote
    from tests.warm import warm_up

    with zygote(KernelStart.WARM, own_environment(), Path()) as started:
        warm_up(started)
        yield


@pytest.fixture(scope="session")
def node():
    """Node.js."""


@pytest.fixture(scope="session")
def browser():
    """Node.js with Marp, and the browser that it drives; programs in forks borrow one that starts with their first deck."""
    from tests.lent import Lender
    from tests.project import lent

    lender = Lender()
    lent["at"] = lender.address
    yield lender
    lent["at"] = ""
    lender.close()


@pytest.fixture(scope="session")
def renderer(browser):
    """The renderer that programs in forks borrow, which a test in this process can ask, too."""
    return browser.renderer


def pytest_addoption(parser):
    parser.addoption("--exhaustive", action="store_true", help="properties are tried with many random examples, too, not only with the same few")


def pytest_configure(config):
    for need in NEEDS:
        config.addinivalue_line("markers", f"{need}: starts what the fixture of this name stands for")
    sys.addaudithook(watch)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is imported and collected stays to the end: no garbage is looked for in it, which would take half of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """``-n auto``: one worker more than the machine has cores, for a test waits now and then for a kernel or a browser."""
    return (os.cpu_count() or 1) + 1 if config.option.numprocesses == "auto" else None


def pytest_collection_modifyitems(config, items):
    """The longest first: what is left for the end is quickly shared among workers."""
    attacks = ("attack", "property") if config.option.exhaustive else ("attack",)
    for item in items:
        if any(item.path.is_relative_to(ROOT / "tests" / name) for name in attacks):
            item.add_marker("attack")
        for need in set(NEEDS).intersection(item.fixturenames):
            item.add_marker(need)
    items.sort(key=lambda item: (not (config.option.exhaustive and item.path.is_relative_to(ROOT / "tests" / "property")),
                                 -item.get_closest_marker("timeout", pytest.mark.timeout(0)).args[0],
                                 *(need not in item.fixturenames for need in reversed(NEEDS))))


def watch(event, arguments):
    """Refuse to start what a test did not ask for."""
    if event == "subprocess.Popen":
        words = [Path(os.fsdecode(word)) for word in arguments[1] if isinstance(word, str | bytes | os.PathLike)]
        for word in STARTS.keys() & {word.name for word in words if word.is_relative_to(ROOT) or not word.is_relative_to(gettempdir())}:
            if not STARTS[word] & asked["what"]:
                asked["broken"] = f"starts {word} and asks for no fixture {' or '.join(sorted(STARTS[word]))}"
                raise RuntimeError(asked["broken"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    asked.update(what=set(NEEDS).intersection(item.fixturenames), broken="")
    with nullcontext() if "kernel" in asked["what"] else no_kernel_gets_ready():
        result = yield
    asked.update(what=set(NEEDS), broken="")
    return result


@contextmanager
def no_kernel_gets_ready():
    """Nothing starts before it is known what runs, for a test in whose decks nothing does."""
    from marpweave.kernel import zygote

    was, zygote.zygote = zygote.zygote, lambda *_: nullcontext()
    try:
        yield
    finally:
        zygote.zygote = was


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if asked["broken"]:
        pytest.fail(asked["broken"])
    return result


def pytest_terminal_summary(terminalreporter):
    """A yellow line for what can only be compared where something is that no lock file has."""
    from tests.environments import NO_OTHER, OTHER

    if any(OTHER in str(report.longrepr) for report in terminalreporter.getreports("skipped")):
        terminalreporter.write_line(f"Cells ran in one version of Python alone: {NO_OTHER}", yellow=True, bold=True)
    if any("torch" in str(report.longrepr) for report in terminalreporter.getreports("skipped")):
        terminalreporter.write_line("PyTorch is not installed: nnviz was compared with what tests/oracle/reference.npz recorded of it, not with "
                                    "PyTorch itself", yellow=True, bold=True)
