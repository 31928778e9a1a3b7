"""What holds for the package as a whole."""

import doctest
import importlib
import os
import pkgutil
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest

import nnviz
from nnviz import layers, plots

MODULES = sorted(module.name for module in pkgutil.walk_packages(nnviz.__path__, "nnviz."))


@pytest.mark.parametrize("name", ["nnviz", *MODULES])
def test_the_examples_in_the_docstrings_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
    plt.close("all")


@pytest.mark.parametrize(("module", "wrong", "right"), [
    (nnviz, "layer", "layers"), (plots, "draw_netwrok", "draw_network"), (layers, "Relu", "ReLU"), (layers, "Conv2D", "Conv2d"),
])
def test_a_name_that_is_not_there_is_answered_with_the_nearest(module, wrong, right):
    with pytest.raises(AttributeError, match=f"no attribute '{wrong}'; did you mean '{right}'"):
        getattr(module, wrong)
    with pytest.raises(AttributeError, match=r"no attribute 'xyz'$"):
        _ = module.xyz


def test_there_are_examples():
    parser = doctest.DocTestFinder(exclude_empty=True)
    counts = {name: sum(bool(test.examples) for test in parser.find(importlib.import_module(name))) for name in MODULES}
    assert counts["nnviz.activations"] > 10
    assert counts["nnviz.plots.network"] > 0


def test_importing_changes_nothing_and_loads_little():
    code = ("import sys, matplotlib as mpl; before = dict(mpl.rcParams); import nnviz, nnviz.plots, nnviz.style;"
            "assert dict(mpl.rcParams) == before; assert 'matplotlib.pyplot' not in sys.modules;"
            "assert 'matplotlib_fontja' not in sys.modules; print(nnviz.activations.relu(-1.0))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                          env=os.environ | {"MPLBACKEND": "agg"})
    assert (done.stdout, done.stderr) == ("0.0\n", "")


@pytest.mark.parametrize("package", [nnviz, plots])
def test_every_public_name_is_there_and_documented(package):
    assert dir(package) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name).__doc__, name
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = package.nothing_of_the_kind
