"""What Marp worked out for a deck in an earlier build is not worked out again, and gives the same bytes."""

import json
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.read.parse import parse_deck
from marpweave.render.known import measured_anew, with_known
from marpweave.render.marprc.setup import Setup
from marpweave.render.prepare import PreparedDeck
from marpweave.render.programs.places import secret
from marpweave.render.programs.tools import find_tools
from marpweave.render.renderer import MarpRenderer
from marpweave.render.rendering import Rendering
from marpweave.weave.woven import WovenDeck
from tests.e2e.separate import PARTS, deck

pytestmark = pytest.mark.usefixtures("browser")
CODE = Path(__file__).parents[2] / "marpweave/render/js"


def rendered(presentation, kept):
    """The HTML that a new process makes, and what it tells to keep."""
    with MarpRenderer(prints=False) as renderer:
        return made(renderer, replace(presentation, kept=kept))


def made(renderer, presentation):
    done = renderer.render(presentation, ("html",)).result()
    return done.files["html"][0].read_text(encoding="utf-8"), done.kept


def slides(*parts, maths="mathjax", theme="lecture"):
    return deck("deck", f"---\nmarp: true\ntheme: {theme}\nmath: {maths}\n---\n\n" + "\n\n---\n\n".join(parts) + "\n")


@pytest.mark.parametrize(("seed", "maths", "theme", "edits"), [
    (0, "mathjax", "lecture", 1), *(pytest.param(*each, 2, marks=pytest.mark.attack) for each in ((0, "mathjax", "lecture"), (1, "katex", "gaia")))])
def test_after_any_edits_the_html_is_that_of_a_build_from_nothing(seed, maths, theme, edits, renderer):
    chance, kept = random.Random(seed), {}
    for _ in range(1 + edits):
        shown = slides(*(part.format(n=chance.randint(1, 3)) for part in chance.sample(PARTS, k=7)), maths=maths, theme=theme)
        html, told = rendered(shown, kept)
        assert html == made(renderer, shown)[0]
        kept = kept if told is None else told


def test_what_a_known_formula_defines_is_defined_for_a_new_one(renderer):
    before, after = (slides(f"$\\newcommand{{\\own}}{{2}} \\own$\n\n$\\own + {n}$") for n in (1, 3))
    assert rendered(after, rendered(before, {})[1])[0] == made(renderer, after)[0]


@pytest.fixture(scope="module")
def first(browser):
    """A deck, its HTML, and what its first build tells to keep."""
    shown = slides("# A\n\n$\\class{loss}{x} + 1$\n\n```python\nimport a\n```")
    return shown, *rendered(shown, {})


def test_what_is_known_is_not_worked_out_again(first):
    shown, html, kept = first
    assert kept is not None
    planted = {key: text.replace("</mjx-container>", "<!-- as it was --></mjx-container>").replace('"hljs-keyword"', '"as-it-was"')
               for key, text in kept.items()}
    again, told = rendered(shown, planted)
    assert ("as it was" in again, "as-it-was" in again, told) == (True, True, None)
    assert again.replace("<!-- as it was -->", "").replace("as-it-was", "hljs-keyword") == html


def test_a_theme_that_is_known_is_not_parsed_again(first):
    shown, _, kept = first
    planted = {key: text.replace('"css":"', '"css":"section{--as-it:was}') for key, text in kept.items()}
    assert sum(text != kept[key] for key, text in planted.items()) >= 4  # three of Marp, and ours
    assert "--as-it" in rendered(shown, planted)[0]


def test_a_known_theme_imports_nests_and_has_its_sizes_as_before():
    theme = "/* @theme mine */\n@import 'gaia';\n@size wide 1600px 900px;\nsection { color: red; width: 1600px }\nh1 { & em { color: blue } }"
    shown = replace(slides("# A", theme="mine\nsize: wide"), themes=(theme,))
    html, kept = rendered(shown, {})
    styles = {key: text for key, text in kept.items() if '"importRules"' in text}  # packed anew out of them
    assert (rendered(shown, styles)[0], 'width="1600"' in html) == (html, True)


STARTS = """
import {{ createRequire }} from "node:module";
import {{ memoise }} from "{memo}";
const require = createRequire("{marp}");
const {{ SVG }} = require("mathjax-full/js/output/svg.js");
const {{ Marp }} = require("@marp-team/marp-core");
const {{ styleSheet }} = SVG.prototype;
let starts = 0;
SVG.prototype.styleSheet = function counted(...given) {{
  starts += 1;
  return styleSheet.apply(this, given);
}};
const engine = () => {{
  const marp = new Marp({{ math: "mathjax" }});
  memoise(marp, {{}});
  return marp;
}};
const first = engine().render("$x$").css;
const again = engine();
const styles = [1, 2, 3].map(() => again.render("$x$").css === first);
console.log(JSON.stringify([starts, styles]));
"""


def test_an_engine_that_knows_all_formulas_starts_mathjax_for_its_style_sheet_once():
    tools = find_tools()
    script = STARTS.format(memo=(CODE / "memo.mjs").as_uri(), marp=tools.marp.as_posix())
    done = subprocess.run([tools.node, "--input-type=module", "-e", script], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [2, [True, True, True]]  # once for each engine


TEXTS = {"0" * 32: "a"}


def kept(folder, store=None, setup=Setup()):  # noqa: B008  frozen
    """What is known of a deck for which Marp has worked out something."""
    prepared = PreparedDeck(parse_deck("# A\n", folder / "deck.md"), WovenDeck("# A\n", (), {}), replace(deck("deck"), setup=setup))
    if store is None:
        store = Store({})
        measured_anew(prepared, Rendering(kept=TEXTS), folder, store)
    return with_known(prepared, folder, store).presentation.kept, store


@pytest.mark.parametrize(("setup", "known"), [(Setup(), TEXTS), (Setup(file="/marp.config.mjs"), None), (Setup(engine=("./engine.mjs",)), None)])
def test_under_code_of_a_project_nothing_is_known(setup, known, tmp_path):
    assert kept(tmp_path, setup=setup)[0] == known


def test_what_somebody_else_wrote_is_not_known(tmp_path):
    _, store = kept(tmp_path)
    (name,) = store.files
    body = store.files[name].partition(b"\n")[2].replace(b'"a"', b'"<script>"')
    store.files[name] = digest(body).encode() + b"\n" + body
    assert (kept(tmp_path, store)[0], store.damaged) == ({}, set())


def test_it_is_known_by_whom_a_text_was_written_even_where_no_file_can_be(tmp_path, monkeypatch):
    secret.cache_clear()
    (tmp_path / "file").touch()
    monkeypatch.setenv("MARPWEAVE_HOME", str(tmp_path / "file"))
    assert kept(tmp_path)[0] == TEXTS
    secret.cache_clear()
