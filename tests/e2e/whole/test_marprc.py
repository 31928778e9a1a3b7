"""What a project tells the Marp CLI in its configuration holds for its decks."""

import re

import pytest

from tests.project import Project

pytestmark = pytest.mark.usefixtures("browser")

DECK = "---\nmarp: true\n---\n\n# A\n\n==word== <b onclick=\"x\">bold</b>\n"
THEME = "/* @theme own */\n@import 'default';\nsection { --ground: 1 2 3 }\n"
YAML = "themeSet: ../themes\ntheme: own\nhtml: true\nlang: ja\ntitle: 題\noptions:\n  math: katex\n"
PLUGIN = """\
export const marks = (md) => {
  const { text } = md.renderer.rules;
  md.renderer.rules.text = (tokens, index, ...rest) => text(tokens, index, ...rest).replace(/==(.*?)==/, "<mark>$1</mark>");
};
"""
ENGINE = "export default ({ marp }) => marp.use(marks);\n"
CODE = 'themeSet: ["themes"], theme: "own", html: true'
CONFIGURATIONS = {
    "slides/.marprc.yml": YAML,
    "slides/.config/marprc": YAML.replace("../themes", "../../themes"),
    "package.json": '{"name": "x", "marp": {"themeSet": "themes", "theme": "own", "html": true, "lang": "ja", "title": "題"}}',
    "marp.config.mjs": f'import {{ marks }} from "./plugin.mjs";\nexport default {{ {CODE}, engine: ({{ marp }}) => marp.use(marks) }};\n',
    "marp.config.cjs": 'const { Marp } = require("@marp-team/marp-core");\n'
                       f"module.exports = {{ {CODE}, engine: class extends Marp {{ constructor(...given) {{ super(...given); "
                       'this.use((md) => { const { text } = md.renderer.rules; md.renderer.rules.text = (...given) => '
                       'text(...given).replace(/==(.*?)==/, "<mark>$1</mark>"); }); } } };\n',
    "slides/.marprc.json": '{"themeSet": "../themes", "theme": "own", "html": true, "engine": "../engine.mjs"}',
}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=() if name == "slides/.marprc.json" else pytest.mark.attack) for name in CONFIGURATIONS])
def test_a_configuration_holds_for_the_decks_below_it(name, tmp_path):
    project = Project(tmp_path).write({
        "slides/deck.md": DECK, "slides/more.md": DECK, "themes/own.css": THEME, "plugin.mjs": PLUGIN, name: CONFIGURATIONS[name],
        "engine.mjs": f'import {{ marks }} from "./plugin.mjs";\n{ENGINE}'})
    built = project.build("--to", "html")
    assert (built.found("message"), "damaged" in built.stderr) == ([], False)
    page = project.text("dist/deck.html")
    assert {"--ground: 1 2 3", '<b onclick="x">', 'data-theme="own"'} <= set(re.findall(r'--ground: 1 2 3|<b [^>]*>|data-theme="[^"]*"', page))
    assert ("<mark>word</mark>" in page) == ("engine" in CONFIGURATIONS[name])
    assert ('<html lang="ja"' in page, "<title>題</title>" in page) == ("lang" in CONFIGURATIONS[name],) * 2


def test_what_code_reads_by_a_relative_path_stands_beside_its_configuration(tmp_path):
    project = Project(tmp_path).write({
        "here/slides/deck.md": DECK, "here/marpweave.toml": "", "here/title.txt": "From a file", "elsewhere/x": "",
        "here/marp.config.mjs": 'import { readFileSync } from "node:fs";\nexport default { title: readFileSync("title.txt", "utf8"), '
                                'engine: ({ marp }) => { readFileSync("title.txt"); return marp; } };\n'})
    called = Project(project / "elsewhere")
    assert called.build("../here/slides/deck.md", "--to", "html", "--out", "dist").found("message") == []
    assert "<title>From a file</title>" in called.text("dist/slides/deck.html")


def test_code_of_two_folders_finds_its_own_files_while_both_are_rendered(tmp_path):
    code = 'import { readFileSync } from "node:fs";\nexport default { engine: async ({ marp }) => {\n' \
           '  await new Promise((done) => setTimeout(done, 300));\n  const render = marp.render.bind(marp);\n' \
           '  marp.render = (text, env) => render(text.replace("TITLE", readFileSync("title.txt", "utf8")), env);\n  return marp;\n} };\n'
    project = Project(tmp_path).write({f"{name}/{file}": text for name in ("one", "two") for file, text in (
        (f"{name}.md", "---\nmarp: true\n---\n\n# TITLE\n"), ("marp.config.mjs", code), ("title.txt", f"of {name}"))})
    assert project.build("one/one.md", "two/two.md", "--to", "html", "--out", "dist").found("message") == []
    assert ["of one" in project.text("dist/one/one.html"), "of two" in project.text("dist/two/two.html")] == [True, True]


