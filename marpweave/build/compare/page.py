"""The comparison as a self-contained HTML page: each slide before, after, and with differences highlighted."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from marpweave.build.compare.compare import Comparison
from marpweave.build.compare.looks import packed
from marpweave.build.compare.reasons import Detail
from marpweave.build.compare.report import numbers_of, summary
from marpweave.cache.store import Store
from marpweave.model.media import data_uri
from marpweave.render.prepare import fonts_for

TEMPLATE = Path(__file__).with_name("page.html.j2")


def page_of(comparison: Comparison, store: Store) -> str:
    """The whole page."""
    words = _rendered(comparison, picture=lambda _: "", font_css="")
    return _rendered(comparison, picture=_uri, font_css=fonts_for(words, store).css)


def _rendered(comparison: Comparison, *, picture: Callable[[bytes], str], font_css: str) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATE.parent), undefined=StrictUndefined, autoescape=True,
                              trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(picture=picture, numbers=numbers_of, lines=_lines)
    return environment.get_template(TEMPLATE.name).render(
        comparison=comparison, summary=summary(comparison), font_css=font_css)


def _uri(picture: bytes) -> str:
    return data_uri(packed(picture), "image/webp")


def _lines(detail: Detail) -> Iterator[tuple[str, str]]:
    """A diff of a text: lines with ``-``, ``+`` or a blank, limited to the context of changes."""
    old, new = detail.before.splitlines(), detail.after.splitlines()
    for line in list(difflib.unified_diff(old, new, n=2, lineterm=""))[3:]:
        yield ("@", "…") if line.startswith("@@") else (line[0], line[1:])
