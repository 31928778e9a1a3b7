"""Hostile decks: never a traceback, never a hang, nothing written where it does not belong, other decks unharmed."""

import contextlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from marpweave.cli.main import main

pytestmark = pytest.mark.usefixtures("kernel")

PROGRAM = Path(__file__).parents[2] / "build.py"

PATIENCE = 90
"""Seconds for one build, on a busy machine."""
GOOD = "---\nexecute: true\n---\n\n# good\n\n```python\n#| eval: false\nprint(1)\n```\n"


def front(text):
    return f"---\n{text}\n---\n\n# A\n"


def cell(code):
    return f"---\nexecute: true\n---\n\n# A\n\n```python\n{code}\n```\n\n```python\nprint('after')  # after\n```\n"


TEXTS = {
    # what is no text, or hardly one
    "empty": ("", 0),
    "a byte order mark alone": ("\ufeff", 0),
    "carriage returns alone": ("\r" * 1000, 0),
    "nul": ("\0" * 1000, 0),
    "nul in a cell": (cell("print('a\0b')"), 0),
    "utf-16": ("# A\n".encode("utf-16"), 1),
    "broken utf-8": (b"# \xff\xfe\x80\n", 1),
    "half a surrogate pair": (b"# \xed\xa0\x80\n", 1),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, 1),
    "control characters": ("# \x1b[31m\x07\x08\x7f\x85\u2028\u2029\x0c\n", 0),
    "right to left and combining": ("# \u202e" + "a\u0301" * 20_000 + "\n", 0),
    # front matter
    "front matter without an end": ("---\na: 1\n# A\n", 1),
    "front matter that is a list": (front("- 1\n- 2"), 1),
    "an object of Python": (front("a: !!python/object/apply:os.system ['touch owned']"), 1),
    "a thousand laughs": (front("a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]" for n in range(9))), 0),
    "deep YAML": (front("a: " + "[" * 20_000), 1),
    "a key of a megabyte": (front("a" * 1_000_000 + ": 1"), 1),
    "the same key twice": (front("theme: gaia\ntheme: default"), 1),
    "a theme out of the way": (front("theme: ../../../etc/passwd"), 0),
    "dividers of all kinds": (front("headingDivider: 99999999999999999999"), 0),
    "an alias without an anchor": (front("a: *b"), 1),
    "a date that is none": (front("date: 2024-99-99"), 0),
    "execute of nonsense": (front("execute: {prelude: 5, timeout: -1, x: y}"), 1),
    "a prelude that kills": (front("execute: {prelude: 'import os; os._exit(1)'}") + "\n```python\n1\n```\n", 1),
    # Markdown
    "quotes in quotes": (">" * 5000 + " a\n", 0),
    "lists in lists": ("".join("  " * n + "- a\n" for n in range(300)), 0),
    "brackets": ("[" * 20_000 + "\n", 0),
    "links in links": ("[a](" * 5000 + "\n", 0),
    "stars": ("*a **a " * 5000 + "\n", 0),
    "backticks": ("".join("`" * n + " " for n in range(400)) + "\n", 0),
    "a comment without an end": ("<!-- " + "a\n" * 1000, 0),
    "comments that open only": ("<!--" * 20_000 + "\n", 0),
    "a fence without an end": ("```python\nprint(1)\n", 0),
    "a formula without an end": ("$$\n" + "x\n" * 1000, 0),
    "dollars": ("$" * 20_000 + "\n", 0),
    "two thousand styles": ("<style>a{b:c}</style>\n\n" * 2000, 0),
    "a style without an end": ("<style>\n" * 2000, 0),
    "a script": ("<script>while(true){}</script>\n\n]]></textarea></script>\n", 1),
    "five thousand slides": ("# A\n\n---\n\n" * 5000, 0),
    "a line of a megabyte": ("a" * 1_000_000 + "\n", 0),
    "a table of 500 columns": ("|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + ("|" + "b|" * 500 + "\n") * 20, 0),
    "references": ("".join(f"[{n}]: /u\n" for n in range(3000)) + "[a]\n" * 3000, 0),
    "entities": ("&#0; &#x110000; &#xD800; &bogus; " * 2000 + "\n", 0),
    "directives of nonsense": ("<!-- class: [a, {b: c}] -->\n<!-- paginate: [ -->\n<!-- _style: 5 -->\n# A\n", 0),
    # options
    "a label of 400 characters": (cell("#| label: " + "a" * 400 + "\n1"), 1),
    "a label of 200 Japanese characters": (cell("#| label: " + "図" * 200 + "\nimport matplotlib.pyplot as plt; plt.plot([1])"), 1),
    "a label that climbs": (cell("#| label: ../../x\n1"), 1),
    "a label with a nul": (cell('#| label: "a\\0b"\n1'), 1),
    "sizes of nonsense": (cell("#| fig-width: 1e999\n#| fig-height: -1\n#| fig-dpi: .nan\nimport matplotlib.pyplot as plt; plt.plot([1])"), 1),
    "times of nonsense": (cell("#| timeout: -1\n1"), 1),
    "deep options": (cell("#| error: " + "{" * 5000 + "\n1"), 1),
    "a source that is none": (cell("#| source: os.nope.nope\n1"), 1),
    "a source that runs": (cell("#| source: import os\n1"), 1),
    "dependencies on devices": (cell("#| deps: [/dev/zero, /dev/urandom]\nprint(1)  # 1"), 0),
    # pictures
    "a picture of a nul": ("![](a%00b.png)\n\n![](%00)\n", 1),
    "a picture with a long name": (f"![]({'a' * 10_000}.png)\n", 1),
    "a picture that is a device": ("![](/dev/zero)\n", 1),
    "a picture that is a folder": ("![](.)\n\n![](..)\n\n![](/)\n", 1),
    "a picture of a password": ("![](/etc/passwd)\n\n![](file:///etc/passwd)\n\n<img src='/etc/passwd'>\n", 1),
    "a picture that runs": ("![](javascript:alert(1))\n", 0),
    "a picture outside in a classic deck": ("<!-- $theme: gaia -->\n\n![50%](/dev/zero)\n\n![50%](../../../../../../etc/passwd)\n", 1),
    # claims
    "a number of 100,000 digits": (cell("print(1)  # => " + "9" * 100_000), 1),
    "a number beyond all": (cell("print(1.0)  # => 1e999999999"), 1),
    "a sum of 1,000 terms": (cell("print(" + "+".join(["1"] * 1000) + ")  # 1000"), 1),  # too deep for IPython itself
    "deep brackets": (cell("x = " + "(" * 1000 + ")" * 1000), 1),
    "deep brackets in a claim": (cell("print(1)  # => " + "[" * 5000), 1),
    "a cell of 5,000 lines": (cell("\n".join(f"x{n} = {n}" for n in range(5000))), 0),
    "inline values": (front("execute: true") + "`{python} 1 + 1` " * 300 + "\n", 0),
    "an inline value that is Markdown": (front("execute: true") + "`{python} '---' + chr(10) + '<script>' + chr(96) * 9`\n", 0),
    "an inline value that raises": (front("execute: true") + "`{python} 1 / 0` `{python} (` `{python} exit()`\n", 1),
}
"""Name -> what the deck is, and the exit code of its build."""
CELLS = {
    "it removes its own deck": ("import os\nos.remove('hostile.md')", 0),
    "it leaves the folder and removes it": ("import os, shutil, tempfile\nd = tempfile.mkdtemp(); os.chdir(d); shutil.rmtree(d)", 0),
    "it dies": ("import os\nos._exit(0)", 1),
    "it is killed": ("import os\nos.kill(os.getpid(), 9)", 1),
    "it aborts": ("import os\nos.abort()", 1),
    "it forks": ("import os\npid = os.fork()\nif pid == 0:\n    os._exit(0)\nos.waitpid(pid, 0)[1]", 0),
    "it closes its outputs": ("import os\nos.close(1); os.close(2)", 0),
    "it closes everything": ("import os\nos.closerange(3, 200)", 1),
    "it has no stdout": ("import sys\nsys.stdout = None", 1),
    "it closes stdout": ("import sys\nsys.stdout.close()", 0),
    "it exits": ("import sys\nsys.exit(3)", 1),
    "it interrupts": ("raise KeyboardInterrupt", 1),
    "it raises what is no exception": ("class E(BaseException):\n    def __str__(self): raise self\nraise E", 1),
    "it raises with ten megabytes": ("raise ValueError('x' * 10_000_000)", 1),
    "it has no words": ("class A:\n    def __repr__(self): raise SystemExit\nA()", 1),
    "it prints halves of pairs": (r"print('\ud800')", 1),
    "it prints control characters": (r"print('\0\x1b[31m\x1b]0;title\x07\x08\x7f---\n```\n<!--')", 0),
    "it prints Markdown as it is": ("#| output: asis\nprint('---\\n# B\\n```\\n<script>')", 0),
    "it shows what is no picture": ("display({'image/png': 'no', 'text/html': '<script>', 5: 6}, raw=True)", 0),
    "it shows a picture of nothing": ("display({'image/png': '####', 'image/svg+xml': '\\0'}, raw=True)", 0),
    "it forges what we see": ("display({'application/vnd.marpweave+json': {'isolated': 5, 'writes': 7, 'inputs': [1]}}, raw=True)", 0),
    "it forges a figure": ("display({'application/vnd.marpweave+json': {'figures': [{'name': '../../x.py', 'content': 'AA==', "
                           "'animation': ''}]}}, raw=True)", 0),
    "it asks": ("input('name? ')", 1),
    "it recurses": ("def f(): return f()\nf()", 1),
    "it wants all memory": ("'x' * 10 ** 15", 1),
    "it sleeps": ("import time\ntime.sleep(1000)", 1),
    "it does not listen": ("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", 1),
    "it forgets its modules": ("import sys\nsys.modules.clear()", 1),
    "it has other builtins": ("import builtins\nbuiltins.len = builtins.open = None", 1),
    "it may not recurse": ("import sys\nsys.setrecursionlimit(60)", 0),
    "it stops being watched": ("get_ipython().events.callbacks.clear()", 1),
    "it forgets its environment": ("import os\nos.environ.clear()", 0),
    "it reads devices": ("for name in '/dev/zero', '/dev/urandom':\n    open(name, 'rb').read(3)", 0),
    "it reads itself": ("open('/proc/self/mem', 'rb').close(); open('/proc/self/maps').read(); None", 0),
    "it writes after its end": ("import threading, time\ndef f():\n    while True: print('x' * 1000)\n"
                                "threading.Thread(target=f, daemon=True).start()", 0),
    "it calls what is not there": ("!marpweave-nothing\n%nothing\n%%nothing", 1),
    "it has a figure of a kilometre": ("import matplotlib.pyplot as plt\nplt.figure(figsize=(40000, 40000)).add_subplot()", 0),
    "it has forty figures": ("#| timeout: 80\nimport matplotlib.pyplot as plt\nfor _ in range(40): plt.figure().add_subplot()", 0),
    "it is no Python": ("def f(:\n  \\\n\t'''", 1),
}
PLACES = {
    "not there": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path: path.symlink_to("nothing.md"),
    "a link to itself": lambda path: path.symlink_to(path.name),
}
NAMES = ["new\nline.md", "quo'te\".md", "percent%41.md", "-dash.md", "emoji😀.md", "two  blanks.md", "#hash?.md", "index.md", "a.b.c.md",
         "あ" * 60 + ".md", "CON.md", ".md", "<b>&amp;.md", "tab\t.md", "$(touch owned).md", b"bytes\xff.md"]


