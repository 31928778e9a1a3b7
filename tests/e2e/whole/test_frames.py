"""What runs on slides does so in a browser, in a built file and in a preview, sealed off from everything else."""

import http.server
import os
import re
import shutil
import socket
import threading

import pytest

from tests.project import Project, alone

FRONT = "---\nmarp: true\nexecute: true\nlang: en\n---\n\n"
BUTTON = '<button onclick="this.textContent = 1 + Number(this.textContent)">1</button>'


def deck(*pages):
    cells = "\n\n---\n\n".join(
        f"# a\n\n```python\n#| output: live\n#| echo: false\n#| fig-alt: words\nfrom IPython.display import HTML\nHTML('''{html}''')\n```" for html in pages)
    return f"{FRONT}{cells}\n\n---\n\n# last\n"


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens the file that was built of a deck."""
    def opened(slide=1, *, project=tmp_path):
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        page.context.set_offline(True)
        page.goto(f"{(project / 'dist/deck.html').as_uri()}#{slide}")
        return page
    return opened


FIELD = "<div></div><script>document.querySelector('div').attachShadow({mode: 'open'}).innerHTML = '<input>'</script>"


@pytest.fixture(scope="module")
def played(kernel, browser, tmp_path_factory):
    """A project with a button, a field and a button, and a link on its slides."""
    project = Project(tmp_path_factory.mktemp("played"))
    project.write({"deck.md": deck(BUTTON, FIELD + BUTTON, "<a href='about:blank' onclick='this.textContent += 1'>a</a>")}).build("deck.md", "--to", "html")
    return project


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def inside(page, selector):
    """The first element like this in the frame of the slide that is shown."""
    return page.frame_locator(".bespoke-marp-active iframe").frame_locator("iframe").locator(selector)


@pytest.mark.usefixtures("kernel", "browser")
def test_the_picture_of_a_frame_depends_neither_on_the_day_nor_on_the_language(project):
    computed = "<script>document.write(`<p>${new Date().getFullYear()} ${(1234.5).toLocaleString()} ${navigator.language}</p>`)</script>"
    project.write({"deck.md": deck("<p>2000 1,234.5 en-US</p>", computed)})
    assert alone(("build", "--to", "html"), project.folder, {**os.environ, "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}).code == 0
    one, other = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)"[^>]* data-runs', project.text("dist/deck.html"))
    assert one == other


def test_a_frame_answers_a_click_and_keys_turn_slides_from_in_it(played, opened):
    page = opened(project=played)
    button = inside(page, "button")
    button.click()
    assert (button.inner_text(), page.locator("iframe").get_attribute("title")) == ("2", "words")
    page.keyboard.press("PageDown")
    page.wait_for_url(re.compile("#2$"))
    page.goto(page.url.replace("#2", "?view=overview#1"))
    page.wait_for_selector("[data-bespoke-view=overview] .bespoke-marp-active img[data-runs]")
    page.wait_for_timeout(1000)
    assert page.locator("iframe[data-frame]").count() == 0


def test_keys_typed_into_a_field_turn_no_slide_even_in_the_shadow_of_an_element(played, opened):
    page = opened(2, project=played)
    inside(page, "input").press("End")
    inside(page, "button").press("Alt+End")
    inside(page, "button").press("PageDown")
    page.wait_for_url(re.compile("#3$"))


def test_a_slide_that_was_turned_from_in_a_frame_has_the_keys(played, opened):
    page = opened(project=played)
    inside(page, "button").press("PageDown")
    page.wait_for_url(re.compile("#2$"))
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("#3$"))


def test_a_link_in_a_frame_opens_no_tab(played, opened):
    page = opened(3, project=played)
    for how in ({"modifiers": ["Control"]}, {"modifiers": ["Shift"]}, {"button": "middle"}):
        inside(page, "a").click(**how)
    assert (inside(page, "a").inner_text(), len(page.context.pages)) == ("a11", 1)


CALL = """const call = new RTCPeerConnection({iceServers: [{urls: `stun:127.0.0.1:PORT`}]}); call.createDataChannel(`a`);
call.createOffer().then((offer) => call.setLocalDescription(offer));"""
CALLS = {
    "itself": "<script>CALL</script>",
    "its frame": '<iframe srcdoc="<script>CALL</script>"></iframe>',
    "a frame in its frame": '<iframe srcdoc="<iframe srcdoc=&quot;<script>CALL</script>&quot;></iframe>"></iframe>',
    "a frame that comes later":
        "<iframe></iframe><script>setTimeout(() => (document.querySelector('iframe').srcdoc = '<script>CALL</' + 'script>'), 50)</script>",
}


def test_no_other_machine_is_called_from_a_frame(project, opened):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as called:
        called.bind(("127.0.0.1", 0))
        called.settimeout(1)
        call = CALL.replace("PORT", str(called.getsockname()[1])).replace("\n", " ")
        html = "".join(CALLS.values()).replace("CALL", f"{{{call}}}")
        project.write({"deck.md": deck("<p>b</p>" + html)}).build("deck.md", "--to", "html")
        page = opened()
        page.context.set_offline(False)
        page.reload()
        assert inside(page, "p").inner_text() == "b"
        with pytest.raises(TimeoutError):
            called.recv(1)


@pytest.fixture
def server():
    """What listens on this machine, and the paths that it was asked for."""
    paths = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()


ATTEMPTS = """<p>tried</p><img src="{there}/image"><script src="{there}/script"></script><link rel="stylesheet" href="{there}/style">
<iframe src="{there}/frame"></iframe><form action="{there}/form"><input name="a"></form>
<script>
const tell = (text) => document.querySelector("p").append(" " + text);
for (const [name, act] of Object.entries({{
  fetch: () => fetch("{there}/fetch"), socket: () => new WebSocket("{there}".replace("http", "ws")), beacon: () => navigator.sendBeacon("{there}/beacon"),
  form: () => document.forms[0].submit(), popup: () => open("{there}/popup").closed, top: () => (top.location = "{there}/top"),
  reach: () => tell(parent.document.title), storage: () => localStorage.length, self: () => setTimeout(() => (location = "{there}/self"), 50),
  frame: () => document.querySelector("iframe").srcdoc = "<script>fetch('{there}/inner')</" + "script>",
}})) {{ try {{ act(); }} catch {{}} }}
</script>"""


def test_nothing_in_a_frame_reaches_out_and_what_it_asks_for_is_told(project, opened, server):
    there, paths = server
    built = project.write({"deck.md": deck(ATTEMPTS.format(there=there).replace("\n", " "))}).build("deck.md", "--to", "html", code=1)
    page = opened()
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("iframe[data-frame]")
    page.wait_for_timeout(1500)
    assert (paths, len(page.context.pages)) == ([], 1)
    assert {finding[:2] for finding in told(built)} == {("remote-image", 9)}
    assert {address for _, _, address in told(built)} >= {f"{there}/{name}" for name in ("fetch", "image", "script", "style")}


def told(built):
    return [(kind, line, re.search(r"(?:http|ws)://[^ ,]*", message)[0]) for kind, line, message in built.found("kind", "line", "message")]


def test_a_file_holds_only_the_pages_that_its_slides_show(project, opened):
    cell = "```python\n#| output: live\n#| {}\n#| fig-alt: words\nfrom IPython.display import HTML\nHTML('<p>{}</p>')\n```\n\n"
    text = FRONT + cell.format("include: false", "secret") + cell.format("tags: [solution]", "solved") + cell.format("echo: false", "shown")
    project.write({"deck & 層.md": text}).build("deck & 層.md", "--to", "html", "--variant", "student")
    html = project.text("dist/deck & 層.student.html")
    assert ["p>secret" in html, "p>solved" in html, "p>shown" in html] == [False, False, True]
    shutil.copy(project / "dist/deck & 層.student.html", project / "dist/deck.html")
    assert inside(opened(), "p").inner_text() == "shown"


def test_the_picture_of_html_that_draws_at_random_is_the_same_in_every_build(project, browser):
    project.write({"deck.md": deck("<p></p><script>document.querySelector('p').textContent = Math.random()</script>")})
    built = [project.build("deck.md", "--to", "html") and project.text("dist/deck.html")]
    shutil.rmtree(project / ".marpweave/cache")
    built += [project.build("deck.md", "--to", "html") and project.text("dist/deck.html")]
    assert built[0] == built[1]
