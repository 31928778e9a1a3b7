"""Themes as people publish them look here as they do in the Marp CLI, with and without Japanese fonts on the machine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from matplotlib import get_data_path
from playwright.sync_api import sync_playwright

from marpweave.render.programs.places import unpacked_fonts
from marpweave.render.programs.tools import find_tools
from tests.project import Project

pytestmark = [pytest.mark.usefixtures("browser"), pytest.mark.timeout(240), pytest.mark.attack]

THEMES = Path(__file__).parents[1] / "themes"
NAMES = sorted(path.stem for path in THEMES.glob("*.css"))
REMOTE = {
    "atelier": "atelier.css:9: https://fonts.googleapis.com/css2?family=Inter:wght@400;700&family=Fira+Code:wght@400;500&display=swap",
    "midnight": "midnight.css:2: https://fonts.bunny.net/css?family=space-grotesk:400;600|jetbrains-mono:400;700",
    "poster": "poster.css:7: //fonts.googleapis.com/css?family=Oswald:700;Lato",
    "ribbon": "ribbon.css:2: https://fonts.googleapis.com/css2?family=Noto+Serif+JP:wght@400;700&display=swap"}
FONTCONFIG = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{fonts}</dir><cachedir>{fonts}</cachedir>{rules}</fontconfig>'
RULE = '<match target="pattern"><test name="family"><string>{generic}</string></test><edit name="family" mode="assign" binding="strong">' \
       "<string>{family}</string></edit></match>"
OURS = {"sans-serif": "Noto Sans JP", "serif": "Noto Sans JP", "cursive": "Noto Sans JP", "monospace": "M PLUS 1 Code"}
LAYOUT = """async () => {
  for (const _ of [1, 2]) {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await document.fonts.ready;
  }
  return [...document.querySelectorAll("svg[data-marpit-svg]")].flatMap((svg, slide) => {
    const frame = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / frame.width;
    return [...svg.querySelectorAll("section, section *:not(mjx-container *, style, script)")].map((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const [style, after] = [getComputedStyle(element), getComputedStyle(element, "::after")];
      const words = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(" ");
      return [slide + 1, element.localName, words, ...[left - frame.left, top - frame.top, width, height].map((px) => Math.round(px * scale)),
        style.color, style.backgroundColor, style.fontSize, after.content];
    });
  });
}"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """One deck in each theme, as the Marp CLI makes it (plain) and as we do (dist), and two machines."""
    project = Project(Path(shutil.copytree(THEMES, tmp_path_factory.mktemp("foreign") / "themes").parent))
    text = project.text("themes/deck.md")
    project.write({f"decks/{name}.md": text.replace("theme: own", f"theme: {name}") for name in NAMES})
    shutil.copy(THEMES / "ground.svg", project / "decks")
    built = project.build(*(f"decks/{name}.md" for name in NAMES), "--theme-set", "themes", "--to", "html", code=1)
    tools = find_tools()
    subprocess.run([tools.node, tools.marp.with_name("marp-cli.js"), "-I", "decks", "-o", "plain", "--theme-set", "themes"], cwd=project.folder, capture_output=True,
                   env=tools.environment, stdin=subprocess.DEVNULL, check=True, timeout=120)
    machine(project / "japanese", [*unpacked_fonts().glob("*-japanese-*.ttf")], OURS)
    machine(project / "latin", [Path(get_data_path(), "fonts/ttf/DejaVuSans.ttf")], {})
    return project, built


def machine(folder, fonts, families):
    """The fonts of a machine; the families that it takes for generic ones."""
    folder.mkdir()
    for font in fonts:
        shutil.copy(font, folder)
    rules = "".join(RULE.format(generic=generic, family=family) for generic, family in families.items())
    folder.with_suffix(".conf").write_text(FONTCONFIG.format(fonts=folder, rules=rules), encoding="utf-8")


@pytest.fixture(scope="module")
def layouts(decks):
    """Where each element stands, what it says and its colours: on a machine, by maker and theme."""
    project, _ = decks
    browser, found = find_tools().browser, {}
    for fonts, makers in {"japanese": ("plain", "dist"), "latin": ("dist",)}.items():
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=str(browser.path), args=[*browser.arguments, "--no-sandbox"],
                env={**os.environ, **browser.environment, "FONTCONFIG_FILE": str(project / f"{fonts}.conf")})
            page = chromium.new_page(viewport={"width": 1280, "height": 720})
            page.emulate_media(media="print")  # slides that are not shown are not laid out
            page.route(re.compile("^https?:"), lambda route: route.abort())
            for maker in makers:
                for name in NAMES:
                    page.goto((project / f"{maker}/{name}.html").as_uri())
                    found[fonts, maker, name] = page.evaluate(LAYOUT)
            chromium.close()
    return found


def test_there_are_ten():
    assert len(NAMES) == 10


def test_nothing_but_their_remote_fonts_is_told(decks):
    _, built = decks
    told = {Path(deck["path"]).stem: [finding["message"] for finding in deck["findings"] if finding["kind"] != "overflow"] for deck in built.decks}
    assert told == {name: [f"{REMOTE[name]} is on the network, and builds download nothing; store it beside the stylesheet"]
                    if name in REMOTE else [] for name in NAMES}


def test_every_element_stands_where_the_marp_cli_puts_it(layouts):
    for name in NAMES:
        plain, ours = (layouts["japanese", maker, name] for maker in ("plain", "dist"))
        assert len(ours) > 60, name
        assert ours == plain, name


def test_slides_are_the_same_without_japanese_fonts(layouts):
    for name in NAMES:
        assert layouts["latin", "dist", name] == layouts["japanese", "dist", name], name