def build(folder, *arguments):
    """Run a build in this process -> its exit code and what it said; it takes no longer than it may."""
    said, begun = io.StringIO(), time.monotonic()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as end:
        main(["build", "--to", "md", "--timeout", "5", "--deck-timeout", "80", *arguments])
    assert time.monotonic() - begun < PATIENCE
    assert "Traceback (most recent call last)" not in said.getvalue()
    return end.value.code, said.getvalue()


def files_of(folder):
    """What stands in a folder and is none of what a build writes."""
    ours = ("dist", "figures", ".marpweave")
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.relative_to(folder).parts[0] not in ours}


@pytest.fixture
def folder(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "good.md").write_text(GOOD, encoding="utf-8")
    return project


def unharmed(folder):
    return (folder / "dist/good.md").read_text(encoding="utf-8") == GOOD.replace("#| eval: false\n", "")


@pytest.mark.parametrize(("text", "code"), [*TEXTS.values(), *((cell(each), code) for each, code in CELLS.values())],
                         ids=[*TEXTS, *CELLS])
def test_a_hostile_deck_is_told_and_harms_no_other(folder, text, code):
    (folder / "hostile.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    before = files_of(folder.parent)
    found, said = build(folder, "hostile.md", "good.md")
    assert (found, "internal" in said) == (code, False), said
    assert unharmed(folder)
    assert files_of(folder) - before <= {"hostile.md", "good.md"}
    assert {path.name for path in folder.parent.iterdir()} == {"project"}


@pytest.mark.parametrize("make", PLACES.values(), ids=PLACES)
def test_a_deck_that_is_no_file_is_wrong_usage(folder, make):
    make(folder / "hostile.md")
    code, said = build(folder, "hostile.md", "good.md")
    assert code == 2
    assert said.startswith("error: hostile.md")


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_may_have_any_name(folder, name):
    path = folder / os.fsdecode(name)
    path.write_text(cell("import matplotlib.pyplot as plt\nplt.plot([1])"), encoding="utf-8")
    code, said = build(folder, "--", path.name, "good.md")
    assert (code, "internal" in said) == (0, False), said
    assert unharmed(folder)
    assert sorted(each.name for each in (folder / "dist").iterdir()) == sorted([f"{path.stem}.md", "good.md"])
    assert [each.name for each in (folder / "figures").iterdir()] == [path.stem]


def test_what_is_no_deck_in_slides_is_passed_over(folder):
    slides = folder / "slides"
    slides.mkdir()
    for name, make in PLACES.items():
        make(slides / f"{name}.md")
    (slides / "good.md").write_text(GOOD, encoding="utf-8")
    assert build(folder)[0] == 0


def program(folder, *arguments, **options):
    """The program itself, in a process of its own."""
    return subprocess.run([sys.executable, PROGRAM, "build", "--to", "md", *arguments], cwd=folder, timeout=PATIENCE,
                          stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **options)


ENVIRONMENTS = {
    "no home": {"HOME": None}, "a home that is nowhere": {"HOME": "/nowhere"}, "the C locale": {"LANG": "C", "LC_ALL": "C"},
    "output in ASCII": {"PYTHONIOENCODING": "ascii"}, "output in Latin 1": {"PYTHONIOENCODING": "latin-1"},
    "a narrow terminal": {"COLUMNS": "1", "LINES": "1"}, "no path": {"PATH": ""}, "no terminal": {"TERM": ""},
    "a temporary folder that is nowhere": {"TMPDIR": "/nowhere"},
}


@pytest.mark.parametrize("changed", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_a_build_works_in_any_environment(folder, changed):
    (folder / "日本.md").write_text(cell("print(1)  # => 2"), encoding="utf-8")
    environment = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    result = program(folder, "日本.md", "good.md", env=environment)
    assert (result.returncode, b"Traceback" in result.stderr, b"internal" in result.stdout) == (1, False, False), result.stderr
    assert unharmed(folder)


def test_who_reads_no_further_does_not_change_what_is_found(folder):
    (folder / "wrong.md").write_text(cell("print(1)  # => 2"), encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    result = program(folder, "wrong.md", "--json", "report.json", stdout=writing)
    os.close(writing)
    assert (result.returncode, b"Traceback" in result.stderr, b"Broken" in result.stderr) == (1, False, False)
    assert b'"exit_code": 1' in (folder / "report.json").read_bytes()


def test_closed_outputs_are_no_trouble(folder):
    result = subprocess.run(["sh", "-c", f"exec '{sys.executable}' '{PROGRAM}' build --to md good.md >&- 2>&- <&-"], cwd=folder,
                            timeout=PATIENCE, check=False)
    assert result.returncode == 0
    assert unharmed(folder)


def test_a_working_folder_that_is_gone_is_told(folder):
    gone = folder / "gone"
    gone.mkdir()
    command = f"cd '{gone}' && rmdir '{gone}' && exec '{sys.executable}' '{PROGRAM}' build --to md '{folder}/good.md'"
    result = subprocess.run(["sh", "-c", command], capture_output=True, timeout=PATIENCE, check=False)
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False), result.stderr
    assert b"error: the working folder is gone" in result.stderr


def test_an_output_folder_that_is_a_file_is_wrong_usage(folder):
    (folder / "dist").write_bytes(b"mine")
    result = program(folder, "good.md")
    assert (result.returncode, b"Traceback" in result.stderr, (folder / "dist").read_bytes()) == (2, False, b"mine")
    result = program(folder, "good.md", "--out", "dist/deeper")
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False)


def test_very_many_decks_are_built_at_once(folder):
    names = [f"deck{number}.md" for number in range(1000)]
    for name in names:
        (folder / name).write_text("# A\n", encoding="utf-8")
    assert build(folder, *names)[0] == 0
    assert len(list((folder / "dist").iterdir())) == len(names)


def test_two_builds_at_once_are_both_right(folder):
    (folder / "figure.md").write_text(cell("import matplotlib.pyplot as plt\nplt.plot([1])"), encoding="utf-8")
    command = [sys.executable, PROGRAM, "build", "--to", "md", "figure.md", "good.md"]
    both = [subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    said = [each.communicate(timeout=PATIENCE)[0] for each in both]
    assert ([each.returncode for each in both], [b"clean" in each for each in said]) == ([0, 0], [True, True])
    assert unharmed(folder)
