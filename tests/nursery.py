"""Runs the program many times in forks of one process that has imported everything: half a second less for each.

One request a line on stdin, one answer a line on stdout:

``["run", arguments, folder, variables, renderer, kill]``: the address of a renderer or "", and the number of the change to
the folder at which it is killed, 0 for none, or null -> exit code, stdout, stderr, behind which stands the number of
changes where they were to be counted.
``["begin", stdout, arguments, folder, variables, renderer]``: the file that it writes to -> its process id; it goes on.
``["end", process id]`` -> the exit code, once it has ended.
"""

import importlib
import json
import os
import pkgutil
import runpy
import sys
import tempfile
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path

from nbformat.v4 import new_notebook

import marpweave
from marpweave.cache import environment
from marpweave.cache.store import Folder, Store
from marpweave.errors import ToolError
from marpweave.inputs.digests import digest
from marpweave.kernel.environments import own_environment
from marpweave.kernel.zygote import KernelStart, zygote
from marpweave.render import fonts, prepare
from marpweave.render.programs import places
from tests.attack.killer import die_at
from tests.lent import borrow
from tests.warm import warm_up

PROGRAM = Path(__file__).parents[1] / "build.py"


def serve(started, folder: Path) -> None:
    """Answer requests until stdin ends; kernels are forks, too. ``folder``: of what no two programs work out."""
    main = runpy.run_path(str(PROGRAM))["main"]
    for module in pkgutil.walk_packages(marpweave.__path__, "marpweave."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    read_ahead()
    prepare.subset_faces = partial(faces_once, Store(Folder(folder)), prepare.subset_faces)
    answers = os.dup(1)
    answer = {"run": partial(ran, started, main), "begin": partial(begun, started, main), "end": ended}
    for line in sys.stdin:
        wish, *request = json.loads(line)
        os.write(answers, json.dumps(answer[wish](*request)).encode() + b"\n")


def ran(started, main, *request):
    """What a program ended with and said."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        pid = forked(started, main, (output.fileno(), errors.fileno()), *request)
        return [ended(pid), said(output), said(errors)]


def begun(started, main, output, *request):
    """The process of a program that goes on."""
    with Path(output).open("wb") as file:
        return forked(started, main, (file.fileno(), 2), *request, None)


def forked(started, main, outputs, *request):
    """The process of a program."""
    child = os.fork()
    if not child:
        warm_up(started)
        run(main, outputs, *request)
    return child


def ended(pid):
    """The exit code of a process."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def read_ahead() -> None:
    """What each program would read or compile for itself, and find the same."""
    for module in ("watchfiles", "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto"):
        importlib.import_module(module)
    new_notebook()
    for rooms in ((), (environment.RUNNING,)):
        environment.own_digest(*rooms)
    with suppress(ToolError):  # a program that needs fonts says itself that there are none
        fonts.missing_characters("a 漢", modules=places.modules(), store=places.unpacked_fonts())


def faces_once(known, cut, text, *, store, **places):
    """The faces that ``cut`` gives for a text, which it is asked for once by all programs."""
    key = digest(json.dumps([fonts.alphabet(text), str(store)]))
    faces = known.record("fonts", key, fonts.Fonts)
    if faces is None:
        faces = cut(text, store=store, **places)
        known.put_record("fonts", key, faces)
    return faces


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
    with zygote(KernelStart.WARM, own_environment(), Path()) as each, tempfile.TemporaryDirectory() as place:
        serve(each, Path(place))
