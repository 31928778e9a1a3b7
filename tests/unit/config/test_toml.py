"""A TOML file -> the configuration; every fault at once, each at its line."""

from pathlib import Path

import pytest

from marpweave.config.config import Config, Override
from marpweave.config.toml import lines_of, read
from marpweave.errors import UsageError
from marpweave.model.options import Output


def told(tmp_path, monkeypatch, text, name="marpweave.toml"):
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(Path(name))


WHOLE = '''\
decks = ["lectures", "talks/*.md"]
out = "site"
to = "html"
jobs = 2
prelude = """
import numpy as np
kernel = 3
"""
kernel = "course"
env = ["COURSE"]
sandbox = "outside"
lang = "ja"

[execute]
timeout = 5
output = false

[[overrides]]
decks = "lectures/homework"
to = ["html", "ipynb"]
variants = ["student", "solution"]

[[overrides]]
decks = ["talks", "*.md"]
to = "pdf"
'''


def test_every_value_is_read_with_its_line(tmp_path, monkeypatch):
    config, origins = told(tmp_path, monkeypatch, WHOLE)
    assert config == Config(
        decks=("lectures", "talks/*.md"), out=Path("site"), to=("html",), jobs=2, prelude="import numpy as np\nkernel = 3\n",
        kernel="course", env=("COURSE",), sandbox="outside", lang="ja", execute={"timeout": 5.0, "output": Output.HIDE}, overrides=(
            Override(("lectures/homework",), ("html", "ipynb"), ("student", "solution")), Override(("talks", "*.md"), ("pdf",))))
    assert origins == {name: f"marpweave.toml:{line}" for name, line in {
        "decks": 1, "out": 2, "to": 3, "jobs": 4, "prelude": 5, "kernel": 9, "env": 10, "sandbox": 11, "lang": 12, "execute": 14, "overrides": 18}.items()}


def test_a_table_of_pyproject_is_read_alike(tmp_path, monkeypatch):
    text = '[tool.other]\njobs = 9\n[tool.marpweave]\r\njobs = 2\r\n[tool.marpweave.execute]\necho = false\n'
    config, origins = told(tmp_path, monkeypatch, b"\xef\xbb\xbf" + text.encode(), "pyproject.toml")
    assert config == Config(jobs=2, execute={"echo": False})
    assert origins == {"jobs": "pyproject.toml:4", "execute": "pyproject.toml:5"}


def test_an_empty_file_is_the_default(tmp_path, monkeypatch):
    assert told(tmp_path, monkeypatch, "") == (Config(), {})


@pytest.mark.parametrize(("text", "message"), [
    ("jbos = 1", "1: unknown key 'jbos'; did you mean 'jobs'?"),
    ("\njobs = 0", "2: 'jobs' must be 1 or more, not 0"),
    ("jobs = true", "1: 'jobs' must be a whole number, not true"),
    ('jobs = "2"', "1: 'jobs' must be a whole number, not '2'"),
    ("out = 3", "1: 'out' must be a path, not 3"),
    ('to = ["html", "doc"]', "1: 'to' must be one of html, pdf, pptx, png, handout, notes, notes-txt, md, ipynb, not ['html', 'doc']"),
    ("sandbox = true", "1: 'sandbox' must be one of never, outside, always, not true"),
    ('env = ["A B"]', "1: 'env' must be such as 'COURSE', not ['A B']"),
    ('editor = "javascript:alert(1)//{path}"', "1: 'editor' must be such as 'vscode://file/{path}:{line}', not 'javascript:alert(1)//{path}'"),
    ("execute = true", "1: 'execute' must be a table of options, not true"),
    ("[execute]\n\ntimeot = 3", "3: unknown option 'timeot' in 'execute'; did you mean 'timeout'?"),
    ("execute = {echo = 3}", "1: 'echo' must be true or false, not 3"),
    ('[execute]\nlabel = "x"', "2: unknown option 'label' in 'execute'; known: eval, error, "),
    ("timeout = 3", "1: unknown key 'timeout'; write it into [execute]"),
    ("strict = 1", "1: 'strict' must be true or false, not 1"),
    ('scheduler = "head"', "1: 'scheduler' must be such as 'tcp://head:8786', not 'head'"),
    ("overrides = 3", "1: 'overrides' must be tables with `decks`, `to` and `variants`, such as [[overrides]], not 3"),
    ('[[overrides]]\nto = "pdf"', "1: 'overrides' needs 'decks' to which it applies"),
    ('[[overrides]]\ndecks = "a"\n[[overrides]]\ndecks = "b"\nvariants = "students"', "5: 'variants' must be one of full, student, solution, not 'students'"),
    ('[[overrides]]\ndecks = "a"\n[[overrides]]\ndecks = "b"\nformats = "pdf"', "5: unknown key 'formats'; known: decks, to, variants"),
    ("jobs = ", "1: Invalid value"),
    ('jobs = 1\na = """\n\n', "2: Unterminated string"),
])
def test_a_fault_is_told_at_its_line_with_what_would_be_right(tmp_path, monkeypatch, text, message):
    with pytest.raises(UsageError) as error:
        told(tmp_path, monkeypatch, text)
    assert str(error.value).startswith(f"marpweave.toml:{message}")


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path, monkeypatch):
    with pytest.raises(UsageError) as error:
        told(tmp_path, monkeypatch, "out = 3\n[execute]\nfoo = 1\n[sandbx]\n")
    assert [line.partition(";")[0] for line in str(error.value).split("\n")] == [
        "marpweave.toml:1: 'out' must be a path, not 3", "marpweave.toml:3: unknown option 'foo' in 'execute'",
        "marpweave.toml:4: unknown key 'sandbx'"]


def test_what_is_no_table_and_what_is_not_utf8_is_told(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match=r"^pyproject\.toml: tool\.marpweave must be a table, not 3$"):
        told(tmp_path, monkeypatch, "[tool]\nmarpweave = 3\n", "pyproject.toml")
    with pytest.raises(UsageError, match=r"^pyproject\.toml: tool\.marpweave must be a table, not \[\{\}\]$"):
        told(tmp_path, monkeypatch, "[[tool.marpweave]]\n", "pyproject.toml")
    with pytest.raises(UsageError, match=r"^marpweave\.toml is not UTF-8; save it as UTF-8$"):
        told(tmp_path, monkeypatch, b'out = "\xe9"\n')


def test_lines_are_those_of_tables_and_keys_and_not_of_text_that_looks_like_them():
    text = 'a = 1\n[b."c d"]\nx.y = 2\n  "z" = """\na = 3\n[q]\n"""\nw = \'\'\'one\'\'\'\n[[d]]\n'
    assert lines_of(text) == {("a",): 1, ("b", "c d"): 2, ("b", "c d", "x", "y"): 3, ("b", "c d", "z"): 4, ("b", "c d", "w"): 8, ("d",): 9, ("d", "0"): 9}
