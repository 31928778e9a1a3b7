"""A page follows what its project tells Marp."""

from tests.preview.previewed import previewed

DECK = "---\nmarp: true\n---\n\n# A\n\nword\n"
CONFIGURATION = 'import { name } from "./name.mjs";\nexport default { engine: ({ marp }) => marp.use((md) => {\n' \
                '  md.core.ruler.push("named", ({ tokens }) => tokens.forEach((token) => token.children?.forEach((child) => {\n' \
                "    child.content = child.content.replace('word', name);\n  })));\n}) };\n"


def test_a_page_follows_the_configuration_its_imports_and_its_end(project, browser):
    project.write({"deck.md": DECK, "name.mjs": "export const name = 'one';\n"})
    with previewed(project, "deck.md") as door, door.page() as page:
        page.shows("word")
        project.write({"marp.config.mjs": CONFIGURATION})
        page.shows("one")
        project.write({"name.mjs": "export const name = 'two';\n"})
        page.shows("two")
        project.write({"marp.config.mjs": "export default {\n"})
        page.until(lambda page: page.found == [("option", 1)]).shows("word")
        (project / "marp.config.mjs").unlink()
        page.until(lambda page: page.found == []).shows("word")
