"""Ways in which what a cell gives can come to depend on something: a table, a line each.

``python -m tests.attack.ways --list`` prints it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import Any

from tests.attack.makers import (
    Files,
    array,
    arrays,
    at,
    bytecode,
    extension,
    folder,
    font,
    gz,
    hard,
    library,
    link,
    mode,
    notebook,
    packed,
    picture,
    shelf,
    table,
    tarred,
    translation,
    zipped,
    zone,
)

ONE, TWO = {"a": "1\n"}, {"a": "2\n"}


@dataclass(frozen=True, slots=True)
class Way:
    """A deck, files beside it, and an edit after which a cell gives something else."""

    name: str
    deck: str
    files: Files = field(default_factory=lambda: ONE)
    edit: Files = field(default_factory=lambda: TWO)
    again: Files | None = None
    """A second edit, after a build."""
    quiet: bool = False
    """The edit changes nothing that a cell can give: no cell runs."""
    sealed: bool = False
    """The kernel need not see what changes: then nothing changes."""
    checkout: bool = False
    """After the edit the project stands elsewhere, with new times."""
    finding: str = ""
    """What a finding must say."""
    leaves: tuple[str, ...] = ()
    """Files of a deck that is gone: they stay as they were, and a build from nothing does not have them."""
    kind: str = ""

    @property
    def edits(self) -> tuple[Files, ...]:
        """One edit after the other."""
        return (self.edit,) if self.again is None else (self.edit, self.again)


class Text(str):
    """A part of a deck that is no cell."""


def D(*parts: str, head: str = "execute: true") -> str:
    """The text of a deck."""
    fences = [part if isinstance(part, Text) else f"```python\n{part}\n```" for part in parts]
    return "\n\n".join([f"---\nmarp: true\n{head}\n---\n\n# 一", *fences]) + "\n"


def becomes(*parts: str, head: str = "execute: true") -> Files:
    """An edit of the deck itself."""
    return {"deck.md": D(*parts, head=head)}


def let(name: str, *parts: str) -> str:
    """A deck whose kernel may see a variable."""
    return D(*parts, head=f"execute: {{env: [{name}]}}")


PATHLIB = "from pathlib import Path\n"
OPEN = "open('a').read()"
FIGURE = "import matplotlib.pyplot as plt\nfig = plt.figure()\nplt.plot([0, 1])"
DRAWN = "#| label: {}\nimport matplotlib.pyplot as plt\nplt.plot([0, {}])"

FILES = (
    Way("open", D(OPEN)),
    Way("read text", D(PATHLIB + "Path('a').read_text()")),
    Way("read bytes", D(PATHLIB + "Path('a').read_bytes()")),
    Way("io open code", D("import io\nio.open_code(__import__('os').path.abspath('a')).read()")),
    Way("file io", D("import io\nio.FileIO('a').readall()")),
    Way("codecs", D("import codecs\ncodecs.open('a', encoding='utf-8').read()")),
    Way("os open", D("import os\nfd = os.open('a', os.O_RDONLY)\nos.read(fd, 9)")),
    Way("descriptor of a folder", D("import os\nd = os.open('d', os.O_RDONLY)\nos.read(os.open('x', os.O_RDONLY, dir_fd=d), 9)"),
        {"d/x": "1"}, {"d/x": "2"}),
    Way("descriptor of an earlier cell", D("f = open('a')", "f.read()")),
    Way("mmap", D("import mmap\nwith open('a') as f:\n    print(mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)[:])")),
    Way("bytes as a name", D("open(b'a').read()")),
    Way("a Japanese name", D("open('値').read()"), {"値": "1"}, {"値": "2"}),
    Way("after chdir", D("import os\nos.chdir('d')\nopen('x').read()"), {"d/x": "1"}, {"d/x": "2"}),
    Way("outside of the project", D("open('../../x').read()"), {"../../x": "1"}, {"../../x": "2"}),
    Way("in a cache folder above the project", D("open('../.cache/x').read()"), {"../.cache/x": "1"}, {"../.cache/x": "2"}),
    Way("in a folder of bytecode", D("open('__pycache__/x').read()"), {"__pycache__/x": "1"}, {"__pycache__/x": "2"}),
    Way("in a folder that is made if absent", D("import os\nos.makedirs('d', exist_ok=True)\nopen('d/x').read()"), {"d/x": "1"}, {"d/x": "2"}),
    Way("in a folder that pathlib makes if absent", D(PATHLIB + "Path('d').mkdir(exist_ok=True)\nopen('d/x').read()"), {"d/x": "1"}, {"d/x": "2"}),
    Way("after an exclusive open that fails", D("try:\n    open('a', 'x')\nexcept FileExistsError:\n    print(open('a').read())")),
    Way("after a rename that fails", D("import os\ntry:\n    os.rename('none', 'a')\nexcept OSError:\n    print(open('a').read())")),
    Way("after an open for writing", D("import os\nos.open('a', os.O_WRONLY)\nopen('a').read()")),
    Way("opened for appending", D("f = open('a', 'a+')\nf.seek(0)\nf.read()")),
    Way("opened for reading and writing", D("open('a', 'r+').read()")),
    Way("read and then written", D("n = open('a').read()\nopen('b', 'w').write(n)\nopen('b').read()")),
    Way("copied and then read", D("import shutil\nshutil.copyfile('a', 'b')\nopen('b').read()")),
    Way("renamed over and then read", D("import os, shutil\nshutil.copy('a', 'b')\nos.replace('b', 'c')\nopen('c').read()")),
    Way("same size and time", D(OPEN), {"a": at(0, "1")}, {"a": at(0, "2")}),
    Way("a symbolic link", D(OPEN), {"b": "1", "a": link("b")}, {"b": "2"}),
    Way("a link that is retargeted", D(OPEN), {"b": "1", "c": "2", "a": link("b")}, {"a": link("c")}),
    Way("a link in the middle", D(OPEN), {"b": "1", "c": "2", "m": link("b"), "a": link("m")}, {"m": link("c")}),
    Way("a folder that is a link", D("open('d/x').read()"), {"e/x": "1", "f/x": "2", "d": link("e")}, {"d": link("f")}),
    Way("a link that hung", D("try:\n    print(open('a').read())\nexcept OSError:\n    print('none')"), {"a": link("b")}, {"b": "2"}),
    Way("another name of it", D(OPEN), {"b": "1", "a": hard("b")}, {"b": "2"}),
    Way("appears", D("try:\n    print(open('a').read())\nexcept FileNotFoundError:\n    print('none')"), {}, TWO),
    Way("appears in a folder that appears", D("try:\n    print(open('d/e/x').read())\nexcept OSError:\n    print('none')"), {}, {"d/e/x": "1"}),
    Way("vanishes", D("try:\n    print(open('a').read())\nexcept OSError:\n    print('none')"), ONE, {"a": None}),
    Way("becomes a folder", D("try:\n    print(open('a').read())\nexcept OSError as e:\n    print(type(e))"), ONE, {"a": None}, {"a": folder}),
    Way("there and back", D(OPEN), ONE, TWO, ONE),
    Way("in a thread", D("import threading\nbox = []\nt = threading.Thread(target=lambda: box.append(open('a').read()))\nt.start()\nt.join()\nbox")),
    Way("in a pool of threads", D("from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n    print(pool.submit(lambda: open('a').read()).result())")),
    Way("awaited", D("import asyncio\nawait asyncio.to_thread(lambda: open('a').read())")),
    Way("by a generator", D("lines = (line for line in open('a'))", "next(lines)")),
    Way("a value in prose", D("x = 1", Text("値は `{python} open('a').read().strip()` です。"))),
    Way("a doctest session", D(">>> open('a').read()\n''")),
    Way("the prelude", D("print(n)", head="execute: {prelude: \"n = open('a').read()\"}")),
    Way("an isolated cell", D("#| isolate: true\nprint(open('a').read())")),
    Way("np load", D("import numpy as np\nnp.load('a.npy')"), {"a.npy": array(1)}, {"a.npy": array(2)}),
    Way("np load mapped", D("import numpy as np\nnp.load('a.npy', mmap_mode='r')[0]"), {"a.npy": array(1)}, {"a.npy": array(2)}),
    Way("np load later", D("import numpy as np\nz = np.load('a.npz')", "z['x']"), {"a.npz": arrays(x=1)}, {"a.npz": arrays(x=2)}),
    Way("np fromfile", D("import numpy as np\nnp.fromfile('a', dtype=np.uint8)")),
    Way("np memmap", D("import numpy as np\nnp.memmap('a', mode='r')[0]")),
    Way("np loadtxt", D("import numpy as np\nnp.loadtxt('a')")),
    Way("np genfromtxt", D("import numpy as np\nnp.genfromtxt('a')")),
    Way("csv", D("import csv\nlist(csv.reader(open('a')))")),
    Way("json", D("import json\njson.load(open('a'))")),
    Way("pickle", D("import pickle\npickle.load(open('p', 'rb'))"), {"p": packed(1)}, {"p": packed(2)}),
    Way("shelve", D("import shelve\nshelve.open('s', 'r')['k']"), {"s": shelf(1)}, {"s": shelf(2)}),
    Way("dbm", D("import dbm.dumb\ndbm.dumb.open('s', 'r')['k']"), {"s": shelf(1)}, {"s": shelf(2)}),
    Way("zipfile", D("import zipfile\nzipfile.ZipFile('z').read('m.py')"), {"z": zipped(m="1")}, {"z": zipped(m="2")}),
    Way("tarfile", D("import tarfile\ntarfile.open('t').extractfile('a').read()"), {"t": tarred("1")}, {"t": tarred("2")}),
    Way("gzip", D("import gzip\ngzip.open('g').read()"), {"g": gz("1")}, {"g": gz("2")}),
    Way("configparser", D("import configparser\nc = configparser.ConfigParser()\nc.read('c')\nc['a']['x']"), {"c": "[a]\nx=1"}, {"c": "[a]\nx=2"}),
    Way("configparser with a file that appears", D("import configparser\nconfigparser.ConfigParser().read(['c', 'd'])"), {"c": "[a]"}, {"d": "[b]"}),
    Way("tomllib", D("import tomllib\ntomllib.load(open('t', 'rb'))"), {"t": "x=1"}, {"t": "x=2"}),
    Way("yaml", D("import yaml\nyaml.safe_load(open('a'))")),
    Way("xml", D("import xml.etree.ElementTree as E\nE.parse('x').getroot().tag"), {"x": "<a/>"}, {"x": "<b/>"}),
    Way("jinja2", D("import jinja2\njinja2.Environment(loader=jinja2.FileSystemLoader('.')).get_template('a').render()")),
    Way("pandas", D("import pandas as pd\npd.read_csv('c').x.sum()"), {"c": "x\n1\n"}, {"c": "x\n2\n"}),
    Way("joblib", D("import joblib\njoblib.load('p')"), {"p": packed(1)}, {"p": packed(2)}),
    Way("scikit-learn", D("from sklearn.datasets import load_files\nload_files('d').data"), {"d/k/x": "1"}, {"d/k/x": "2"}),
    Way("fileinput", D("import fileinput\nlist(fileinput.input('a'))")),
    Way("linecache", D("import linecache\nlinecache.getline('a', 1)")),
    Way("tokenize", D("import tokenize\ntokenize.open('a').read()")),
    Way("mimetypes", D("import mimetypes\nmimetypes.MimeTypes(['m']).guess_type('f.qq')"), {"m": "a/b qq\n"}, {"m": "a/c qq\n"}),
    Way("netrc", D("import netrc\nnetrc.netrc('n').hosts"), {"n": "machine a login b password c\n"}, {"n": "machine a login d password c\n"}),
    Way("gettext", D("import gettext\ngettext.translation('m', '.', ['de']).gettext('hello')"),
        {"de/LC_MESSAGES/m.mo": translation("eins")}, {"de/LC_MESSAGES/m.mo": translation("zwei")}),
    Way("gettext that appears", D("import gettext\ngettext.translation('m', '.', ['de'], fallback=True).gettext('hello')"),
        {}, {"de/LC_MESSAGES/m.mo": translation("zwei")}),
    Way("zoneinfo", D("import os, zoneinfo\nfrom datetime import datetime\nzoneinfo.reset_tzpath([os.path.abspath('.')])\nprint(datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo('Z')))"),
        {"Z": zone("Asia/Tokyo")}, {"Z": zone("Europe/Paris")}),
    Way("PIL", D("from PIL import Image\nImage.open('p.png').getpixel((0, 0))"), {"p.png": picture(1)}, {"p.png": picture(2)}),
    Way("PIL later", D("from PIL import Image\np = Image.open('p.png')", "p.getpixel((0, 0))"), {"p.png": picture(1)}, {"p.png": picture(2)}),
    Way("plt imread", D("import matplotlib.pyplot as plt\nplt.imshow(plt.imread('p.png'), vmin=0, vmax=1)"), {"p.png": picture(1)}, {"p.png": picture(99)}),
    Way("a style", D("import matplotlib.pyplot as plt\nplt.style.use('./s.mplstyle')\nplt.plot([0, 1])"),
        {"s.mplstyle": "lines.linewidth: 1"}, {"s.mplstyle": "lines.linewidth: 5"}),
    Way("rc file", D("import matplotlib as mpl\nmpl.rc_file('rc')\nmpl.rcParams['lines.linewidth']"),
        {"rc": "lines.linewidth: 1"}, {"rc": "lines.linewidth: 5"}),
    Way("addfont", D("from matplotlib import font_manager as m\nm.fontManager.addfont('f.ttf')\nm.fontManager.ttflist[-1].name"),
        {"f.ttf": font("DejaVuSans")}, {"f.ttf": font("DejaVuSansMono")}),
    Way("exec", D("exec(open('a').read())"), {"a": "print(1)"}, {"a": "print(2)"}),
    Way("run magic", D("%run m.py"), {"m.py": "print(1)"}, {"m.py": "print(2)"}),
    Way("run magic with a notebook", D("%run m.ipynb"), {"m.ipynb": notebook("print(1)")}, {"m.ipynb": notebook("print(2)")}),
    Way("runpy", D("import runpy\nrunpy.run_path('m.py')['x']"), {"m.py": "x = 1"}, {"m.py": "x = 2"}),
)

METADATA = (
    Way("getsize", D("import os\nos.path.getsize('a')"), ONE, {"a": "12\n"}),
    Way("st_size", D(PATHLIB + "Path('a').stat().st_size"), ONE, {"a": "12\n"}),
    Way("fstat", D("import os\nos.fstat(os.open('a', os.O_RDONLY)).st_size"), ONE, {"a": "12\n"}),
    Way("lstat", D("import os\nos.lstat('a').st_size"), ONE, {"a": "12\n"}),
    Way("size of an entry", D("import os\n[e.stat().st_size for e in os.scandir('d')]"), {"d/x": "1"}, {"d/x": "12"}),
    Way("kind of an entry", D("import os\n[e.is_dir() for e in os.scandir('d')]"), {"d/x": "1"}, {"d/x": None}, {"d/x": folder}),
    Way("seek to the end", D("open('a').seek(0, 2)"), ONE, {"a": "12\n"}),
    Way("getmtime", D("import os\nos.path.getmtime('a')"), {"a": at(0, "1")}, {"a": at(9)}),
    Way("st_mtime_ns", D("import os\nos.stat('a').st_mtime_ns"), {"a": at(0, "1")}, {"a": at(9)}),
    Way("time of an entry", D("import os\n[e.stat().st_mtime for e in os.scandir('d')]"), {"d/x": at(0, "1")}, {"d/x": at(9)}),
    Way("the newest file", D(PATHLIB + "max(Path('d').iterdir(), key=lambda p: p.stat().st_mtime).name"),
        {"d/x": at(0, "1"), "d/y": at(1, "1")}, {"d/x": at(9)}),
    Way("make", D("import os\nos.path.getmtime('a') > os.path.getmtime('b')"), {"a": at(0, "1"), "b": at(1, "1")}, {"a": at(9)}),
    Way("st_mode", D("import os\noct(os.stat('a').st_mode)"), ONE, {"a": mode(0o600)}),
    Way("st_nlink", D("import os\nos.stat('a').st_nlink"), ONE, {"b": hard("a")}),
    Way("access to run", D("import os\nos.access('a', os.X_OK)"), ONE, {"a": mode(0o755)}),
    Way("access", D("import os\nos.access('a', os.F_OK)"), {}, TWO),
    Way("readlink", D("import os\nos.readlink('a')"), {"a": link("b")}, {"a": link("c")}),
    Way("realpath", D("import os\nos.path.basename(os.path.realpath('a'))"), {"b": "", "c": "", "a": link("b")}, {"a": link("c")}),
    Way("resolve", D(PATHLIB + "Path('a').resolve().name"), {"b": "", "c": "", "a": link("b")}, {"a": link("c")}),
    Way("samefile", D("import os\nos.path.samefile('a', 'b')"), {"b": "", "c": "", "a": link("b")}, {"a": link("c")}),
    Way("islink", D("import os\nos.path.islink('a')"), {"b": "1", "a": "1"}, {"a": link("b")}),
    Way("lexists", D("import os\nos.path.lexists('a')"), {}, {"a": link("none")}),
    Way("exists", D("import os\nos.path.exists('a')"), {}, TWO),
    Way("exists behind a link", D("import os\nos.path.exists('a')"), {"a": link("b")}, {"b": ""}),
    Way("a module exists", D(PATHLIB + "Path('mod.py').exists()"), {}, {"mod.py": ""}),
    Way("is no longer", D(PATHLIB + "Path('a').is_file()"), ONE, {"a": None}),
    Way("is a folder", D(PATHLIB + "Path('a').is_dir()"), {}, {"a": folder}),
    Way("its folder exists", D(PATHLIB + "Path('d/x').parent.exists()"), {}, {"d/x": ""}),
    Way("listdir", D("import os\nsorted(os.listdir('d'))"), {"d/x": ""}, {"d/y": ""}),
    Way("listdir of a descriptor", D("import os\nsorted(os.listdir(os.open('d', os.O_RDONLY)))"), {"d/x": ""}, {"d/y": ""}),
    Way("iterdir", D(PATHLIB + "sorted(Path('d').iterdir())"), {"d/x": ""}, {"d/x": None}),
    Way("a folder is empty", D("import os\nany(os.scandir('d'))"), {"d": folder}, {"d/x": ""}),
    Way("glob", D("import glob\nsorted(glob.glob('d/*.txt'))"), {"d/x.txt": ""}, {"d/y.txt": ""}),
    Way("glob with no star", D("import glob\nglob.glob('d/y.txt')"), {"d/x.txt": ""}, {"d/y.txt": ""}),
    Way("glob with no star in the middle", D("import glob\nglob.glob('*/y.txt')"), {"d/x.txt": ""}, {"d/y.txt": ""}),
    Way("glob of a path", D(PATHLIB + "list(Path('.').glob('d/y.txt'))"), {"d/x.txt": ""}, {"d/y.txt": ""}),
    Way("glob in a folder that appears", D("import glob\nglob.glob('d/*')"), {}, {"d/y.txt": ""}),
    Way("glob of all below", D("import glob\nsorted(glob.glob('d/**/*.txt', recursive=True))"), {"d/e/x.txt": ""}, {"d/f/y.txt": ""}),
    Way("rglob", D(PATHLIB + "sorted(Path('d').rglob('*.txt'))"), {"d/e/x.txt": ""}, {"d/e/y.txt": ""}),
    Way("walk", D("import os\nsorted(n for _, _, names in os.walk('d') for n in names)"), {"d/e/x": ""}, {"d/e/y": ""}),
    Way("sum of sizes", D(PATHLIB + "sum(p.stat().st_size for p in Path('d').rglob('*'))"), {"d/x": "1"}, {"d/x": "12"}),
    Way("filecmp", D("import filecmp\nfilecmp.cmp('a', 'b', shallow=False)"), {"a": "1", "b": "1"}, {"a": "2"}),
    Way("filecmp by size", D("import filecmp\nfilecmp.cmp('a', 'b')"), {"a": "1", "b": "1"}, {"a": "12"}),
    Way("which", D("import os, shutil\nprint(bool(shutil.which('tool', path=os.path.abspath('d'))))"), {"d/tool": ""}, {"d/tool": mode(0o755)}),
    Way("is a zip file", D("import zipfile\nzipfile.is_zipfile('a')"), ONE, {"a": zipped(m="1")}),
    Way("the place of the project", D("import os\nos.getcwd()"), {}, {}, checkout=True),
    Way("the place of a file", D(PATHLIB + "Path('a').resolve()"), ONE, {}, checkout=True),
    Way("the place of a module", D("import mod\nmod.__file__"), {"mod.py": ""}, {}, checkout=True),
)

FAST = "try:\n    from pkg import fast\n    print(fast.x)\nexcept ImportError:\n    print('slow')"
IMPORTS = (
    Way("a constant", D("import mod\nmod.x"), {"mod.py": "x = 1"}, {"mod.py": "x = 2"}),
    Way("a function", D("import mod\nmod.f()"), {"mod.py": "def f():\n    return 1"}, {"mod.py": "def f():\n    return 2"}),
    Way("a function of a later cell", D("import mod", "mod.f()"), {"mod.py": "def f():\n    return 1"}, {"mod.py": "def f():\n    return 2"}),
    Way("a default of a function", D("import mod\nmod.f()"), {"mod.py": "def f(x=1):\n    return x"}, {"mod.py": "def f(x=2):\n    return x"}),
    Way("a decorator", D("import mod\nmod.g()"), {"mod.py": "def d(f):\n    return lambda: 1\n@d\ndef g(): ..."},
        {"mod.py": "def d(f):\n    return lambda: 2\n@d\ndef g(): ..."}),
    Way("a class from which one inherits", D("import mod\nclass B(mod.A): ...\nB().f()"), {"mod.py": "class A:\n    def f(self):\n        return 1"},
        {"mod.py": "class A:\n    def f(self):\n        return 2"}),
    Way("a method of a class that appears", D("import mod\nhasattr(mod.A, 'g')"), {"mod.py": "class A: ..."}, {"mod.py": "class A:\n    def g(self): ..."}),
    Way("a docstring", D("import mod\nmod.f.__doc__"), {"mod.py": "def f():\n    '''1'''"}, {"mod.py": "def f():\n    '''2'''"}),
    Way("source of a function", D("import inspect, mod\ninspect.getsource(mod.f)"), {"mod.py": "def f(): ..."}, {"mod.py": "def f(): ...  # 2"}),
    Way("lines of a function", D("import mod\nmod.f.__code__.co_firstlineno"), {"mod.py": "def f(): ..."}, {"mod.py": "\ndef f(): ..."}),
    Way("a module's lines in a traceback", D("import mod, traceback\ntry:\n    mod.f()\nexcept ZeroDivisionError as e:\n    print(traceback.extract_tb(e.__traceback__)[-1].lineno)"),
        {"mod.py": "def f():\n    1 / 0"}, {"mod.py": "\ndef f():\n    1 / 0"}),
    Way("a module in the root", D("import mod\nmod.x"), {"../mod.py": "x = 1"}, {"../mod.py": "x = 2"}),
    Way("a package", D("import pkg\npkg.x"), {"pkg/__init__.py": "x = 1"}, {"pkg/__init__.py": "x = 2"}),
    Way("a relative import", D("import pkg\npkg.x"), {"pkg/__init__.py": "from .m import x", "pkg/m.py": "x = 1"}, {"pkg/m.py": "x = 2"}),
    Way("all names", D("from mod import *\nprint('y' in dir())"), {"mod.py": "y = 1\n__all__ = []"}, {"mod.py": "y = 1\n__all__ = ['y']"}),
    Way("attributes by function", D("import mod\nmod.y"), {"mod.py": "def __getattr__(n):\n    return 1"}, {"mod.py": "def __getattr__(n):\n    return 2"}),
    Way("a lazy import", D("import mod", "mod.f()"), {"mod.py": "def f():\n    import late\n    return late.x", "late.py": "x = 1"}, {"late.py": "x = 2"}),
    Way("a module that reads data", D("import mod\nmod.x"), {"mod.py": "x = open('a').read()", **ONE}, TWO),
    Way("a module that reads beside itself", D("import pkg\npkg.x"),
        {"pkg/__init__.py": PATHLIB + "x = (Path(__file__).parent / 'v').read_text()", "pkg/v": "1"}, {"pkg/v": "2"}),
    Way("a main guard", D("import mod"), {"mod.py": "if __name__ == '__main__':\n    x = 1\nelse:\n    print(1)"},
        {"mod.py": "if __name__ == '__main__':\n    x = 1\nelse:\n    print(2)"}),
    Way("reload", D("import mod, importlib\nimportlib.reload(mod).x"), {"mod.py": "x = 1"}, {"mod.py": "x = 2"}),
    Way("import by name", D("import importlib\nimportlib.import_module('m' + 'od').x"), {"mod.py": "x = 1"}, {"mod.py": "x = 2"}),
    Way("spec from a file", D("import importlib.util as u\ns = u.spec_from_file_location('m', 'lib/m.py')\nm = u.module_from_spec(s)\ns.loader.exec_module(m)\nm.x"),
        {"lib/m.py": "x = 1"}, {"lib/m.py": "x = 2"}),
    Way("source loader", D("from importlib.machinery import SourceFileLoader as S\nS('m', 'm.txt').load_module().x"), {"m.txt": "x = 1"}, {"m.txt": "x = 2"}),
    Way("run as a module", D("import runpy\nrunpy.run_module('mod')['x']"), {"mod.py": "x = 1"}, {"mod.py": "x = 2"}),
    Way("bytecode alone", D("import mod\nmod.x"), {"mod.pyc": bytecode("x = 1")}, {"mod.pyc": bytecode("x = 2")}),
    Way("a module in an archive", D("import sys\nsys.path.insert(0, 'z.zip')\nimport mod\nmod.x"), {"z.zip": zipped(mod="x = 1")}, {"z.zip": zipped(mod="x = 2")}),
    Way("a folder put on the path", D("import sys\nsys.path.insert(0, 'lib')\nimport mod\nmod.x"), {"lib/mod.py": "x = 1"}, {"lib/mod.py": "x = 2"}),
    Way("a module that appears", D("try:\n    import mod\n    print(1)\nexcept ImportError:\n    print(0)"), {}, {"mod.py": ""}),
    Way("a module that vanishes", D("try:\n    import mod\n    print(1)\nexcept ImportError:\n    print(0)"), {"mod.py": ""}, {"mod.py": None}),
    Way("a submodule that appears", D(FAST), {"pkg/__init__.py": ""}, {"pkg/fast.py": "x = 2"}),
    Way("a submodule of a namespace that appears", D(FAST), {"pkg/slow.py": ""}, {"pkg/fast.py": "x = 2"}),
    Way("a package that appears", D(FAST), {}, {"pkg/__init__.py": "", "pkg/fast.py": "x = 2"}),
    Way("a package within that appears", D("try:\n    import pkg.sub.fast\n    print(1)\nexcept ImportError:\n    print(0)"),
        {"pkg/__init__.py": ""}, {"pkg/sub/__init__.py": "", "pkg/sub/fast.py": ""}),
    Way("an init that appears", D("import pkg\nprint(getattr(pkg, 'x', 0))"), {"pkg/m.py": ""}, {"pkg/__init__.py": "x = 2"}),
    Way("an init that appears in a subpackage", D("import pkg.sub\nprint(getattr(pkg.sub, 'x', 0))"),
        {"pkg/__init__.py": "", "pkg/sub/m.py": ""}, {"pkg/sub/__init__.py": "x = 2"}),
    Way("a module becomes a package", D("import mod\nmod.x"), {"mod.py": "x = 1"}, {"mod/__init__.py": "x = 2"}),
    Way("a part of a namespace", D("import ns\nlen(list(ns.__path__))"), {"ns/m.py": ""}, {"../ns/n.py": ""}),
    Way("a lazy import that appears", D("import mod", "mod.f()"),
        {"mod.py": "def f():\n    try:\n        import late\n        return 1\n    except ImportError:\n        return 0"}, {"late.py": ""}),
    Way("find spec", D("import importlib.util\nimportlib.util.find_spec('mod') is None"), {}, {"mod.py": ""}),
    Way("find spec of a submodule", D("import importlib.util\nimportlib.util.find_spec('pkg.fast') is None"), {"pkg/__init__.py": ""}, {"pkg/fast.py": ""}),
    Way("find loader", D("import pkgutil\npkgutil.get_loader('mod') is None"), {}, {"mod.py": ""}),
    Way("modules of a package", D("import pkg, pkgutil\n[m.name for m in pkgutil.iter_modules(pkg.__path__)]"), {"pkg/__init__.py": ""}, {"pkg/b.py": ""}),
    Way("a module that shadows one in the root", D("import mod\nmod.x"), {"../mod.py": "x = 1"}, {"mod.py": "x = 2"}),
    Way("a module earlier on the path", D("import sys\nsys.path[:0] = ['lib', 'ext']\nimport mod\nmod.x"), {"lib/o.py": "", "ext/mod.py": "x = 1"}, {"lib/mod.py": "x = 2"}),
    Way("a package that shadows an installed one", D("import sys\nsys.path.insert(0, 'lib')\nimport yaml\nprint(getattr(yaml, 'x', 0))"),
        {"lib/o.py": ""}, {"lib/yaml.py": "x = 2"}),
    Way("a folder on the path that appears", D("import sys\nsys.path[:0] = ['lib', 'ext']\nimport mod\nmod.x"), {"ext/mod.py": "x = 1"}, {"lib/mod.py": "x = 2"}),
    Way("PYTHONPATH", let("PYTHONPATH", "try:\n    import mod\n    print(mod.x)\nexcept ImportError:\n    print(0)"), {"ext/mod.py": "x = 1"}, {"$PYTHONPATH": "slides/ext"}, sealed=True),
    Way("a pth file", D("import os, site, sys\nsite.addsitedir(os.path.abspath('lib'))\nimport mod\nmod.x"),
        {"lib/p.pth": "one", "lib/one/mod.py": "x = 1", "lib/two/mod.py": "x = 2"}, {"lib/p.pth": "two"}),
    Way("a resource", D("from importlib.resources import files\n(files('pkg') / 'v').read_text()"), {"pkg/__init__.py": "", "pkg/v": "1"}, {"pkg/v": "2"}),
    Way("get data", D("import pkgutil\npkgutil.get_data('pkg', 'v')"), {"pkg/__init__.py": "", "pkg/v": "1"}, {"pkg/v": "2"}),
    Way("a version of metadata", D("from importlib.metadata import version\nversion('thing')"),
        {"../thing-1.0.dist-info/METADATA": "Name: thing\nVersion: 1.0"}, {"../thing-1.0.dist-info/METADATA": "Name: thing\nVersion: 1.1"}),
    Way("an entry point", D("from importlib.metadata import entry_points\n[e.name for e in entry_points(group='g')]"),
        {"../thing-1.0.dist-info/METADATA": "Name: thing\nVersion: 1.0"}, {"../thing-1.0.dist-info/entry_points.txt": "[g]\na = b:c\n"}),
    Way("a distribution that appears", D("from importlib.metadata import entry_points\n[e.name for e in entry_points(group='g')]"),
        {}, {"../thing-1.0.dist-info/entry_points.txt": "[g]\na = b:c\n"}),
    Way("a pickle of a class", D("import pickle\npickle.load(open('p', 'rb')).f()"), {"mod.py": "class A:\n    def f(self):\n        return 1", "p": b"cmod\nA\n(tR."},
        {"mod.py": "class A:\n    def f(self):\n        return 2"}),
    Way("a cell shows source", D("#| source: mod.f"), {"../mod.py": "def f():\n    return 1"}, {"../mod.py": "def f():\n    return 2"}),
)

CHILD = "import subprocess, sys\nprint(subprocess.run([sys.executable, {}], capture_output=True, text=True).stdout)"
LIBC = "import ctypes\nc = ctypes.CDLL(None)\n"
SQL = "import sqlite3\n"
T1, T2 = {"t.db": table(1)}, {"t.db": table(2)}
CHILDREN = (
    Way("sqlite", D(SQL + "sqlite3.connect('t.db').execute('select x from t').fetchall()"), T1, T2),
    Way("sqlite by URI", D(SQL + "sqlite3.connect('file:t.db?mode=ro', uri=True).execute('select x from t').fetchall()"), T1, T2),
    Way("sqlite attached", D(SQL + "db = sqlite3.connect(':memory:')\ndb.execute(\"attach 't.db' as o\")\ndb.execute('select x from o.t').fetchall()"), T1, T2),
    Way("sqlite attached later", D(SQL + "db = sqlite3.connect(':memory:')", "db.execute(\"attach 't.db' as o\")\ndb.execute('select x from o.t').fetchall()"), T1, T2),
    Way("sqlite of a link", D(SQL + "sqlite3.connect('l.db').execute('select x from t').fetchall()"), {**T1, "u.db": table(2), "l.db": link("t.db")}, {"l.db": link("u.db")}),
    Way("pandas with sqlite", D(SQL + "import pandas as pd\npd.read_sql('select x from t', sqlite3.connect('t.db')).x[0]"), T1, T2),
    Way("a library", D("import ctypes, os\nctypes.CDLL(os.path.abspath('l.so')).f()"), {"l.so": library(1)}, {"l.so": library(2)}),
    Way("a library of np", D("import numpy as np\nnp.ctypeslib.load_library('l', '.').f()"), {"l.so": library(1)}, {"l.so": library(2)}),
    Way("a library that appears", D("import ctypes, os\ntry:\n    print(ctypes.CDLL(os.path.abspath('l.so')).f())\nexcept OSError:\n    print(0)"), {}, {"l.so": library(2)}),
    Way("an extension module", D("import fast\nfast.x"), {"fast.so": extension(1)}, {"fast.so": extension(2)}),
    Way("an extension module that appears", D("import fast\nfast.x"), {"fast.py": "x = 1"}, {"fast.so": extension(2)}),
    Way("open in C", D(LIBC + "b = ctypes.create_string_buffer(9)\nc.read(c.open(b'a', 0), b, 8)\nb.value")),
    Way("fopen in C", D(LIBC + "c.fopen.restype = ctypes.c_void_p\nc.fgetc(ctypes.c_void_p(c.fopen(b'a', b'r')))")),
    Way("stat in C", D(LIBC + "c.access(b'a', 0)"), {}, TWO),
    Way("a font of PIL", D("from PIL import ImageFont\nImageFont.truetype('f.ttf', 9).getname()"), {"f.ttf": font("DejaVuSans")}, {"f.ttf": font("DejaVuSansMono")}),
    Way("a font of matplotlib", D("from matplotlib.ft2font import FT2Font\nFT2Font('f.ttf').family_name"), {"f.ttf": font("DejaVuSans")}, {"f.ttf": font("DejaVuSansMono")}),
    Way("a font of HarfBuzz", D("import uharfbuzz as hb\nhb.Face(hb.Blob.from_file_path('f.ttf')).glyph_count"),
        {"f.ttf": font("DejaVuSans")}, {"f.ttf": font("DejaVuSansMono")}),
    Way("certificates", D("import ssl\ntry:\n    ssl.create_default_context(cafile='a')\nexcept OSError as e:\n    print(type(e).__name__)"), {}, TWO),
    Way("history of readline", D("import readline\nreadline.clear_history()\nreadline.read_history_file('a')\nreadline.get_history_item(1)")),
    Way("expat", D("import xml.sax\nclass H(xml.sax.ContentHandler):\n    def startElement(self, n, a):\n        print(n)\nxml.sax.parse('x', H())"), {"x": "<a/>"}, {"x": "<b/>"}),
    Way("shell", D("!cat a")),
    Way("shell with an answer", D("x = !cat a\nprint(x)")),
    Way("bash", D("%%bash\ncat a")),
    Way("a comment in bash", D("%%bash\necho '# 1'"), {}, becomes("%%bash\necho '# 2'")),
    Way("a script of Python", D("%%python\nprint(open('a').read())")),
    Way("subprocess", D("import subprocess\nsubprocess.run(['cat', 'a'], capture_output=True).stdout")),
    Way("a script", D("import subprocess\nsubprocess.run(['sh', 's.sh'], capture_output=True).stdout"), {"s.sh": "echo 1"}, {"s.sh": "echo 2"}),
    Way("popen", D("import os\nos.popen('cat a').read()")),
    Way("os system", D("import os\nos.system('cat a > b')\nopen('b').read()")),
    Way("spawned by C", D(LIBC + "c.system(b'cat a > b')\nopen('b').read()")),
    Way("posix spawn", D("import os\np = os.posix_spawn('/bin/sh', ['sh', '-c', 'cat a > b'], os.environ)\nos.waitpid(p, 0)\nopen('b').read()")),
    Way("fork", D("import os\nr, w = os.pipe()\nif os.fork() == 0:\n    os.write(w, open('a', 'rb').read())\n    os._exit(0)\nos.wait()\nos.read(r, 9)")),
    Way("Python", D(CHILD.format("'m.py'")), {"m.py": "print(1)"}, {"m.py": "print(2)"}),
    Way("a module of Python", D(CHILD.format("'-m', 'mod'")), {"mod.py": "print(1)"}, {"mod.py": "print(2)"}),
    Way("a child's module", D(CHILD.format("'-c', 'import mod'")), {"../mod.py": "print(1)"}, {"../mod.py": "print(2)"}),
    Way("forked multiprocessing", D("import multiprocessing as mp, mod\nwith mp.get_context('fork').Pool(1) as pool:\n    print(pool.apply(mod.f))"),
        {"mod.py": "def f():\n    return open('a').read()", **ONE}, TWO),
    Way("spawned multiprocessing", D("import multiprocessing as mp, mod\nwith mp.get_context('spawn').Pool(1) as pool:\n    print(pool.apply(mod.f))"),
        {"mod.py": "def f():\n    return open('a').read()", **ONE}, TWO),
    Way("spawned multiprocessing with a later import", D("import multiprocessing as mp, mod\nwith mp.get_context('spawn').Pool(1) as pool:\n    print(pool.apply(mod.f))"),
        {"mod.py": "def f():\n    import late\n    return late.x", "late.py": "x = 1"}, {"late.py": "x = 2"}),
    Way("a pool of processes", D("from concurrent.futures import ProcessPoolExecutor as P\nimport mod\nwith P(1) as pool:\n    print(pool.submit(mod.f).result())"),
        {"mod.py": "def f():\n    return open('a').read()", **ONE}, TWO),
    Way("a compiler", D("import subprocess\nsubprocess.run(['cc', 'x.c', '-o', 'x'], check=True)\nsubprocess.run(['./x']).returncode"),
        {"x.c": "int main(void) { return 1; }"}, {"x.c": "int main(void) { return 2; }"}),
    Way("a header", D("import subprocess\nsubprocess.run(['cc', 'x.c', '-o', 'x'], check=True)\nsubprocess.run(['./x']).returncode"),
        {"x.c": '#include "x.h"\nint main(void) { return X; }', "x.h": "#define X 1\n"}, {"x.h": "#define X 2\n"}),
    Way("git", D("import subprocess\nprint(subprocess.run(['git', 'config', '-f', 'c', 'a.x'], capture_output=True, text=True).stdout)"),
        {"c": "[a]\nx = 1"}, {"c": "[a]\nx = 2"}),
    Way("a child that lives on", D("import subprocess\np = subprocess.Popen(['sh', '-c', 'read x; cat a'], stdin=-1, stdout=-1)", "p.communicate(b'go\\n')[0]")),
)

ASK = "import os\nprint(os.environ.get('COURSE'))"
GETENV = LIBC + "c.getenv.restype = ctypes.c_char_p\nprint(c.getenv(b'{}'))"
SET1, SET2 = {"$COURSE": "1"}, {"$COURSE": "2"}
LENGTH = "import os\nprint(sorted(os.environ)[:0], len(os.environ))"


def seen(name: str, cell: str, variable: str = "COURSE", values: tuple[str | None, str | None] = ("1", "2")) -> tuple[Way, Way]:
    """A variable that is let through, and one that may be hidden."""
    before, after = ({f"${variable}": value} for value in values)
    return Way(name, let(variable, cell), before, after), Way(f"{name} not let through", D(cell), before, after, sealed=True)


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
CODE = (
    Way("a semicolon hides a value", D("x = 1\nx"), {}, becomes("x = 1\nx;")),
    Way("a value without its semicolon", D("x = 1\nx;"), {}, becomes("x = 1\nx")),
    Way("a semicolon before a comment", D("x = 1\nx  # y"), {}, becomes("x = 1\nx;  # y")),
    Way("a semicolon in an isolated cell", D("#| isolate: true\nx = 1\nx"), {}, becomes("#| isolate: true\nx = 1\nx;")),
    Way("a constant", D("print(1)"), {}, becomes("print(2)")),
    Way("there and back", D("print(1)"), {}, becomes("print(2)"), becomes("print(1)")),
    Way("bytes", D("print('a')"), {}, becomes("print(b'a')")),
    Way("an integer that is a float", D("print(1)"), {}, becomes("print(1.0)")),
    Way("a docstring", D("def f():\n    'a'\nprint(f.__doc__)"), {}, becomes("def f():\n    'b'\nprint(f.__doc__)")),
    Way("spaces in a string", D("print('''a\n b''')"), {}, becomes("print('''a\n  b''')")),
    Way("a comment that is read", D("import inspect\ndef f(): ...  # 1\nprint(inspect.getsource(f))"), {}, becomes("import inspect\ndef f(): ...  # 2\nprint(inspect.getsource(f))")),
    Way("a comment that a later cell reads", D("def f(): ...  # 1", "import inspect\nprint(inspect.getsource(f))"), {}, becomes("def f(): ...  # 2", "import inspect\nprint(inspect.getsource(f))")),
    Way("a comment that is read by lines", D("import linecache, sys\nprint(linecache.getline(sys._getframe().f_code.co_filename, 11))\n# 1"), {},
        becomes("import linecache, sys\nprint(linecache.getline(sys._getframe().f_code.co_filename, 11))\n# 2")),
    Way("f_lineno", D(FRAME), {}, becomes(BELOW, FRAME)),
    Way("f_lineno behind a blank line", D(FRAME), {}, becomes("\n\n" + FRAME.replace("\n", "\n\n"))),
    Way("currentframe", D("import inspect\nprint(inspect.currentframe().f_lineno)"), {}, becomes(BELOW, "import inspect\nprint(inspect.currentframe().f_lineno)")),
    Way("a line in front matter", D(FRAME), {}, {"deck.md": D(FRAME, head="execute: true\ntitle: t")}),
    Way("co_firstlineno", D("def f(): ...", "print(f.__code__.co_firstlineno)"), {}, becomes(BELOW, "def f(): ...", "print(f.__code__.co_firstlineno)")),
    Way("co_lines", D("def f(): ...", "print(list(f.__code__.co_lines()))"), {}, becomes(BELOW, "def f(): ...", "print(list(f.__code__.co_lines()))")),
    Way("co_positions", D("def f(): return 1", "print(list(f.__code__.co_positions()))"), {}, becomes("def f():   return 1", "print(list(f.__code__.co_positions()))")),
    Way("dis", D("import dis\ndef f(): ...\ndis.dis(f)"), {}, becomes(BELOW, "import dis\ndef f(): ...\ndis.dis(f)")),
    Way("lineno of logging", D("import logging, sys\nlogging.basicConfig(format='%(lineno)d', stream=sys.stdout)\nlogging.error('x')"), {},
        becomes(BELOW, "import logging, sys\nlogging.basicConfig(format='%(lineno)d', stream=sys.stdout)\nlogging.error('x')")),
    Way("a traceback", D("import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    print(traceback.format_exc())"), {},
        becomes(BELOW, "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    print(traceback.format_exc())")),
    Way("stack", D("import traceback\nprint(traceback.extract_stack()[-1].lineno)"), {}, becomes(BELOW, "import traceback\nprint(traceback.extract_stack()[-1].lineno)")),
    Way("line of a warning", D("import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.warn('x')\nprint(w[0].lineno)"), {},
        becomes(BELOW, "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.warn('x')\nprint(w[0].lineno)")),
    Way("In", D("x = 1", "print(In[-2])"), {}, becomes("x = 2", "print(In[-2])")),
    Way("the last input", D("x = 1", "print(_i)"), {}, becomes("x = 2", "print(_i)")),
    Way("history", D("x = 1", "%history"), {}, becomes("x = 2", "%history")),
    Way("number of executions", D("x = 1", "print(get_ipython().execution_count)"), {}, becomes("x = 1", "y = 1", "print(get_ipython().execution_count)")),
    Way("Out", D("1", "print(Out)"), {}, becomes("1;", "print(Out)")),
    Way("the last value", D("1", "print(_)"), {}, becomes("2", "print(_)")),
    Way("the order of cells", D("x = 1", "x = 2", "print(x)"), {}, becomes("x = 2", "x = 1", "print(x)")),
    Way("a cell less", D("x = 1", "x = 2", "print(x)"), {}, becomes("x = 1", "print(x)")),
    Way("a cell that is not run", D("x = 1", "x = 2", "print(x)"), {}, becomes("x = 1", "#| eval: false\nx = 2", "print(x)")),
    Way("a cell that is isolated", D("x = 1", "x = 2", "print(x)"), {}, becomes("x = 1", "#| isolate: true\nx = 2", "print(x)")),
    Way("a cell that is isolated no more", D("x = 1", "#| isolate: true\nx = 2", "print(x)"), {}, becomes("x = 1", "x = 2", "print(x)")),
    Way("a function above", D("def f(): return 1", "print(f())"), {}, becomes("def f(): return 2", "print(f())")),
    Way("a future", D("def f(x: 1 + 1): ...\nprint(f.__annotations__)"), {}, becomes("from __future__ import annotations\ndef f(x: 1 + 1): ...\nprint(f.__annotations__)")),
    Way("a future above", D("1", "def f(x: 1 + 1): ...\nprint(f.__annotations__)"), {}, becomes("from __future__ import annotations", "def f(x: 1 + 1): ...\nprint(f.__annotations__)")),
    Way("a magic", D("%xmode Plain", "#| error: true\n1 / 0"), {}, becomes("%precision 2", "0.12345")),
    Way("precision", D("%precision 2", "0.12345"), {}, becomes("%precision 3", "0.12345")),
    Way("a shell's line", D("!echo a"), {}, becomes("!echo b")),
    Way("spaces in a shell's line", D("!echo 'a b'"), {}, becomes("!echo 'a  b'")),
    Way("a written file", D("%%writefile b\n1", "print(open('b').read())"), {}, becomes("%%writefile b\n2", "print(open('b').read())")),
    Way("an answer of doctest", D(">>> x = 1\n>>> x\n1"), {}, becomes(">>> x = 2\n>>> x\n1")),
    Way("a value in prose", D("x = 1", Text("`{python} x + 1`")), {}, becomes("x = 1", Text("`{python} x + 2`"))),
    Way("a value in prose that changes the state", D("x = [1]", Text("`{python} x.append(2)`"), "print(x)"), {}, becomes("x = [1]", Text("`{python} x.append(3)`"), "print(x)")),
    Way("a label that names a figure", D(DRAWN.format("a", 1)), {}, becomes(DRAWN.format("b", 1))),
    Way("a figure's height", D(DRAWN.format("a", 1)), {}, becomes("#| fig-height: 2\n" + DRAWN.format("a", 1))),
    Way("a figure's format", D(DRAWN.format("a", 1)), {}, becomes("#| fig-format: png\n" + DRAWN.format("a", 1))),
    Way("a figure whose size a later cell asks", D(FIGURE, "print(fig.get_size_inches())"), {}, becomes("#| fig-width: 3\n" + FIGURE, "print(fig.get_size_inches())")),
    Way("a figure that a later cell shows", D(FIGURE, "fig"), {}, becomes("#| fig-width: 3\n" + FIGURE, "fig")),
    Way("a figure whose dots a later cell asks", D("#| fig-format: png\n" + FIGURE, "print(fig.dpi)"), {}, becomes("#| fig-format: png\n#| fig-dpi: 50\n" + FIGURE, "print(fig.dpi)")),
    Way("settings of a cell with a figure's size", D(FIGURE, "print(plt.rcParams['figure.figsize'])"), {}, becomes("#| fig-width: 3\n" + FIGURE, "print(plt.rcParams['figure.figsize'])")),
    Way("output", D("print(1)"), {}, becomes("#| output: false\nprint(1)")),
    Way("warnings", D("import warnings\nwarnings.warn('x')"), {}, becomes("#| warning: false\nimport warnings\nwarnings.warn('x')")),
    Way("an expected error", D("#| error: true\n1 / 0"), {}, becomes("#| error: KeyError\n1 / 0")),
    Way("a caption", D("#| fig-cap: 一\n" + FIGURE), {}, becomes("#| fig-cap: 二\n" + FIGURE)),
    Way("what stands as an output", D("print(1)", Text("```output\n1\n```")), {}, becomes("print(1)", Text("```output\n2\n```"))),
)

KEYS = (
    Way("where a cell ends", D("x = 1", "x = 2\nprint(x)"), {}, becomes("x = 1\nx = 3", "print(x)")),
    Way("two cells that are one", D("print(1)", "print(2)"), {}, becomes("print(1)\nprint(2)")),
    Way("equal cells", D("x = 1", "x = x + 1\nprint(x)", "x = x + 1\nprint(x)"), {}, becomes("x = 1", "x = x + 2\nprint(x)", "x = x + 1\nprint(x)")),
    Way("an equal cell more", D("x = 1", "x = x + 1\nprint(x)"), {}, becomes("x = 1", "x = x + 1\nprint(x)", "x = x + 1\nprint(x)")),
    Way("a value that is a cell", D("x = [1]", "print(x.append(2))", "print(x)"), {}, becomes("x = [1]", Text("`{python} x.append(3)`"), "print(x)")),
    Way("a session that is a cell", D(">>> x = 1\n>>> print(x)\n1"), {}, becomes("x = 1\nprint(x + 1)")),
    Way("the prelude", D("print(x)", head="execute: {prelude: x = 1}"), {}, becomes("print(x)", head="execute: {prelude: x = 2}")),
    Way("the prelude of the call", D("print(x)"), {"--prelude": "x = 1"}, {"--prelude": "x = 2"}),
    Way("a fresh file for an old cell", D("print(open('a').read())", "print(1)"), ONE, {**becomes("print(open('a').read())", "print(2)"), **TWO}),
    Way("an edit and a file by turns", D("x = open('a').read()", "print(x, 1)"), ONE, {**becomes("x = open('a').read()", "print(x, 2)")}, {**TWO, **becomes("x = open('a').read()", "print(x, 1)")}),
    Way("another file by the same cell", D("print(open(open('a').read().strip()).read())"), {"a": "b", "b": "1", "c": "2"}, {"a": "c"}),
    Way("another file by the same cell changes", D("print(open(open('a').read().strip()).read())"), {"a": "b", "b": "1", "c": "2"}, {"a": "c"}, {"c": "3"}),
    Way("a file of the first of two cells", D("x = open('a').read()", "y = 1", "print(x, y)")),
    Way("a file that an isolated cell reads", D("x = 1", "#| isolate: true\nprint(open('a').read())", "print(x)")),
    Way("a default of all cells", D("1 / 0"), {}, becomes("1 / 0", head="execute: {error: true}")),
    Way("a default of all figures", D(FIGURE), {}, becomes(FIGURE, head="execute: {fig-width: 3}")),
)

READS = "print(open('out').read())"
SHOWS = Text("![](../figures/deck/plot.svg)")


def pair(first: str, second: str, after: str) -> tuple[Way, Way]:
    """Deck ``deck`` is edited; the other is built behind it, and before it."""
    return tuple(Way(f"{first}, {where}", D(after.format(1)), {name: D(*parts)}, becomes(after.format(2)))  # type: ignore[return-value]
                 for where, name in (("read behind", "z.md"), ("read before", "a.md")) for parts in [(second,)])


BETWEEN = (
    *pair("a file", READS, "open('out', 'w').write('{}');"),
    *pair("a figure", SHOWS, DRAWN.replace("{}", "plot", 1)),
    *pair("a module", "import made\nprint(made.x)", "open('made.py', 'w').write('x = {}');"),
    *pair("presence", "import os\nprint(os.path.exists('out2'))", "open('out{}', 'w').write('');"),
    *pair("a listing", "import os\nprint(sorted(os.listdir('d')))", "import os\nos.makedirs('d', exist_ok=True)\nfor i in range({}):\n    open('d/x' + 'i' * i, 'w').close()"),
    Way("a figure that appears", D("n = 1"), {"z.md": D(SHOWS)}, becomes("#| label: plot\n" + FIGURE)),
    Way("through three decks", D("open('b1', 'w').write('1');"), {"b.md": D("open('b2', 'w').write(open('b1').read());"), "a.md": D("print(open('b2').read())")},
        becomes("open('b1', 'w').write('2');")),
    Way("a file through a deck that reads a file", D("open('out', 'w').write(open('a').read());"), {"z.md": D(READS), **ONE}, TWO),
    Way("an isolated cell writes", D("#| isolate: true\nopen('out', 'w').write('1');", READS), {}, becomes("#| isolate: true\nopen('out', 'w').write('2');", READS)),
    Way("an isolated cell writes what it read", D("#| isolate: true\nopen('out', 'w').write(open('a').read());", READS)),
    Way("an isolated cell writes for an isolated one", D("#| isolate: true\nopen('out', 'w').write('1');", "#| isolate: true\n" + READS), {},
        becomes("#| isolate: true\nopen('out', 'w').write('2');", "#| isolate: true\n" + READS)),
    Way("a cell writes for an isolated one", D("open('out', 'w').write('1');", "#| isolate: true\n" + READS), {}, becomes("open('out', 'w').write('2');", "#| isolate: true\n" + READS)),
    Way("a cell writes for the next", D("open('out', 'w').write(open('a').read());", READS)),
    Way("a cell writes a module that the next imports", D("open('made.py', 'w').write('x = 1');", "import made\nprint(made.x)"), {},
        becomes("open('made.py', 'w').write('x = 22');", "import made\nprint(made.x)")),
    Way("a cell removes what the next asks for", D("x = 1", "import os\nprint(os.path.exists('a'))"), ONE,
        becomes("from pathlib import Path\nPath('a').unlink(missing_ok=True)", "import os\nprint(os.path.exists('a'))")),
    Way("a thread reads behind its cell", D("import threading, time\nbox = []\nt = threading.Timer(0.1, lambda: box.append(open('a').read()))\nt.start()", "t.join()\nprint(box)")),
    Way("a thread reads between cells", D("import threading\nbox, go = [], threading.Event()\ndef run():\n    go.wait()\n    box.append(open('a').read())\nt = threading.Thread(target=run)\nt.start()\ngo.set()",
                                         "t.join()\nprint(box)")),
    Way("an event of the shell reads between cells", D("box = []\nget_ipython().events.register('post_run_cell', lambda r: box.append(open('a').read()))", "print(box[0])")),
    Way("an event of the shell reads before a cell", D("box = []\nget_ipython().events.register('pre_run_cell', lambda i: box.append(open('a').read()))", "print(box[0])")),
    Way("a task reads between cells", D("import asyncio\nbox = []\nasync def run():\n    await asyncio.sleep(0.05)\n    box.append(open('a').read())\ntask = asyncio.get_event_loop().create_task(run())",
                                       "await task\nprint(box)")),
)

DEPS = "#| deps: [{}]\nimport numpy as np\nprint(open('a').read())"
DECLARATIONS = (
    Way("deps that mean nothing", D(DEPS.format("typo")), ONE, {}, finding="typo"),
    Way("deps of which one means nothing", D(DEPS.format("a, 'typo/*.csv'")), ONE, {}, finding="typo/*.csv"),
    Way("deps of a volatile cell that mean nothing", D("#| deps: [typo]\n!cat a"), ONE, {}, finding="typo"),
    Way("deps of a volatile cell", D("#| deps: [a]\n!cat a")),
    Way("deps with a star", D("#| deps: ['d/*']\n!cat d/x"), {"d/x": "1"}, {"d/x": "2"}),
    Way("deps with a star and a new file", D("#| deps: ['d/*']\n!ls d"), {"d/x": "1"}, {"d/y": "2"}),
    Way("deps in all folders", D("#| deps: ['d/**/*.t']\n!cat d/e/x.t"), {"d/e/x.t": "1"}, {"d/e/x.t": "2"}),
    Way("deps that are a folder", D("#| deps: [d]\n!cat d/x"), {"d/x": "1"}, {"d/x": "2"}),
    Way("deps in the root", D("#| deps: [../x]\n!cat ../x"), {"../x": "1"}, {"../x": "2"}),
    Way("deps that vanish", D("#| deps: [a]\nprint(1)"), ONE, {"a": None}, finding="'a'"),
    Way("deps that change", D("#| deps: [a]\n!cat a b"), {"a": "1", "b": "1"}, {"b": "2", "deck.md": D("#| deps: [a, b]\n!cat a b")}),
    Way("cache false", D("#| cache: false\nprint(open('a').read())")),
)

EQUAL = "import inspect\nprint(inspect.currentframe().f_code.co_filename)"
SHARING = (
    Way("an equal deck more", D(EQUAL), {}, {"b.md": D(EQUAL)}),
    Way("an equal deck in another folder", D(EQUAL), {}, {"s/b.md": D(EQUAL)}),
    Way("a deck that is copied", D("print(1)"), {"b.md": D(EQUAL)}, {"c.md": D(EQUAL)}),
    Way("a deck that is renamed", D("print(1)"), {"b.md": D(EQUAL)}, {"b.md": None, "c.md": D(EQUAL)}, leaves=("dist/b.md",)),
    Way("a deck with a figure that is renamed", D("print(1)"), {"b.md": D(EQUAL, DRAWN.format("plot", 1))}, {"b.md": None, "c.md": D(EQUAL, DRAWN.format("plot", 1))},
        leaves=("dist/b.md", "figures/b/plot.svg",)),
    Way("an equal deck with another title", D(FIGURE), {}, {"b.md": D(FIGURE) + "\n---\n\n文\n"}),
    Way("equal decks of which one is edited", D("print(open('a').read())"), {**ONE, "b.md": D("print(open('a').read())")}, becomes("print(open('a').read(), 2)")),
    Way("equal decks with files of their own", D("print(open('a').read())"), {**ONE, "s/b.md": D("print(open('a').read())"), "s/a": "3"}, {"s/a": "4"}),
    Way("equal decks with modules of their own", D("import mod\nprint(mod.x)"), {"mod.py": "x = 1", "s/b.md": D("import mod\nprint(mod.x)")}, {"s/mod.py": "x = 2"}),
    Way("the line of an equal deck", D(FRAME), {}, {"b.md": D(BELOW, FRAME)}),
    Way("source of an equal deck", D("import inspect\ndef f(): ...  # 1\nprint(inspect.getsource(f))"), {}, {"b.md": D("import inspect\ndef f(): ...  # 2\nprint(inspect.getsource(f))")}),
    Way("an error of an equal deck", D("#| error: true\n1 / 0"), {}, {"b.md": D(BELOW, "#| error: true\n1 / 0")}),
    Way("a warning of an equal deck", D("import warnings\nwarnings.warn('x')"), {}, {"b.md": D("import warnings\nwarnings.warn('x')")}),
    Way("a store that projects share", D("print(open('a').read())"), {**ONE, "--cache": "../store"}, {**TWO}, checkout=True),
)

MANY = D("import os, mod\nprint(mod.x, os.path.exists('a'), sorted(os.listdir('d')))", "print(open('b').read())", FIGURE)
MANY_FILES = {"a": "1", "b": "1", "d/x": "1", "mod.py": "x = 1", "pkg/__init__.py": ""}


def calm(name: str, edit: Files, deck: str = MANY, files: Files = MANY_FILES, **more: Any) -> Way:
    """An edit for which nothing runs."""
    return Way(name, deck, files, edit, quiet=True, **more)


def edited(old: str, new: str) -> Files:
    """An edit of the deck with many cells."""
    assert old in MANY
    return {"deck.md": MANY.replace(old, new)}


QUIET = (
    calm("nothing", {}),
    calm("a comment that In leaves out", becomes("x = 1  # 2", "print(In[-2])"), D("x = 1  # 1", "print(In[-2])"), {}),
    calm("a comment that _i leaves out", becomes("x = 1  # 2", "print(_i)"), D("x = 1  # 1", "print(_i)"), {}),
    calm("a comment that history leaves out", becomes("x = 1  # 2", "%history"), D("x = 1  # 1", "%history"), {}),
    calm("a comment below a line that fails", becomes("#| error: true\n1 / 0\n# c"), D("#| error: true\n1 / 0"), {}),
    calm("prose", edited("# 一", "# 一\n\n文。")),
    calm("a comment", edited("fig = plt.figure()", "fig = plt.figure()  # 図")),
    calm("blank lines", edited("import os, mod\n", "import os, mod\n\n\n")),
    calm("spaces in code", edited("plt.plot([0, 1])", "plt.plot( [0,1] )")),
    calm("a caption", edited("```python\nimport matplotlib", "```python\n#| fig-cap: 図\nimport matplotlib")),
    calm("echo", edited("```python\nprint", "```python\n#| echo: false\nprint")),
    calm("a tolerance", edited("```python\nprint", "```python\n#| rtol: 0.1\nprint")),
    calm("a label without a figure", edited("```python\nprint", "```python\n#| label: data\nprint")),
    calm("what is expected", edited("```python\nprint(open('b').read())\n```", "```python\nprint(open('b').read())\n```\n\n```output\n1\n```")),
    calm("Windows lines", {"deck.md": MANY.replace("\n", "\r\n")}),
    calm("a touched file that is read", {"b": at(9)}),
    calm("a touched file that is asked for", {"a": at(9)}),
    calm("a touched module", {"mod.py": at(9)}),
    calm("a touched folder", {"d": at(9)}),
    calm("a touched file in a folder", {"d/x": at(9)}),
    calm("a file that is asked for has other words", {"a": "2"}),
    calm("a file in a listed folder has other words", {"d/x": "2"}),
    calm("a file that nobody reads", {"c": "1"}),
    calm("a module that nobody imports", {"other.py": "x = 1"}),
    calm("an editor's file", {".deck.md.swp": "x", "deck.md~": "x"}),
    calm("another deck without cells", {"z.md": "---\nmarp: true\nexecute: true\n---\n\n# 二\n"}),
    calm("a repository around it", {"../.git/HEAD": "ref: refs/heads/main", "../README.md": "x", "../pyproject.toml": ""}),
    calm("bytecode that goes", {"__pycache__": None}),
    calm("figures that go", {"../figures": None}),
    calm("a fresh checkout", {}, checkout=True),
    calm("a variable that nobody asks for", {"$OTHER": "1"}),
    calm("a variable of the terminal", {"$TERM": "xterm", "$LINES": "40", "$SSH_TTY": "/dev/pts/1", "$PWD": "/"}),
    calm("a size that is asked for, touched", {"a": at(9)}, D("import os\nprint(os.path.getsize('a'))"), ONE),
    calm("an edit that is taken back", becomes("print(1)"), again={"deck.md": MANY}),
    calm("a database that is read", {"c": "1"}, D(SQL + "sqlite3.connect('t.db').execute('select x from t').fetchall()"), T1),
)

TABLE = {
    "files": FILES, "metadata": METADATA, "imports": IMPORTS, "c-code and children": CHILDREN, "environment": ENVIRONMENT, "code": CODE,
    "keys": KEYS, "between cells and decks": BETWEEN, "declarations": DECLARATIONS, "sharing": SHARING, "quiet": QUIET,
}
WAYS = tuple(replace(way, kind=kind) for kind, ways in TABLE.items() for way in ways)

if __name__ == "__main__" and sys.argv[1:] == ["--list"]:
    for way in WAYS:
        print(f"{way.kind:24}{way.name}")  # noqa: T201
