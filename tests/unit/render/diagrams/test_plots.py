"""Plots among outputs: which there are, and what draws them."""

import json
import os
import sys
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from marpweave.cache.store import Store
from marpweave.check.verdicts import check_deck
from marpweave.model.outcome import Display, Outcome
from marpweave.read.parse import parse_deck
from marpweave.render.diagrams.drawing import diagram_findings, drawn, live_frames, plot_wishes

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><text>層</text></svg>'


class Drawer:
    def __init__(self, **more):
        self.asked, self.more = [], more

    def diagram(self, asked):
        self.asked.append((asked["language"], Path(asked["tool"]).name))
        done = Future()
        done.set_result({"svg": SVG, **self.more})
        return done


def checks(options="", **data):
    deck = parse_deck(f"---\nexecute: true\n---\n\n# a\n\n```python\n{options}plot\n```\n", Path("deck.md"))
    return check_deck(deck, [Outcome(outputs=(Display({f"application/vnd.{name}+json": value for name, value in data.items()}),))])


def test_plotly_is_drawn_by_the_script_among_the_packages_of_the_kernel(tmp_path):
    script = tmp_path / "site-packages/plotly/package_data/plotly.min.js"
    script.parent.mkdir(parents=True)
    script.write_text("", encoding="utf-8")
    drawer, wishes = Drawer(), plot_wishes(checks(**{"plotly.v1": "{}"}), ["/nowhere", str(tmp_path / "site-packages")])
    (made,) = drawn(wishes, Store({}), drawer).values()
    assert drawer.asked == [("plotly", "plotly.min.js")]
    assert "層</text>" in made.svg


SHAPE = "its data, its layout and its font must be JSON objects"


@pytest.mark.parametrize(("source", "fault"), [
    ("not json", "its data is not JSON"), ("[" * 100_000, "its data is not JSON"), ("[1]", SHAPE), ("null", SHAPE),
    ('{"layout": 3}', SHAPE), ('{"layout": null}', SHAPE), ('{"layout": {"font": [1]}}', SHAPE)])
@pytest.mark.parametrize(("name", "tool"), [("plotly.v1", "Plotly"), ("vegalite.v5", "Vega-Lite")])
def test_a_plot_of_data_that_are_none_is_a_finding(name, tool, source, fault):
    made = drawn(plot_wishes(checks("#| output: live\n", **{name: source}), []), Store({}), Drawer())
    assert [found.message for found in diagram_findings(made)] == [f"{tool} cannot draw this: {fault}"]


def test_what_html_asks_for_is_told_briefly_and_in_one_line():
    plots = checks("#| output: live\n")
    plots = [replace(each, outcome=Outcome(outputs=(Display({"text/html": "<b>1</b>"}),))) for each in plots]
    asked = ["no address", "http://a/\ndeck.md:1: all is well", *(f"http://b{number:02}/{'x' * 1000}" for number in range(20))]
    told = [found.message.split()[3:] for found in diagram_findings(drawn(plot_wishes(plots, []), Store({}), Drawer(asked=asked)))]
    assert (len(told), told[0][0], told[1][0]) == (10, "http://a/", f"http://b00/{'x' * 196}")
    assert told[-1][1:4] == ["and", "11", "more"]


def packaged(folder, script):
    """Where a kernel finds a Plotly with this script."""
    place = folder / "plotly/package_data/plotly.min.js"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(script, encoding="utf-8")
    return [str(folder)]


def test_a_plot_is_drawn_anew_by_another_plotly_and_not_by_the_same_one_elsewhere(tmp_path):
    plots = checks(**{"plotly.v1": "{}"})
    keys = [plot_wishes(plots, packaged(tmp_path / place, script))[0].key for place, script in [("a", "1"), ("b", "1"), ("b", "2")]]
    assert keys[0] == keys[1] != keys[2]


def test_what_runs_brings_its_library_along_once_and_its_data_ends_no_script(tmp_path):
    data = [json.dumps({"data": [{"name": name}]}) for name in ("</script><b>", "層")]
    plots = [each for source in data for each in checks("#| output: live\n", **{"plotly.v1": source})]
    frames = live_frames(plot_wishes(plots, packaged(tmp_path, "a = '</script>'")), plots, Store({}))
    one, other = (frames[source] for source in data)
    assert one.beginning is other.beginning
    assert "<script>a = '<\\/script>'</script>" in one.beginning
    assert ("</script><b>" in one.html, "\\u003c/script>\\u003cb>" in one.html) == (False, True)
    assert "connect-src data: blob:" in one.beginning


def test_what_another_build_may_have_is_not_kept():
    store = Store({})
    wishes = plot_wishes(checks(**{"plotly.v1": "{}"}), [])
    for _ in range(2):
        drawer = SimpleNamespace(diagram=lambda asked: answered({"error": "it needs Plotly's JavaScript: pip install plotly", "passing": True}))
        made = drawn(wishes, store, drawer)
        assert [(each.location.line, each.message) for each in diagram_findings(made)] == [
            (7, "Plotly cannot draw this: it needs Plotly's JavaScript: pip install plotly")]
    assert not [name for name in store.files if name.startswith("diagram/")]


def test_what_vega_complains_of_is_told_and_a_converter_is_found_once_it_is_there(tmp_path, monkeypatch):
    store, wishes = Store({}), plot_wishes(checks(**{"vegalite.v6": "{}"}), [])
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    (lacking,) = drawn(wishes, store, Drawer()).values()
    monkeypatch.delitem(sys.modules, "vl_convert")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "vl_convert.py").write_text(
        "def vegalite_to_svg(*_, **__): raise ValueError('Vega-Lite to SVG conversion failed:\\nError: no such mark\\n    at x')", encoding="utf-8")
    (there,) = drawn(wishes, store, Drawer()).values()
    assert (lacking.error, there.error) == ("it needs vl-convert: pip install 'marpweave[altair]'", "no such mark")


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo"])
def test_vega_shows_times_in_the_zone_of_kernels(zone, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", zone) if zone else monkeypatch.delenv("TZ", raising=False)
    monkeypatch.delitem(sys.modules, "vl_convert", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "vl_convert.py").write_text("import os\ndef vegalite_to_svg(*_, **__): return f\"<svg>{os.environ['TZ']}</svg>\"", encoding="utf-8")
    (made,) = drawn(plot_wishes(checks(**{"vegalite.v6": "{}"}), []), Store({}), Drawer()).values()
    assert (">UTC<" in made.svg, os.environ.get("TZ")) == (True, zone)


def answered(answer):
    done = Future()
    done.set_result(answer)
    return done
