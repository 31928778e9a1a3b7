"""What the golden cases recorded is what a kernel gives today; ``GOLDEN=overwrite`` records it anew."""

import os

import pytest

from tests.golden.recorded import FILES, RECORDED, again, cases, folder_again, in_folder, overwrite

pytestmark = pytest.mark.usefixtures("kernel")

OVERWRITE = os.environ.get("GOLDEN") == "overwrite"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recorded_outcomes_are_what_kernels_give(path, tmp_path_factory, monkeypatch):
    text = "\n".join(str(again(case, tmp_path_factory.mktemp("deck"), monkeypatch, really=True)) for case in cases(path))
    if OVERWRITE:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("folder", RECORDED, ids=lambda folder: folder.name)
def test_recorded_outcomes_of_a_folder_are_what_kernels_give(folder, tmp_path, monkeypatch):
    today = folder_again(folder, tmp_path, monkeypatch, really=True)
    if OVERWRITE:
        overwrite(folder, today)
    assert in_folder(folder) == today
