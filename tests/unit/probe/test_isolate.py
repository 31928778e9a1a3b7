"""Cells that run in a copy of the state."""

import os
import subprocess
import sys

import pytest

from marpweave.probe.isolate import CAN_ISOLATE

pytestmark = pytest.mark.skipif(not CAN_ISOLATE, reason="processes are not forked on this system")
INTERRUPTED = """
import os, signal
from types import SimpleNamespace
from marpweave.probe import isolate

def fork():
    child = really()
    signal.raise_signal(signal.SIGINT)
    return child

def run_cell(*_arguments, **_options):
    print("the cell runs", flush=True)

really, os.fork = os.fork, fork
shell = SimpleNamespace(display_pub=SimpleNamespace(), run_cell=run_cell, displayhook=SimpleNamespace(semicolon_at_end_of_expression=bool))
observer = SimpleNamespace(audit=SimpleNamespace(copied=lambda: None), room=None, tap=lambda stream: stream)
try:
    isolate.run(shell, "x", observer)
except KeyboardInterrupt:
    print(f"interrupted in {os.getpid()}", signal.getsignal(signal.SIGINT) is signal.default_int_handler, flush=True)
try:
    os.wait()
except ChildProcessError:
    print("no copy is left")
"""


def test_an_interrupt_right_behind_the_fork_ends_the_copy_and_nothing_else():
    with subprocess.Popen([sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}) as program:
        said, _ = program.communicate(timeout=60)
        assert said.splitlines() == [f"interrupted in {program.pid} True", "no copy is left"]
