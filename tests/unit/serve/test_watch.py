"""What is watched of a path."""

from marpweave.serve.watch import names_of


def test_a_path_changes_with_every_link_on_its_way(tmp_path):
    real = tmp_path.resolve()
    (real / "a").mkdir()
    (real / "b").symlink_to("a")
    (real / "a/x").symlink_to("y")
    (real / "a/y").symlink_to(real / "z")
    (real / "loop").symlink_to("loop")
    assert names_of(real / "b/x") == {real / name for name in ("b", "b/x", "b/y", "z")}
    assert names_of(real / "b/new") == {real / name for name in ("b", "b/new", "a/new")}
    assert names_of(real / "loop") == {real / "loop"}
