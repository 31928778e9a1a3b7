"""What the wheels hold, and that they give what a checkout gives."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from marpweave.render.fonts import PACKAGES
from tests.elsewhere.stage import ROOT, contents, installed, members, required

WEEK1 = "lectures/week1/intro.md"
BUILD = ("build", "--to", "html,md", "lectures/week1", "--out")
CLEAN = (f"lectures/week1/drawn.md: 2 slides, 0 cells, 0 outputs proven: clean\n{WEEK1}: 2 slides, 2 cells, 1 output proven: clean\n"
         "lectures/week1/katex.md: 1 slide, 0 cells, 0 outputs proven: clean\n")
KATEX = "---\nmarp: true\nmath: katex\n---\n\n# $\\sqrt{x}$ ==marked==\n"
DRAWN = ("---\nmarp: true\nexecute: true\n---\n\n```mermaid\n%%| alt: a\nflowchart LR\n  A[層] --> B\n```\n\n---\n\n"
         "```dot\n//| alt: a\ndigraph { 層 -> b }\n```\n")
ENGINE = """\
import { Marp } from "@marp-team/marp-core";

export default {
  engine: ({ marp, ...options }) => {
    class Marked extends Marp {
      render(markdown, env) {
        return super.render(markdown.replaceAll(/==(.*?)==/g, "<mark>$1</mark>"), env);
      }
    }
    return new Marked(options);
  },
};
"""
SIDE = "marpweave/render/node_modules/"


@pytest.mark.usefixtures("kernel", "browser")
def test_wheel_and_checkout_render_the_same_bytes(machine, engine, course):
    (course / "lectures/week1/katex.md").write_text(KATEX, encoding="utf-8")
    (course / "lectures/week1/drawn.md").write_text(DRAWN, encoding="utf-8")
    (course / "marp.config.mjs").write_text(ENGINE, encoding="utf-8")
    assert machine.run(engine, *BUILD, "here")[1] == CLEAN
    (course / ".marpweave").rename(course / ".before")
    assert machine.run(sys.executable, ROOT / "build.py", *BUILD, "there")[1] == CLEAN
    here = contents(course / "here", "*.*")
    assert sorted(here) == ["decks.json", "index.html", *(f"lectures/week1/{name}.{form}" for name in ("drawn", "intro", "katex") for form in ("html", "md"))]
    assert b"<mark>marked</mark>" in here["lectures/week1/katex.html"]
    assert here["lectures/week1/drawn.html"].count(b'class="diagram"') == 2
    assert here == contents(course / "there", "*.*")


def test_all_scripts_are_one_file_with_the_licences_of_all_packages():
    names = [name.removeprefix(SIDE) for name in members("marpweave") if name.startswith(SIDE)]
    scripts = [name for name in names if name.endswith((".js", ".cjs", ".mjs")) and name.count("/") == 0]
    assert scripts == ["bespoke.js", "bundle.cjs"]
    licences = members("marpweave")[f"{SIDE}LICENSES.txt"].decode()
    for package in ("@marp-team/marp-cli", "@marp-team/marp-core", "mathjax-full", "katex", "puppeteer-core", "postcss", "codejar",
                    "mermaid", "dompurify", "elkjs", "@hpcc-js/wasm-graphviz"):
        assert f"\n{package} " in licences
    for package in (package for family in PACKAGES.values() for package in family):
        assert f"\n@fontsource/{package} " in licences
    assert "SIL OPEN FONT LICENSE" in licences


def test_all_that_our_scripts_ask_for_is_in_the_wheel_but_the_engine_of_citations():
    ours = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "marpweave/render/js").glob("*.mjs"))
    asked = set(re.findall(r"""(?:require|require\.resolve|import)\(["`](?!node:|marpweave:|[./])([^"`$]+)|from "(?!node:|[./])([^"]+)\"""", ours))
    names = {name for pair in asked for name in pair if name}
    assert {"postcss", "puppeteer-core", "@marp-team/marp-cli"} <= names
    there = [name.removeprefix(SIDE) for name in members("marpweave")]
    brought = json.loads(members("marpweave")["marpweave/render/programs/citations/package.json"])["dependencies"]
    assert [name for name in sorted(names) if not any(each.startswith(name) for each in there)] == sorted(brought)
    assert b"citeproc" not in members("marpweave")[f"{SIDE}bundle.cjs"]


def test_the_engine_needs_neither_the_teaching_package_nor_its_data():
    assert {"ipykernel", "nbclient"} <= {*required("marpweave")}
    assert not {"nnviz", "nnviz-teaching", "scikit-learn"} & {*required("marpweave")}
    assert required("nnviz_teaching") == ["matplotlib", "matplotlib-fontja", "numpy"]


def test_the_teaching_package_draws_without_the_engine(place):
    python = installed(place / "teaching", "nnviz_teaching") / "bin/python"
    code = ("from importlib.util import find_spec; import matplotlib; matplotlib.use('agg'); from nnviz import plots; "
            "print(plots.draw_activation('sigmoid').get_xlabel(), find_spec('marpweave'), find_spec('sklearn'))")
    done = subprocess.run([python, "-c", code], cwd=place, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("$a$ None None\n", "")


@pytest.fixture(scope="session")
def sources(place) -> Path:
    """The source distribution of marpweave."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", place], cwd=ROOT, check=True, timeout=60)
    return next(place.glob("marpweave-*.tar.gz"))


@pytest.mark.parametrize(("programs", "why"), [
    (["node", "npm"], "`npm ci` failed: npm error code "),
    (["node"], "npm was not found"),
])
def test_sources_that_cannot_be_built_say_what_they_need(machine, sources, programs, why):
    pip = (sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation", sources)
    code, _, complaint = machine.having(*programs).offline().run(*pip)
    told = " ".join(complaint.split())
    assert code == 1
    assert f"marpweave's wheel is built with Node.js 20.11 or newer and npm, which brings the packages of package-lock.json; {why}" in told
    assert "where that is not to be had, install the wheel that is already built: pip install marpweave" in told
    assert "Traceback" not in told
