"""Matches regular expressions in a separate process, which can be killed if they do not terminate."""

from __future__ import annotations

import json
import re
import subprocess
import sys

TIMEOUT = 3.0
MATCHING = "import json, re, sys; want, got = json.load(sys.stdin); sys.exit(not re.fullmatch(want, got, re.DOTALL))"


class TooHardError(ValueError):
    """An expected output that cannot be compared; the message says why and what to do."""


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches the whole text; raises TooHardError if it is invalid or takes too long."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as fault:
        raise TooHardError(f"`check: regex`, but this is not a regular expression: {fault}") from None
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", MATCHING]
    try:
        result = subprocess.run(command, input=json.dumps([pattern, text]).encode(), timeout=TIMEOUT,
                                capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        raise TooHardError(f"the regular expression took more than {TIMEOUT:g} s; avoid nested repeats such "
                           "as `(a+)+`") from None
    return result.returncode == 0
