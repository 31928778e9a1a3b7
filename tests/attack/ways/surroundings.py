"""Ways through the environment."""

from __future__ import annotations

from tests.attack.ways.modules import ASK, GETENV, SET1, SET2, seen
from tests.attack.ways.way import FIGURE, D, Text, Way, let

ENVIRONMENT = (
    *seen("get", ASK),
    *seen("subscript", "import os\nos.environ['COURSE']"),
    *seen("getenv", "import os\nos.getenv('COURSE')"),
    *seen("in", "import os\n'COURSE' in os.environ", values=(None, "2")),
    *seen("unset", ASK, values=("1", None)),
    *seen("environb", "import os\nprint(os.environb.get(b'COURSE'))"),
    *seen("getenvb", "import os\nprint(os.getenvb(b'COURSE'))"),
    *seen("all", "import os\nprint([v for k, v in os.environ.items() if k == 'COURSE'])"),
    *seen("length", "import os\nprint(len(os.environ))", values=(None, "2")),
    *seen("text", "import os\nprint('COURSE' in str(os.environ))", values=(None, "2")),
    *seen("copy", "import os\nprint(os.environ.copy().get('COURSE'))"),
    *seen("posix", "import posix\nprint(posix.environ.get(b'COURSE'))"),
    *seen("getenv of C", GETENV.format("COURSE")),
    *seen("of the process", "print(b'COURSE=2' in open('/proc/self/environ', 'rb').read().split(bytes(1)))"),
    *seen("expandvars", "import os\nprint(os.path.expandvars('$COURSE'))"),
    *seen("of a child", "import subprocess\nprint(subprocess.run('echo $COURSE', shell=True, capture_output=True).stdout)"),
    *seen("of the shell", "!echo $$COURSE"),
    *seen("env magic", "%env COURSE"),
    Way("asked by a module", let("COURSE", "import mod\nprint(mod.x)"), {"mod.py": "import os\nx = os.environ.get('COURSE')", **SET1}, SET2),
    Way("asked in a later cell", let("COURSE", "import os", "print(os.environ.get('COURSE'))"), SET1, SET2),
    Way("asked in the prelude", D("print(x)", head="execute: {env: [COURSE], prelude: \"import os; x = os.environ.get('COURSE')\"}"), SET1, SET2),
    Way("a variable that is let through now", D(ASK), SET1, {"deck.md": let("COURSE", ASK)}),
    Way("LC_ALL", let("LC_ALL", "import locale\nprint(locale.setlocale(locale.LC_ALL, ''))"), {"$LC_ALL": "C"}, {"$LC_ALL": "C.UTF-8"}),
    Way("LC_ALL not let through", D("import locale\nprint(locale.setlocale(locale.LC_ALL, ''))"), {"$LC_ALL": "C"}, {"$LC_ALL": "C.UTF-8"}, sealed=True),
    Way("LC_NUMERIC", D("import locale\nprint(locale.setlocale(locale.LC_NUMERIC, ''))"), {"$LC_NUMERIC": "C"}, {"$LC_NUMERIC": "C.UTF-8"}, sealed=True),
    Way("LANG", D("import locale\nprint(locale.setlocale(locale.LC_ALL, ''))"), {"$LANG": "C"}, {"$LANG": "C.UTF-8"}, sealed=True),
    Way("TMPDIR", D("import tempfile\ntempfile.gettempdir()"), {"$TMPDIR": "/tmp"}, {"$TMPDIR": "/var/tmp"}, sealed=True),
    Way("LOGNAME", D("import getpass\ngetpass.getuser()"), {"$LOGNAME": "a"}, {"$LOGNAME": "b"}, sealed=True),
    Way("HOME", D("import os\nos.path.expanduser('~')"), {"$HOME": "/tmp"}, {"$HOME": "/var/tmp"}),
    Way("PATH", D("import shutil\nprint(bool(shutil.which('tool')))"), {"d/tool": "", "$PATH": "/usr/bin:/bin"}, {"$PATH": "/usr/bin:/bin:slides/d"}, sealed=True),
    Way("PYTHONSTARTUP", D("print('s' in dir())"), {"s.py": "s = 1"}, {"$PYTHONSTARTUP": "slides/s.py"}, sealed=True),
    Way("PYTHONOPTIMIZE", D("assert 0, 'seen'"), {}, {"$PYTHONOPTIMIZE": "1"}, sealed=True),
    Way("PYTHONOPTIMIZE in flags", D("import sys\nsys.flags.optimize"), {}, {"$PYTHONOPTIMIZE": "2"}, sealed=True),
    Way("PYTHONDEVMODE", D("import sys\nsys.flags.dev_mode"), {}, {"$PYTHONDEVMODE": "1"}, sealed=True),
    Way("PYTHONINTMAXSTRDIGITS", D("import sys\nsys.get_int_max_str_digits()"), {}, {"$PYTHONINTMAXSTRDIGITS": "5000"}, sealed=True),
    Way("PYTHONBREAKPOINT", D("breakpoint()"), {"$PYTHONBREAKPOINT": "0"}, {"$PYTHONBREAKPOINT": "builtins.dir"}, sealed=True),
    Way("PYTHONDONTWRITEBYTECODE", D("import sys\nsys.dont_write_bytecode"), {}, {"$PYTHONDONTWRITEBYTECODE": "1"}, sealed=True),
    Way("PYTHONWARNINGS", D("import warnings\nwarnings.warn('w')"), {}, {"$PYTHONWARNINGS": "error"}, sealed=True),
    Way("PYTHONHASHSEED", D("hash('a')"), {}, {"$PYTHONHASHSEED": "7"}, sealed=True),
    Way("TZ", D("import time\ntime.tzname"), {}, {"$TZ": "Asia/Tokyo"}, sealed=True),
    Way("COLUMNS", D("import shutil\nshutil.get_terminal_size()"), {}, {"$COLUMNS": "99"}, sealed=True),
    Way("OMP_NUM_THREADS", D("import os\nos.environ.get('OMP_NUM_THREADS')"), {}, {"$OMP_NUM_THREADS": "7"}, sealed=True),
    Way("MPLBACKEND", D(FIGURE + "\nprint(plt.get_backend())"), {}, {"$MPLBACKEND": "svg"}, sealed=True),
    Way("a matplotlibrc beside the deck", D(FIGURE), {}, {"matplotlibrc": "lines.linewidth: 9"}, sealed=True),
    Way("a matplotlibrc in the home", D(FIGURE), {"h/x": "", "$MPLCONFIGDIR": "slides/h"}, {"h/matplotlibrc": "lines.linewidth: 9"}, sealed=True),
    Way("a style in the home", D("import matplotlib.pyplot as plt\nprint('mine' in plt.style.available)"), {"$MPLCONFIGDIR": "slides/h", "h/x": ""},
        {"h/stylelib/mine.mplstyle": "lines.linewidth: 9"}, sealed=True),
)
FRAME = "import sys\nprint(sys._getframe().f_lineno)"
BELOW = Text("文。\n\n文。")
