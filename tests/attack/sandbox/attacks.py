"""What a hostile cell tries. Each prints what it got; what ends in an exception was held."""

PRELUDE = '''
import ctypes, json, os, socket, sys
from pathlib import Path
from ipykernel.connect import get_connection_file
LIBC = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    if LIBC.syscall(number, *wide) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
KNOWN = json.loads(Path(get_connection_file()).read_text())
SOCKETS = [f"{KNOWN['ip']}-{KNOWN[name]}" for name in KNOWN if name.endswith("_port")]
BUFFER = ctypes.create_string_buffer(8)
PIECE = (ctypes.c_size_t * 2)(ctypes.addressof(BUFFER), 8)
def link(n):
    try:
        return os.readlink(f'/proc/self/fd/{n}')
    except OSError:
        return ''
def text(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
def tried(action):
    try:
        print("got", repr(action()))
    except (OSError, MemoryError, ValueError) as error:
        print("held", type(error).__name__, getattr(error, "errno", None) or "")
'''
"""Runs before the first cell."""

# name: code; words in capitals stand for what is outside
ATTACKS = {
    # files
    "read a key in the home folder": "Path('~/.ssh/id_rsa').expanduser().read_text()",
    "read a file of the author's": "Path('SECRET').read_text()",
    "read the machine's users": "Path('/etc/shadow').read_text()",
    "write into the project": "Path('PROJECT/evil.txt').write_text('x')",
    "change a module of the project": "open('PROJECT/module.py', 'a').write('x')",
    "remove a file of the project": "os.unlink('PROJECT/module.py')",
    "rename the project": "os.rename('PROJECT', 'PROJECT-2')",
    "cut a file to nothing": "os.truncate('PROJECT/module.py', 0)",
    "link to a file": "os.link('PROJECT/module.py', HERE + '.link')",
    "limit the build": "__import__('resource').prlimit(BUILD, 4, (0, 0))",
    "write into the environment": "Path(sys.prefix, 'evil.txt').write_text('x')",
    "write into marpweave": "Path(sys.modules['marpweave'].__file__).with_name('evil.txt').write_text('x')",
    "write into the system": "Path('/usr/evil.txt').write_text('x')",
    "follow a link out": "os.symlink('SECRET', LINK) or Path(LINK).read_text()",
    "follow a link of the project's out": "Path('PROJECT/out').read_text()",
    "leave by a descriptor's folder": "Path('/proc/self/cwd/../../../../SECRET').read_text()",
    "leave by another root": "Path('/proc/BUILD/rootSECRET').read_text()",
    # programs
    "signal the build": "os.kill(BUILD, 0)",
    "signal its group": "os.killpg(os.getpgid(BUILD), 0)",
    "read the build's memory": "os.open('/proc/BUILD/mem', os.O_RDONLY)",
    "read the build's variables": "Path('/proc/BUILD/environ').read_text()",
    "take the build's descriptors": "os.open('/proc/BUILD/fd/0', os.O_RDONLY)",
    # network
    "connect": "socket.create_connection(('127.0.0.1', PORT), 3)",
    "ask for a name": "socket.getaddrinfo('localhost', 80)",
    "talk to a program by a path": "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).connect('EAR')",
    "talk to a program without a path": "socket.socket(socket.AF_UNIX).connect('\\0HIDDEN')",
    "talk to a program by datagrams": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', 'EAR')",
    "become root": "os.setuid(0)",
    "lift a limit": "__import__('resource').setrlimit(__import__('resource').RLIMIT_NPROC, (10_000, 10_000))",
    # memory and disk
    "take all memory": "bytearray(10 << 30)",
    "open many files": "[open('/dev/null') for _ in range(5000)]",
    "write a huge file": "(lambda file: os.posix_fallocate(file.fileno(), 0, 1 << 30))(open(HERE, 'w'))",
    "write into the devices": "Path('/dev/evil').write_bytes(bytes(1 << 20))",
    "make a device": "os.mknod(f'{HERE}.device', 0o60666, os.makedev(8, 0))",
    "put another socket there": "[os.unlink(path) for path in SOCKETS][0]",
}
# system calls that fail with EPERM, whatever is asked of them; on x86-64
REFUSED = {
    "trace the build": "call(101, 16, BUILD, 0, 0)",
    "be traced": "call(101, 0, 0, 0, 0)",
    "write the build's memory": "call(311, BUILD, ctypes.byref(PIECE), 1, ctypes.byref(PIECE), 1, 0)",
    "write its own memory by that call": "call(311, os.getpid(), ctypes.byref(PIECE), 1, ctypes.byref(PIECE), 1, 0)",
    "mount": "call(165, b'none', b'/nowhere', b'tmpfs', 0, None)",
    "unmount": "call(166, b'/nowhere', 2)",
    "open a tree of mounts": "call(428, -100, b'/nowhere', 0)",
    "become somebody in a namespace": "call(272, 0x10000000)",
    "start a program as somebody in a namespace": "call(56, 0x10000000 | 17, 0, 0, 0, 0) or os._exit(0)",
    "enter a namespace": "call(308, -1, 0)",
    "change the root": "call(161, b'/nowhere')",
    "turn the root": "call(155, b'/nowhere', b'/nowhere')",
    "hold memory that nobody counts": "call(29, 0, 1 << 30, 0o1600)",
    "keep messages that nobody counts": "call(68, 0, 0o1600)",
    "program the kernel": "call(321, 0, None, 0)",
    "watch the processor": "call(298, None, 0, -1, -1, 0)",
    "keep a key": "call(250, 0, 0)",
    "read what the machine says": "call(103, 3, BUFFER, 8)",
    "type on the terminal": "call(16, 0, 0x5412, b'x')",
}
# a system call that the witness needs; the build is not there, or may not be looked at
LOOKED = {"read the build's memory by a call": "call(310, BUILD, ctypes.byref(PIECE), 1, ctypes.byref(PIECE), 1, 0)"}
# system calls that are not there
MISSING = {
    "open a file by its number": "call(304, -100, None, 0)",
    "use a ring": "call(425, 8, ctypes.create_string_buffer(120))",
    "start a program by the newer call": "call(435, None, 0)",
    "use the calls of another machine": "call(0x40000000 + 39)",
}

# what may seem to work, but nobody outside notices
UNNOTICED = [
    "os.setpriority(os.PRIO_PROCESS, BUILD, 19)", "os.chmod('SECRET', 0o777)", "os.chmod('PROJECT/module.py', 0o777)", "os.utime('PROJECT/module.py', (0, 0))", "os.chown('SECRET', 1, 1)",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', LISTENS))"]

# what is there, and shows nothing: code, and what it may give
LOOKS = {
    "the home folder": ("sorted(set(os.listdir(os.path.expanduser('~'))) & {'.ssh', 'notes.txt'})", "[]"),
    "variables": ("[name for name in os.environ if 'TOKEN' in name]", "[]"),
    "variables of whatever runs here": (
        "[path for path in Path('/proc').glob('[0-9]*/environ') if 'hunter2' in text(path)]", "[]"),
    "descriptors of files": (
        "[path for n in os.listdir('/proc/self/fd') if (path := link(n)).startswith('/') and not path.startswith(('/proc/', '/dev/null'))]", "[]"),
}
