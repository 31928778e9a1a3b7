"""Nobody but the browser with the token reads a deck or runs its cells."""

import http.client
import socket

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.preview.previewed import files_at_rest, previewed

EVIL = "http://evil.example"


@pytest.fixture
def endpoint(project, kernel, browser):
    with previewed(project, "deck.md") as endpoint:
        yield endpoint


def status(endpoint, path, method="GET", **headers):
    """Of the answer to a request; the client's own headers are left out."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": f"127.0.0.1:{endpoint.port}", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_only_the_browser_with_the_token_gets_an_answer_and_only_from_its_own_pages(endpoint, project):
    with endpoint.page() as page:
        picture = "/p/" + page.shows("21", "40").order[0]
    before = files_at_rest(project)
    inside = {"Cookie": endpoint.cookie}
    for path in ("/", "/d/deck", "/page/deck.js", "/f/faces.css", picture):
        assert {status(endpoint, path), status(endpoint, path, **inside, Host="evil.example"), status(endpoint, path, **inside, Origin=EVIL),
                status(endpoint, path, **inside, Sec_Fetch_Site="cross-site"), status(endpoint, path, "POST", **inside)} == {403}
    assert [status(endpoint, path, **inside) for path in ("/", "/d/deck", "/page/deck.js", "/f/faces.css", picture)] == [303, 200, 200, 200, 404]
    for path in ("/page/../app.py", "/page/%2e%2e/app.py", "/f/..%2f..%2fpackage.json", "/p/..%2fdeck.md", "/deck.md", "/page//etc/passwd", "/d/..%2fdeck"):
        assert status(endpoint, path, **inside) == 404, path
    for headers, origin in [({}, endpoint.origin), (inside, None), (inside, EVIL), (inside, "null"), ({"Cookie": "marpweave-1=x"}, endpoint.origin)]:
        with pytest.raises(InvalidStatus, match="403"):
            connect(f"ws://127.0.0.1:{endpoint.port}/ws/deck", origin=origin, additional_headers=headers)
    assert files_at_rest(project) == before


def test_decks_of_one_name_are_refused(project, kernel):
    project.write({"deck.markdown": project.text("deck.md")})
    said = project.run("preview", "--no-open", "deck.md", "deck.markdown", code=2).stderr
    assert said == "error: deck.md and deck.markdown would both become deck.html; rename one\n"


def test_a_deck_that_is_not_there_is_told_before_anything_is_served(project, kernel, browser):
    assert project.run("preview", "--no-open", "dek.md", code=2).stderr == "error: dek.md: no such file\n"


def test_a_port_that_is_taken_is_told_with_what_to_do(project, kernel, browser):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = project.run("preview", "--no-open", "--port", str(port), "deck.md", code=2).stderr
    assert said == f"error: cannot listen on 127.0.0.1:{port}: Address already in use; without --port, preview takes a free one\n"
