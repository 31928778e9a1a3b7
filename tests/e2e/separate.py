"""Decks of all parts, and what separate calls of the Marp CLI make of them."""

import json
import random
import subprocess
from dataclasses import asdict
from pathlib import Path

import pypdf

from marpweave.inputs.used import Files
from marpweave.read.parse import parse_deck
from marpweave.render.prepare import Presentation
from marpweave.render.programs.tools import find_tools
from marpweave.render.renderer import MarpRenderer
from marpweave.render.themes import themes_of
from marpweave.weave.embed import Picture

ROOT = Path(__file__).parents[2]
SEPARATE = Path(__file__).with_name("separate.mjs")
DOT = Picture("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>")
PARTS = (
    "# Heading {n}\n\ntext *{n}*", "$\\frac{{{n}}}{{x}}$ and $$\\sum_{{i={n}}} i$$", "$\\newcommand{{\\own}}{{{n}}} \\own$\n\n$\\own + 1$",
    "```python {{1}}\nx = {n}\n```\n\n```output\n{n}\n```", "<style scoped>p {{ color: rgb({n}, 0, 0) }}</style>\n\nred", "<!-- _class: lead -->\n\n# {n}",
    "![bg right](dot.svg)\n\n- one\n- two {n}", "<!-- paginate: true -->\n<!-- footer: f{n} -->\n\n| a | b |\n|---|---|\n| {n} | 2 |", ":+1: 👍 {n}",
    "$\\begin{{align}} a &= {n} \\label{{e}} \\end{{align}}$\n\n$\\eqref{{e}}$", "<!-- a note {n} -->\n\n# <!--fit--> A heading that fits {n}")


def deck(name, markdown="# A\n"):
    themes = themes_of(parse_deck("# A\n", ROOT / "deck.md"), Files(), [])
    return Presentation(name, markdown, {"dot.svg": DOT}, "", tuple(theme.css for theme in themes))


def generated(seed):
    """A deck of parts in chance order; seed, theme, size and maths library differ from deck to deck."""
    chance = random.Random(seed)
    front = f"marp: true\nlang: {chance.choice(['ja', 'en'])}\ntheme: {chance.choice(['lecture', 'gaia', 'default', 'uncover'])}\n" \
            f"size: {chance.choice(['16:9', '4:3'])}\nmath: {chance.choice(['mathjax', 'katex'])}"
    slides = [part.format(n=chance.randint(1, 9)) for part in chance.choices(PARTS, k=6)]
    return deck(f"generated-{seed}", written(front, slides))


def written(front, slides):
    return f"---\n{front}\n---\n\n" + "\n\n---\n\n".join(slides) + "\n"


def of_all_parts(name, front):
    return deck(name, written(front, [part.format(n=n) for n, part in enumerate(PARTS, 1)]))


def alone(presentation, form, folder):
    """The file that a call of the Marp CLI makes by itself."""
    folder = folder / presentation.name
    folder.mkdir(exist_ok=True)
    tools, target = find_tools(), folder / f"{presentation.name}.{form}"
    (folder / "deck.md").write_text(presentation.markdown, encoding="utf-8")
    (folder / "job.json").write_text(json.dumps({**asdict(presentation), "moves": form == "html"}), encoding="utf-8")
    themes = []
    for number, css in enumerate(presentation.themes):
        (folder / f"{number}.css").write_text(css, encoding="utf-8")
        themes += ["--theme-set", folder / f"{number}.css"]
    browser = folder / "browser.sh"
    browser.write_text(f'#!/bin/sh\nexec "{tools.browser.path}" {" ".join(tools.browser.arguments)} "$@"\n', encoding="utf-8")
    browser.chmod(0o755)
    flags = ["--pdf", "--pdf-outlines", "--pdf-outlines.pages=false"] if form == "pdf" else []
    done = subprocess.run([tools.node, tools.marp.with_name("marp-cli.js"), folder / "deck.md", "--config-file", SEPARATE, "--output", target, "--browser", "chrome",
                           "--browser-path", browser, *flags, *themes], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
                          check=False, env={**tools.environment, "TMPDIR": str(folder), "MARPWEAVE_TEST_JOB": str(folder / "job.json")})
    assert target.is_file(), done.stderr
    return target


def printed(path):
    """Text, fonts and outline of a PDF."""
    pdf = pypdf.PdfReader(path)
    fonts = {font.get_object()["/BaseFont"].partition("+")[2] for page in pdf.pages for font in page["/Resources"].get("/Font", {}).values()}
    return [(page.extract_text(), page.mediabox) for page in pdf.pages], fonts, list(flat(pdf.outline)), pdf.metadata.title


def flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry.title, entry.top, entry.left


def each_as_by_itself(decks, folder, forms=("html", "pdf")):
    """Each file of decks that are rendered in chance order is what a call of the Marp CLI by itself makes."""
    random.Random(1).shuffle(decks)
    with MarpRenderer() as renderer:
        begun = {each.name: renderer.render(each, forms) for each in decks}
        again = {each.name: renderer.render(each, ("html",)) for each in reversed(decks)}
        for each in decks:
            rendering = begun[each.name].result()
            made = {form: file for form in forms for file in rendering.files[form]}
            assert made["html"].read_bytes() == alone(each, "html", folder).read_bytes() == again[each.name].result().files["html"][0].read_bytes()
            assert rendering.complaints == {}
            if "pdf" in forms:
                assert printed(made["pdf"]) == printed(alone(each, "pdf", folder))
                assert rendering.slides == len(pypdf.PdfReader(made["pdf"]).pages)
