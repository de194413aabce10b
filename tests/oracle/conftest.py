"""The tests against installed packages: `pytest -m oracle`, in the environment of `make bench`."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker."""
    config.addinivalue_line("markers", "oracle: compares with an installed datatrove")
