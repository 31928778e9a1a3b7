"""What tests of the plugin share."""

from importlib import import_module
from pkgutil import walk_packages

import pytest

import marpweave


@pytest.fixture(scope="session", autouse=True)
def engine():
    """Import the whole engine.

    pytester forgets modules that are first imported inside of it, and later tests would meet each class twice.
    """
    for module in walk_packages(marpweave.__path__, "marpweave."):
        import_module(module.name)
