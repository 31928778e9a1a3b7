"""``-P name=value``: the cell tagged ``parameters`` assigns other values, and all else stays where it is."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from marpweave.cache.keys import steps_of
from marpweave.cli.options import parameters
from marpweave.errors import UsageError
from marpweave.read.parse import parse_deck
from marpweave.variants.parameters import parametrised

DECK = """\
---
execute: true
---

```python
#| tags: [parameters]
epochs = 10  # 回
名前 = "あ"; rate: float = 0.5
sizes = [
    1,
]
```

```python
epochs = 20
```
"""


def read(text=DECK):
    return parse_deck(text, Path("deck.md"))


def test_a_value_takes_the_place_of_the_old_one_and_lines_stay():
    deck = parametrised(read(), (("epochs", 3), ("名前", "いう"), ("rate", 0.1), ("sizes", [4, 5])))
    assert deck.cells[0].source == '#| tags: [parameters]\nepochs = 3  # 回\n名前 = \'いう\'; rate: float = 0.1\nsizes = [4, 5]\n\n\n'
    assert deck.cells[0].script.code.split("\n")[1:4] == ["epochs = 3  # 回", "名前 = 'いう'; rate: float = 0.1", "sizes = [4, 5]"]
    assert deck.cells[1] == read().cells[1]
    assert deck.text == DECK


def test_a_value_is_in_the_key_of_its_cell():
    keys = [steps_of(parametrised(read(), values))[0].own for values in ((), (("epochs", 3),), (("epochs", 10),))]
    assert keys[0] != keys[1]
    assert keys[0] == keys[2]


def test_a_deck_with_other_values_draws_nothing_into_its_figures():
    assert read().draws
    assert not parametrised(read(), (("epochs", 3),)).draws


@pytest.mark.parametrize(("deck", "message"), [
    (DECK, "-P epoch: deck.md has no parameter 'epoch'; did you mean 'epochs'?"),
    (DECK.replace("epochs = 10", "x = 10"), "-P epoch: deck.md has no parameter 'epoch'; choose from x, 名前, rate, sizes"),
    (DECK.replace("#| tags: [parameters]", "#"), "-P epoch: deck.md assigns nothing in a cell tagged `parameters`; mark one with `#| tags: [parameters]`"),
])
def test_an_unknown_name_is_told_with_what_there_is(deck, message):
    with pytest.raises(UsageError) as raised:
        parametrised(read(deck), (("epoch", 3),))
    assert str(raised.value) == message


@click.command()
@parameters
def asked(parameters):
    click.echo(repr([value for _, value in parameters]))


@pytest.mark.parametrize(("text", "value"), [
    ("3", 3), ("010", 10), ("-08", -8), ("0x1F", 31), ("0o17", 15), ("1e-3", 0.001), ("1.", 1.0), ("true", True), ("False", False),
    ("None", None), ("null", None), ("~", None), ("[1, 2.5, a]", [1, 2.5, "a"]), ("{a: 010}", {"a": 10}), ('"010"', "010"), ("''", ""),
    ("adam", "adam"), ("yes", "yes"), ("2026-04-01", "2026-04-01"), ("a: b", "a: b"), ("#fff", "#fff"), ("*x", "*x"), ("a=b", "a=b"),
    ("1_000", "1_000"), ("あ", "あ")])
def test_a_value_is_yaml_and_python_s_none(text, value):
    assert CliRunner().invoke(asked, ["-P", f"x={text}"]).stdout == f"{[value]!r}\n"


@pytest.mark.parametrize(("word", "message"), [
    ("x", "'x' is not NAME=VALUE; an empty string is NAME='\"\"'"), ("x=", "'x=' is not NAME=VALUE; an empty string is NAME='\"\"'"),
    ("x= ", "'x= ' is not NAME=VALUE; an empty string is NAME='\"\"'"), ("=3", "'=3' is not NAME=VALUE; an empty string is NAME='\"\"'"),
    ("a b=3", "'a b=3' is not NAME=VALUE; an empty string is NAME='\"\"'"), ("x=[1, 2", "'x=[1, 2': [1, 2 is not valid YAML"),
    ("x='a' b", "\"x='a' b\": 'a' b is not valid YAML"), ("x=.nan", "'x=.nan': .nan has no Python literal")])
def test_what_is_no_value_is_told(word, message):
    told = CliRunner().invoke(asked, ["-P", word])
    assert (told.exit_code, told.stderr.splitlines()[-1]) == (2, f"Error: Invalid value for '--parameter' / '-P': {message}")
