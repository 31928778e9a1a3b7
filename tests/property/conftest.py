"""The same few examples in every run; in `make attack` many, and others each time."""

from hypothesis import settings


def pytest_configure(config):
    many = config.option.exhaustive
    settings.register_profile("ours", deadline=None, derandomize=not many, max_examples=500 if many else 60)
    settings.load_profile("ours")
