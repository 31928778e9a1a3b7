"""Files that a previewed deck includes are part of what it shows."""

from tests.preview.previewed import files_at_rest, previewed

PART = "---\n\n# Part\n\n```python\ny = x + 5\nprint(y)  # => {y}\n```\n"


def test_a_part_that_is_saved_is_shown_and_its_output_accepted_in_its_own_file(project, kernel, browser):
    project.edit("deck.md", "---\n\n# Third", "{{< include _part.md >}}\n\n---\n\n# Third")
    project.write({"_part.md": PART.format(y=24)})
    before = project.text("deck.md")
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: page.is_still and page.found == [("mismatch", 7)])
        (finding,) = page.told["findings"]["findings"]
        part, deck = str(project / "_part.md"), str(project / "deck.md")
        assert finding["path"] == part
        assert (page.told["slides"]["lines"], page.told["slides"]["paths"]) == ([6, 12, 3, 23], [deck, deck, part, deck])
        page.say(type="accept", id=finding["id"])
        page.until(lambda page: page.found == [] and page.is_still)
        assert (project.text("_part.md"), project.text("deck.md")) == (PART.format(y=25), before)
        files_at_rest(project)
        project.edit("_part.md", "# Part", "# Another part")
        page.shows("Another part")


def test_a_part_that_is_missing_breaks_the_page_until_it_is_there(project, kernel, browser):
    project.edit("deck.md", "Plain words.", "{{< include sub/_part.md >}}")
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: "broken" in page.told)
        assert (page.told["broken"]["line"], page.told["broken"]["path"]) == (8, str(project / "deck.md"))
        project.write({"sub/_part.md": "Words of a part.\n"})
        page.shows("Words of a part.").until(lambda page: "broken" not in page.told)
        project.write({"sub/_part.md": "{{< include _no.md >}}\n"})
        page.until(lambda page: "broken" in page.told)
        assert (page.told["broken"]["line"], page.told["broken"]["path"]) == (1, str(project / "sub/_part.md"))
        project.write({"sub/_no.md": "Words of another part.\n"})
        page.shows("Words of another part.").until(lambda page: "broken" not in page.told)


def test_a_diagram_that_cannot_be_drawn_is_told_at_the_line_of_its_part(project, kernel, browser):
    project.edit("deck.md", "Plain words.", "{{< include _part.md >}}")
    project.write({"_part.md": "Words.\n\n```mermaid\nflowchart LR\n  a -->\n```\n"})
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: "status" in page.told)
        assert page.told["status"]["text"].startswith("_part.md:5: Mermaid cannot draw this")
