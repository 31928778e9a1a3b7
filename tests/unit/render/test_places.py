"""What is kept for all projects, and who may read it."""

from marpweave.render.programs import browsers, places, tools


def test_what_tells_our_writing_is_never_open_to_others(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setenv("MARPWEAVE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(places, "put", lambda source, target: seen.append(source.stat().st_mode) or source.replace(target))
    places.secret.cache_clear()
    path = places.home() / "secret"
    assert places.secret() == path.read_bytes()
    assert [mode & 0o077 for mode in (*seen, path.stat().st_mode)] == [0, 0]
    assert list(path.parent.iterdir()) == [path]
    places.secret.cache_clear()


def test_compiled_scripts_do_not_pile_up(monkeypatch, tmp_path):
    monkeypatch.setenv("MARPWEAVE_HOME", str(tmp_path))
    monkeypatch.setattr(tools, "MOST_COMPILED", 2)
    folder = tmp_path / "compiled/v24"
    folder.mkdir(parents=True)
    for name, kept in (("a", 1), ("b", 2), ("c", 0)):
        (folder / name).touch()
        given = tools.Tools(folder, folder, browsers.Browser(folder)).environment
        assert (given["NODE_COMPILE_CACHE"], len(list(folder.glob("*")))) == (str(folder.parent), kept)
