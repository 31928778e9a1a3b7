"""Runs pieces of code, each in a fork of one program: the interpreter starts once for all of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = """
import json, os, sys
{before}
for line in sys.stdin:
    folder, code = json.loads(line)
    if os.fork() == 0:
        os.chdir(folder)
        exec(code)
        sys.stdout.flush()
        os._exit(0)
    if os.wait()[1]:
        print("null", flush=True)
"""


@contextmanager
def forks(python: Sequence[str], before: str) -> Iterator[Callable[[str, Path], Any]]:
    """What code prints as JSON, run in a folder by a fork of ``python`` behind the code ``before``; None: it failed."""
    with subprocess.Popen([*python, "-c", PROGRAM.format(before=before)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as program:
        asked, answers = program.stdin, program.stdout
        assert asked and answers

        def run(code: str, folder: Path) -> Any:
            asked.write(json.dumps([str(folder), code]) + "\n")
            asked.flush()
            return json.loads(answers.readline())

        yield run
        asked.close()