def test_a_tag_is_told_unless_the_configuration_lets_html_through(tmp_path):
    project = Project(tmp_path).write({"slides/deck.md": "---\nmarp: true\n---\n\n# A\n\n<iframe srcdoc=x></iframe>\n"})
    assert project.check(code=1).found("line", "message") == [(7, "Marp shows <iframe> as text; remove it")]
    project.write({".marprc.yml": "html: true\n"})
    assert project.check().found("message") == []


def test_a_theme_that_is_no_css_is_told_and_not_silently_another(tmp_path):
    project = Project(tmp_path).write({"slides/deck.md": "---\nmarp: true\ntheme: own\n---\n\n# A\n", "slides/theme/own.css": "/* @theme own */\n\nsection {\n"})
    assert project.build("--to", "html,pdf", code=1).found("kind", "message") == [("option", "theme own cannot be read: line 3: Unclosed block")]


def test_the_nearest_configuration_counts_alone_up_to_the_project(tmp_path):
    (tmp_path / ".marprc.yml").write_text("theme: gone\n", encoding="utf-8")
    project = Project(tmp_path / "project").write({
        "slides/deck.md": DECK, "slides/week/other.md": DECK, "slides/week/.marprc.yml": "theme: uncover\n", "package.json": "{}"})
    assert project.build("--to", "html").found("message") == []
    assert [theme_of(project, name) for name in ("deck", "other")] == ["", "uncover"]


def theme_of(project, name="deck"):
    return "".join(re.findall(r'data-theme="([^"]*)"', page_of(project, name))[:1])


def page_of(project, name):
    (page,) = (project / "dist").rglob(f"{name}.html")
    return page.read_text(encoding="utf-8")


def test_an_option_goes_before_the_configuration_and_that_before_the_deck_as_in_the_marp_cli(tmp_path):
    project = Project(tmp_path).write({
        "slides/deck.md": "---\nmarp: true\ntheme: gaia\n---\n\n# A\n", "mine.css": "section { color: red }\n", "sets/a.css": THEME, "sets/in/b.css": THEME.replace("own", "b")})
    seen = []
    for options in ((), ("--theme", "b", "--theme-set", "sets"), ("--theme", "mine.css")):
        project.build("--to", "html", *options)
        seen.append(theme_of(project))
    project.write({".marprc.yml": "theme: uncover\n"})
    for options in ((), ("--theme", "default")):
        project.build("--to", "html", *options)
        seen.append(theme_of(project))
    assert seen == ["gaia", "b", "mine", "uncover", "default"]


def test_the_theme_set_of_an_option_stands_in_place_of_that_of_the_configuration(tmp_path):
    project = Project(tmp_path).write({
        "slides/deck.md": "---\nmarp: true\ntheme: own\n---\n\n# A\n", "themes/own.css": THEME, "other/b.css": THEME.replace("own", "owl"), ".marprc.yml": "themeSet: themes\n"})
    assert project.check().found("message") == []
    assert project.check("--theme-set", "other", code=1).found("line", "message") == [(3, "unknown theme 'own'; did you mean 'owl'?")]


BROKEN = {
    ("marp.config.mjs", "export default {\n  theme: oops(),\n};\n"): "marp.config.mjs:2: oops is not defined",
    ("marp.config.cjs", "module.exports = {\n  theme:\n};\n"): "marp.config.cjs:3: Unexpected token '}'",
    (".marprc.yml", "theme: own\nthemeSet: [a\n"): ".marprc.yml:3: invalid YAML: expected ',' or ']', but got '<stream end>'",
    (".marprc.json", '{"theme": "own",\n}'): ".marprc.json:2: invalid JSON: Expecting property name enclosed in double quotes",
    (".marprc", "- theme\n"): ".marprc: holds no `key: value`",
    (".marprc.yaml", "html: false\ntheme: 3\n"): ".marprc.yaml:2: `theme` must be a name or a path",
    ("marp.config.js", "export default { engine: () => ({}) };\n"): "marp.config.js: the engine has no render()",
    ("package.json", '{"marp": {"themset": "a"}}'): "package.json:1: unknown key 'themset'; did you mean 'themeSet'?",
    (".marprc.yml", "theme: owm\nthemeSet: themes\n"): ".marprc.yml: unknown theme 'owm'; did you mean 'own'?",
    (".marprc.yml", "themeSet: [themes/own.css, gone.css]\n"): ".marprc.yml: gone.css is missing",
    (".marprc.yml", "themeSet: plain.css\n"): ".marprc.yml: plain.css has no `@theme NAME` in a comment, so no deck can name it",
    (".marprc.yml", "theme: ../other.css\n"): ".marprc.yml: ../other.css is outside the project; allow it with `--allow PATH`",
    (".marprc.yml", "html: true\nthemeSet: [1, 2]\n"): ".marprc.yml:2: `themeSet` must be a path or a list of paths",
    (".marprc.yml", 'theme: "a\\0b"\n'): ".marprc.yml:1: `theme` must be a name or a path",
    ("marp.config.mjs", "process.exit(3);\n"): "marp.config.mjs: ended with exit code 3: no output",
    (".marprc.yml", "options:\n  headingDivider: 2\n"): ".marprc.yml:2: `headingDivider` belongs in the front matter of decks",
}


