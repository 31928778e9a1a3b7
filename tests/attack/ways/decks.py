"""Ways between cells and decks, and what their authors declare."""

from __future__ import annotations

from tests.attack.ways.surroundings import BELOW, FRAME
from tests.attack.ways.way import DRAWN, FIGURE, ONE, TWO, D, Text, Way, becomes

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
