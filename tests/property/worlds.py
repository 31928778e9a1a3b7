"""Worlds of cells, files and variables, a kernel in this process, and edits."""

import atexit
import copy
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from hypothesis import strategies as st

from marpweave.cache import current
from marpweave.cache.environment import with_facts
from marpweave.cache.plan import Cache
from marpweave.cache.reuse import outcomes_of
from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.model.deck import Cell, Inline
from marpweave.model.environment import Environment
from marpweave.model.outcome import Figure, Input, Outcome, Provenance, Stream, Write
from marpweave.read.parse import parse_deck

CODES = ("x = x + 1", "x = x * 2", "x = read('a')", "x = read('b') + x", "print(env('E'))", "x = use('m')", "print(x)",
         "x.bit_length()  # 1", "draw()", "print(size)", "print(deck, seen('E'))", "print(line())", "network()")
RESTLESS = ("print(line())", "network()")
"""What asks where it stands, and what has to run every time."""
LABELS = ("", "one", "two")


@dataclass(frozen=True)
class Written:
    """A cell as an author edits it."""

    code: tuple[str, ...]
    comment: str = ""
    prose: str = ""
    label: str = ""
    timeout: int = 0
    height: int = 0
    caption: str = ""
    isolate: bool = False
    cached: bool = True

    def markdown(self, number):
        options = [f"#| label: {self.label}{number}" if self.label else "", f"#| timeout: {self.timeout}" if self.timeout else "",
                   f"#| fig-height: {self.height}" if self.height else "", f"#| fig-cap: {self.caption}" if self.caption else "",
                   "#| isolate: true" if self.isolate else "", "" if self.cached else "#| cache: false"]
        lines = [*filter(None, options), *([f"# {self.comment}", ""] if self.comment else []), *self.code]
        return f"{self.prose}\n\n```python\n" + "\n".join(lines) + "\n```\n"


@dataclass(frozen=True)
class World:
    """All that a build may depend on."""

    cells: tuple[Written, ...]
    files: dict = field(default_factory=lambda: {"a": 1, "b": 0})
    modules: dict = field(default_factory=lambda: {"m": 1})
    environment: dict = field(default_factory=dict)
    facts: dict = field(default_factory=lambda: {"numpy": "2"})
    prelude: str = "x = 0"
    deck: str = "deck.md"
    let: bool = False
    times: dict = field(default_factory=lambda: {"a": 0, "b": 0})

    def parsed(self):
        let = "\n  env: [E]" if self.let else ""
        text = f"---\nexecute:\n  prelude: {self.prelude!r}{let}\n---\n" + "\n---\n".join(
            cell.markdown(n) for n, cell in enumerate(self.cells)) + "\n値は `{python} x` です。\n"
        return parse_deck(text, Path(self.deck))


class CurrentInputs:
    """How the inputs of a world stand."""

    change = current.CurrentInputs.change

    def __init__(self, world):
        self.world = world

    def again(self):
        return self

    def named(self, path):
        return path.name

    def digest(self, kind, name, where):
        if kind == "lines":
            return where.spot
        values = {"file": self.world.files, "module": self.world.modules, "environment": self.world.environment,
                  "outside": dict.fromkeys(self.world.environment, True)}[kind]
        return digest(str(values.get(name)))


class Kernel:
    """Runs cells in this process; sees all they read, and gives all that may depend on an option."""

    def __init__(self, world):
        self.world = world
        self.ran = []

    def __call__(self, plans):
        return [self.run(plan) for plan in plans]

    def run(self, plan):
        names = {"x": 0, "size": 0}
        exec(plan.deck.prelude, names)
        outcomes = []
        for step in (plan.steps[n] for n in plan.wanted):
            self.ran.append(step.what)
            isolated = isinstance(step.what, Cell) and step.what.options.execution.isolate
            outcomes.append(self.step(step.what, plan.deck, dict(copy.deepcopy({name: names[name] for name in ("x", "size")})) if isolated else names))
        return outcomes

    def step(self, what, deck, names):
        found, printed, drawn, volatile = set(), [], [], []

        def read(kind, values):
            def of(name):
                found.add(Input(kind, name, digest(str(values.get(name)))))
                return values.get(name, 0)
            return of

        def line():
            found.add(Input("lines", "", ""))
            return what.location.line

        def draw():
            drawn.append(names["x"])
            names["size"] = what.options.figure.fig_height

        let = self.world.environment if deck.env else {}
        outside = read("outside", {} if deck.env else dict.fromkeys(self.world.environment, True))
        names |= {"read": read("file", self.world.files), "use": read("module", self.world.modules), "deck": deck.path.name,
                  "seen": let.get, "env": lambda name: let.get(name) or outside(name), "print": lambda *words: printed.append(words),
                  "line": line, "draw": draw, "network": lambda: volatile.append("it uses the network")}
        if isinstance(what, Inline):
            return Outcome(outputs=(Stream("stdout", str(eval(what.source, names))),), provenance=Provenance(inputs=tuple(found)))
        exec(what.script.code, names)
        options = what.options
        text = f"{printed} {options.execution.timeout}\n"
        watched = [what.location.line + 1 + line for line in what.script.watch]
        last = what.location.line + what.source.count("\n")
        figures = tuple(Figure(f"{what.label}.svg", f"<svg><!--{what.label} {x} {options.figure.fig_height}--></svg>".encode()) for x in drawn)
        return Outcome(outputs=(Stream("stdout", text),), figures=figures,
                       writes=tuple(Write(f"{names['x']}", (line,)) for line in (*watched, last)), provenance=Provenance(inputs=tuple(sorted(found)), volatile="".join(volatile)))


