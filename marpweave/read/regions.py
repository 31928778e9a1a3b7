"""Finds nbgrader regions in a cell: solutions and hidden tests. Pure.

As in nbgrader, a marker may appear anywhere in a line. If the markers of a cell are faulty, the whole cell counts as
one region, so that students never get a solution by mistake.
"""

from __future__ import annotations

import re

from marpweave.model.variant import Region
from marpweave.read.yaml import Fault

MARKER = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)")


def regions_of(source: str, option_lines: int = 0) -> tuple[tuple[Region, ...], tuple[Fault, ...]]:
    """The regions of a cell's source, and faults in its markers (lines relative to the opening fence)."""
    lines = source.removesuffix("\n").split("\n")
    regions: list[Region] = []
    faults: list[Fault] = []
    opened: tuple[int, str] | None = None
    for row, line in enumerate(lines):
        marker = MARKER.search(line) if row >= option_lines else None
        if not marker:
            continue
        side, name = marker.groups()
        if side == "BEGIN" and opened:
            faults.append(Fault(row + 1, f"`BEGIN {name}` is inside `BEGIN {opened[1]}` (source line "
                                         f"{opened[0] + 1}); end that first"))
        elif side == "BEGIN":
            opened = row, name
        elif opened and name == opened[1]:
            regions.append(Region(opened[0], row, name == "SOLUTION"))
            opened = None
        else:
            faults.append(Fault(row + 1, f"`END {name}` without `BEGIN {name}`"))
    if opened:
        faults.append(Fault(opened[0] + 1, f"`BEGIN {opened[1]}` without `END {opened[1]}`"))
    if faults:
        return (Region(option_lines, len(lines) - 1, blank=True),), tuple(faults)
    return tuple(regions), ()
