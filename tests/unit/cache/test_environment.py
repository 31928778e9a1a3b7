"""What all results depend on."""

from marpweave.cache import environment
from marpweave.cache.environment import RUNNING, environment_key, own_digest, with_facts
from marpweave.kernel.environments import own_environment


def facts():
    return with_facts(own_environment(), "").facts


def test_our_own_code_counts_where_a_package_of_our_name_is_installed(monkeypatch):
    before = facts()
    assert before["marpweave"] == own_digest(RUNNING)
    monkeypatch.setattr(environment, "own_digest", lambda rooms: f"another {rooms}")
    assert environment_key(facts()) != environment_key(before)


def test_a_room_that_only_tells_of_results_makes_none_of_them_old(tmp_path, monkeypatch):
    for room in (*(room for room in RUNNING if room != "text.py"), "report"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "code.py").write_text("1")
    monkeypatch.setattr(environment, "__file__", str(tmp_path / "cache" / "environment.py"))

    def forget():
        own_digest.cache_clear()
        environment._own_files.cache_clear()

    def digests():
        forget()
        return own_digest(RUNNING), own_digest()

    results, whole = digests()
    (tmp_path / "report" / "code.py").write_text("2")
    assert digests()[0] == results
    assert digests()[1] != whole
    (tmp_path / "probe" / "code.py").write_text("2")
    assert digests()[0] != results
    forget()