@cache
def environment(*installed):
    """A Python that has these packages, each with its version."""
    folder = Path(tempfile.mkdtemp(prefix="site-"))
    for package in installed:
        (folder / f"{'-'.join(package)}.dist-info").mkdir()
    atexit.register(shutil.rmtree, folder)
    return with_facts(Environment("python", "", "", (str(folder),), is_own=True), "")


def environments(facts):
    return lambda kernel: environment(*facts.items())


def build(world, store):
    kernel = Kernel(world)
    (outcome,) = outcomes_of([world.parsed()], Cache(store, CurrentInputs(world), environments(world.facts)), kernel)
    return outcome, kernel.ran


written = st.builds(
    Written, code=st.lists(st.sampled_from(CODES[:-1]), min_size=1, max_size=3).map(tuple) | st.just((CODES[-1],)),
    comment=st.sampled_from(("", "話")), prose=st.sampled_from(("", "文\n\n文")), label=st.sampled_from(LABELS),
    timeout=st.sampled_from((0, 0, 9)), height=st.sampled_from((0, 0, 3)), caption=st.sampled_from(("", "図")),
    isolate=st.booleans(), cached=st.sampled_from((True, True, True, False)))
PARTS = ("code", "comment", "prose", "label", "timeout", "height", "caption", "isolate", "cached")


def recut(world, i, cells):
    return replace(world, cells=(*world.cells[:i], *cells, *world.cells[i + 1:]))


EDITS = {
    "cell": lambda w, i, d: recut(w, i, [replace(w.cells[i], **{d.part: getattr(d.cell, d.part)})]),
    "insert": lambda w, i, d: recut(w, i, [d.cell, w.cells[i]]),
    "delete": lambda w, i, d: recut(w, i, []) if len(w.cells) > 1 else w,
    "move": lambda w, i, d: replace(recut(w, i, []), cells=(w.cells[i], *recut(w, i, []).cells)),
    "file": lambda w, i, d: replace(w, files={**w.files, d.name: d.number}, times={**w.times, d.name: w.times[d.name] + d.later}),
    "module": lambda w, i, d: replace(w, modules={"m": d.number}),
    "environment": lambda w, i, d: replace(w, environment={"E": d.number} if d.number else {}),
    "facts": lambda w, i, d: replace(w, facts={"numpy": str(d.number)}),
    "prelude": lambda w, i, d: replace(w, prelude=f"x = {d.number}"),
    "deck": lambda w, i, d: replace(w, deck=f"{d.name}.md"),
    "let": lambda w, i, d: replace(w, let=not w.let),
    "height": lambda w, i, d: recut(w, i, [replace(w.cells[i], height=3 - w.cells[i].height)]),
    "timeout": lambda w, i, d: recut(w, i, [replace(w.cells[i], timeout=9 - w.cells[i].timeout)]),
}
BACK = "back"
"""To the world of an earlier build."""
details = st.builds(SimpleNamespace, at=st.integers(0, 9), cell=written, part=st.sampled_from(PARTS), number=st.integers(0, 1),
                    name=st.sampled_from("ab"), later=st.booleans())


def edited(worlds, kind, detail):
    """The worlds up to now, and one more."""
    world = worlds[-1]
    new = worlds[detail.at % len(worlds)] if kind == BACK else EDITS[kind](world, detail.at % len(world.cells), detail)
    return [*worlds, new]


worlds = st.lists(written, min_size=1, max_size=4).map(lambda cells: World(tuple(cells)))


def histories(*kinds):
    return st.tuples(worlds, st.lists(st.tuples(st.sampled_from((*(kinds or EDITS), BACK)), details), min_size=1, max_size=6))


def warm_is_cold(history, build=build):
    world, changes = history
    store, worlds = Store({}), [world]
    build(world, store)
    for kind, detail in changes:
        worlds = edited(worlds, kind, detail)
        assert build(worlds[-1], store)[0] == build(worlds[-1], Store({}))[0]
