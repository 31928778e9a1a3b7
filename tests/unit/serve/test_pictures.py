"""What the pages of a preview may ask for."""

import tracemalloc

from marpweave.model.diagram import Frame
from marpweave.serve.web.pictures import Pictures

LIBRARY = "x" * 1_000_000


def test_a_page_is_kept_until_the_save_after_the_next_and_one_of_other_content_is_another():
    pictures = Pictures()
    (first,), (second,), _ = (pictures.framed({"a.svg": Frame("<b>", html)}).values() for html in ("1", "\ud800", "3"))
    assert first != second
    assert [pictures.content(address.removeprefix("/p/")) for address in (first, second)] == [None, ("text/html", b"<b>?")]


def test_a_library_of_many_pages_is_held_once():
    pictures = Pictures()
    tracemalloc.start()
    pictures.framed({f"{number}.svg": Frame(LIBRARY, str(number)) for number in range(40)})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * len(LIBRARY)
