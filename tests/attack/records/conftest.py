"""The project, as it was built and as it was frozen."""

import shutil
from contextlib import nullcontext

import pytest

from marpweave.build.runners.local import Kernels
from marpweave.cache.store import VERSION
from marpweave.cli.main import main
from marpweave.kernel import zygote
from tests.attack.records.records import DECK, GAVE, without

# -- a project whose cells need no kernel -----------------------------------------------


class Project:
    """A deck, what it would give, and which steps ran."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.ran = folder / "project", []
        self.store = self.folder / ".marpweave/cache" / VERSION
        (self.folder / "slides").mkdir(parents=True, exist_ok=True)
        (self.folder / "slides/deck.md").write_text(DECK, encoding="utf-8")
        (self.folder / "marpweave.toml").write_text('decks = ["slides"]\n', encoding="utf-8")
        (self.folder / "data.txt").write_text("data", encoding="utf-8")
        monkeypatch.chdir(self.folder)
        monkeypatch.setattr(Kernels, "run", self.run)
        monkeypatch.setattr(zygote, "zygote", lambda *_: nullcontext())

    def run(self, plans, events):
        self.ran += [plan.steps[n].label for plan in plans for n in plan.wanted]
        return [[GAVE[plan.steps[n].label] for n in plan.wanted] for plan in plans]

    def call(self, capsys, *arguments):
        """Exit code, what was said on stderr, and what ran."""
        self.ran.clear()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr().err.replace("rendering md …\n", "")
        return ended.value.code, said, list(self.ran)

    def tree(self):
        """All files but results, with their contents."""
        return {path: path.read_bytes() for path in self.folder.parent.rglob("*")
                if path.is_file() and not {".marpweave", "there"} & {*path.parts}}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project that was built and frozen, with nothing that remembers where it stands."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        project = Project(folder, patch)
        for arguments in (["build", "--to", "md"], ["freeze"]):
            with pytest.raises(SystemExit) as ended:
                main(arguments)
            assert ended.value.code == 0
        without(project.store, "report")
    return folder


@pytest.fixture
def project(template, tmp_path, monkeypatch):
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path, monkeypatch)


@pytest.fixture
def built(project):
    return project.store


@pytest.fixture
def frozen(project):
    return project.folder / "slides"
