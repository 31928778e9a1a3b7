"""Decks of one name in two folders, and a project's configuration, in the preview."""

from urllib.parse import quote

from tests.preview.previewed import DECK, previewed
from tests.project import Project

LOOKS = "---\nexecute: true\n---\n\n```python\nimport os\nprint('sees' if os.path.exists({!r}) else 'blind')\n```\n"
SETTINGS = 'decks = ["slides"]\neditor = "cursor://file/{path}:{line}"\nprelude = "y = 3"\n'


def test_decks_of_one_name_have_pages_of_their_own_and_the_configuration_holds(tmp_path, node, kernel):
    project = Project(tmp_path).write({
        "marpweave.toml": SETTINGS, "slides/week 1/deck.md": DECK.replace("First", "Eins").replace("x = 20", "x = 20 + y - 3"),
        "slides/week 2/deck.md": DECK.replace("First", "Zwei")})
    with previewed(project) as door:
        for week, title in ((1, "Eins"), (2, "Zwei")):
            with door.page(quote(f"week {week}/deck")) as page:
                page.until(lambda page: len(page.slides) == 3 and "40" in page.slides[2])
                assert page.slides[0].startswith(title)
                hello = page.told["hello"]
                assert (hello["name"], hello["path"], hello["editor"]) == (
                    f"week {week}/deck", str(project / f"slides/week {week}/deck.md"), "cursor://file/{path}:{line}")


def test_a_page_says_that_the_configuration_of_the_project_has_changed(tmp_path, node, kernel):
    project = Project(tmp_path).write({"marpweave.toml": SETTINGS, "slides/deck.md": DECK.replace("x = 20", "x = 20 + y - 3")})
    with previewed(project) as door, door.page() as page:
        page.shows("21", "40")
        project.edit("marpweave.toml", "prelude", "prelud")
        page.until(lambda page: "broken" in page.told)
        assert page.told["broken"] == {
            "type": "broken", "path": str(project / "marpweave.toml"), "line": 1,
            "message": "marpweave.toml:3: unknown key 'prelud'; did you mean 'prelude'?"}
        project.edit("marpweave.toml", "prelud", "prelude")
        page.until(lambda page: "broken" not in page.told)
        project.edit("marpweave.toml", "y = 3", "y = 4")
        page.until(lambda page: "broken" in page.told)
        assert page.told["broken"]["message"] == "the configuration has changed; stop with Ctrl-C and start again"
        for x in (20, 30):
            project.edit("slides/deck.md", f"x = {x}", f"x = {x + 10}")
            page.shows(str(x + 11), str(2 * x + 20))
        assert "broken" in page.told
        project.edit("marpweave.toml", "y = 4", "y = 3")
        page.until(lambda page: "broken" not in page.told).shows("41", "80")


def test_a_deck_that_a_link_brings_in_from_outside_is_previewed_in_the_sandbox(tmp_path, node, kernel):
    look = LOOKS.format(str(tmp_path / "secret.txt"))
    project = Project(tmp_path / "course").write({
        "marpweave.toml": 'decks = "slides"\nsandbox = "outside"\n', "slides/own.md": look, "../secret.txt": "7", "../downloads/talk.md": look})
    (project / "slides/link.md").symlink_to(tmp_path / "downloads/talk.md")
    with previewed(project) as door:
        for name, word in (("own", "sees"), ("link", "blind")):
            with door.page(name) as page:
                page.until(lambda page, word=word: page.slides and page.slides[0].endswith(word))
