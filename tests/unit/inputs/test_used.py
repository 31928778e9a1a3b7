"""What is saved while a build runs: the next build sees it, since digests are of the bytes that were used."""

import contextlib
import io
from concurrent.futures import Future
from functools import partial

import pytest
from PIL import Image

from marpweave.build import checking, pipeline, running
from marpweave.build.runners.local import Kernels
from marpweave.cli.main import main
from marpweave.model.outcome import Figure, Outcome
from marpweave.render import prepare, render, renderer, style
from marpweave.render.fonts import Fonts
from marpweave.render.rendering import Rendering
from marpweave.weave import embed as pictures

DECK = """\
---
marp: true
execute: true
---

![](dot.svg)

```python
#| label: plot
draw()
```

```python
#| source: kit.double
def double(x):
    return 2 * x
```
"""
CLASSIC = "<!-- $theme: gaia -->\n\n![50%](wide.png)\n"
FILES = {"slides/deck.md": DECK, "slides/dot.svg": "<svg/>", "slides/theme/mine.css": "/* @theme mine */\na { background: url(ground.svg) }\n",
         "slides/theme/ground.svg": "<svg/>",
         "kit.py": "def double(x):\n    return 2 * x\n", "marpweave.toml": 'decks = ["slides"]\n'}


def png(width):
    content = io.BytesIO()
    Image.new("RGB", (width, 2), "red").save(content, "PNG")
    return content.getvalue()


class Pages(contextlib.nullcontext):
    """A renderer that needs no browser: every deck is one empty page."""

    def __init__(self, folder, **_):
        super().__init__(self)
        self.folder = folder

    def start(self):
        pass

    def render(self, presentation, formats):
        page = self.folder / f"{presentation.name}.html"
        page.write_text("page", encoding="utf-8")
        done = Future()
        done.set_result(Rendering({"html": (page,)}, slides=1))
        return done


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """A project whose cells need no kernel and whose slides no browser -> the decks that were built."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "slides/classic.md").write_text(CLASSIC, encoding="utf-8")
    (tmp_path / "slides/wide.png").write_bytes(png(300))
    monkeypatch.chdir(tmp_path)
    calls, run_and_check = [], pipeline.run_and_check

    def counted(project, **options):
        calls.extend(path.stem for path in project.settings.paths)
        return run_and_check(project, **options)

    def drawn(self, plans, events):
        return [[Outcome(figures=(Figure("plot.svg", b"<svg/>"),)) for _ in plan.wanted] for plan in plans]

    monkeypatch.setattr(pipeline, "run_and_check", counted)
    monkeypatch.setattr(Kernels, "run", drawn)
    monkeypatch.setattr(renderer, "MarpRenderer", partial(Pages, tmp_path))
    for owner in (prepare, render):
        monkeypatch.setattr(owner, "fonts_for", lambda text, store: Fonts(()))
    return calls


def built(calls, command, deck):
    """Which decks a call builds."""
    calls.clear()
    with pytest.raises(SystemExit):
        main([command, f"slides/{deck}.md", *(["--to", "html"] if command == "build" else [])])
    return list(calls)


@pytest.mark.parametrize(("command", "deck", "step", "name", "saved"), [
    ("build", "deck", (prepare, "prepare"), "slides/dot.svg", b'<svg id="new"/>'),
    ("build", "deck", (style, "themes_of"), "slides/theme/mine.css", b"/* @theme mine */ b {}"),
    ("build", "deck", (style, "themes_of"), "slides/theme/other.css", b"/* @theme other */"),
    ("build", "deck", (style, "themes_of"), "slides/theme/ground.svg", b'<svg id="new"/>'),
    ("build", "deck", (render, "render"), "dist/deck.html", b"other"),
    ("build", "deck", (render, "keep_entries"), "dist/index.html", b"other"),
    ("build", "deck", (checking, "read_deck"), "slides/deck.md", DECK.replace("![]", "# a\n\n![]").encode()),
    ("build", "deck", (running, "write_figures"), "figures/deck/plot.svg", b"<svg><g/></svg>"),
    ("check", "deck", (pictures, "embed"), "slides/dot.svg", b'<svg id="new"/>'),
    ("check", "deck", (pipeline, "stale_figures"), "figures/deck/plot.svg", b"<svg><g/></svg>"),
    ("check", "deck", (pipeline, "stale_figures"), "figures/deck/old.svg", b"<svg/>"),
    ("check", "deck", (checking, "source_findings"), "kit.py", b"def double(x):\n    return x + x\n"),
    ("build", "classic", (checking, "read_deck"), "slides/wide.png", png(500)),
    ("build", "classic", (prepare, "prepare"), "slides/wide.png", png(500)),
], ids=lambda each: each[1] if isinstance(each, tuple) else "" if isinstance(each, bytes) else each)
def test_what_is_saved_during_a_build_is_seen_by_the_next(command, deck, step, name, saved, calls, tmp_path, monkeypatch):
    if command == "check":
        built(calls, "figures", deck)
    assert built(calls, command, deck) == [deck]
    assert built(calls, command, deck) == []
    for kept in (tmp_path / ".marpweave/cache").glob("*/report/*/*"):
        kept.unlink()
    work, path = getattr(*step), tmp_path / name

    def disturbed(*arguments, **options):
        result = work(*arguments, **options)
        result = list(result) if step[1].endswith(("figures", "findings")) else result
        path.write_bytes(saved)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(*step, disturbed)
        assert built(calls, command, deck) == [deck]
    assert path.read_bytes() == saved
    assert built(calls, command, deck) == [deck]
