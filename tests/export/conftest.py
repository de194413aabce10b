"""Runs and a tokenizer that several tests export from; nothing changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.export.made import HOSTILE, make_run, many_rows, train_tokenizer


@pytest.fixture(scope="session")
def tokenizer_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A byte-level BPE of 600 tokens, and minimind's kind of control tokens."""
    pytest.importorskip("tokenizers", reason="the extra lm is not installed")
    return train_tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 125 good documents, each from a host of its own."""
    return make_run(tmp_path_factory.mktemp("good"), many_rows())


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of hostile texts in `body`, kept as compressed JSON lines, one of them blank."""
    rows = [{"id": str(number), "body": text} for number, text in enumerate(HOSTILE)]
    rows.append({"id": "blank", "body": " \n\u3000"})
    options = {"text_column": "body", "format": "jsonl.zst"}
    return make_run(tmp_path_factory.mktemp("hostile"), rows, **options)
