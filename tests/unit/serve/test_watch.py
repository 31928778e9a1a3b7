"""What is watched of a path."""

import asyncio
import shutil
from pathlib import Path

import pytest

from marpweave.serve.watch import Watch, names_of


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


def test_a_link_that_goes_while_it_is_followed_leads_nowhere(tmp_path):
    class Going(type(tmp_path)):
        """A link that goes once it was seen."""

        def is_symlink(self):
            seen = super().is_symlink()
            if seen:
                self.unlink()
            return seen

    (tmp_path / "link").symlink_to("target")
    assert names_of(Going(tmp_path / "link")) == {tmp_path / "link"}


def removed(folder):
    shutil.rmtree(folder)


def renamed(folder):
    folder.rename(folder.with_name("elsewhere"))


@pytest.mark.slow  # it waits for the system to tell
@pytest.mark.parametrize("gone", [removed, renamed])
def test_a_folder_that_is_gone_and_comes_back_is_watched_again(gone, tmp_path):
    async def lived():
        watch = Watch()
        watch.add([file])
        changes = watch.changes()
        assert await anext(changes) == frozenset()
        gone(folder)
        await heard(changes, frozenset({folder}))
        folder.mkdir()
        await heard(changes, frozenset())
        file.write_text("new", encoding="utf-8")
        await heard(changes, frozenset({file}))

    folder = tmp_path / "a" / "slides"
    file = folder / "deck.md"
    folder.mkdir(parents=True)
    asyncio.run(asyncio.wait_for(lived(), 60))


@pytest.mark.slow
def test_what_was_missing_with_its_folder_is_heard(tmp_path):
    async def lived():
        watch = Watch()
        watch.add([tmp_path / "a/b/data.csv"])
        changes = watch.changes()
        assert await anext(changes) == frozenset()
        for folder in ("a", "a/b"):
            (tmp_path / folder).mkdir()
            await heard(changes, frozenset())
        (tmp_path / "a/b/data.csv").write_text("1", encoding="utf-8")
        await heard(changes, frozenset({tmp_path / "a/b/data.csv"}))

    asyncio.run(asyncio.wait_for(lived(), 60))


def test_the_folder_of_all_folders_can_be_watched():
    async def lived():
        watch = Watch()
        watch.add([Path("/")])
        assert await anext(watch.changes()) == frozenset()

    asyncio.run(asyncio.wait_for(lived(), 60))


async def heard(changes, paths):
    """Wait until these have changed, with others or not; none: until it is not known which."""
    async for found in changes:
        if found >= paths and bool(found) == bool(paths):
            return
