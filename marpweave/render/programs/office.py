"""Adds presenter notes, which LibreOffice drops, to its presentations."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

NOTES = re.compile(r"ppt/notes(?:Masters|Slides)/.*[^/]")
TYPES = re.compile(r'<Override PartName="/ppt/notes[^>]*>')
SLIDE = re.compile(r"ppt/slides/_rels/slide(\d+)\.xml\.rels")
RELATION = ('<Relationship Id="notes" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"'
            ' Target="{}"/></Relationships>')
MASTER = '</p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId r:id="notes"/></p:notesMasterIdLst>'


def add_notes(editable: Path, plain: Path) -> None:
    """Copy the notes of a PPTX to another one with the same slides."""
    with ZipFile(plain) as marps:
        notes = {name: marps.read(name) for name in marps.namelist() if NOTES.fullmatch(name)}
        types = "".join(TYPES.findall(marps.read("[Content_Types].xml").decode()))
    with ZipFile(editable) as offices:
        parts = {name: offices.read(name) for name in offices.namelist()}
    slides = [match for match in map(SLIDE.fullmatch, parts) if match]
    for name, end, put in (
            ("[Content_Types].xml", "</Types>", f"{types}</Types>"),
            ("ppt/presentation.xml", "</p:sldMasterIdLst>", MASTER),
            ("ppt/_rels/presentation.xml.rels", "</Relationships>",
             RELATION.format("notesMaster", "notesMasters/notesMaster1.xml")),
            *((slide[0], "</Relationships>", RELATION.format("notesSlide", f"../notesSlides/notesSlide{slide[1]}.xml"))
              for slide in slides)):
        parts[name] = parts[name].decode().replace(end, put).encode()
    with ZipFile(editable, "w", ZIP_DEFLATED) as whole:
        for name, content in (parts | notes).items():
            whole.writestr(name, content)