@pytest.mark.parametrize(("file", "told"), BROKEN.items(), ids=[f"{name}-{number}" for number, (name, _) in enumerate(BROKEN)])
def test_a_broken_configuration_is_one_finding_with_its_place(file, told, tmp_path):
    name, text = file
    (tmp_path / "other.css").write_text(THEME, encoding="utf-8")
    project = Project(tmp_path / "project").write({
        "deck.md": DECK, "themes/own.css": THEME, "plain.css": "p { color: red }", "slides/x": "", name: text,
        **({"package.json": '{"type": "module"}'} if name.endswith(".js") else {})})
    assert project.check("deck.md", code=1).found("kind", "line", "message") == [("option", 1, told)]


def test_a_sandboxed_deck_gets_the_themes_of_a_configuration_and_nothing_else(tmp_path):
    project = Project(tmp_path).write({
        "a/deck.md": DECK, "b/deck2.md": DECK, "a/marp.config.mjs": "import fs from 'node:fs';\nfs.writeFileSync('ran', '');\nexport default {};\n",
        "b/.marprc.yml": "theme: own\nthemeSet: ../themes\nhtml: true\nengine: ../a/marp.config.mjs\n", "themes/own.css": THEME, "slides/x": ""})
    assert project.build("a/deck.md", "b/deck2.md", "--sandbox", "--to", "html").found("kind", "message") == [
        ("warning", "a/marp.config.mjs is code, which does not run for a deck in a sandbox"),
        ("warning", "b/.marprc.yml: `engine`, `html` is ignored for a sandboxed deck")]
    assert not list(tmp_path.rglob("ran"))
    assert theme_of(project, "deck2") == "own"
    assert "<b onclick" not in page_of(project, "deck2")


def test_an_edit_of_whatever_a_configuration_is_made_of_renders_decks_anew(tmp_path):
    project = Project(tmp_path).write({
        "slides/deck.md": DECK, "themes/own.css": THEME, "plugin.mjs": PLUGIN,
        "marp.config.mjs": 'import { marks } from "./plugin.mjs";\nimport { theme } from "./theme.cjs";\nexport default { themeSet: ["themes"], theme, engine: ({ marp }) => marp.use(marks) };\n',
        "theme.cjs": "exports.theme = require('./name.cjs');\n", "name.cjs": "module.exports = 'own';\n"})

    def seen():
        project.build("--to", "html")
        page = project.text("dist/deck.html")
        return theme_of(project), re.search(r"<(\w+)>word<", page)[1], "--ground: 1 2 3" in page

    assert seen() == ("own", "mark", True)
    project.edit("plugin.mjs", "<mark>$1</mark>", "<em>$1</em>")
    assert seen() == ("own", "em", True)
    project.edit("name.cjs", "own", "default")
    assert seen() == ("default", "em", False)
    project.write({"slides/.marprc.yml": "theme: own\nthemeSet: ../themes\n"})
    assert project.build("--to", "html").found("message") == []
    assert theme_of(project) == "own"
    project.edit("themes/own.css", "1 2 3", "4 5 6")
    project.build("--to", "html")
    assert "--ground: 4 5 6" in project.text("dist/deck.html")


def test_a_package_that_a_configuration_lacks_is_told_with_what_brings_it(tmp_path):
    project = Project(tmp_path).write({"slides/deck.md": DECK, "marp.config.js": 'module.exports = { engine: require("markdown-it-emoji") };\n'})
    assert project.check(code=1).found("message") == [
        ("marp.config.js:1: Cannot find module 'markdown-it-emoji'; run `npm install markdown-it-emoji` beside it",)]
    project.write({"marp.config.js": 'require("./gone");\n'})
    assert project.check(code=1).found("message") == [("marp.config.js:1: Cannot find module './gone'",)]
