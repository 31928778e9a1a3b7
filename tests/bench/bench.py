"""``make bench``: how long builds take, beside peers on the same content in the same run.

Writes BENCHMARKS.md. Nothing here is a test: times are shown, never asserted.
"""

from __future__ import annotations

import os
import platform
import tempfile
from pathlib import Path

import nnviz_bench
import preview_bench
import weave_bench

ROOT = Path(__file__).resolve().parents[2]


def page(folder: Path) -> str:
    """BENCHMARKS.md."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return "\n".join([
        "# Benchmarks", "",
        f"`make bench` wrote this page on {machine}; times are medians. Ratios are to a peer on the same",
        "content in the same run; PyTorch is compared with where it is installed.", "",
        *weave_bench.section(folder), "", *preview_bench.section(folder / "live"), "", *nnviz_bench.section(),
    ])


def main() -> None:
    """Measure and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        (ROOT / "BENCHMARKS.md").write_text(page(Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
