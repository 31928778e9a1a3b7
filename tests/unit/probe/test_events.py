"""Python's audit events on their way to who wants them."""

import json
import subprocess
import sys

PROGRAM = """
import json, sys

hooks = []
sys.addaudithook(lambda event, args: hooks.append(event))
from marpweave.probe.audit.events import hear

heard = []

def one(event, args):
    heard.append(["one", event, *args, sys._getframe(2).f_code.co_name])

def other(event, args):
    heard.append(["other", event, *args, sys._getframe(2).f_code.co_name])

def raising():
    sys.audit("a", 1)
    sys.audit("b", 2)
    sys.audit("c", 3)

hear(("a",), one)
hear(("a", "b"), other)
raising()
print(json.dumps([hooks.count("sys.addaudithook"), heard]))
"""


def test_one_hook_hands_each_event_to_all_who_want_its_kind():
    done = subprocess.run([sys.executable, "-P", "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [
        1, [["one", "a", 1, "raising"], ["other", "a", 1, "raising"], ["other", "b", 2, "raising"]]]
