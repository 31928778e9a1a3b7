"""Modules that are looked for while others write them."""

import sys
from types import SimpleNamespace

import pytest

from marpweave.inputs.digests import ABSENT, CHANGING
from marpweave.probe.audit.imports import Imports


@pytest.fixture
def imports():
    return Imports(SimpleNamespace(is_foreign=lambda path: False))


def test_a_module_that_appears_after_it_was_not_found_is_no_module_that_was_there(imports, tmp_path):
    imports.find_spec("made_later", [str(tmp_path)])
    assert dict(imports.inputs()) == {str(tmp_path / "made_later"): ABSENT}
    (tmp_path / "made_later.py").write_text("x = 1")
    assert dict(imports.inputs()) == {str(tmp_path / "made_later"): CHANGING}


def test_a_module_whose_code_failed_was_there(imports, tmp_path):
    (tmp_path / "made_wrong.py").write_text("1 / 0")
    imports.find_spec("made_wrong", [str(tmp_path)])
    imports.load(str(tmp_path / "made_wrong.py"))
    assert "made_wrong" not in sys.modules
    assert dict(imports.inputs()) == {str(tmp_path / "made_wrong"): ".py"}
