"""Nobody but the browser with the token reads a deck or runs its cells."""

import http.client

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.preview.previewed import files_at_rest, previewed

EVIL = "http://evil.example"


@pytest.fixture
def door(project, kernel, browser):
    with previewed(project, "deck.md") as door:
        yield door


def status(door, path, method="GET", **headers):
    """Of the answer to a request; the client's own headers are left out."""
    connection = http.client.HTTPConnection("127.0.0.1", door.port)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": f"127.0.0.1:{door.port}", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_only_the_browser_with_the_token_gets_an_answer_and_only_from_its_own_pages(door, project):
    with door.page() as page:
        picture = "/p/" + page.shows("21", "40").order[0]
    before = files_at_rest(project)
    inside = {"Cookie": door.cookie}
    for path in ("/", "/d/deck", "/page/deck.js", "/f/faces.css", picture):
        assert {status(door, path), status(door, path, **inside, Host="evil.example"), status(door, path, **inside, Origin=EVIL),
                status(door, path, **inside, Sec_Fetch_Site="cross-site"), status(door, path, "POST", **inside)} == {403}
    assert [status(door, path, **inside) for path in ("/", "/d/deck", "/page/deck.js", "/f/faces.css", picture)] == [303, 200, 200, 200, 404]
    for path in ("/page/../app.py", "/page/%2e%2e/app.py", "/f/..%2f..%2fpackage.json", "/p/..%2fdeck.md", "/deck.md", "/page//etc/passwd", "/d/..%2fdeck"):
        assert status(door, path, **inside) == 404, path
    for headers, origin in [({}, door.origin), (inside, None), (inside, EVIL), (inside, "null"), ({"Cookie": "marpweave-1=x"}, door.origin)]:
        with pytest.raises(InvalidStatus, match="403"):
            connect(f"ws://127.0.0.1:{door.port}/ws/deck", origin=origin, additional_headers=headers)
    assert files_at_rest(project) == before


def test_decks_of_one_name_are_refused(project, kernel):
    project.write({"other/deck.md": project.text("deck.md")})
    said = project.run("preview", "--no-open", "deck.md", "other/deck.md", code=2).stderr
    assert said == "error: deck.md and other/deck.md would both become deck.html; rename one\n"
