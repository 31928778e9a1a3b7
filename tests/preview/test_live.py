"""Code typed into a slide runs behind its cell, and leaves everything as it was."""

from tests.preview.previewed import files_at_rest, previewed


def answered(page, run):
    """The last answer to a run."""
    page.until(lambda page: any(said["type"] == "live" and said["run"] == run and said["state"] != "running" for said in page.messages))
    return next((said["state"], said["html"]) for said in reversed(page.messages) if said["type"] == "live" and said["run"] == run)


def test_live_code_sees_the_state_behind_its_cell_and_changes_nothing(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        before = files_at_rest(project)
        for number, (cell, code, answer) in enumerate([
                (0, "x += 100\nprint(x)", ("done", "<pre><code>120</code></pre>")), (1, "print(x)", ("done", "<pre><code>20</code></pre>")),
                (1, "open('made.txt', 'w').write('<b>')", ("done", "<pre><code>3</code></pre>")), (1, "1 / 0", ("error", "<pre><code>ZeroDivisionError: division by zero</code></pre>")),
                (7, "1", ("error", "<pre><code>not run: the cell is gone, or too many run already</code></pre>"))]):
            page.say(type="run", cell=cell, code=code, run=f"r{number}")
            assert answered(page, f"r{number}") == answer
        assert files_at_rest(project) == before
        project.edit("deck.md", "print(x * 2)", "print(x * 3)")
        page.shows("60")


def test_live_code_that_does_not_end_is_stopped(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        page.say(type="run", cell=1, code="while True: pass", run="a")
        page.until(lambda page: "live" in page.told)
        page.say(type="stop", run="a")
        assert answered(page, "a") == ("stopped", "")
        project.edit("deck.md", "print(x * 2)", "print(x * 3)")
        page.shows("60")


def test_nothing_is_run_that_somebody_types_where_that_is_switched_off(project, kernel, browser):
    with previewed(project, "deck.md", "--no-live") as endpoint, endpoint.page() as page:
        page.shows("21", "40")
        assert page.told["hello"]["live"] is False
        page.say(type="run", cell=0, code="open('made.txt', 'w')", run="a")
        project.edit("deck.md", "print(x * 2)", "print(x * 3)")
        page.shows("60")
        assert ("live" in page.told, (project / "made.txt").exists()) == (False, False)
