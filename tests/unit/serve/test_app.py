"""What pages load."""

import re

from marpweave.serve.app import modules, scripts


def test_a_page_asks_at_once_for_all_scripts_that_it_will_import():
    found, new = set(), {"deck.js"}
    while new:
        found |= new
        new = {name for each in new for name in re.findall(r'from "\./([\w.]+)"', modules()[each].content.decode())} - found
    assert sorted(scripts()) == sorted(found)
