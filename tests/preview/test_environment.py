"""Packages that are installed while a deck is previewed."""

import shutil
import signal
import subprocess
import sys

import pytest

from tests.environments import environment
from tests.preview.previewed import SECONDS, previewed
from tests.project import PROGRAM

DECK = """---
marp: true
execute: true
---

```python
import zz
print(zz.version)
```
"""


def test_a_package_that_is_upgraded_is_imported_anew_and_its_results_are_kept_apart(project, kernel, browser):
    (site,) = environment(project / "env", "ipykernel", zz="1.0").glob("lib/python*/site-packages")
    project.write({"deck.md": DECK})
    (site / "zz.py").write_text("version = 'one'")
    with previewed(project, "--python", "env", "deck.md") as endpoint, endpoint.page() as page:
        page.shows("one")
        (site / "zz.py").write_text("version = 'three'")
        (site / "zz-1.0.dist-info").rename(site / "zz-2.0.dist-info")
        page.shows("three")
        (site / "zz.py").write_text("version = 'one'")
        (site / "zz-2.0.dist-info").rename(site / "zz-1.0.dist-info")
        page.shows("one")
    assert "one" in project.run("--to", "md", "--python", "env", "deck.md").stdout + project.text("dist/deck.md")


@pytest.mark.attack
def test_a_package_that_is_upgraded_is_built_with(project, kernel, browser):
    (site,) = environment(project / "env", "ipykernel", zz="1.0").glob("lib/python*/site-packages")
    project.write({"deck.md": DECK})
    (site / "zz.py").write_text("version = 'one'")
    with subprocess.Popen([sys.executable, PROGRAM, "--watch", "--to", "html", "--python", "env", "deck.md"], cwd=project.folder, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("deck.md: 1 slide")
        (site / "zz.py").write_text("version = 'three'")
        (site / "zz-1.0.dist-info").rename(site / "zz-2.0.dist-info")
        assert process.stdout.readline().startswith("deck.md: 1 slide")
        assert "three" in (project / "dist/deck.html").read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_an_environment_that_is_gone_is_named_and_its_return_is_seen(project, kernel, browser):
    (site,) = environment(project / "env", "ipykernel", zz="1.0").glob("lib/python*/site-packages")
    project.write({"deck.md": DECK})
    (site / "zz.py").write_text("version = 'one'")
    with previewed(project, "--python", "env", "deck.md") as endpoint, endpoint.page() as page:
        page.shows("one")
        shutil.move(project / "env", project / "gone")
        project.edit("deck.md", "print(zz", "print('again', zz")
        page.until(lambda page: "env" in page.told.get("broken", {"message": ""})["message"] and not page.running)
        shutil.move(project / "gone", project / "env")
        project.edit("deck.md", "'again'", "'back'")
        page.shows("back one")
