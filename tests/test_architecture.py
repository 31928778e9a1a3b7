"""The house is as ARCHITECTURE.md and the glossary describe it."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOME = ROOT / "marpweave"
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "docs/GLOSSARY.md")}
ROOMS = sorted(path.parent.name for path in HOME.glob("*/__init__.py"))
MODULES = sorted(path for top in ("marpweave", "nnviz", "tests") for path in (ROOT / top).rglob("*.py"))


def test_every_room_has_its_line_with_its_own_words():
    told = {room: duty for _, room, duty in re.findall(r"^\| (\d) \| `(\w+)` \| (.*) \|$", PAGES["ARCHITECTURE.md"], re.MULTILINE)}
    assert told == {room: ast.get_docstring(ast.parse((HOME / room / "__init__.py").read_text(encoding="utf-8"))) for room in ROOMS}


def test_floors_are_those_of_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    floors = [sorted(set(layer.split(" | ")) & {*ROOMS}) for layer in layers]
    told: dict[str, list[str]] = {}
    for floor, room in re.findall(r"^\| (\d) \| `(\w+)` \|", PAGES["ARCHITECTURE.md"], re.MULTILINE):
        told.setdefault(floor, []).append(room)
    assert [sorted(rooms) for rooms in told.values()] == [floor for floor in floors if floor]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page):
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*)(?: \w+)?`", PAGES[page])) | set(re.findall(r"`([\w-]+\.(?:py|md|toml))`", PAGES[page]))
    assert named or page == "docs/GLOSSARY.md"
    assert [name for name in sorted(named) if not any((top / name).exists() for top in (ROOT, HOME, HOME / "render/css"))] == []


def test_every_step_of_a_cell_names_where_it_is_and_a_type_that_there_is():
    steps = [row.split(" | ") for row in re.findall(r"^\| ([A-Z`].*) \|$", PAGES["ARCHITECTURE.md"], re.MULTILINE)]
    assert len(steps) > 20
    assert [step for step in steps if len(step) != 3] == []
    assert sorted({*re.findall(r"`([A-Z][a-z]\w+)`", " ".join(gives for _, _, gives in steps))} - types_of(HOME)) == []


def test_every_type_that_travels_is_in_the_glossary():
    rows = [line.split(" | ") for line in PAGES["docs/GLOSSARY.md"].split("\n") if line.startswith("| ")]
    named = set(re.findall(r"`(\w+)`", " ".join(row[-1] for row in rows)))
    rooms = {"model": types_of(HOME / "model"), "build": types_of(HOME / "build"), "cache": types_of(HOME / "cache"), "report": types_of(HOME / "report")}
    types = {name for found in rooms.values() for name in found if not name.startswith(("_", "Packed"))}
    assert sorted(types - named) == []
    assert sorted(named - types) == []


def types_of(room):
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in room.rglob("*.py"))
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}


def test_no_file_is_longer_than_one_reads_in_one_go():
    assert [str(path.relative_to(ROOT)) for path in MODULES if path.read_text(encoding="utf-8").count("\n") > 300] == []


def test_no_folder_holds_more_than_one_sees_at_a_glance():
    folders = {path.parent for path in MODULES if HOME in path.parents}
    crowded = {folder.name: sum(path.name != "__init__.py" for path in folder.glob("*.py")) for folder in folders}
    assert {name: number for name, number in crowded.items() if number > 12} == {}
