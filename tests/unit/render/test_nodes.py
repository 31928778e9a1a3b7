"""Which Node.js is taken: each program is asked once for its version."""

import os

import pytest

from marpweave.render.programs import nodes


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("MARPWEAVE_HOME", str(tmp_path / "home"))
    nodes.find_node.cache_clear()
    yield
    nodes.find_node.cache_clear()


@pytest.mark.parametrize(("name", "content", "times"), [("node", b"\x7fELF", 1), ("node", b"#!/bin/sh", 2), ("volta-shim", b"\x7fELF", 2)])
def test_a_program_is_asked_once_for_its_version_and_what_starts_others_every_time(name, content, times, tmp_path, monkeypatch):
    (tmp_path / name).write_bytes(content)
    if name != "node":
        (tmp_path / "node").symlink_to(tmp_path / name)
    monkeypatch.setenv("MARPWEAVE_NODE", str(tmp_path / "node"))
    asked = []
    monkeypatch.setattr(nodes, "version_of_node", lambda path: asked.append(path) or (22, 0, 1))
    for _ in range(2):
        assert nodes.find_node() == tmp_path / "node"
        nodes.find_node.cache_clear()
    assert len(asked) == times
    os.utime(tmp_path / name, (0, 0))
    nodes.find_node()
    assert len(asked) == times + 1
