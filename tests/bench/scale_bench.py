"""How the cost of a build grows with decks and workers: ``scale_bench.py EXECUTOR WORKERS DECKS…``, a line for each size.

Seconds of work count, not of waiting: on a machine that does other things they are the same. Times are in seconds.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import click

from marpweave.build.commands import report_of
from marpweave.build.project import open_project
from marpweave.build.runners.local import Kernels
from marpweave.build.runners.ports import Events, Runner
from marpweave.build.settings import Settings
from marpweave.cache.plan import Plan
from marpweave.cli.executors import runner_of
from marpweave.model.outcome import Outcome
from marpweave.report.progress import Silent

TICK = os.sysconf("SC_CLK_TCK")
PAUSE = 0.05
DECK = """---
marp: true
execute: true
---

# 第{n}回

```python
import numpy as np
x = np.linspace(-6, 6, {n} + 100)
print(len(x))  # => {length}
```

---

```python
#| label: curve
#| fig-height: 2
import matplotlib.pyplot as plt
plt.plot(x, 1 / (1 + np.exp(-x)))
```

---

```python
print(f"{{x.min():.1f}}")  # => -6.0
```
"""


@dataclass
class Timed:
    """A runner that measures another one."""

    runner: Runner
    work: float = 0.0
    """Of this process, while decks ran."""
    waited: float = 0.0
    """All the time while decks ran."""

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        began = time.process_time(), time.perf_counter()
        found = self.runner.run(plans, events)
        self.work += time.process_time() - began[0]
        self.waited += time.perf_counter() - began[1]
        return found


@dataclass
class Others:
    """The work of all processes below this one, by looking at them again and again."""

    seen: dict[int, float] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        while not self.ended.wait(PAUSE):
            for process in below(os.getpid()):
                with contextlib.suppress(OSError):
                    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                    self.seen[process] = (int(words[11]) + int(words[12])) / TICK


def below(process: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *below(child)]
    return found


def measured(action: Callable[[], object]) -> tuple[float, float]:
    """The work of an action by this process -> it, and all the time it took."""
    began = time.process_time(), time.perf_counter()
    action()
    return time.process_time() - began[0], time.perf_counter() - began[1]


def row(executor: str, workers: int, decks: int, folder: Path) -> list[float]:
    """Time, work of workers, own work while decks run, own work before and after, work of a build that knows all."""
    (folder / "slides").mkdir()
    for n in range(decks):
        (folder / f"slides/d{n:04}.md").write_text(DECK.format(n=n, length=n + 100), encoding="utf-8")
    paths = tuple(sorted((folder / "slides").iterdir()))
    settings = Settings(folder, paths, jobs=workers, executor=executor, cache=folder / ".marpweave/cache")
    others = Others()
    watch = threading.Thread(target=others.look)
    watch.start()
    ending = ExitStack()
    timed = Timed(ending.enter_context(runner_of(settings)))
    own, waited = measured(lambda: report_of("check", open_project(settings, runner=timed, events=Silent())))
    closing_work, closing_time = measured(ending.close)
    others.ended.set()
    watch.join()
    planned, _ = measured(lambda: known(settings))
    return [waited + closing_time, sum(others.seen.values()), timed.work + closing_work, own - timed.work, planned]


def known(settings: Settings) -> None:
    """Look all steps up of a project in which nothing has changed."""
    from marpweave.build.reading import read_deck
    from marpweave.inputs.used import Files

    with open_project(settings, runner=Kernels(settings), events=Silent()).cache() as cache:
        assert not any(cache.plan(read_deck(path, Files(), settings.given(path))).wanted for path in settings.paths)


def main(executor: str, workers: str, *sizes: str) -> None:
    """Measure and print."""
    click.echo("| executor | workers | decks | time | work of workers | own, decks run | own, before and after | all known |")
    for size in map(int, sizes):
        with tempfile.TemporaryDirectory() as folder:
            numbers = " | ".join(f"{each:.2f}" for each in row(executor, int(workers), size, Path(folder).resolve()))
            click.echo(f"| {executor} | {workers} | {size} | {numbers} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
