"""A PPTX that can be edited: a program stands for LibreOffice, and leaves the notes out as that does."""

import os
import re
import sys
from zipfile import ZipFile

import pytest

from tests.project import Project, alone

pytestmark = pytest.mark.usefixtures("node", "browser")
DECK = "---\nmarp: true\n---\n\n# 一\n\n<!-- 問う -->\n\n---\n\n# 二\n\n---\n\n# 三\n\n<!-- まとめる -->\n"
OFFICE = f"""\
#!{sys.executable}
import sys
from pathlib import Path
from zipfile import ZipFile
source, folder = Path(sys.argv[-1]), Path(sys.argv[sys.argv.index("--outdir") + 1])
with ZipFile(folder / f"{{source.stem}}.pptx", "w") as made:
    made.writestr("[Content_Types].xml", "<Types></Types>")
    made.writestr("ppt/presentation.xml", "<p:presentation><p:sldMasterIdLst></p:sldMasterIdLst></p:presentation>")
    made.writestr("ppt/_rels/presentation.xml.rels", "<Relationships></Relationships>")
    for number in (1, 2, 3):
        made.writestr(f"ppt/slides/slide{{number}}.xml", "<a:t>editable</a:t>")
        made.writestr(f"ppt/slides/_rels/slide{{number}}.xml.rels", "<Relationships></Relationships>")
"""


@pytest.mark.attack
def test_a_presentation_that_can_be_edited_keeps_the_notes(tmp_path):
    project = Project(tmp_path).write({"deck.md": DECK, "soffice": OFFICE})
    (tmp_path / "soffice").chmod(0o755)
    alone(("build", "--to", "pptx", "--pptx-editable", "deck.md"), project.folder,
          {**os.environ, "SOFFICE_PATH": str(tmp_path / "soffice")})
    with ZipFile(tmp_path / "dist/deck.pptx") as made:
        parts = {name: made.read(name).decode() for name in made.namelist() if not name.endswith("/")}
    noted = [re.findall(r"notesSlide\d+", parts[f"ppt/slides/_rels/slide{number}.xml.rels"]) for number in (1, 2, 3)]
    assert noted == [["notesSlide1"], ["notesSlide2"], ["notesSlide3"]]
    words = ["".join(re.findall("<a:t>(.*?)</a:t>", parts[f"ppt/notesSlides/{name}.xml"])) for (name,) in noted]
    assert [re.sub(r"\d$", "", each) for each in words] == ["問う", "", "まとめる"]
    assert parts["ppt/slides/slide1.xml"] == "<a:t>editable</a:t>"
    assert 'PartName="/ppt/notesMasters/notesMaster1.xml"' in parts["[Content_Types].xml"]
    assert "<p:notesMasterId " in parts["ppt/presentation.xml"]
    assert "notesMasters/notesMaster1.xml" in parts["ppt/_rels/presentation.xml.rels"]
