"""What all results depend on."""

from marpweave.cache import environment
from marpweave.cache.environment import environment_key, facts, own_digest


def test_our_own_code_counts_where_a_package_of_our_name_is_installed(monkeypatch):
    before = facts()
    assert before["marpweave"] == own_digest()
    monkeypatch.setattr(environment, "own_digest", lambda: "another")
    assert environment_key(facts()) != environment_key(before)
