"""One made run for all tests that only look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpuskit.tuning.finished import FinishedRun
from tests.tuning.made import made_run


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """The run of tests/tuning/made.py."""
    return made_run(Path(tmp_path_factory.mktemp("toy")) / "run")
