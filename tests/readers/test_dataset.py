"""Hugging Face datasets, through the `datasets` package itself."""

from __future__ import annotations

from pathlib import Path

import datasets
import huggingface_hub
import pytest

from corpuskit import readers
from corpuskit.errors import DataError
from tests.readers.reading import read_all

ROWS = {"text": [f"document {i} " * 10 for i in range(100)], "n": list(range(100))}


def test_a_saved_dataset_is_read_in_splits(tmp_path: Path) -> None:
    datasets.Dataset.from_dict(ROWS).save_to_disk(tmp_path / "saved")
    result = read_all([tmp_path / "saved"], 2000)
    assert result.texts == ROWS["text"]
    assert {source for source, _, _ in result.documents} == {"saved"}
    assert len(result.splits) > 3


def test_every_split_of_a_saved_dict_is_a_source(tmp_path: Path) -> None:
    rows = datasets.Dataset.from_dict(ROWS)
    both = datasets.DatasetDict(train=rows, test=rows.shuffle(seed=1).select(range(10)))
    both.save_to_disk(tmp_path / "saved")
    result = read_all([tmp_path / "saved"])
    sources = [source for source, _, _ in result.documents]
    assert (sources.count("saved/train"), sources.count("saved/test")) == (100, 10)


def test_a_name_that_cannot_be_loaded_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("no network")

    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", unreachable)
    with pytest.raises(DataError, match="no such file or folder, nor a dataset to load"):
        readers.discover(["nobody/nothing-at-all"], readers.ReadOptions())
