"""The page on the configuration and its JSON schema are made of the type, and say what is read."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

from click.testing import CliRunner

from marpweave.cli.main import program
from marpweave.config.config import Config, FileFormat
from marpweave.config.schema import schema, table
from marpweave.config.toml import read
from marpweave.render.node import FORMATS

PAGE = (Path(__file__).parents[3] / "docs/CONFIGURATION.md").read_text(encoding="utf-8")


def test_the_page_has_the_table_of_all_keys():
    assert table() in PAGE
    assert re.findall(r"^\| `([\w-]+)`", table(), re.MULTILINE) == [each.name.replace("_", "-") for each in fields(Config)]


def test_the_example_of_the_page_is_a_configuration(tmp_path):
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
    (tmp_path / "marpweave.toml").write_text(example, encoding="utf-8")
    config, origins = read(tmp_path / "marpweave.toml")
    assert set(origins) == {each.name for each in fields(Config) if getattr(config, each.name) != getattr(Config(), each.name)}
    assert config.execute == {"timeout": 120.0, "fig-format": "png"}


def test_the_schema_has_all_keys_with_their_types_and_limits():
    found = json.loads(CliRunner().invoke(program, ["config", "--schema"]).stdout)
    assert found == schema()
    assert {name: {key: value for key, value in each.items() if key != "description"} for name, each in found["properties"].items()
            if name in ("out", "jobs", "sandbox", "strict", "to")} == {
        "out": {"type": "string"}, "jobs": {"type": "integer", "minimum": 1}, "sandbox": {"enum": ["never", "outside", "always"]},
        "strict": {"type": "boolean"},
        "to": {"anyOf": [{"enum": ["html", "pdf", "pptx", "png", "handout", "notes", "notes-txt", "md", "ipynb"]},
                         {"type": "array", "items": {"enum": ["html", "pdf", "pptx", "png", "handout", "notes", "notes-txt", "md", "ipynb"]}}]}}
    assert list(found["properties"]) == [each.name.replace("_", "-") for each in fields(Config)]
    assert {"timeout", "echo", "fig-width"} <= set(found["properties"]["execute"]["properties"])
    assert not {"label", "source"} & set(found["properties"]["execute"]["properties"])


def test_every_format_is_made_by_marp_or_without_it():
    assert {*FORMATS, "md", "ipynb"} == set(get_args(FileFormat))
