"""Which decks a build need not make again, and how soon it is seen."""

from marpweave.build.commands import report_of
from marpweave.build.settings import Settings
from marpweave.build.uptodate import Reports
from marpweave.cache.current import CurrentInputs
from tests.running import project_of


def test_decks_with_another_text_are_told_before_inputs_are_looked_at(tmp_path, monkeypatch):
    paths = tuple(tmp_path / f"{name}.md" for name in "abc")
    for path in paths:
        path.write_text("# A\n", encoding="utf-8")
    project = project_of(Settings(tmp_path, paths, cache=tmp_path / "cache"))
    report_of("check", project)
    paths[1].write_text("# B\n", encoding="utf-8")
    seen = []
    monkeypatch.setattr(CurrentInputs, "change", lambda *_: seen.append("inputs"))
    known = Reports(project, "check").recall(seen.append)
    assert ([*known], seen[:2]) == ([paths[0], paths[2]], [[paths[1]], "inputs"])
