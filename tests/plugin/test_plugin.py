"""``pytest --decks slides/`` gives one test a cell."""

import textwrap
import xml.etree.ElementTree as ElementTree

import pytest

pytestmark = pytest.mark.usefixtures("kernel")

DECK = """\
---
marp: true
execute: true
---

```python
#| label: true
print(1 + 1)  # => 2
```

```python
#| label: drifted
print(1 + 1)  # => 3
```

```python
raise ValueError("no")
```

```python eval=false
not python
```
"""


def write(pytester, text, name="slides/deck.md"):
    path = pytester.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")


def test_every_cell_is_a_test_and_fails_with_place_want_and_got(pytester):
    write(pytester, DECK.replace("label: true", "label: proven"))
    result = pytester.runpytest("-q", "--decks", "slides")
    result.assert_outcomes(passed=1, failed=2, skipped=1)
    result.stdout.fnmatch_lines([
        "*slides/deck.md:13: mismatch: the output on the slide differs from what the code gives (slide 1)*",
        "*- 3*", "*+ 2*",
        "*slides/deck.md:17: error: ValueError: no (slide 1)*",
    ])


def test_kernels_leave_nothing_in_the_log(pytester, caplog):
    write(pytester, "---\nmarp: true\n---\n\n```python\nprint(1)  # 1\n```\n")
    pytester.runpytest("--decks", "slides").assert_outcomes(passed=1)
    assert caplog.messages == []


def test_junit_names_the_cells(pytester):
    write(pytester, DECK.replace("label: true", "label: proven"))
    pytester.runpytest("--decks", "--junitxml=junit.xml", "-o", "junit_family=xunit1", "slides")
    cases = ElementTree.parse(pytester.path / "junit.xml").iter("testcase")
    assert [(c.get("name"), c.get("file"), c.get("line"), [child.tag for child in c]) for c in cases] == [
        ("proven", "slides/deck.md", "5", []), ("drifted", "slides/deck.md", "10", ["failure"]),
        ("cell-3", "slides/deck.md", "15", ["failure"]), ("cell-4", "slides/deck.md", "19", ["skipped"])]


def test_other_markdown_is_left_alone_unless_it_is_named(pytester):
    write(pytester, "# Not a deck\n\n```python\n1 / 0\n```\n", "README.md")
    pytester.runpytest("--decks").assert_outcomes()
    pytester.runpytest("--decks", "README.md").assert_outcomes(failed=1)


def test_decks_are_tested_only_where_that_is_asked_for(pytester):
    write(pytester, "---\nmarp: true\n---\n\n```python\nprint(1)  # 1\n```\n")
    assert pytester.runpytest("slides").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    pytester.makeini("[pytest]\nmarpweave_decks = true\n")
    pytester.runpytest("slides").assert_outcomes(passed=1)


def test_a_run_without_decks_imports_nothing_of_the_engine(pytester):
    pytester.makepyfile("""
        import sys
        def test():
            ours = {name for name in sys.modules if name.partition('.')[0] == 'marpweave'}
            assert ours == {'marpweave', 'marpweave.cli', 'marpweave.cli.pytest_plugin'}
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_what_is_known_does_not_run_again(pytester, monkeypatch):
    write(pytester, "---\nmarp: true\n---\n\n```python\nprint(1)  # 1\n```\n")
    pytester.runpytest("--decks", "slides").assert_outcomes(passed=1)
    monkeypatch.setattr("marpweave.build.runners.local.Kernels.run", None)
    pytester.runpytest("--decks", "slides").assert_outcomes(passed=1)


def test_a_deck_that_cannot_be_read_is_a_collection_error_with_its_place(pytester):
    write(pytester, "---\nmarp: true\n\n# A\n")
    result = pytester.runpytest("--decks", "slides")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*slides/deck.md:1: markdown: the front matter that opens here is never closed*"])


def test_prelude_and_strict_are_options(pytester):
    write(pytester, "---\nmarp: true\n---\n\n```python\nprint(np.zeros(1))  # [1.]\n```\n")
    pytester.runpytest("--decks", "slides", "--deck-prelude", "import numpy as np").assert_outcomes(passed=1)
    pytester.runpytest("--decks", "slides", "--deck-prelude", "import numpy as np", "--deck-strict").assert_outcomes(failed=1)


def test_what_stands_in_no_cell_fails_the_first_one(pytester):
    write(pytester, "---\nmarp: true\nexecute: true\n---\n\n```python\n1 + 1\n```\n\n```python\n2 + 2\n```\n")
    result = pytester.runpytest("--decks", "slides", "--deck-prelude", "import nowhere")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*slides/deck.md:1: error: the prelude failed, so no cell ran:*nowhere*"])


@pytest.mark.attack
def test_cells_after_too_many_dead_kernels_are_skipped_not_passed(pytester):
    write(pytester, "---\nmarp: true\nexecute: true\n---\n" + "\n```python\nimport os; os._exit(1)\n```\n" * 4)
    pytester.runpytest_subprocess("--decks", "slides").assert_outcomes(failed=3, skipped=1)


def test_a_deck_that_a_link_brings_in_from_outside_runs_in_a_sandbox_or_if_it_is_named(pytester, tmp_path):
    (tmp_path / "stranger.md").write_text("---\nmarp: true\n---\n\n```python\nprint(1)  # 1\n```\n", encoding="utf-8")
    (pytester.mkdir("slides") / "stranger.md").symlink_to(tmp_path / "stranger.md")
    refused = pytester.runpytest("--decks", "slides")
    refused.assert_outcomes(errors=1)
    refused.stdout.fnmatch_lines(["*stranger.md is outside the project, at *"])
    pytester.runpytest("--decks", "--deck-sandbox", "slides").assert_outcomes(passed=1)
    pytester.runpytest("--decks", "slides/stranger.md").assert_outcomes(passed=1)


def test_the_projects_configuration_holds_and_options_stand_over_it(pytester):
    write(pytester, 'decks = ["slides"]\nprelude = "x = 1"\n', "marpweave.toml")
    write(pytester, "---\nmarp: true\n---\n\n```python\nprint(x)  # => 1\n```\n")
    pytester.runpytest("--decks", "slides").assert_outcomes(passed=1)
    pytester.runpytest("--decks", "--deck-prelude", "x = 2", "slides").assert_outcomes(failed=1)


def test_a_fault_of_the_configuration_is_a_collection_error_with_its_place(pytester):
    write(pytester, "jbos = 1\n", "marpweave.toml")
    write(pytester, "---\nmarp: true\n---\n\n```python\nprint(1)  # 1\n```\n")
    result = pytester.runpytest("--decks", "slides")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["marpweave.toml:1: unknown key 'jbos'; did you mean 'jobs'?"])


def test_a_cell_of_a_part_is_a_test_of_the_deck_and_stands_in_its_own_file(pytester):
    write(pytester, "---\nmarp: true\nexecute: true\n---\n\n{{< include _part.md >}}\n")
    write(pytester, "---\nmarp: true\n---\n\n```python\n#| label: shared\nprint(1)  # => 2\n```\n", "slides/_part.md")
    result = pytester.runpytest("-q", "--decks", "slides", "--junit-xml", "out.xml", "-o", "junit_family=xunit1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*slides/_part.md:7: mismatch: *"])
    case = ElementTree.parse(pytester.path / "out.xml").find(".//testcase")
    assert (case.get("name"), case.get("file"), case.get("line")) == ("shared", "slides/_part.md", "4")
