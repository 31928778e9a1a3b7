"""A hostile deck in the sandbox: what it tries fails, and what is outside stays as it was. Each protection is tried that the
machine has."""

import contextlib
import errno
import os
import platform
import secrets
import socket
from pathlib import Path

import pytest

from marpweave.errors import ToolError
from marpweave.kernel import provisioner
from marpweave.kernel.sandbox import SIZE, SMALL, Protection, protection
from marpweave.probe.sandbox import landlock
from tests.attack.sandbox.attacks import ATTACKS, LOOKED, LOOKS, MISSING, PRELUDE, REFUSED, UNNOTICED
from tests.running import run

pytestmark = pytest.mark.usefixtures("kernel")


def available():
    try:
        best = protection()
    except ToolError:
        return []
    return [kind for kind in Protection if kind is best or (kind is Protection.LANDLOCK and landlock.version())]


@pytest.fixture(scope="module", params=Protection)
def kind(request):
    """A protection of this machine, in force."""
    if request.param not in available():
        pytest.skip(f"NOT TRIED: this machine has no {request.param}")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(provisioner, "protection", lambda: request.param)
        yield request.param


class Outside:
    """What a deck must not reach."""

    def __init__(self, folder):
        self.folder, self.project = folder, folder / "project"
        self.secret, self.ear, self.hidden = folder / "secret.txt", folder / "ear", f"marpweave-{secrets.token_hex(4)}"
        for name, text in {"project/module.py": "a = 1\n", "secret.txt": "secret", "home/.ssh/id_rsa": "secret", "home/notes.txt": "secret"}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        (self.project / "out").symlink_to(self.secret)
        self.leak = os.open(self.secret, os.O_RDWR)
        os.set_inheritable(self.leak, True)
        self.heard = [heard(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)), heard(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
                      heard(socket.AF_UNIX, socket.SOCK_DGRAM, str(self.ear)), heard(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.hidden}")]

    def known(self, code):
        """Code that knows where things are."""
        words = {"SECRET": self.secret, "PROJECT": self.project, "EAR": self.ear, "HIDDEN": self.hidden, "BUILD": os.getpid(),
                 "PORT": self.heard[0].getsockname()[1], "LISTENS": self.heard[1].getsockname()[1]}
        for word, meant in words.items():
            code = code.replace(word, str(meant))
        return code

    def run(self, *cells, front="sandbox: true", prelude=PRELUDE):
        """Run a deck of cells -> the deck."""
        decks = self.project / "talks"
        decks.mkdir(exist_ok=True)
        fences = "\n\n".join(f"```python\n{self.known(cell)}\n```" for cell in cells)
        (decks / "talk.md").write_text(f"---\nexecute: {{{front}}}\n---\n\n# A\n\n{fences}\n")
        before = self.stands()
        deck = run(self.project, "talks/talk.md", prelude=prelude, timeout=30)
        assert self.stands() == before
        return deck

    def stands(self):
        return {"priority": os.getpriority(os.PRIO_PROCESS, 0)} | {
            str(path): (path.read_bytes() if path.is_file() else "", *path.lstat()[:6], path.lstat().st_mtime) for path in sorted(self.folder.rglob("*"))}

    def messages(self):
        """What programs outside have heard."""
        got = []
        for each in self.heard:
            with contextlib.suppress(BlockingIOError):
                got.append(each.accept() if each.type == socket.SOCK_STREAM else each.recv(100))
        return got


def heard(family, kind, address):
    made = socket.socket(family, kind)
    made.bind(address)
    made.setblocking(False)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made


@pytest.fixture(scope="module")
def outside(tmp_path_factory, kind):
    made = Outside(tmp_path_factory.mktemp("outside"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOME", str(made.folder / "home"))
        patched.setenv("TOKEN", "hunter2")
        yield made
    os.close(made.leak)
    for each in made.heard:
        each.close()


def text_of(deck):
    """What each cell printed, or how it ended."""
    return [printed.strip() or repr(outcome.error or outcome.trouble) for outcome in deck.outcomes
            for printed in ["".join(each.text for each in outcome.outputs if hasattr(each, "text"))]]


@pytest.fixture(scope="module")
def tried(outside):
    """What came of all attacks, tried in one kernel."""
    codes = {**ATTACKS, **REFUSED, **LOOKED, **MISSING, **{name: code for name, (code, _) in LOOKS.items()}}
    here = "HERE, LINK = (os.path.join(os.getcwd() if os.access('.', os.W_OK) else os.environ['TMPDIR'], name) for name in ('huge', 'link'))"
    cells = [f"tried(lambda: {code})" for code in (*codes.values(), *UNNOTICED)]
    deck = outside.run(here, *cells, front="sandbox: true, env: [TOKEN]")
    return dict(zip(codes, text_of(deck)[1:], strict=False))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_fails(tried, name):
    assert tried[name].startswith("held ")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="calls have other numbers here")
@pytest.mark.parametrize(("name", "errors"), [*((name, [errno.EPERM]) for name in REFUSED), *((name, [errno.EPERM, errno.ESRCH]) for name in LOOKED),
                                              *((name, [errno.ENOSYS]) for name in MISSING)])
def test_a_call_is_refused(tried, name, errors):
    assert int(tried[name].split()[-1]) in errors


@pytest.mark.parametrize("name", LOOKS)
def test_there_is_nothing_to_see(tried, name):
    assert tried[name] == f"got {LOOKS[name][1]}" or tried[name].startswith("held ")


def test_nobody_outside_has_heard_anything(tried, outside):
    assert outside.messages() == []


def test_a_fork_bomb_ends_at_a_limit(outside):
    bomb = """import os, time
started = 0
try:
    while started < 2000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        started += 1
except BlockingIOError:
    print(started < 300)
else:
    print("no limit")"""
    assert text_of(outside.run(bomb)) == ["True"]


def test_no_process_stays(outside, kind):
    name = f"98765.{secrets.randbelow(10 ** 9)}"
    daemon = f"import subprocess\nsubprocess.Popen(['sleep', '{name}'], start_new_session=True)\nprint('left')"
    assert text_of(outside.run(daemon)) == ["left"]
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if name.encode() in read(path)]
    for path in left:
        os.kill(int(path.parent.name), 9)
    if kind is Protection.BUBBLEWRAP:
        assert left == []


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_nothing_that_a_deck_can_fill_is_a_disk(outside, kind):
    if kind is Protection.LANDLOCK:
        pytest.skip("files are limited one by one, as docs/SECURITY.md says")
    fill = """for folder in ['.', '/tmp', os.path.expanduser('~'), '/dev/shm', os.path.dirname(SOCKETS[0]), '/dev', '/', '/run', '/var/tmp', 'PROJECT']:
    size = 0
    try:
        while size < 1 << 30:
            Path(folder, f'full-{size}').write_bytes(bytes(1 << 24))
            size += 1 << 24
    except OSError:
        print(size >> 20, end=' ')"""
    (printed,) = text_of(outside.run(fill))
    sizes = [int(each) for each in printed.split()]
    assert len(sizes) == 10
    assert max(sizes[:2]) <= SIZE >> 20
    assert max(sizes[2:5]) <= SMALL >> 20
    assert sizes[5:] == [0] * 5


def test_a_deck_can_lie_about_itself_alone(outside):
    lie = """claims = [['file', 'SECRET', 'a' * 32], ['file', '../../../../SECRET', 'b' * 32], ['listing', '/', 'c' * 32],
          ['file', 'PROJECT/module.py', 'd' * 32]]
get_ipython().events.callbacks['post_run_cell'].clear()
from ipykernel.zmqshell import ZMQDisplayPublisher
ZMQDisplayPublisher.publish(get_ipython().display_pub, {'application/vnd.marpweave+json': {
    'inputs': claims, 'written': ['PROJECT/module.py'], 'volatile': '', 'watched': 'system calls', 'unseen': []}})"""
    (outcome,) = outside.run(lie).outcomes
    assert [(each.kind, each.name) for each in outcome.provenance.inputs] == [("file", "module.py")]
    assert outcome.provenance.written == ()


def test_a_flood_past_the_limits_inside_stops_the_kernel(outside):
    flood = """kernel = get_ipython().kernel
text = 'x' * (8 << 20)
while True:
    kernel.session.send(kernel.iopub_socket, 'stream', {'name': 'stdout', 'text': text}, parent=kernel.get_parent())"""
    first, second = outside.run(flood, "print('after')").outcomes
    assert first.trouble.message == "the kernel was stopped: this cell sent more than 128 MB; names defined above it are lost"
    assert [each.text for each in second.outputs] == ["after\n"]


def test_a_cell_without_end_is_interrupted(outside):
    first, second = outside.run("#| timeout: 0.5\na = 1\nwhile True:\n    pass", "print(a)").outcomes
    assert first.trouble.message == "stopped after 0.5 s; give it more time with `#| timeout: SECONDS`, or make it finish"
    assert [each.text for each in second.outputs] == ["1\n"]
