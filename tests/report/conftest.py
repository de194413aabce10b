from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.report.browser import Browser, chromium, running


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; tests are skipped without one, but in CI that is a failure."""
    if chromium() is None:
        message = "no Chromium on the path; install Debian's package `chromium`"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with running(tmp_path_factory.mktemp("chromium")) as started:
        yield started
