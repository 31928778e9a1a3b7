"""The entry point of the program."""

import pytest

from marpweave import __main__
from marpweave.cli import main as cli


def test_an_interrupt_before_there_is_a_command_ends_without_a_traceback(monkeypatch):
    def interrupted(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", interrupted)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 130
