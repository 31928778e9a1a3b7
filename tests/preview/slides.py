"""Slides as the renderer hands them over, written by hand, and what the page is told of them."""

from hashlib import sha1

SIZE = "section { width: 1280px; height: 720px; padding: 40px; box-sizing: border-box; font: 30px sans-serif; overflow: hidden }"
STYLE = SIZE.replace("section", "div.deck > svg > foreignObject > section")
HELLO = {"type": "hello", "name": "deck", "path": "/decks/my deck.md", "editor": "vscode://file/{path}:{line}", "live": True}


def slide(body, attributes=""):
    return (f'<svg data-marpit-svg="" viewBox="0 0 1280 720"><foreignObject width="1280" height="720"><section id="" data-marpit-pagination="" '
            f'data-marpit-pagination-total=""{attributes}>{body}</section></foreignObject></svg>')


def slides(*bodies, known=(), **more):
    """The message about a deck of these slides; those of ``known`` bodies were sent before."""
    html = [body if body.startswith("<svg") else slide(body) for body in bodies]
    keys = [sha1(each.encode()).hexdigest()[:12] for each in html]
    sent = {key: each for key, each, body in zip(keys, html, bodies, strict=True) if body not in known}
    return {"type": "slides", "seq": 1, "order": keys, "html": sent, "pages": [[n, len(bodies)] for n in range(1, len(bodies) + 1)],
            "css": None if known else STYLE, "size": [1280, 720], "title": "A deck", "lang": "en", "notes": [""] * len(bodies),
            "lines": [10 * n for n in range(1, len(bodies) + 1)], "edited": None, **more}


def cell(number, code, output=None):
    """A code block of a cell, and its proven output."""
    shown = f'<pre is="marp-pre" data-auto-scaling="downscale-only"><code class="language-python" data-cell="{number}" data-role="code">{code}\n</code></pre>'
    return shown + (f'<pre><code class="language-output" data-cell="{number}" data-role="output">{output}</code></pre>' if output else "")


def finding(**more):
    return {"id": "f1", "kind": "mismatch", "severity": "error", "slide": 2, "line": 21, "path": "/decks/my deck.md", "message": "not what is shown",
            "want": "1\n", "got": "2\n", "acceptable": True, **more}


THREE = ("<h1>One</h1>", "<h1>Two</h1>", "<h1>Three</h1>")
LIST = '<ul><li data-marpit-fragment="1">a</li><li data-marpit-fragment="2">b</li></ul>'
BUILT = slide(LIST, ' data-marpit-fragments="2"')
