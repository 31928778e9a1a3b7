"""Ways in which what is rendered, and what is said of it, can come to depend on something; no cell need run."""

from __future__ import annotations

from dataclasses import replace

from tests.attack.makers import Files, link
from tests.attack.ways.way import D, Text, Way

HTML, MD = {"--to": "html"}, {"--to": "md"}


def svg(radius: int) -> str:
    """A disc."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><circle r="{radius}"/></svg>'


def mine(css: str = "") -> str:
    """The theme ``mine``."""
    return f"/* @theme mine */\n@import 'default';\n{css}"


def book(title: str) -> str:
    """A bibliography."""
    return f"@book{{k, title={{{title}}}, author={{A, B}}, year={{2000}}}}"


def told(code: str, files: Files, edit: Files, name: str = "marp.config.mjs") -> tuple[Files, Files]:
    """A configuration that is code, files beside it, and an edit of those."""
    return {f"../{name}": code, **files}, edit


RED, BLUE = "p { color: red }", "p { color: blue }"
SHEETS = {"../.marprc.yml": "themeSet: 'css/**/*.css'\n", "../css/a.css": "/* @theme other */"}
SHOWN, THEMED, PART = D(Text("![点](p.svg)")), D(Text("文"), head="theme: mine"), "{{< include d/x.md >}}"
CITED = D(Text("文 [@k]。\n\n<!-- references -->"), head="execute: true\nbibliography: d/r.bib")
SOURCE, ONE, TWO = "#| source: pkg.m.f\ndef f():\n    return 1", "def f():\n    return 1", "def f():\n    return 2"
MISSING = D("import helper_of_mine")
OF_HTML = (
    Way("a picture that is a link", SHOWN, {"a.svg": svg(3), "b.svg": svg(4), "p.svg": link("a.svg")}, {"p.svg": link("b.svg")}),
    Way("a picture in a folder that is a link", D(Text("![点](d/p.svg)")), {"e/p.svg": svg(3), "f/p.svg": svg(4), "d": link("e")}, {"d": link("f")}),
    Way("a picture that leaves the project", SHOWN, {"a.svg": svg(3), "../../b.svg": svg(3), "p.svg": link("a.svg")}, {"p.svg": link("../../b.svg")}),
    Way("themes in a folder that is a link", THEMED, {"t1/m.css": mine(RED), "t2/m.css": mine(BLUE), "theme": link("t1")}, {"theme": link("t2")}),
    Way("an imported stylesheet that is a link", THEMED, {"theme/m.css": mine("@import 'x.css';"), "a.css": RED, "b.css": BLUE, "theme/x.css": link("../a.css")},
        {"theme/x.css": link("../b.css")}),
    Way("a stylesheet that appears where a pattern looks", THEMED, SHEETS, {"../css/m.css": mine()}),
    Way("a stylesheet that appears below where a pattern looks", THEMED, SHEETS, {"../css/d/m.css": mine()}),
    Way("a stylesheet that goes where a pattern looks", THEMED, {**SHEETS, "../css/b.css": mine(RED), "../css/m.css": mine(BLUE)}, {"../css/m.css": None}),
    Way("a file that a configuration reads", D(), *told(
        "import { readFileSync } from 'node:fs'; export default { theme: readFileSync(new URL('t', import.meta.url), 'utf8').trim() }", {"../t": "gaia"}, {"../t": "uncover"})),
    Way("a folder that a configuration lists", D(), *told(
        "const { readdirSync } = require('fs'); module.exports = { theme: readdirSync(__dirname + '/t')[0] }", {"../t/uncover": ""}, {"../t/gaia": ""}, "marp.config.cjs")),
    Way("a file that a configuration asks for", D(), *told(
        "const { existsSync } = require('fs'); module.exports = { theme: existsSync(__dirname + '/t') ? 'gaia' : 'uncover' }", {}, {"../t": ""}, "marp.config.cjs")),
    Way("a variable that a configuration asks for", D(), *told("export default { theme: process.env.COURSE }", {"$COURSE": "gaia"}, {"$COURSE": "uncover"})),
    Way("a module that a configuration would take", D(), *told(
        "let theme = 'gaia'; try { theme = require('./t.cjs') } catch {}; module.exports = { theme }", {}, {"../t.cjs": "module.exports = 'uncover'"}, "marp.config.cjs")),
    Way("a module that a configuration needs", D(), *told("import theme from './t.mjs'; export default { theme }", {}, {"../t.mjs": "export default 'gaia'"})),
)
PNG = Way("a slide less", D(Text("---\n\n# 二\n\n---\n\n# 三")), {"--to": "png"}, {"deck.md": D(Text("---\n\n# 二"))})
OF_MARKDOWN = (
    Way("a part in a folder that is a link", D(Text(PART)), {"e/x.md": "一つ", "f/x.md": "二つ", "d": link("e")}, {"d": link("f")}),
    Way("a bibliography in a folder that is a link", CITED, {"e/r.bib": book("One"), "f/r.bib": book("Two"), "d": link("e")}, {"d": link("f")}),
    Way("a package that is a link", D(SOURCE), {"p1/m.py": ONE, "p2/m.py": TWO, "pkg": link("p1")}, {"pkg": link("p2")}),
    Way("where a missing module is", MISSING, {"../src/helper_of_mine.py": ""}, {"../src/helper_of_mine.py": None, "../lib/helper_of_mine.py": ""}),
    Way("a project that can be installed", MISSING, {"../src/helper_of_mine.py": ""}, {"../pyproject.toml": ""}),
    Way("a lock file that tells of a tool", MISSING, {}, {"../uv.lock": ""}),
    Way("a module with a name like it", D("import pkg.helper"), {"pkg/__init__.py": "", "pkg/helpr.py": ""}, {"pkg/helpr.py": None}),
)
RENDERED = tuple(replace(way, files={**form, **way.files}, kind="rendered")
                 for form, ways in ((HTML, (*OF_HTML, PNG)), (MD, OF_MARKDOWN)) for way in ways)
