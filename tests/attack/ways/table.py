"""Ways in which what a cell gives can come to depend on something, by kind.

``python -m tests.attack.ways.table`` prints it.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from tests.attack.ways.code import CODE, KEYS
from tests.attack.ways.decks import BETWEEN, DECLARATIONS, SHARING
from tests.attack.ways.files import FILES, METADATA
from tests.attack.ways.modules import CHILDREN, IMPORTS
from tests.attack.ways.quiet import QUIET
from tests.attack.ways.surroundings import ENVIRONMENT

TABLE = {
    "files": FILES, "metadata": METADATA, "imports": IMPORTS, "c-code and children": CHILDREN, "environment": ENVIRONMENT, "code": CODE,
    "keys": KEYS, "between cells and decks": BETWEEN, "declarations": DECLARATIONS, "sharing": SHARING, "quiet": QUIET,
}
WAYS = tuple(replace(way, kind=kind) for kind, ways in TABLE.items() for way in ways)
if __name__ == "__main__" and sys.argv[1:] == ["--list"]:
    for way in WAYS:
        print(f"{way.kind:24}{way.name}")  # noqa: T201
