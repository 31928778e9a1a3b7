"""Runs the program many times in forks of one process that has imported everything: half a second less for each.

One request a line on stdin, ``[arguments, folder, variables, renderer, kill]``: the address of a renderer or "", and the
number of the change to the folder at which it is killed, 0 for none, or null. One answer a line on stdout: exit code,
stdout, stderr, behind which stands the number of changes where they were to be counted.
"""

import importlib
import json
import os
import pkgutil
import runpy
import sys
import tempfile
import traceback
from pathlib import Path

import marpweave
from marpweave.kernel.environments import own_environment
from marpweave.kernel.zygote import KernelStart, zygote
from tests.attack.killer import die_at
from tests.lent import borrow
from tests.warm import warm_up

PROGRAM = Path(__file__).parents[1] / "build.py"


def serve(started) -> None:
    """Answer requests until stdin ends; kernels are forks, too."""
    main = runpy.run_path(str(PROGRAM))["main"]
    for module in pkgutil.walk_packages(marpweave.__path__, "marpweave."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    answers = os.dup(1)
    for line in sys.stdin:
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            child = os.fork()
            if not child:
                warm_up(started)
                run(main, (output.fileno(), errors.fileno()), *json.loads(line))
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.write(answers, json.dumps([code, said(output), said(errors)]).encode() + b"\n")


def said(stream) -> str:
    """What was written to a file."""
    stream.seek(0)
    return stream.read().decode()


def run(main, outputs, arguments, folder, variables, renderer, kill):
    """Be the program."""
    code, was, counted = 1, dict(os.environ), None
    try:
        for target, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, outputs[0]), (2, outputs[1])):
            os.dup2(source, target)
        os.chdir(folder)
        for name in os.environ.keys() - variables.keys():
            del os.environ[name]
        os.environ.update(variables)
        tempfile.tempdir = None
        if renderer:
            borrow(renderer, was)
        counted = die_at(kill) if kill is not None else None
        main(arguments)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(end.code)
    except BaseException:  # noqa: BLE001  as Python itself would
        traceback.print_exc()
    finally:
        if counted:
            sys.stderr.write(f"{counted()}\n")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    with zygote(KernelStart.WARM, own_environment(), Path()) as each:
        serve(each)
