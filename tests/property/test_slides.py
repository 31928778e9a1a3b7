"""Our reading of a deck against Marp's own, over random decks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from marpweave.read.tokens import marp_tokens, slide_starts
from tests.golden import recorded
from tests.strategies import decks

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "tests" / "golden").glob("*/*/deck.md")) + sorted((ROOT / "slides").glob("*.md"))
WHOLE = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8-sig") for path in PATHS} \
    | {f"{path.stem}: {case.title}": case.deck for path in recorded.FILES for case in recorded.cases(path)}


@pytest.fixture(scope="module")
def ask_marp(node):
    """Text of a deck -> the slides, fences, images and code that Marp finds in it."""
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "no Node here; `make setup` finds or installs one"
    assert (ROOT / "node_modules/@marp-team/marp-core").is_dir(), "Marp is not installed here; `make setup` installs it"
    command = [node, str(ROOT / "tests" / "property" / "marp_count.cjs"), str(ROOT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as marp:
        def ask(text):
            marp.stdin.write(json.dumps(text) + "\n")
            marp.stdin.flush()
            return json.loads(marp.stdout.readline())

        yield ask
        marp.stdin.close()


def trimmed(token):
    """The two ports disagree on how many blanks a code span of nothing but blanks holds."""
    return token.content.strip() if token.type == "code_inline" else token.content


def read(text):
    tokens = marp_tokens(text)
    fences = [[token.map[0], token.info] for token in tokens if token.type == "fence"]
    inside = [[child.type, child.attrGet("src") or trimmed(child)] for token in tokens for child in token.children or ()
              if child.type in ("image", "code_inline", "html_inline", "marp_math_inline")]
    return {"slides": 1 + len(slide_starts(tokens)), "fences": fences, "inside": inside}


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(text=decks)
def test_slides_fences_and_what_stands_in_the_text_are_what_marp_finds(ask_marp, text):
    assert read(text) == ask_marp(text)


@pytest.mark.parametrize("text", [pytest.param(text, id=name, marks=pytest.mark.attack if name.startswith("slides/") else ()) for name, text in WHOLE.items()])
def test_a_whole_deck_is_read_as_marp_reads_it(ask_marp, text):
    assert read(text) == ask_marp(text)
