"""Whatever is saved, the page follows."""

from tests.preview.previewed import DECK, files_at_rest, previewed


def test_a_sentence_that_is_edited_is_the_only_slide_that_is_sent(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        files_at_rest(project)  # no slide waits for a cell any more
        project.edit("deck.md", "Plain words", "Other words")
        page.shows("Other words")
        sent = page.messages[-1] if page.messages[-1]["type"] == "slides" else page.told["slides"]
        assert (len(sent["html"]), sent["css"], sent["edited"]) == (1, None, 0)


def test_a_cell_that_is_edited_shows_its_last_output_until_it_has_run(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        project.edit("deck.md", "x = 20", "x = 30\nimport os, time\nwhile not os.path.exists('go'): time.sleep(0.01)")
        page.until(lambda page: page.running == ["cell-1", "cell-2"])
        assert [slide.split()[-1] for slide in page.slides] == ["words.", "21", "40"]
        project.write({"go": ""})
        page.shows("31", "60")


def test_findings_name_their_lines_and_an_output_is_accepted_alone(project, kernel, browser):
    project.edit("deck.md", "print(x + 1)", "print(x + 1)  # => 20")
    project.edit("deck.md", "print(x * 2)", "print(x * 2)  # => 41")
    before = project.text("deck.md")
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: page.is_still and page.found == [("mismatch", 16), ("mismatch", 24)])
        first, second = page.told["findings"]["findings"]
        assert [(each["want"], each["got"], each["acceptable"], each["slide"]) for each in (first, second)] == [("20", "21", True, 2), ("41", "40", True, 3)]
        page.say(type="accept", id=second["id"])
        page.until(lambda page: page.found == [("mismatch", 16)])
    assert project.text("deck.md") == before.replace("# => 41", "# => 40")


def test_an_output_that_was_saved_meanwhile_is_not_overwritten(project, kernel, browser):
    project.edit("deck.md", "print(x + 1)", "print(x + 1)  # => 20")
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: page.is_still and page.found == [("mismatch", 16)])
        old = page.told["findings"]["findings"][0]["id"]
        project.edit("deck.md", "# => 20", "# => 21")
        page.until(lambda page: page.found == [])
        page.say(type="accept", id=old)
        page.until(lambda page: "status" in page.told)
        assert page.told["status"]["text"] == "not accepted: the output has changed since"
    assert "# => 21" in project.text("deck.md")


def test_what_a_page_measures_is_a_finding_at_the_slide(project, kernel, browser):
    cut = {"kind": "overflow", "element": "list “a”", "cut": 7, "edge": "bottom"}
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        for wrong in ([[cut]], [[{}], [], []], [1, 2, 3]):
            page.say(type="measured", seq=page.told["slides"]["seq"], slides=wrong)
        page.say(type="measured", seq=page.told["slides"]["seq"], slides=[None, [cut], []])
        page.until(lambda page: page.found == [("overflow", 12)])
        project.edit("deck.md", "# Second", "# No second")
        page.until(lambda page: page.found == [])


def test_a_deck_that_cannot_be_read_leaves_its_last_good_page(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        files_at_rest(project)
        project.write({"deck.md": "---\nmarp: true\n\n# First\n"})
        page.until(lambda page: "broken" in page.told)
        assert (page.told["broken"]["line"], len(page.slides)) == (1, 3)
        with endpoint.page() as other:
            other.until(lambda page: "broken" in page.told)
            assert other.slides == page.slides
        project.write({"deck.md": DECK.replace("Plain words", "Good words")})
        page.shows("Good words").until(lambda page: "broken" not in page.told)


def test_a_deck_saved_by_renaming_is_seen(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        for words in ("Once renamed", "Twice renamed"):
            (project / "new.md").write_text(DECK.replace("Plain words", words), encoding="utf-8")
            (project / "new.md").rename(project / "deck.md")
            page.shows(words)


def test_inputs_are_watched_before_and_after_they_are_there(project, kernel, browser):
    project.write({"deck.md": DECK + "\n---\n\n![](pictures/a.svg)\n\n```python\nimport tool\ntry:\n    print(open('data/x.txt').read())\n"
                   "except OSError:\n    print('nothing')\nprint(tool.word())\n```\n", "tool.py": "def word():\n    return 'old'\n"})
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("nothing", "old")
        assert ("missing-image", 29) in page.found
        project.write({"pictures/a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'})
        page.until(lambda page: page.is_still and page.found == [])
        project.write({"data/x.txt": "something"})
        page.shows("something")
        project.write({"tool.py": "def word():\n    return 'fresh'\n"})
        page.shows("fresh")
        project.write({"theme/plain.css": "/* @theme plain */\nsection { color: red }\n"})
        project.edit("deck.md", "execute: true", "execute: true\ntheme: plain")
        page.until(lambda page: "red" in str(page.told["slides"]["css"]))
        project.edit("theme/plain.css", "red", "blue")
        page.until(lambda page: "blue" in str(page.told["slides"]["css"]))


def test_a_link_that_leads_elsewhere_is_followed(project, kernel, browser):
    project.edit("deck.md", "x = 20", "x = int(open('data.txt').read())")
    project.write({"one.txt": "20", "two.txt": "30", "other.md": project.text("deck.md").replace("Plain words", "Other words")})
    for link, target in (("data.txt", "one.txt"), ("link.md", "deck.md")):
        (project / link).symlink_to(target)
    with previewed(project, "link.md") as endpoint, endpoint.page("link") as page:
        page.shows("21", "40")
        for link, target, shown in (("data.txt", "two.txt", "31"), ("link.md", "other.md", "Other words")):
            (project / "new").symlink_to(target)
            (project / "new").rename(project / link)
            page.shows(shown)


def test_the_page_follows_the_bibliography_and_runs_nothing(project, kernel, browser):
    project.edit("deck.md", "Plain words", "Words [@a]")
    project.edit("deck.md", "execute: true\n", "execute: true\nbibliography: refs.bib\n")
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        page.until(lambda page: page.found == [("citation", 4)])
        project.write({"refs.bib": "@misc{a, author={Adams, Ann}, year=2001, title={T}}\n"})
        page.shows("Words (Adams, 2001)")
        project.edit("refs.bib", "2001", "2002")
        page.shows("Words (Adams, 2002)")
        page.until(lambda page: page.found == [("warning", 9)])


def test_a_theme_that_cannot_be_read_is_told_as_by_a_build_and_again_by_the_next_preview(project, kernel, browser):
    project.write({"theme/plain.css": "/* @theme plain */\nsection { color: red }\n"})
    project.edit("deck.md", "execute: true", "execute: true\ntheme: plain")
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: page.is_still and page.found == [] and "red" in page.css)
        project.edit("theme/plain.css", "red }", "red }}")
        page.until(lambda page: [each["message"] for each in page.told["findings"]["findings"]] == ["theme plain cannot be read: line 2: Unexpected }"])
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.until(lambda page: page.is_still and page.found == [("option", 7)])
        project.edit("theme/plain.css", "}}", "}")
        page.until(lambda page: page.found == [])
